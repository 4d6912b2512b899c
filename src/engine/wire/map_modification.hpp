// Subscriber data between IP-SM-GW and HLR (TS 29.002 8.11, 8.11.4, 8.11.5, 17.7.1): registration
// of the gateway by anyTimeModification, questions by anyTimeInterrogation, and
// noteSubscriberDataModified, which says that a UE is reachable.
#pragma once

#include "engine/wire/map_types.hpp"

namespace rung::map {

enum class ModificationInstruction : std::uint8_t { deactivate = 0, activate = 1 };

/// ModificationRequestFor-IP-SM-GW-Data.
struct ModificationRequestForIpSmGwData {
  std::optional<ModificationInstruction> modify_registration_status{};
  std::optional<Octets> extension_container{};
  std::optional<NetworkNodeDiameterAddress> ip_sm_gw_diameter_address{};
  Rest rest{};

  static constexpr auto fields() {
    using P = ModificationRequestForIpSmGwData;
    return std::tuple{
        ber::Field<&P::modify_registration_status>{0x80, "modifyRegistrationStatus"},
        ber::Field<&P::extension_container>{0xa1, "extensionContainer"},
        ber::Field<&P::ip_sm_gw_diameter_address>{0xa2, "ip-sm-gw-DiameterAddress"},
    };
  }
};

/// AnyTimeModificationArg; requests for other data than an IP-SM-GW's are kept in `rest`.
struct AnyTimeModificationArg {
  SubscriberIdentity subscriber_identity{};
  Octets gsm_scf_address{};  // the gateway's own number
  std::optional<Octets> extension_container{};
  std::optional<ModificationRequestForIpSmGwData> modification_request_for_ip_sm_gw_data{};
  std::optional<BitString> activation_request_for_ue_reachability{};  // bit 0: MME and SGSN
  Rest rest{};

  static constexpr auto fields() {
    using P = AnyTimeModificationArg;
    return std::tuple{
        ber::Field<&P::subscriber_identity>{0xa0, "subscriberIdentity"},
        ber::Field<&P::gsm_scf_address>{0x81, "gsmSCF-Address"},
        ber::Field<&P::extension_container>{0xa5, "extensionContainer"},
        ber::Field<&P::modification_request_for_ip_sm_gw_data>{
            0xa8, "modificationRequestFor-IP-SM-GW-Data"},
        ber::Field<&P::activation_request_for_ue_reachability>{
            0x89, "activationRequestForUE-reachability"},
    };
  }
};

/// AnyTimeModificationRes: after a registration, the service centre of a waiting message.
struct AnyTimeModificationRes {
  std::optional<Octets> extension_container{};
  std::optional<Octets> service_centre_address{};
  Rest rest{};

  static constexpr auto fields() {
    using P = AnyTimeModificationRes;
    return std::tuple{
        ber::Field<&P::extension_container>{0xa2, "extensionContainer"},
        ber::Field<&P::service_centre_address>{0x89, "serviceCentreAddress"},
    };
  }
};

enum class DomainType : std::uint8_t { cs_domain = 0, ps_domain = 1 };

/// RequestedInfo.
struct RequestedInfo {
  bool location_information = false;
  bool subscriber_state = false;
  std::optional<Octets> extension_container{};
  bool current_location = false;
  std::optional<DomainType> requested_domain{};
  bool imei = false;
  bool ms_classmark = false;
  bool mnp_requested_info = false;
  bool location_information_eps_supported = false;
  bool t_ads_data = false;
  std::optional<BitString> requested_nodes{};  // bit 0: MME, 1: SGSN
  bool serving_node_indication = false;
  bool local_time_zone_request = false;
  Rest rest{};

  static constexpr auto fields() {
    using P = RequestedInfo;
    return std::tuple{
        ber::Field<&P::location_information>{0x80, "locationInformation"},
        ber::Field<&P::subscriber_state>{0x81, "subscriberState"},
        ber::Field<&P::extension_container>{0xa2, "extensionContainer"},
        ber::Field<&P::current_location>{0x83, "currentLocation"},
        ber::Field<&P::requested_domain>{0x84, "requestedDomain"},
        // 17.7.1 has [6] in front of [5], and [11] in front of [8].
        ber::Field<&P::imei>{0x86, "imei"},
        ber::Field<&P::ms_classmark>{0x85, "ms-classmark"},
        ber::Field<&P::mnp_requested_info>{0x87, "mnpRequestedInfo"},
        ber::Field<&P::location_information_eps_supported>{0x8b,
                                                           "locationInformationEPS-Supported"},
        ber::Field<&P::t_ads_data>{0x88, "t-adsData"},
        ber::Field<&P::requested_nodes>{0x89, "requestedNodes"},
        ber::Field<&P::serving_node_indication>{0x8a, "servingNodeIndication"},
        ber::Field<&P::local_time_zone_request>{0x8c, "localTimeZoneRequest"},
    };
  }
};

/// AnyTimeInterrogationArg.
struct AnyTimeInterrogationArg {
  SubscriberIdentity subscriber_identity{};
  RequestedInfo requested_info{};
  Octets gsm_scf_address{};
  std::optional<Octets> extension_container{};
  Rest rest{};

  static constexpr auto fields() {
    using P = AnyTimeInterrogationArg;
    return std::tuple{
        ber::Field<&P::subscriber_identity>{0xa0, "subscriberIdentity"},
        ber::Field<&P::requested_info>{0xa1, "requestedInfo"},
        ber::Field<&P::gsm_scf_address>{0x83, "gsmSCF-Address"},
        ber::Field<&P::extension_container>{0xa2, "extensionContainer"},
    };
  }
};

/// SubscriberState.
enum class SubscriberStateKind : std::uint8_t {
  net_det_not_reachable = 0x0a,
  assumed_idle = 0x80,
  camel_busy = 0x81,
  not_provided_from_vlr = 0x82
};
using SubscriberState =
    ber::Choice<SubscriberStateKind, SubscriberStateKind::net_det_not_reachable,
                SubscriberStateKind::assumed_idle, SubscriberStateKind::camel_busy,
                SubscriberStateKind::not_provided_from_vlr>;

enum class ImsVoiceOverPsSessionsInd : std::uint8_t {
  not_supported = 0,
  supported = 1,
  unknown = 2
};

/// SubscriberInfo; locations and the state in the packet domain are kept as they are.
struct SubscriberInfo {
  std::optional<Octets> location_information{};
  std::optional<SubscriberState> subscriber_state{};
  std::optional<Octets> extension_container{};
  std::optional<Octets> location_information_gprs{};
  std::optional<Octets> ps_subscriber_state{};
  std::optional<Octets> imei{};
  std::optional<ImsVoiceOverPsSessionsInd> ims_voice_over_ps_sessions_indication{};
  std::optional<Octets> last_ue_activity_time{};  // 4 octets, seconds since 1900
  std::optional<std::uint8_t> last_rat_type{};
  std::optional<Octets> eps_subscriber_state{};
  std::optional<Octets> location_information_eps{};
  Rest rest{};

  static constexpr auto fields() {
    using P = SubscriberInfo;
    return std::tuple{
        ber::Field<&P::location_information>{0xa0, "locationInformation"},
        ber::Field<&P::subscriber_state>{0xa1, "subscriberState"},
        ber::Field<&P::extension_container>{0xa2, "extensionContainer"},
        ber::Field<&P::location_information_gprs>{0xa3, "locationInformationGPRS"},
        ber::Field<&P::ps_subscriber_state>{0xa4, "ps-SubscriberState"},
        ber::Field<&P::imei>{0x85, "imei"},
        ber::Field<&P::ims_voice_over_ps_sessions_indication>{0x89,
                                                              "imsVoiceOverPS-SessionsIndication"},
        ber::Field<&P::last_ue_activity_time>{0x8a, "lastUE-ActivityTime"},
        ber::Field<&P::last_rat_type>{0x8b, "lastRAT-Type"},
        ber::Field<&P::eps_subscriber_state>{0xac, "eps-SubscriberState"},
        ber::Field<&P::location_information_eps>{0xad, "locationInformationEPS"},
    };
  }
};

/// AnyTimeInterrogationRes.
struct AnyTimeInterrogationRes {
  SubscriberInfo subscriber_info{};
  std::optional<Octets> extension_container{};
  Rest rest{};

  static constexpr auto fields() {
    using P = AnyTimeInterrogationRes;
    return std::tuple{
        ber::Field<&P::subscriber_info>{ber::kSequence, "subscriberInfo"},
        ber::Field<&P::extension_container>{ber::kSequence, "extensionContainer"},
    };
  }
};

/// NoteSubscriberDataModifiedArg; what changed besides reachability is kept in `rest`.
struct NoteSubscriberDataModifiedArg {
  Octets imsi{};
  Octets msisdn{};
  bool all_information_sent = false;
  std::optional<Octets> extension_container{};
  std::optional<BitString> ue_reachable{};  // bit 0: MME, 1: SGSN
  Rest rest{};

  static constexpr auto fields() {
    using P = NoteSubscriberDataModifiedArg;
    return std::tuple{
        ber::Field<&P::imsi>{ber::kOctetString, "imsi"},
        ber::Field<&P::msisdn>{ber::kOctetString, "msisdn"},
        ber::Field<&P::all_information_sent>{0x84, "allInformationSent"},
        ber::Field<&P::extension_container>{ber::kSequence, "extensionContainer"},
        ber::Field<&P::ue_reachable>{0x85, "ue-reachable"},
    };
  }
};

}  // namespace rung::map
