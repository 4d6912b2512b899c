// Alerting (TS 29.002 12.4, 12.5, 17.7.6): the subscriber is back, and the service centre is told.
// readyForSM, alertServiceCentre with and without result; noteSubscriberPresent of version 1.
#pragma once

#include "engine/wire/map_types.hpp"

namespace rung::map {

enum class SmsGmscAlertEvent : std::uint8_t {
  ms_available_for_mt_sms = 0,
  ms_under_new_serving_node = 1
};

/// AlertServiceCentreArg, of alertServiceCentre and alertServiceCentreWithoutResult.
struct AlertServiceCentreArg {
  Octets msisdn{};
  Octets service_centre_address{};
  std::optional<Octets> imsi{};
  std::optional<CorrelationId> correlation_id{};
  std::optional<Octets> maximum_ue_availability_time{};  // 4 octets, seconds since 1900
  std::optional<SmsGmscAlertEvent> sms_gmsc_alert_event{};
  std::optional<NetworkNodeDiameterAddress> sms_gmsc_diameter_address{};
  std::optional<Octets> new_sgsn_number{};
  std::optional<NetworkNodeDiameterAddress> new_sgsn_diameter_address{};
  std::optional<Octets> new_mme_number{};
  std::optional<NetworkNodeDiameterAddress> new_mme_diameter_address{};
  std::optional<Octets> new_msc_number{};
  Rest rest{};

  static constexpr auto fields() {
    using P = AlertServiceCentreArg;
    return std::tuple{
        ber::Field<&P::msisdn>{ber::kOctetString, "msisdn"},
        ber::Field<&P::service_centre_address>{ber::kOctetString, "serviceCentreAddress"},
        ber::Field<&P::imsi>{ber::kOctetString, "imsi"},
        ber::Field<&P::correlation_id>{ber::kSequence, "correlationID"},
        ber::Field<&P::maximum_ue_availability_time>{0x80, "maximumUeAvailabilityTime"},
        ber::Field<&P::sms_gmsc_alert_event>{0x81, "smsGmscAlertEvent"},
        ber::Field<&P::sms_gmsc_diameter_address>{0xa2, "smsGmscDiameterAddress"},
        ber::Field<&P::new_sgsn_number>{0x83, "newSGSNNumber"},
        ber::Field<&P::new_sgsn_diameter_address>{0xa4, "newSGSNDiameterAddress"},
        ber::Field<&P::new_mme_number>{0x85, "newMMENumber"},
        ber::Field<&P::new_mme_diameter_address>{0xa6, "newMMEDiameterAddress"},
        ber::Field<&P::new_msc_number>{0x87, "newMSCNumber"},
    };
  }
};

enum class AlertReason : std::uint8_t { ms_present = 0, memory_available = 1 };

/// ReadyForSM-Arg.
struct ReadyForSmArg {
  Octets imsi{};
  AlertReason alert_reason = AlertReason::ms_present;
  bool alert_reason_indicator = false;  // alert_reason is for GPRS
  std::optional<Octets> extension_container{};
  bool additional_alert_reason_indicator = false;        // alert_reason is from an IP-SM-GW
  std::optional<Octets> maximum_ue_availability_time{};  // 4 octets, seconds since 1900
  Rest rest{};

  static constexpr auto fields() {
    using P = ReadyForSmArg;
    return std::tuple{
        ber::Field<&P::imsi>{0x80, "imsi"},
        ber::Field<&P::alert_reason>{ber::kEnumerated, "alertReason"},
        ber::Field<&P::alert_reason_indicator>{ber::kNull, "alertReasonIndicator"},
        ber::Field<&P::extension_container>{ber::kSequence, "extensionContainer"},
        ber::Field<&P::additional_alert_reason_indicator>{0x81, "additionalAlertReasonIndicator"},
        ber::Field<&P::maximum_ue_availability_time>{ber::kOctetString,
                                                     "maximumUeAvailabilityTime"},
    };
  }
};

/// noteSubscriberPresent of version 1: an IMSI without a SEQUENCE around it.
struct NoteSubscriberPresentArg {
  Octets imsi{};
  bool is_bare = true;
  Rest rest{};

  static constexpr auto fields() {
    return std::tuple{ber::Field<&NoteSubscriberPresentArg::imsi>{ber::kOctetString, "imsi"}};
  }
  static constexpr auto bare() {
    return ber::Field<&NoteSubscriberPresentArg::imsi>{ber::kOctetString, "imsi"};
  }
};

}  // namespace rung::map
