// shortMsgGateway (TS 29.002 12.1, 12.3, 12.6, 17.7.6): where to deliver a short message, and what
// became of it. sendRoutingInfoForSM, reportSM-DeliveryStatus, informServiceCentre.
#pragma once

#include "engine/wire/map_types.hpp"

namespace rung::map {

/// 23.040 TP-MTI of the message to come, as sm-RP-MTI.
enum class SmRpMti : std::uint8_t { sms_deliver = 0, sms_status_report = 1 };
enum class SmDeliveryNotIntended : std::uint8_t { only_imsi = 0, only_mcc_mnc = 1 };

/// RoutingInfoForSM-Arg.
struct RoutingInfoForSmArg {
  Octets msisdn{};
  Boolean sm_rp_pri{};
  Octets service_centre_address{};
  std::optional<Octets> extension_container{};
  bool gprs_support_indicator = false;  // the SMS-GMSC can take two numbers
  std::optional<SmRpMti> sm_rp_mti{};
  std::optional<Octets> sm_rp_smea{};  // an address field of TS 23.040
  std::optional<SmDeliveryNotIntended> sm_delivery_not_intended{};
  bool ip_sm_gw_guidance_indicator = false;
  std::optional<Octets> imsi{};
  bool t4_trigger_indicator = false;
  bool single_attempt_delivery = false;
  std::optional<CorrelationId> correlation_id{};
  bool smsf_support_indicator = false;
  Rest rest{};

  static constexpr auto fields() {
    using P = RoutingInfoForSmArg;
    return std::tuple{
        ber::Field<&P::msisdn>{0x80, "msisdn"},
        ber::Field<&P::sm_rp_pri>{0x81, "sm-RP-PRI"},
        ber::Field<&P::service_centre_address>{0x82, "serviceCentreAddress"},
        ber::Field<&P::extension_container>{0xa6, "extensionContainer"},
        ber::Field<&P::gprs_support_indicator>{0x87, "gprsSupportIndicator"},
        ber::Field<&P::sm_rp_mti>{0x88, "sm-RP-MTI"},
        ber::Field<&P::sm_rp_smea>{0x89, "sm-RP-SMEA"},
        ber::Field<&P::sm_delivery_not_intended>{0x8a, "sm-deliveryNotIntended"},
        ber::Field<&P::ip_sm_gw_guidance_indicator>{0x8b, "ip-sm-gwGuidanceIndicator"},
        ber::Field<&P::imsi>{0x8c, "imsi"},
        // 17.7.6 has [14] in front of [13].
        ber::Field<&P::t4_trigger_indicator>{0x8e, "t4-Trigger-Indicator"},
        ber::Field<&P::single_attempt_delivery>{0x8d, "singleAttemptDelivery"},
        ber::Field<&P::correlation_id>{0xaf, "correlationID"},
        ber::Field<&P::smsf_support_indicator>{0x90, "smsf-supportIndicator"},
    };
  }
};

/// LocationInfoWithLMSI: one to three nodes that may take the message. In versions 1 and 2 it was
/// a CHOICE whose msc-Number has the tag of networkNode-Number.
struct LocationInfoWithLmsi {
  Octets network_node_number{};
  std::optional<Octets> lmsi{};
  std::optional<Octets> extension_container{};
  bool gprs_node_indicator = false;  // network_node_number is an SGSN's
  std::optional<AdditionalNumber> additional_number{};
  std::optional<NetworkNodeDiameterAddress> network_node_diameter_address{};
  std::optional<NetworkNodeDiameterAddress> additional_network_node_diameter_address{};
  std::optional<AdditionalNumber> third_number{};
  std::optional<NetworkNodeDiameterAddress> third_network_node_diameter_address{};
  bool ims_node_indicator = false;  // network_node_number is an IP-SM-GW's
  Rest rest{};

  static constexpr auto fields() {
    using P = LocationInfoWithLmsi;
    return std::tuple{
        ber::Field<&P::network_node_number>{0x81, "networkNode-Number"},
        ber::Field<&P::lmsi>{ber::kOctetString, "lmsi"},
        ber::Field<&P::extension_container>{ber::kSequence, "extensionContainer"},
        ber::Field<&P::gprs_node_indicator>{0x85, "gprsNodeIndicator"},
        ber::Field<&P::additional_number>{0xa6, "additional-Number"},
        ber::Field<&P::network_node_diameter_address>{0xa7, "networkNodeDiameterAddress"},
        ber::Field<&P::additional_network_node_diameter_address>{
            0xa8, "additionalNetworkNodeDiameterAddress"},
        ber::Field<&P::third_number>{0xa9, "thirdNumber"},
        ber::Field<&P::third_network_node_diameter_address>{0xaa,
                                                            "thirdNetworkNodeDiameterAddress"},
        ber::Field<&P::ims_node_indicator>{0x8b, "imsNodeIndicator"},
    };
  }
};

/// IP-SM-GW-Guidance: seconds, 30 to 600.
struct IpSmGwGuidance {
  std::uint16_t minimum_delivery_time_value = 0;
  std::uint16_t recommended_delivery_time_value = 0;
  std::optional<Octets> extension_container{};
  Rest rest{};

  static constexpr auto fields() {
    using P = IpSmGwGuidance;
    return std::tuple{
        ber::Field<&P::minimum_delivery_time_value>{ber::kInteger, "minimumDeliveryTimeValue"},
        ber::Field<&P::recommended_delivery_time_value>{ber::kInteger,
                                                        "recommendedDeliveryTimeValue"},
        ber::Field<&P::extension_container>{ber::kSequence, "extensionContainer"},
    };
  }
};

/// RoutingInfoForSM-Res.
struct RoutingInfoForSmRes {
  Octets imsi{};  // or an MT correlation ID, from an IP-SM-GW or SMS router
  LocationInfoWithLmsi location_info_with_lmsi{};
  std::optional<Octets> extension_container{};
  std::optional<IpSmGwGuidance> ip_sm_gw_guidance{};
  Rest rest{};

  static constexpr auto fields() {
    using P = RoutingInfoForSmRes;
    return std::tuple{
        ber::Field<&P::imsi>{ber::kOctetString, "imsi"},
        ber::Field<&P::location_info_with_lmsi>{0xa0, "locationInfoWithLMSI"},
        ber::Field<&P::extension_container>{0xa4, "extensionContainer"},
        ber::Field<&P::ip_sm_gw_guidance>{0xa5, "ip-sm-gwGuidance"},
    };
  }
};

/// ReportSM-DeliveryStatusArg. Version 1 has the two addresses alone.
struct ReportSmDeliveryStatusArg {
  Octets msisdn{};
  Octets service_centre_address{};
  std::optional<SmDeliveryOutcome> sm_delivery_outcome{};
  std::optional<std::uint8_t> absent_subscriber_diagnostic_sm{};  // TS 23.040 3.3.2
  std::optional<Octets> extension_container{};
  bool gprs_support_indicator = false;
  bool delivery_outcome_indicator = false;  // sm_delivery_outcome is for GPRS
  std::optional<SmDeliveryOutcome> additional_sm_delivery_outcome{};
  std::optional<std::uint8_t> additional_absent_subscriber_diagnostic_sm{};
  bool ip_sm_gw_indicator = false;  // sm_delivery_outcome is for IMS
  std::optional<SmDeliveryOutcome> ip_sm_gw_sm_delivery_outcome{};
  std::optional<std::uint8_t> ip_sm_gw_absent_subscriber_diagnostic_sm{};
  std::optional<Octets> imsi{};
  bool single_attempt_delivery = false;
  std::optional<CorrelationId> correlation_id{};
  Rest rest{};

  static constexpr auto fields() {
    using P = ReportSmDeliveryStatusArg;
    return std::tuple{
        ber::Field<&P::msisdn>{ber::kOctetString, "msisdn"},
        ber::Field<&P::service_centre_address>{ber::kOctetString, "serviceCentreAddress"},
        ber::Field<&P::sm_delivery_outcome>{ber::kEnumerated, "sm-DeliveryOutcome"},
        ber::Field<&P::absent_subscriber_diagnostic_sm>{0x80, "absentSubscriberDiagnosticSM"},
        ber::Field<&P::extension_container>{0xa1, "extensionContainer"},
        ber::Field<&P::gprs_support_indicator>{0x82, "gprsSupportIndicator"},
        ber::Field<&P::delivery_outcome_indicator>{0x83, "deliveryOutcomeIndicator"},
        ber::Field<&P::additional_sm_delivery_outcome>{0x84, "additionalSM-DeliveryOutcome"},
        ber::Field<&P::additional_absent_subscriber_diagnostic_sm>{
            0x85, "additionalAbsentSubscriberDiagnosticSM"},
        ber::Field<&P::ip_sm_gw_indicator>{0x86, "ip-sm-gw-Indicator"},
        ber::Field<&P::ip_sm_gw_sm_delivery_outcome>{0x87, "ip-sm-gw-sm-deliveryOutcome"},
        ber::Field<&P::ip_sm_gw_absent_subscriber_diagnostic_sm>{
            0x88, "ip-sm-gw-absentSubscriberDiagnosticSM"},
        ber::Field<&P::imsi>{0x89, "imsi"},
        ber::Field<&P::single_attempt_delivery>{0x8a, "singleAttemptDelivery"},
        ber::Field<&P::correlation_id>{0xab, "correlationID"},
    };
  }
};

/// ReportSM-DeliveryStatusRes.
struct ReportSmDeliveryStatusRes {
  std::optional<Octets> stored_msisdn{};
  std::optional<Octets> extension_container{};
  Rest rest{};

  static constexpr auto fields() {
    using P = ReportSmDeliveryStatusRes;
    return std::tuple{
        ber::Field<&P::stored_msisdn>{ber::kOctetString, "storedMSISDN"},
        ber::Field<&P::extension_container>{ber::kSequence, "extensionContainer"},
    };
  }
};

/// Bits of MW-Status.
enum class MwStatus : std::uint8_t {
  sc_address_not_included = 0,
  mnrf_set = 1,
  mcef_set = 2,
  mnrg_set = 3,
  mnr5g_set = 4,
  mnr5gn3g_set = 5
};

/// InformServiceCentreArg. It travels in the same End as the result of sendRoutingInfoForSM.
struct InformServiceCentreArg {
  std::optional<Octets> stored_msisdn{};
  std::optional<BitString> mw_status{};
  std::optional<Octets> extension_container{};
  std::optional<std::uint8_t> absent_subscriber_diagnostic_sm{};
  std::optional<std::uint8_t> additional_absent_subscriber_diagnostic_sm{};
  Rest rest{};

  static constexpr auto fields() {
    using P = InformServiceCentreArg;
    return std::tuple{
        ber::Field<&P::stored_msisdn>{ber::kOctetString, "storedMSISDN"},
        ber::Field<&P::mw_status>{ber::kBitString, "mw-Status"},
        ber::Field<&P::extension_container>{ber::kSequence, "extensionContainer"},
        ber::Field<&P::absent_subscriber_diagnostic_sm>{ber::kInteger,
                                                        "absentSubscriberDiagnosticSM"},
        ber::Field<&P::additional_absent_subscriber_diagnostic_sm>{
            0x80, "additionalAbsentSubscriberDiagnosticSM"},
    };
  }
};

}  // namespace rung::map
