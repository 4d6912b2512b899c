// Parameters of MAP user errors (TS 29.002 17.7.7). A parameter may be missing altogether, and what
// it says is optional even where the clause has it mandatory: peers leave it out.
#pragma once

#include "engine/wire/map_types.hpp"

namespace rung::map {

enum class UnknownSubscriberDiagnostic : std::uint8_t {
  imsi_unknown = 0,
  gprs_eps_subscription_unknown = 1,
  npdb_mismatch = 2
};

struct UnknownSubscriberParam {
  std::optional<Octets> extension_container{};
  std::optional<UnknownSubscriberDiagnostic> unknown_subscriber_diagnostic{};
  Rest rest{};

  static constexpr auto fields() {
    using P = UnknownSubscriberParam;
    return std::tuple{
        ber::Field<&P::extension_container>{ber::kSequence, "extensionContainer"},
        ber::Field<&P::unknown_subscriber_diagnostic>{ber::kEnumerated,
                                                      "unknownSubscriberDiagnostic"},
    };
  }
};

/// TS 23.040 3.3.2: values of AbsentSubscriberDiagnosticSM.
enum class AbsentSubscriberDiagnosticSm : std::uint8_t {
  no_paging_response_msc = 0,
  imsi_detached = 1,
  roaming_restriction = 2,
  deregistered_non_gprs = 3,
  purged_non_gprs = 4,
  no_paging_response_sgsn = 5,
  gprs_detached = 6,
  deregistered_gprs = 7,
  purged_gprs = 8,
  unidentified_via_msc = 9,
  unidentified_via_sgsn = 10,
  deregistered_for_ims = 11,
  no_response_via_ip_sm_gw = 12,
  temporarily_unavailable = 13
};

struct AbsentSubscriberSmParam {
  std::optional<AbsentSubscriberDiagnosticSm> absent_subscriber_diagnostic_sm{};
  std::optional<Octets> extension_container{};
  std::optional<AbsentSubscriberDiagnosticSm> additional_absent_subscriber_diagnostic_sm{};
  std::optional<Octets> imsi{};  // absent for CS and PS but not for IMS
  std::optional<Octets> requested_retransmission_time{};
  std::optional<Octets> user_identifier_alert{};
  Rest rest{};

  static constexpr auto fields() {
    using P = AbsentSubscriberSmParam;
    return std::tuple{
        ber::Field<&P::absent_subscriber_diagnostic_sm>{ber::kInteger,
                                                        "absentSubscriberDiagnosticSM"},
        ber::Field<&P::extension_container>{ber::kSequence, "extensionContainer"},
        ber::Field<&P::additional_absent_subscriber_diagnostic_sm>{
            0x80, "additionalAbsentSubscriberDiagnosticSM"},
        ber::Field<&P::imsi>{0x81, "imsi"},
        ber::Field<&P::requested_retransmission_time>{0x82, "requestedRetransmissionTime"},
        ber::Field<&P::user_identifier_alert>{0x83, "userIdentifierAlert"},
    };
  }
};

enum class RoamingNotAllowedCause : std::uint8_t {
  plmn_roaming_not_allowed = 0,
  operator_determined_barring = 3
};

struct RoamingNotAllowedParam {
  std::optional<RoamingNotAllowedCause> roaming_not_allowed_cause{};
  std::optional<Octets> extension_container{};
  Rest rest{};

  static constexpr auto fields() {
    using P = RoamingNotAllowedParam;
    return std::tuple{
        ber::Field<&P::roaming_not_allowed_cause>{ber::kEnumerated, "roamingNotAllowedCause"},
        ber::Field<&P::extension_container>{ber::kSequence, "extensionContainer"},
    };
  }
};

enum class CallBarringCause : std::uint8_t { barring_service_active = 0, operator_barring = 1 };

/// In versions 1 and 2 (`is_bare`) the cause alone.
struct CallBarredParam {
  std::optional<CallBarringCause> call_barring_cause{};
  std::optional<Octets> extension_container{};
  bool unauthorised_message_originator = false;
  bool is_bare = false;
  Rest rest{};

  static constexpr auto fields() {
    using P = CallBarredParam;
    return std::tuple{
        ber::Field<&P::call_barring_cause>{ber::kEnumerated, "callBarringCause"},
        ber::Field<&P::extension_container>{ber::kSequence, "extensionContainer"},
        ber::Field<&P::unauthorised_message_originator>{0x81, "unauthorisedMessageOriginator"},
    };
  }
  static constexpr auto bare() {
    return ber::Field<&CallBarredParam::call_barring_cause>{ber::kEnumerated, "callBarringCause"};
  }
};

enum class AbsentSubscriberReason : std::uint8_t {
  imsi_detach = 0,
  restricted_area = 1,
  no_page_response = 2,
  purged_ms = 3
};

struct AbsentSubscriberParam {
  std::optional<Octets> extension_container{};
  std::optional<AbsentSubscriberReason> absent_subscriber_reason{};
  Rest rest{};

  static constexpr auto fields() {
    using P = AbsentSubscriberParam;
    return std::tuple{
        ber::Field<&P::extension_container>{ber::kSequence, "extensionContainer"},
        ber::Field<&P::absent_subscriber_reason>{0x80, "absentSubscriberReason"},
    };
  }
};

struct SubBusyForMtSmsParam {
  std::optional<Octets> extension_container{};
  bool gprs_connection_suspended = false;
  Rest rest{};

  static constexpr auto fields() {
    using P = SubBusyForMtSmsParam;
    return std::tuple{
        ber::Field<&P::extension_container>{ber::kSequence, "extensionContainer"},
        ber::Field<&P::gprs_connection_suspended>{ber::kNull, "gprsConnectionSuspended"},
    };
  }
};

enum class SmEnumeratedDeliveryFailureCause : std::uint8_t {
  memory_capacity_exceeded = 0,
  equipment_protocol_error = 1,
  equipment_not_sm_equipped = 2,
  unknown_service_centre = 3,
  sc_congestion = 4,
  invalid_sme_address = 5,
  subscriber_not_sc_subscriber = 6
};

/// In version 1 (`is_bare`) the cause alone.
struct SmDeliveryFailureCause {
  std::optional<SmEnumeratedDeliveryFailureCause> cause{};
  std::optional<Octets> diagnostic_info{};  // SMS-DELIVER-REPORT or SMS-SUBMIT-REPORT, with TP-FCS
  std::optional<Octets> extension_container{};
  bool is_bare = false;
  Rest rest{};

  static constexpr auto fields() {
    using P = SmDeliveryFailureCause;
    return std::tuple{
        ber::Field<&P::cause>{ber::kEnumerated, "sm-EnumeratedDeliveryFailureCause"},
        ber::Field<&P::diagnostic_info>{ber::kOctetString, "diagnosticInfo"},
        ber::Field<&P::extension_container>{ber::kSequence, "extensionContainer"},
    };
  }
  static constexpr auto bare() {
    return ber::Field<&SmDeliveryFailureCause::cause>{ber::kEnumerated,
                                                      "sm-EnumeratedDeliveryFailureCause"};
  }
};

enum class NetworkResource : std::uint8_t {
  plmn = 0,
  hlr = 1,
  vlr = 2,
  pvlr = 3,
  controlling_msc = 4,
  vmsc = 5,
  eir = 6,
  rss = 7
};

/// In versions 1 and 2 (`is_bare`) the resource alone.
struct SystemFailureParam {
  std::optional<NetworkResource> network_resource{};
  std::optional<Octets> extension_container{};
  std::optional<std::uint8_t> additional_network_resource{};
  std::optional<std::uint8_t> failure_cause_param{};
  bool is_bare = false;
  Rest rest{};

  static constexpr auto fields() {
    using P = SystemFailureParam;
    return std::tuple{
        ber::Field<&P::network_resource>{ber::kEnumerated, "networkResource"},
        ber::Field<&P::extension_container>{ber::kSequence, "extensionContainer"},
        ber::Field<&P::additional_network_resource>{0x80, "additionalNetworkResource"},
        ber::Field<&P::failure_cause_param>{0x81, "failureCauseParam"},
    };
  }
  static constexpr auto bare() {
    return ber::Field<&SystemFailureParam::network_resource>{ber::kEnumerated, "networkResource"};
  }
};

struct UnexpectedDataParam {
  std::optional<Octets> extension_container{};
  bool unexpected_subscriber = false;
  Rest rest{};

  static constexpr auto fields() {
    using P = UnexpectedDataParam;
    return std::tuple{
        ber::Field<&P::extension_container>{ber::kSequence, "extensionContainer"},
        ber::Field<&P::unexpected_subscriber>{0x80, "unexpectedSubscriber"},
    };
  }
};

}  // namespace rung::map
