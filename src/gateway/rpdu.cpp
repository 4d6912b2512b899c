#include "gateway/rpdu.hpp"

#include <cstring>
#include <utility>

namespace rung::gateway {
namespace {

constexpr std::uint8_t kCauseIei = 0x42;

/// Inserts one octet at `at`; returns the new size. Precondition: out has room.
std::size_t insert(MutableOctets out, std::size_t size, std::size_t at, std::uint8_t octet) {
  std::memmove(out.data() + at + 1, out.data() + at, size - at);
  out[at] = octet;
  return size + 1;
}

std::size_t write(const rp::Message& message, MutableOctets out) {
  const auto size = rp::encode(message, out);
  ENGINE_ASSERT(size.ok());
  return *size;
}

}  // namespace

std::size_t write_rp_data(std::uint8_t reference, Octets sc_address, Octets tpdu, FaultSet& faults,
                          MutableOctets out) {
  rp::Message message;
  message.first_octet = static_cast<std::uint8_t>(rp::Mti::data_n_to_ms);
  message.reference = reference;
  message.originator = sc_address;
  message.has_user_data = true;
  message.user_data = tpdu;
  if (faults.active(FaultId::f61)) std::swap(message.originator, message.destination);
  if (faults.active(FaultId::f62))
    message.first_octet = static_cast<std::uint8_t>(rp::Mti::data_ms_to_n);
  const std::size_t size = write(message, out);
  if (!faults.active(FaultId::f63)) return size;
  return insert(out, size, size - tpdu.size() - 1, rp::kUserDataIei);
}

std::size_t write_rp_report(const SubmitReport& report, FaultSet& faults, MutableOctets out) {
  rp::Message message;
  const bool accepted = report.cause == 0;
  message.first_octet =
      static_cast<std::uint8_t>(accepted ? rp::Mti::ack_n_to_ms : rp::Mti::error_n_to_ms);
  message.reference = report.reference;
  message.cause = report.cause;
  message.has_user_data = !report.tpdu.empty();
  message.user_data = report.tpdu;
  if (faults.active(FaultId::f01))
    message.reference = static_cast<std::uint8_t>(report.reference + 1);
  if (faults.active(FaultId::f02)) message.reference = report.tp_reference;
  if (!accepted && faults.active(FaultId::f66)) message.has_user_data = false;
  const std::size_t size = write(message, out);
  if (accepted || !faults.active(FaultId::f64)) return size;
  return insert(out, size, 2, kCauseIei);
}

}  // namespace rung::gateway
