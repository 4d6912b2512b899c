// ServiceCentre: the gateway's own SM-SC as far as octets go. It judges a SUBMIT, turns it into the
// DELIVER of its recipient, and makes SUBMIT-REPORTs and STATUS-REPORTs (TS 23.040 9.2.2).
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "engine/base/bytes.hpp"
#include "engine/wire/tpdu.hpp"
#include "gateway/fault.hpp"
#include "gateway/gateway_config.hpp"
#include "gateway/phone_key.hpp"

namespace rung::gateway {

/// A TPDU in RP-DATA: 232 octets at most (TS 24.011 8.2.5.3), 164 for those of TS 23.040 9.2.2.
inline constexpr std::size_t kTpduSizeMax = 164;

using StampOctets = std::array<std::uint8_t, tp::kTimestampSize>;

/// What becomes of a SUBMIT. cause 0: accepted.
struct Admission {
  std::uint8_t cause = 0;
  std::optional<std::uint8_t> failure_cause;  // TP-FCS of the SUBMIT-REPORT
  PhoneKey recipient;
};

/// TP-RA of a status report: TP-DA of the SUBMIT as it came.
struct AddressOctets {
  std::uint8_t digits = 0;
  std::uint8_t ton_npi = 0;
  std::array<std::uint8_t, 10> value{};
};

struct StatusReport {
  std::uint8_t reference = 0;  // TP-MR of the SUBMIT
  std::uint8_t status = 0;     // TP-ST
  AddressOctets recipient;
  StampOctets submitted{};  // TP-SCTS of the short message
};

class ServiceCentre {
 public:
  explicit ServiceCentre(const GatewayConfig& config);

  /// The wall clock of this pass, seconds since 1970.
  void set_time(std::int64_t wall_clock_s);
  /// The same, as it was set.
  [[nodiscard]] std::int64_t second() const { return second_; }
  /// TP-SCTS of now.
  [[nodiscard]] const StampOctets& stamp() const { return stamp_; }

  /// Decodes the TPDU of an RP-DATA into `submit` and says what the service centre makes of it.
  Admission admit(Octets tpdu, tp::Tpdu& submit) const;

  /// DELIVER for an accepted SUBMIT: TP-OA the sender, TP-PID, TP-DCS, TP-UDHI, TP-RP and TP-UD as
  /// they came, TP-MMS set: no more messages. Returns the size. Precondition: out has kTpduSizeMax
  /// octets and submit was accepted by admit().
  std::size_t write_deliver(const tp::Tpdu& submit, PhoneKey sender, FaultSet& faults,
                            MutableOctets out) const;
  std::size_t write_status_report(const StatusReport& report, MutableOctets out) const;
  /// SUBMIT-REPORT for RP-ACK, or with `failure_cause` for RP-ERROR. Precondition: 16 octets.
  static std::size_t write_submit_report(std::optional<std::uint8_t> failure_cause,
                                         const StampOctets& stamp, MutableOctets out);

 private:
  ScResult result_;
  int utc_offset_quarters_;
  std::int64_t second_ = INT64_MIN;
  StampOctets stamp_{};
};

/// True when the SUBMIT is the last segment of a concatenated message of several.
bool is_last_segment(const tp::Tpdu& submit);

}  // namespace rung::gateway
