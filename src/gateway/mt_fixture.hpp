// A gateway with a link, and what an SMS-GMSC and the HSS say to it around a short message for Bob.
// Test only.
#pragma once

#include <string>
#include <vector>

#include "gateway/network_fixture.hpp"

namespace rung::gateway {

class MtWorld : public NetworkWorld {
 public:
  explicit MtWorld(const GatewayConfig& config = network_config()) : NetworkWorld(config) {}

  /// The SMS-GMSC's inquiry as the HSS relays it, up to the gateway's own.
  MapGot inquire(map::ApplicationContext context = kRoutingV3,
                 std::string_view msisdn = "12125552222") {
    map::RoutingInfoForSmArg argument;
    argument.msisdn = number(msisdn);
    argument.sm_rp_pri = {true};
    argument.service_centre_address = number("46708000004");
    begin(0x1001, context, Operation::send_routing_info_for_sm, argument, sccp::kSsnHlr);
    return one();
  }
  /// The HSS answers that with the MSC, and the SGSN where `sgsn`.
  MapGot route(const MapGot& inquiry, bool sgsn = false) {
    map::RoutingInfoForSmRes answer;
    answer.imsi = imsi(kImsi);
    answer.location_info_with_lmsi.network_node_number = number("46708000005");
    if (sgsn) {
      answer.location_info_with_lmsi.additional_number = {map::AdditionalNumberKind::sgsn,
                                                          number("46708000006")};
    }
    result(inquiry, Operation::send_routing_info_for_sm, answer);
    return one();
  }
  /// Both, and the MT correlation ID that came of it.
  std::string correlate(bool sgsn = false) { return route(inquire(), sgsn)["imsi"]; }

  static map::MtForwardSmArg forward_to(std::string_view imsi_digits) {
    map::MtForwardSmArg argument;
    argument.sm_rp_da = {map::SmRpDaKind::imsi, imsi(imsi_digits)};
    argument.sm_rp_oa = {map::SmRpOaKind::service_centre_address, number("46708000004")};
    argument.sm_rp_ui = golden::hex(kDeliver);
    return argument;
  }
  std::vector<Got> forward(std::string_view imsi_digits) {
    return begin(0x2002, kMtV3, Operation::mt_forward_sm, forward_to(imsi_digits));
  }
  std::vector<Got> bob_refuses(const Got& message, std::string_view cause,
                               const std::string& tpdu = {}) {
    answer(message, 200);
    return report(kBob, message,
                  fmt::format("04{:02x}01{}{}", message.rpdu().reference, cause, tpdu));
  }
};

}  // namespace rung::gateway
