// What TS 23.040 clause 11 makes of a failure: of an error of the service centre or HSS the
// RP-Cause for the UE (11.2, 11.3), and of a delivery that failed the error for the SMS-GMSC
// (11.1). One table for each, read by the gateway's own service centre and by its MAP legs.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "engine/wire/map_parameter.hpp"
#include "gateway/dialogues.hpp"

namespace rung::gateway {

// RP causes of TS 24.011 8.2.5.4 that more than one place speaks of.
inline constexpr std::uint8_t kRpCauseOutOfOrder = 38;
inline constexpr std::uint8_t kRpCauseCongestion = 42;

/// An error of mo-ForwardSM or readyForSM and the RP-Cause that it becomes.
struct NamedFailure {
  std::string_view name;  // as an option says it; empty: the gateway's own centre never says it
  map::UserError error{};
  std::optional<std::uint8_t> cause{};  // of sm-DeliveryFailure or callBarred; none: any
  std::uint8_t rp_cause = 0;
};
/// TS 23.040 11.3, catalogue 23.040-11.3-a to -k.
std::span<const NamedFailure> forward_failures();
/// TS 23.040 11.2, catalogue 23.040-11.2-a to -c.
std::span<const NamedFailure> ready_failures();

/// The RP-Cause for an error as it came; 38 for what the table does not have. `report`: the TPDU
/// of its diagnosticInfo, else empty.
std::uint8_t rp_cause_of(std::span<const NamedFailure> table, const tcap::Component& error,
                         Octets* report);

/// How a delivery over SIP ended.
enum class DeliveryEnd : std::uint8_t {
  delivered,
  memory_full,   // RP-ERROR 22
  refused,       // another RP-ERROR
  no_report,     // TR1N
  no_answer,     // Timer F
  sip_absent,    // 404, 408, 410, 430, 480
  sip_failure,   // another final response
  unregistered,  // there was nobody to send it to
  unequipped,    // registered, and no contact takes short messages
};
/// By the SIP status of a MESSAGE that failed; 0: Timer F.
DeliveryEnd delivery_end_of(std::uint16_t sip_status);

/// An error for the SMS-GMSC.
struct MapFailure {
  map::UserError error{};
  std::optional<map::SmEnumeratedDeliveryFailureCause> cause{};
  std::optional<map::AbsentSubscriberDiagnosticSm> diagnostic{};

  [[nodiscard]] bool is_absent() const {
    return error == map::UserError::absent_subscriber_sm ||
           error == map::UserError::absent_subscriber;
  }
};
/// TS 23.040 11.1, catalogue 23.040-11.1-a to -f. Precondition: not delivered.
/// `sip_480_is_absent`: as NetworkConfig has it.
MapFailure failure_of(DeliveryEnd end, bool sip_480_is_absent);
/// What an MSC or SGSN said.
MapFailure failure_of(const tcap::Component& error);

/// GSM 09.02, TS 29.002 17.6.6: absentSubscriberSM came with version 3, in place of
/// absentSubscriber. Every other error is the same in all versions.
map::UserError error_in(map::Version version, map::UserError error);
/// Answers with the failure as the dialogue's version spells it; `report`: a DELIVER-REPORT for
/// diagnosticInfo, or empty.
void answer_failure(Dialogues& dialogues, std::uint32_t dialogue, const MapFailure& failure,
                    Octets report, Then then, Time now);

}  // namespace rung::gateway
