// Submits that go to a service centre of the network (TS 23.204 6.3, TS 23.040 11.3).
#include "gateway/network_fixture.hpp"

namespace rung::gateway {
namespace {

const std::string kSubmit = submit_to_bob();

TEST(mo_forward, goes_to_the_centre_of_rp_da_with_the_tpdu_as_it_came) {
  NetworkWorld world;
  world.bring_up(kAlice);

  const auto got = world.submit(kAlice, rp_data(7, kSubmit));

  ASSERT_EQ(got.size(), 1U);
  EXPECT_EQ(got[0].status(), 202);
  const MapGot asked = world.one();
  EXPECT_EQ(asked["context"], "shortMsgMO-Relay-v3");
  EXPECT_EQ(asked["component"], "Invoke 1 mo-ForwardSM");
  EXPECT_EQ(asked["sm-RP-DA"], "sc 12125550000");
  EXPECT_EQ(asked["sm-RP-OA"], "msisdn 12125551111");
  EXPECT_EQ(asked["sm-RP-UI"], kSubmit);
  EXPECT_EQ(asked["imsi"], "");
  EXPECT_EQ(asked["called"], kScNumber);
  EXPECT_EQ(asked["called_ssn"], "8");
  EXPECT_EQ(asked["calling_ssn"], "8");
}

TEST(mo_forward, without_rp_da_it_goes_to_the_centre_of_the_request_uri) {
  NetworkWorld world;
  world.bring_up(kAlice);
  const std::string rpdu = fmt::format("00030000 {:02x}{}", kSubmit.size() / 2, kSubmit);
  for (const bool named : {true, false}) {
    world.send(kAlice,
               world.message_text(kAlice, named ? "tel:+12125559999" : "sip:sc.home1.net", rpdu));
    EXPECT_EQ(world.one()["called"], named ? "12125559999" : kScNumber);
  }
}

TEST(mo_forward, its_result_becomes_the_report_with_the_centres_tpdu) {
  NetworkWorld world;
  world.bring_up(kAlice);
  world.submit(kAlice, rp_data(7, kSubmit));
  const std::string call_id = world.last_call_id;
  map::ForwardSmRes result;
  result.sm_rp_ui = golden::hex("010062110232034500");

  const auto got = world.result(world.one(), Operation::mo_forward_sm, result);

  ASSERT_EQ(got.size(), 1U);
  EXPECT_EQ(body_of(got[0]),
            "030741"
            "09"
            "010062110232034500");
  EXPECT_EQ(got[0].header(sip::Header::in_reply_to), call_id);
  EXPECT_EQ(world.gateway.levels().submits, 0U);
  EXPECT_EQ(world.gateway.levels().dialogues, 0U);
}

TEST(mo_forward, a_result_without_a_tpdu_becomes_a_bare_rp_ack) {
  NetworkWorld world;
  world.bring_up(kAlice);
  world.submit(kAlice, rp_data(7, kSubmit));
  const auto got = world.result(world.one(), Operation::mo_forward_sm);
  ASSERT_EQ(got.size(), 1U);
  EXPECT_EQ(body_of(got[0]), "0307");
}

struct Mapping {
  UserError error;
  int cause;  // of sm-DeliveryFailure or callBarred; -1: none
  unsigned rp_cause;
};
class MoForwardError : public testing::TestWithParam<Mapping> {};

TEST_P(MoForwardError, becomes_the_rp_cause_of_23_040_11_3) {
  const auto [code, cause, rp_cause] = GetParam();
  NetworkWorld world;
  world.bring_up(kAlice);
  world.submit(kAlice, rp_data(7, kSubmit));
  const MapGot asked = world.one();
  std::vector<Got> got;
  if (code == UserError::sm_delivery_failure) {
    map::SmDeliveryFailureCause parameter;
    parameter.cause = static_cast<map::SmEnumeratedDeliveryFailureCause>(cause);
    got = world.error(asked, code, parameter);
  } else if (cause >= 0) {
    map::CallBarredParam parameter;
    parameter.call_barring_cause = static_cast<map::CallBarringCause>(cause);
    got = world.error(asked, code, parameter);
  } else {
    got = world.error(asked, code);
  }
  ASSERT_EQ(got.size(), 1U);
  EXPECT_EQ(body_of(got[0]), fmt::format("050701{:02x}", rp_cause));
}

INSTANTIATE_TEST_SUITE_P(table, MoForwardError,
                         testing::Values(Mapping{UserError::sm_delivery_failure, 3, 1},
                                         Mapping{UserError::sm_delivery_failure, 4, 42},
                                         Mapping{UserError::sm_delivery_failure, 5, 21},
                                         Mapping{UserError::sm_delivery_failure, 6, 28},
                                         Mapping{UserError::facility_not_supported, -1, 69},
                                         Mapping{UserError::system_failure, -1, 38},
                                         Mapping{UserError::unexpected_data_value, -1, 38},
                                         Mapping{UserError::data_missing, -1, 38},
                                         Mapping{UserError::teleservice_not_provisioned, -1, 50},
                                         Mapping{UserError::call_barred, 0, 10},
                                         Mapping{UserError::call_barred, 1, 8},
                                         Mapping{UserError::resource_limitation, -1, 38}));

TEST(mo_forward, diagnostic_info_goes_into_the_rp_error) {
  NetworkWorld world;
  world.bring_up(kAlice);
  world.submit(kAlice, rp_data(7, kSubmit));
  map::SmDeliveryFailureCause parameter;
  parameter.cause = map::SmEnumeratedDeliveryFailureCause::sc_congestion;
  parameter.diagnostic_info = golden::hex("01c00062110232034500");
  const auto got = world.error(world.one(), UserError::sm_delivery_failure, parameter);
  ASSERT_EQ(got.size(), 1U);
  EXPECT_EQ(body_of(got[0]),
            "0507012a"
            "410a"
            "01c00062110232034500");
}

/// Ends of the dialogue without an answer: all of them RP-Cause 38, one report each.
TEST(mo_forward, silence_ends_by_tr2n_and_a_late_answer_is_only_counted) {
  NetworkWorld world;
  world.bring_up(kAlice);
  world.submit(kAlice, rp_data(7, kSubmit));
  const MapGot asked = world.one();

  const auto got = messages_of(world.run(31s));
  const auto late = world.result(asked, Operation::mo_forward_sm);

  ASSERT_FALSE(got.empty());
  EXPECT_EQ(body_of(got[0]), "05070126");
  EXPECT_TRUE(messages_of(late).empty());
  EXPECT_EQ(world.counters().map_late, 1U);
  EXPECT_EQ(world.counters().reports_sent, 1U);
}

TEST(mo_forward, an_abort_is_out_of_order) {
  NetworkWorld world;
  world.bring_up(kAlice);
  world.submit(kAlice, rp_data(7, kSubmit));
  const auto got = world.p_abort(world.one(), tcap::PAbortCause::resource_limitation);
  ASSERT_EQ(got.size(), 1U);
  EXPECT_EQ(body_of(got[0]), "05070126");
}

TEST(mo_forward, what_sccp_returns_is_out_of_order) {
  NetworkWorld world;
  world.bring_up(kAlice);
  world.submit(kAlice, rp_data(7, kSubmit));
  const auto got = world.return_unit(world.one());
  ASSERT_EQ(got.size(), 1U);
  EXPECT_EQ(body_of(got[0]), "05070126");
  EXPECT_EQ(world.counters().map_returned, 1U);
}

TEST(mo_forward, a_second_answer_gives_no_second_report) {
  NetworkWorld world;
  world.bring_up(kAlice);
  world.submit(kAlice, rp_data(7, kSubmit));
  const MapGot asked = world.one();
  EXPECT_EQ(world.result(asked, Operation::mo_forward_sm).size(), 1U);
  EXPECT_TRUE(world.result(asked, Operation::mo_forward_sm).empty());
  EXPECT_EQ(world.counters().map_late, 1U);
}

TEST(mo_forward, a_barred_user_is_refused_before_the_centre) {
  GatewayConfig config = NetworkWorld::network_config();
  config.barred = *parse_barred("12125551111");
  NetworkWorld world(config);
  world.bring_up(kAlice);
  const auto got = world.submit(kAlice, rp_data(7, kSubmit));
  EXPECT_EQ(body_of(messages_of(got).at(0)), "05070108");
  EXPECT_TRUE(world.map().empty());
}

TEST(mo_forward, a_copy_of_the_message_is_not_forwarded_again) {
  NetworkWorld world;
  world.bring_up(kAlice);
  const std::string text = world.message_text(kAlice, "sip:sc.home1.net", rp_data(7, kSubmit));
  world.send(kAlice, text);
  world.send(kAlice, text);
  EXPECT_EQ(world.map().size(), 1U);
}

TEST(mo_forward, a_centre_of_version_2_is_asked_as_it_offers_and_known_from_then_on) {
  NetworkWorld world;
  world.bring_up(kAlice);
  world.submit(kAlice, rp_data(7, kSubmit));
  const MapGot first = world.one();
  world.refuse(first, {ContextName::short_msg_mo_relay, 2});

  const MapGot second = world.one();
  EXPECT_EQ(second["context"], "shortMsgMO-Relay-v2");
  EXPECT_NE(second["otid"], first["otid"]);
  EXPECT_EQ(second["sm-RP-UI"], kSubmit);
  const auto got = world.result(second, Operation::mo_forward_sm);
  ASSERT_EQ(got.size(), 1U);
  EXPECT_EQ(body_of(got[0]), "0307");

  world.submit(kAlice, rp_data(8, submit_to_bob(0x2b)));
  EXPECT_EQ(world.one()["context"], "shortMsgMO-Relay-v2");
  EXPECT_EQ(world.counters().map_version_fallbacks, 1U);
}

TEST(mo_forward, a_lower_version_of_a_centre_is_not_remembered_for_ever) {
  NetworkWorld world;
  world.bring_up(kAlice);
  world.submit(kAlice, rp_data(7, kSubmit));
  world.refuse(world.one(), {ContextName::short_msg_mo_relay, 2});
  world.result(world.one(), Operation::mo_forward_sm);
  world.now += 3601s;
  world.pass();

  world.register_ue(kAlice);
  world.map();
  world.submit(kAlice, rp_data(8, submit_to_bob(0x2b)));
  EXPECT_EQ(world.one()["context"], "shortMsgMO-Relay-v3");
}

TEST(mo_forward, a_refusal_for_another_reason_is_no_matter_of_versions) {
  NetworkWorld world;
  world.bring_up(kAlice);
  world.submit(kAlice, rp_data(7, kSubmit));
  const auto got = world.refuse(world.one(), {ContextName::short_msg_mo_relay, 3},
                                tcap::Diagnostic::no_reason_given);
  ASSERT_EQ(got.size(), 1U);
  EXPECT_EQ(body_of(got[0]), "05070126");
  EXPECT_TRUE(world.map().empty());

  world.submit(kAlice, rp_data(8, submit_to_bob(0x2b)));
  EXPECT_EQ(world.one()["context"], "shortMsgMO-Relay-v3");
}

TEST(mo_forward, a_centre_may_confirm_the_dialogue_before_it_answers) {
  NetworkWorld world;
  world.bring_up(kAlice);
  world.submit(kAlice, rp_data(7, kSubmit));
  const MapGot asked = world.one();
  std::array<std::uint8_t, 256> room;
  tcap::Writer confirmation(room);
  EXPECT_TRUE(world.answer_with(asked, confirmation, tcap::Type::continue_).empty());
  EXPECT_TRUE(world.map().empty());

  const auto got = world.result(asked, Operation::mo_forward_sm);
  ASSERT_EQ(got.size(), 1U);
  EXPECT_EQ(body_of(got[0]), "0307");
  EXPECT_EQ(world.gateway.levels().dialogues, 0U);
}

TEST(mo_forward, a_reject_that_nothing_asked_for_is_not_rejected) {
  NetworkWorld world;
  world.bring_up(kAlice);
  world.submit(kAlice, rp_data(7, kSubmit));
  std::array<std::uint8_t, 256> room;
  tcap::Writer reject(room);
  reject.reject(std::int8_t{9}, tcap::kInvokeMistypedParameter);
  const auto got = world.answer_with(world.one(), reject, tcap::Type::continue_);
  ASSERT_EQ(got.size(), 1U);
  EXPECT_EQ(body_of(got[0]), "05070126");
  const MapGot end = world.one();
  EXPECT_EQ(end["tcap"], "End");
  EXPECT_EQ(end["component"], "");
}

TEST(mo_forward, a_centre_of_version_1_is_asked_without_a_dialogue_portion) {
  NetworkWorld world;
  world.bring_up(kAlice);
  world.submit(kAlice, rp_data(7, kSubmit));
  world.p_abort(world.one(), tcap::PAbortCause::incorrect_transaction_portion);
  const MapGot second = world.one();
  EXPECT_EQ(second["dialogue"], "");
  EXPECT_EQ(second["component"], "Invoke 1 mo-ForwardSM");
  EXPECT_EQ(world.result(second, Operation::mo_forward_sm).size(), 1U);
}

TEST(mo_forward, an_empty_begin_is_followed_by_the_request) {
  GatewayConfig config = NetworkWorld::network_config();
  config.network.empty_begin = true;
  NetworkWorld world(config);
  world.bring_up(kAlice);
  world.submit(kAlice, rp_data(7, kSubmit));
  const MapGot begin = world.one();
  EXPECT_EQ(begin["dialogue"], "AARQ");
  EXPECT_EQ(begin["component"], "");

  std::array<std::uint8_t, 256> room;
  tcap::Writer accept(room);
  world.answer_with(begin, accept, tcap::Type::continue_);

  const MapGot request = world.one();
  EXPECT_EQ(request["tcap"], "Continue");
  EXPECT_EQ(request["dialogue"], "");
  EXPECT_EQ(request["dtid"], "00000077");
  EXPECT_EQ(request["component"], "Invoke 1 mo-ForwardSM");
  EXPECT_EQ(world.result(request, Operation::mo_forward_sm).size(), 1U);
}

TEST(mo_forward, a_full_pool_of_dialogues_is_congestion) {
  GatewayConfig config = NetworkWorld::network_config();
  config.network.dialogues_max = 1;
  NetworkWorld world(config);
  world.bring_up(kAlice);
  world.submit(kAlice, rp_data(7, kSubmit));
  const auto got = world.submit(kAlice, rp_data(8, submit_to_bob(0x2b)));
  EXPECT_EQ(body_of(messages_of(got).at(0)), "0508012a");
  EXPECT_EQ(world.counters().full_dialogues, 1U);
  // Nothing of the refused one is left to run out: what comes yet are copies of its report, and the
  // report of the first.
  for (const Got& later : messages_of(world.run(31s))) {
    const std::string report = body_of(later).substr(0, 4);
    EXPECT_TRUE(report == "0508" || report == "0507") << report;
  }
  EXPECT_EQ(world.gateway.levels().submits, 0U);
}

TEST(memory_available, the_hss_is_asked_for_the_imsi_and_told) {
  NetworkWorld world;
  world.bring_up(kAlice);

  const auto got = world.submit(kAlice, "0609");

  EXPECT_EQ(got.at(0).status(), 202);
  const MapGot inquiry = world.one();
  EXPECT_EQ(inquiry["component"], "Invoke 1 sendRoutingInfoForSM");
  map::RoutingInfoForSmRes route;
  route.imsi = NetworkWorld::imsi(kImsi);
  route.location_info_with_lmsi.network_node_number = NetworkWorld::number("46708000005");
  world.result(inquiry, Operation::send_routing_info_for_sm, route);
  const MapGot ready = world.one();
  EXPECT_EQ(ready["context"], "mwdMngt-v3");
  EXPECT_EQ(ready["component"], "Invoke 1 readyForSM");
  EXPECT_EQ(ready["imsi"], kImsi);
  EXPECT_EQ(ready["alertReason"], "1");
  EXPECT_EQ(ready["additionalAlertReasonIndicator"], "1");
  const auto report = world.result(ready, Operation::ready_for_sm);
  ASSERT_EQ(report.size(), 1U);
  EXPECT_EQ(body_of(report[0]), "0309");

  world.submit(kAlice, "060a");
  EXPECT_EQ(world.one()["component"], "Invoke 1 readyForSM");
}

TEST(memory_available, an_unknown_subscriber_is_cause_30) {
  NetworkWorld world;
  world.bring_up(kAlice);
  world.submit(kAlice, "0609");
  const auto got = world.error(world.one(), UserError::unknown_subscriber);
  ASSERT_EQ(got.size(), 1U);
  EXPECT_EQ(body_of(got[0]), "0509011e");
}

TEST(memory_available, a_silent_hss_is_cause_38) {
  NetworkWorld world;
  world.bring_up(kAlice);
  world.submit(kAlice, "0609");
  const auto got = messages_of(world.run(31s));
  ASSERT_FALSE(got.empty());
  EXPECT_EQ(body_of(got[0]), "05090126");
}

/// It took its time to say the IMSI: the report comes within TR1M all the same.
TEST(memory_available, an_hss_that_is_slow_twice_is_cause_38_in_time) {
  NetworkWorld world;
  world.bring_up(kAlice);
  world.submit(kAlice, "0609");
  world.now += 14s;
  world.pass();
  map::RoutingInfoForSmRes route;
  route.imsi = NetworkWorld::imsi(kImsi);
  route.location_info_with_lmsi.network_node_number = NetworkWorld::number("46708000005");
  world.result(world.one(), Operation::send_routing_info_for_sm, route);
  const MapGot ready = world.one();
  std::array<std::uint8_t, 256> room;
  tcap::Writer confirmation(room);
  world.answer_with(ready, confirmation, tcap::Type::continue_);

  const auto got = messages_of(world.run(17s));
  ASSERT_FALSE(got.empty());
  EXPECT_EQ(body_of(got[0]), "05090126");
  EXPECT_EQ(world.gateway.levels().dialogues, 0U);
  EXPECT_EQ(world.gateway.levels().submits, 0U);
}

TEST(memory_available, tr2n_bounds_both_questions) {
  GatewayConfig config = NetworkWorld::network_config();
  config.network.timer_medium = 60s;
  NetworkWorld world(config);
  world.bring_up(kAlice);
  world.submit(kAlice, "0609");
  const MapGot inquiry = world.one();

  const auto got = messages_of(world.run(31s));
  ASSERT_FALSE(got.empty());
  EXPECT_EQ(body_of(got[0]), "05090126");
  EXPECT_EQ(world.gateway.levels().submits, 0U);
  map::RoutingInfoForSmRes route;
  route.imsi = NetworkWorld::imsi(kImsi);
  route.location_info_with_lmsi.network_node_number = NetworkWorld::number("46708000005");
  EXPECT_TRUE(
      messages_of(world.result(inquiry, Operation::send_routing_info_for_sm, route)).empty());
  EXPECT_TRUE(world.map().empty());
}

TEST(memory_available, f49_nobody_is_told) {
  NetworkWorld world(NetworkWorld::network_with_fault(FaultId::f49));
  world.bring_up(kAlice);
  const auto got = world.submit(kAlice, "0609");
  EXPECT_EQ(body_of(messages_of(got).at(0)), "0309");
  EXPECT_TRUE(world.map().empty());
}

TEST(memory_available, f51_the_service_centre_gets_it) {
  NetworkWorld world(NetworkWorld::network_with_fault(FaultId::f51));
  world.bring_up(kAlice);
  world.submit(kAlice, "0609");
  EXPECT_EQ(world.one()["component"], "Invoke 1 mo-ForwardSM");
}

TEST(mo_forward, f57_the_configured_centre_gets_it) {
  GatewayConfig config = NetworkWorld::network_with_fault(FaultId::f57);
  config.sc_address = "46708000004";
  NetworkWorld world(config);
  world.bring_up(kAlice);
  world.submit(kAlice, rp_data(7, kSubmit));
  EXPECT_EQ(world.one()["called"], "46708000004");
}

TEST(mo_forward, f65_congestion_is_told_as_out_of_order) {
  NetworkWorld world(NetworkWorld::network_with_fault(FaultId::f65));
  world.bring_up(kAlice);
  world.submit(kAlice, rp_data(7, kSubmit));
  map::SmDeliveryFailureCause parameter;
  parameter.cause = map::SmEnumeratedDeliveryFailureCause::sc_congestion;
  const auto got = world.error(world.one(), UserError::sm_delivery_failure, parameter);
  EXPECT_EQ(body_of(got.at(0)), "05070126");
}

TEST(mo_forward, f13_no_report_after_success) {
  NetworkWorld world(NetworkWorld::network_with_fault(FaultId::f13));
  world.bring_up(kAlice);
  world.submit(kAlice, rp_data(7, kSubmit));
  EXPECT_TRUE(world.result(world.one(), Operation::mo_forward_sm).empty());
}

TEST(mo_forward, f15_a_copy_is_forwarded_again) {
  NetworkWorld world(NetworkWorld::network_with_fault(FaultId::f15));
  world.bring_up(kAlice);
  const std::string text = world.message_text(kAlice, "sip:sc.home1.net", rp_data(7, kSubmit));
  world.send(kAlice, text);
  world.send(kAlice, text);
  EXPECT_EQ(world.map().size(), 2U);
}

}  // namespace
}  // namespace rung::gateway
