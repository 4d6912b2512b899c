// Relay of short messages (TS 29.002 12.2, 12.9, 17.7.6): mo-ForwardSM, mt-ForwardSM and, in
// versions 1 and 2, forwardSM for both.
#pragma once

#include "engine/wire/map_types.hpp"

namespace rung::map {

/// MO-ForwardSM-Arg, and ForwardSM-Arg of versions 1 and 2, which alone has more_messages_to_send
/// (not in version 1) and nothing behind it.
struct MoForwardSmArg {
  SmRpDa sm_rp_da{};
  SmRpOa sm_rp_oa{};
  Octets sm_rp_ui{};  // the TPDU
  bool more_messages_to_send = false;
  std::optional<Octets> extension_container{};
  std::optional<Octets> imsi{};
  std::optional<CorrelationId> correlation_id{};
  std::optional<SmDeliveryOutcome> sm_delivery_outcome{};
  Rest rest{};

  static constexpr auto fields() {
    using P = MoForwardSmArg;
    return std::tuple{
        ber::Field<&P::sm_rp_da>{0, "sm-RP-DA"},
        ber::Field<&P::sm_rp_oa>{0, "sm-RP-OA"},
        ber::Field<&P::sm_rp_ui>{ber::kOctetString, "sm-RP-UI"},
        ber::Field<&P::more_messages_to_send>{ber::kNull, "moreMessagesToSend"},
        ber::Field<&P::extension_container>{ber::kSequence, "extensionContainer"},
        ber::Field<&P::imsi>{ber::kOctetString, "imsi"},
        ber::Field<&P::correlation_id>{0xa0, "correlationID"},
        ber::Field<&P::sm_delivery_outcome>{0x81, "sm-DeliveryOutcome"},
    };
  }
};

/// MT-ForwardSM-Arg.
struct MtForwardSmArg {
  SmRpDa sm_rp_da{};
  SmRpOa sm_rp_oa{};
  Octets sm_rp_ui{};                   // the TPDU
  bool more_messages_to_send = false;  // the dialogue stays open for the next one
  std::optional<Octets> extension_container{};
  std::optional<std::uint16_t> sm_delivery_timer{};  // seconds, 30 to 600
  std::optional<Octets> sm_delivery_start_time{};    // 4 octets, seconds since 1900
  bool sms_over_ip_only_indicator = false;
  std::optional<CorrelationId> correlation_id{};
  std::optional<Octets> maximum_retransmission_time{};
  std::optional<Octets> sms_gmsc_address{};
  std::optional<NetworkNodeDiameterAddress> sms_gmsc_diameter_address{};
  Rest rest{};

  static constexpr auto fields() {
    using P = MtForwardSmArg;
    return std::tuple{
        ber::Field<&P::sm_rp_da>{0, "sm-RP-DA"},
        ber::Field<&P::sm_rp_oa>{0, "sm-RP-OA"},
        ber::Field<&P::sm_rp_ui>{ber::kOctetString, "sm-RP-UI"},
        ber::Field<&P::more_messages_to_send>{ber::kNull, "moreMessagesToSend"},
        ber::Field<&P::extension_container>{ber::kSequence, "extensionContainer"},
        ber::Field<&P::sm_delivery_timer>{ber::kInteger, "smDeliveryTimer"},
        ber::Field<&P::sm_delivery_start_time>{ber::kOctetString, "smDeliveryStartTime"},
        ber::Field<&P::sms_over_ip_only_indicator>{0x80, "smsOverIP-OnlyIndicator"},
        ber::Field<&P::correlation_id>{0xa1, "correlationID"},
        ber::Field<&P::maximum_retransmission_time>{0x82, "maximumRetransmissionTime"},
        ber::Field<&P::sms_gmsc_address>{0x83, "smsGmscAddress"},
        ber::Field<&P::sms_gmsc_diameter_address>{0xa4, "smsGmscDiameterAddress"},
    };
  }
};

/// MO-ForwardSM-Res and MT-ForwardSM-Res; missing altogether in versions 1 and 2.
struct ForwardSmRes {
  std::optional<Octets> sm_rp_ui{};  // SMS-SUBMIT-REPORT or SMS-DELIVER-REPORT
  std::optional<Octets> extension_container{};
  Rest rest{};

  static constexpr auto fields() {
    using P = ForwardSmRes;
    return std::tuple{
        ber::Field<&P::sm_rp_ui>{ber::kOctetString, "sm-RP-UI"},
        ber::Field<&P::extension_container>{ber::kSequence, "extensionContainer"},
    };
  }
};

}  // namespace rung::map
