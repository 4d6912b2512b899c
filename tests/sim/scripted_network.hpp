// Messages of a scripted gateway towards the network behind it, for tests of the player alone.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "engine/ladder/network_message.hpp"
#include "engine/wire/bcd.hpp"
#include "engine/wire/m3ua.hpp"
#include "engine/wire/tcap_writer.hpp"

namespace rung::scripted {

inline constexpr std::string_view kGatewayNumber = "12125550010";

/// A number with its type, or digits alone, as MAP has them.
inline std::vector<std::uint8_t> address(std::string_view digits) {
  std::vector<std::uint8_t> octets(12);
  octets.resize(bcd::encode_address(digits, octets));
  return octets;
}
inline std::vector<std::uint8_t> imsi(std::string_view digits) {
  std::vector<std::uint8_t> octets(12);
  octets.resize(bcd::encode_digits(digits, octets));
  return octets;
}

/// One TCAP message of the gateway as a unit of a link, to an element of ours.
struct Unit {
  tcap::Type type = tcap::Type::begin;
  std::uint32_t otid = 0x11223344;
  tcap::TransactionId dtid{};
  std::optional<map::ApplicationContext> context{};
  std::optional<tcap::ComponentType> component{};
  std::int32_t code = 0;
  MapParameter parameter{};
  std::string_view called = "12125550000";
  std::uint8_t called_ssn = sccp::kSsnMsc;

  [[nodiscard]] std::vector<std::uint8_t> octets() const {
    std::array<std::uint8_t, 512> room;
    tcap::Writer writer(room);
    if (component) {
      write_parameter(parameter, writer);
      if (*component == tcap::ComponentType::invoke) writer.invoke(7, code);
      if (*component == tcap::ComponentType::return_result_last) writer.return_result(1, code);
      if (*component == tcap::ComponentType::return_error) writer.return_error(1, code);
    }
    tcap::Dialogue dialogue;
    map::ApplicationContextOctets name;
    if (context) {
      name = map::octets_of(*context);
      dialogue.application_context = name;
      dialogue.pdu =
          type == tcap::Type::begin ? tcap::DialoguePdu::request : tcap::DialoguePdu::response;
    }
    const bool originates = type == tcap::Type::begin || type == tcap::Type::continue_;
    const Octets tcap = writer.finish(
        type, originates ? tcap::TransactionId::of(otid) : tcap::TransactionId{}, dtid, dialogue);
    std::array<std::uint8_t, 16> called_digits, calling_digits;
    sccp::Message message;
    message.called = sccp::e164_address(called, called_ssn, called_digits);
    message.calling = sccp::e164_address(kGatewayNumber, sccp::kSsnMsc, calling_digits);
    message.data = tcap;
    std::vector<std::uint8_t> unit(600);
    const auto size = sccp::encode(message, std::span(unit).subspan(m3ua::kProtocolDataHeaderSize));
    m3ua::ProtocolData label{1, 2, m3ua::kServiceSccp, 2, 0, 3, {}};
    label.user_data = Octets(unit).subspan(m3ua::kProtocolDataHeaderSize, *size);
    unit.resize(m3ua::write(label, unit));
    return unit;
  }
};

/// One unit of the player's, read; it lives as long as the octets.
struct ReadUnit {
  m3ua::ProtocolData label;
  NetworkMessage message;
  bool good = false;
};
inline ReadUnit read_unit(Octets unit, tp::Direction direction, const KnownDialogue& known = {}) {
  ReadUnit out;
  out.good = m3ua::read(unit, out.label) &&
             read_network_message(out.label.user_data, direction, known, out.message);
  return out;
}

}  // namespace rung::scripted
