// What a gateway that poses as an SGSN uses (TS 29.002 8.1, 8.8, 17.7.1): updateGprsLocation with
// insertSubscriberData, cancelLocation, purgeMS.
#pragma once

#include "engine/wire/map_types.hpp"

namespace rung::map {

/// UpdateGprsLocationArg.
struct UpdateGprsLocationArg {
  Octets imsi{};
  Octets sgsn_number{};
  Octets sgsn_address{};  // GSN-Address: an octet of type and length, then the IP address
  std::optional<Octets> extension_container{};
  std::optional<Octets> sgsn_capability{};
  bool inform_previous_network_entity = false;
  bool ps_lcs_not_supported_by_ue = false;
  std::optional<Octets> v_gmlc_address{};
  Rest rest{};

  static constexpr auto fields() {
    using P = UpdateGprsLocationArg;
    return std::tuple{
        ber::Field<&P::imsi>{ber::kOctetString, "imsi"},
        ber::Field<&P::sgsn_number>{ber::kOctetString, "sgsn-Number"},
        ber::Field<&P::sgsn_address>{ber::kOctetString, "sgsn-Address"},
        ber::Field<&P::extension_container>{ber::kSequence, "extensionContainer"},
        ber::Field<&P::sgsn_capability>{0xa0, "sgsn-Capability"},
        ber::Field<&P::inform_previous_network_entity>{0x81, "informPreviousNetworkEntity"},
        ber::Field<&P::ps_lcs_not_supported_by_ue>{0x82, "ps-LCS-NotSupportedByUE"},
        ber::Field<&P::v_gmlc_address>{0x83, "v-gmlc-Address"},
    };
  }
};

/// UpdateGprsLocationRes.
struct UpdateGprsLocationRes {
  Octets hlr_number{};
  std::optional<Octets> extension_container{};
  bool add_capability = false;
  bool sgsn_mme_separation_supported = false;
  Rest rest{};

  static constexpr auto fields() {
    using P = UpdateGprsLocationRes;
    return std::tuple{
        ber::Field<&P::hlr_number>{ber::kOctetString, "hlr-Number"},
        ber::Field<&P::extension_container>{ber::kSequence, "extensionContainer"},
        ber::Field<&P::add_capability>{ber::kNull, "add-Capability"},
        ber::Field<&P::sgsn_mme_separation_supported>{0x80, "sgsn-mmeSeparationSupported"},
    };
  }
};

enum class SubscriberStatus : std::uint8_t { service_granted = 0, operator_determined_barring = 1 };

/// InsertSubscriberDataArg; subscriptions that no short message needs are kept in `rest`.
struct InsertSubscriberDataArg {
  std::optional<Octets> imsi{};
  std::optional<Octets> msisdn{};
  std::optional<Octets> category{};
  std::optional<SubscriberStatus> subscriber_status{};
  std::optional<Octets> bearer_service_list{};
  std::optional<Octets> teleservice_list{};
  std::optional<Octets> extension_container{};
  Rest rest{};

  static constexpr auto fields() {
    using P = InsertSubscriberDataArg;
    return std::tuple{
        ber::Field<&P::imsi>{0x80, "imsi"},
        ber::Field<&P::msisdn>{0x81, "msisdn"},
        ber::Field<&P::category>{0x82, "category"},
        ber::Field<&P::subscriber_status>{0x83, "subscriberStatus"},
        ber::Field<&P::bearer_service_list>{0xa4, "bearerServiceList"},
        ber::Field<&P::teleservice_list>{0xa6, "teleserviceList"},
        ber::Field<&P::extension_container>{0xae, "extensionContainer"},
    };
  }
};

/// InsertSubscriberDataRes: the services that the node does not support.
struct InsertSubscriberDataRes {
  std::optional<Octets> teleservice_list{};
  std::optional<Octets> bearer_service_list{};
  Rest rest{};

  static constexpr auto fields() {
    using P = InsertSubscriberDataRes;
    return std::tuple{
        ber::Field<&P::teleservice_list>{0xa1, "teleserviceList"},
        ber::Field<&P::bearer_service_list>{0xa2, "bearerServiceList"},
    };
  }
};

/// Identity; imsi_with_lmsi is a SEQUENCE of the two, kept as it is.
enum class IdentityKind : std::uint8_t { imsi = 0x04, imsi_with_lmsi = 0x30 };
using Identity = ber::Choice<IdentityKind, IdentityKind::imsi, IdentityKind::imsi_with_lmsi>;

enum class CancellationType : std::uint8_t {
  update_procedure = 0,
  subscription_withdraw = 1,
  initial_attach_procedure = 2
};

/// CancelLocationArg; in versions 1 and 2 (`is_bare`) the identity alone, without [3] around it.
struct CancelLocationArg {
  Identity identity{};
  std::optional<CancellationType> cancellation_type{};
  std::optional<Octets> extension_container{};
  bool is_bare = false;
  Rest rest{};

  static constexpr ber::Tag kTag = 0xa3;
  static constexpr auto fields() {
    using P = CancelLocationArg;
    return std::tuple{
        ber::Field<&P::identity>{0, "identity"},
        ber::Field<&P::cancellation_type>{ber::kEnumerated, "cancellationType"},
        ber::Field<&P::extension_container>{ber::kSequence, "extensionContainer"},
    };
  }
  static constexpr auto bare() { return ber::Field<&CancelLocationArg::identity>{0, "identity"}; }
};

/// PurgeMS-Arg. In version 2 (`is_sequence`) it is no [3] but a SEQUENCE, and the VLR number has no
/// tag of its own.
struct PurgeMsArg {
  Octets imsi{};
  std::optional<Octets> vlr_number_v2{};
  std::optional<Octets> vlr_number{};
  std::optional<Octets> sgsn_number{};
  std::optional<Octets> extension_container{};
  bool is_sequence = false;
  Rest rest{};

  static constexpr ber::Tag kTag = 0xa3;
  static constexpr auto fields() {
    using P = PurgeMsArg;
    return std::tuple{
        ber::Field<&P::imsi>{ber::kOctetString, "imsi"},
        ber::Field<&P::vlr_number_v2>{ber::kOctetString, "vlr-Number"},
        ber::Field<&P::vlr_number>{0x80, "vlr-Number"},
        ber::Field<&P::sgsn_number>{0x81, "sgsn-Number"},
        ber::Field<&P::extension_container>{ber::kSequence, "extensionContainer"},
    };
  }
};

/// PurgeMS-Res.
struct PurgeMsRes {
  bool freeze_tmsi = false;
  bool freeze_p_tmsi = false;
  std::optional<Octets> extension_container{};
  Rest rest{};

  static constexpr auto fields() {
    using P = PurgeMsRes;
    return std::tuple{
        ber::Field<&P::freeze_tmsi>{0x80, "freezeTMSI"},
        ber::Field<&P::freeze_p_tmsi>{0x81, "freezeP-TMSI"},
        ber::Field<&P::extension_container>{ber::kSequence, "extensionContainer"},
    };
  }
};

}  // namespace rung::map
