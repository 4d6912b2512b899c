// Short messages that an SMS-GMSC forwards, from its inquiry to its one answer (TS 23.204 6.4 to
// 6.5a, TS 24.341 5.3.3.3 and 5.3.3.4, TS 23.040 11.1).
#include "gateway/mt_fixture.hpp"

namespace rung::gateway {
namespace {

std::string hello() {
  std::string text(kDeliver);
  std::erase(text, ' ');
  return text;
}

TEST(mt_forward, absence_at_a_node_is_told_as_the_version_of_the_smsc_spells_it) {
  MtWorld world;
  world.bring_up(kBob);
  const auto got = messages_of(world.forward(world.correlate()));
  world.answer(got.at(0), 503);
  world.error(world.one(), UserError::absent_subscriber);
  EXPECT_EQ(world.map().at(0)["component"], "ReturnError 1 absentSubscriberSM");
}

/// The 200 has come, and time is over before the report is.
TEST(mt_forward, time_that_runs_out_behind_the_200_is_no_absence) {
  GatewayConfig config = NetworkWorld::network_config();
  config.network.domains = {Domain::ims};
  MtWorld world(config);
  world.bring_up(kBob);
  auto argument = MtWorld::forward_to(world.correlate());
  argument.sm_delivery_timer = 20;
  const auto got = messages_of(world.begin(0x2002, kMtV3, Operation::mt_forward_sm, argument));
  world.answer(got.at(0), 200);
  world.now += 19s;
  world.pass();
  EXPECT_EQ(world.one()["component"], "ReturnError 1 sm-DeliveryFailure");
}

TEST(mt_forward, a_contact_that_takes_no_short_messages_is_no_equipment_for_them) {
  GatewayConfig config = NetworkWorld::network_config();
  config.network.domains = {Domain::ims};
  MtWorld world(config);
  Ue plain = kBob;
  plain.contact_parameters = "";
  world.register_ue(plain);
  EXPECT_TRUE(messages_of(world.forward(world.correlate())).empty());
  EXPECT_EQ(world.one()["sm-EnumeratedDeliveryFailureCause"], "2");
}

/// Until the HSS has heard that the user is back it is told again.
TEST(mt_forward, a_user_who_is_back_is_told_until_the_hss_answers) {
  GatewayConfig config = NetworkWorld::network_config();
  config.network.domains = {Domain::ims};
  MtWorld world(config);
  world.bring_up(kBob);
  const auto got = messages_of(world.forward(world.correlate()));
  world.answer(got.at(0), 480);
  for (const MapGot& told : world.map()) {
    if (told["tcap"] == "Begin") world.result(told, Operation::report_sm_delivery_status);
  }
  world.register_ue(kBob);
  EXPECT_EQ(world.one()["component"], "Invoke 1 readyForSM");
  world.now += 16s;  // medium timer
  world.pass();
  world.now += 31s;  // pause
  world.pass();
  const MapGot again = world.one();
  EXPECT_EQ(again["component"], "Invoke 1 readyForSM");
  world.result(again, Operation::ready_for_sm);
  world.now += 120s;
  world.pass();
  EXPECT_TRUE(world.map().empty());
}

TEST(mt_forward, is_delivered_and_answered_after_the_delivery_report) {
  MtWorld world;
  world.bring_up(kBob);
  const std::string id = world.correlate();

  const auto got = messages_of(world.forward(id));
  ASSERT_EQ(got.size(), 1U);
  EXPECT_TRUE(world.map().empty());
  world.answer(got[0], 200);
  EXPECT_TRUE(world.map().empty());
  world.report(kBob, got[0], fmt::format("02{:02x}41020000", got[0].rpdu().reference));

  EXPECT_EQ(golden::digits(got[0].rpdu().user_data), hello());
  EXPECT_TRUE(bcd::address_equals(got[0].rpdu().originator, "46708000004"));
  const MapGot told = world.one();
  EXPECT_EQ(told["tcap"], "End");
  EXPECT_EQ(told["dtid"], "00002002");
  EXPECT_EQ(told["context"], "shortMsgMT-Relay-v3");
  EXPECT_EQ(told["component"], "ReturnResultLast 1 mt-ForwardSM");
  EXPECT_EQ(told["sm-RP-UI"], "0000");
  EXPECT_EQ(world.gateway.levels().dialogues, 0U);
  EXPECT_EQ(world.gateway.levels().stored, 0U);
}

TEST(mt_forward, a_bare_rp_ack_gives_a_result_without_parameter) {
  MtWorld world;
  world.bring_up(kBob);
  const auto got = messages_of(world.forward(world.correlate()));
  world.accept(kBob, got.at(0));
  const MapGot told = world.one();
  EXPECT_EQ(told["component"], "ReturnResultLast 1");
  world.report(kBob, got[0], fmt::format("02{:02x}", got[0].rpdu().reference));
  EXPECT_TRUE(world.map().empty());
}

TEST(mt_forward, versions_2_and_1_are_answered_in_kind) {
  for (const map::Version version : {map::Version{2}, map::Version{1}}) {
    MtWorld world;
    world.bring_up(kBob);
    const std::string id = world.correlate();
    map::MoForwardSmArg argument;
    argument.sm_rp_da = {map::SmRpDaKind::imsi, NetworkWorld::imsi(id)};
    argument.sm_rp_oa = {map::SmRpOaKind::service_centre_address,
                         NetworkWorld::number("46708000004")};
    argument.sm_rp_ui = golden::hex(kDeliver);
    const auto got = messages_of(world.begin(0x2002, {ContextName::short_msg_mt_relay, version},
                                             Operation::mo_forward_sm, argument));
    ASSERT_EQ(got.size(), 1U);
    world.accept(kBob, got[0]);
    const MapGot told = world.one();
    EXPECT_EQ(told["component"], "ReturnResultLast 1");
    EXPECT_EQ(told["dialogue"], version == 1 ? "" : "AARE");
  }
}

TEST(mt_forward, an_imsi_of_nobody_is_an_unidentified_subscriber) {
  MtWorld world;
  world.bring_up(kBob);
  EXPECT_TRUE(messages_of(world.forward("240079999999999")).empty());
  EXPECT_EQ(world.one()["component"], "ReturnError 1 unidentifiedSubscriber");
}

TEST(mt_forward, a_correlation_id_that_has_run_out_is_nobodys) {
  MtWorld world;
  world.bring_up(kBob);
  const std::string id = world.correlate();
  world.now += 121s;
  EXPECT_TRUE(messages_of(world.forward(id)).empty());
  EXPECT_EQ(world.one()["component"], "ReturnError 1 unidentifiedSubscriber");
}

TEST(mt_forward, the_true_imsi_is_known_from_an_inquiry_before) {
  MtWorld world;
  world.bring_up(kBob);
  world.correlate();
  EXPECT_EQ(messages_of(world.forward(kImsi)).size(), 1U);
}

TEST(mt_forward, memory_full_is_told_at_once_with_the_report_and_to_the_hss) {
  MtWorld world;
  world.bring_up(kBob);
  const auto got = messages_of(world.forward(world.correlate()));
  world.bob_refuses(got.at(0), "16", "410300d300");

  const auto told = world.map();

  ASSERT_EQ(told.size(), 2U);
  EXPECT_EQ(told[0]["component"], "ReturnError 1 sm-DeliveryFailure");
  EXPECT_EQ(told[0]["sm-EnumeratedDeliveryFailureCause"], "0");
  EXPECT_EQ(told[0]["diagnosticInfo"], "00d300");
  EXPECT_EQ(told[1]["component"], "Invoke 1 reportSM-DeliveryStatus");
  EXPECT_EQ(told[1]["msisdn"], "12125552222");
  EXPECT_EQ(told[1]["serviceCentreAddress"], "46708000004");
  EXPECT_EQ(told[1]["sm-DeliveryOutcome"], "0");
  EXPECT_EQ(told[1]["ip-sm-gw-Indicator"], "1");
  EXPECT_EQ(told[1]["called_ssn"], "6");
  world.result(told[1], Operation::report_sm_delivery_status);
  EXPECT_EQ(world.gateway.levels().dialogues, 0U);
}

TEST(mt_forward, another_domain_takes_what_failed_over_ip) {
  MtWorld world;
  world.bring_up(kBob);
  const auto got = messages_of(world.forward(world.correlate()));
  world.answer(got.at(0), 480);

  const MapGot fallback = world.one();
  EXPECT_EQ(fallback["component"], "Invoke 1 mt-ForwardSM");
  EXPECT_EQ(fallback["sm-RP-DA"], fmt::format("imsi {}", kImsi));
  EXPECT_EQ(fallback["sm-RP-OA"], "sc 46708000004");
  EXPECT_EQ(fallback["sm-RP-UI"], hello());
  EXPECT_EQ(fallback["called"], "46708000005");
  EXPECT_EQ(fallback["called_ssn"], "8");
  world.result(fallback, Operation::mt_forward_sm);

  const MapGot told = world.one();
  EXPECT_EQ(told["dtid"], "00002002");
  EXPECT_EQ(told["component"], "ReturnResultLast 1");
  EXPECT_EQ(world.counters().status_reports_to_hss, 0U);
}

TEST(mt_forward, all_domains_in_turn_then_one_error_and_all_outcomes_to_the_hss) {
  MtWorld world;
  world.bring_up(kBob);
  const auto got = messages_of(world.forward(world.correlate(true)));
  world.answer(got.at(0), 408);
  const MapGot sgsn = world.one();
  EXPECT_EQ(sgsn["called"], "46708000006");
  EXPECT_EQ(sgsn["called_ssn"], "149");
  map::AbsentSubscriberSmParam detached;
  detached.absent_subscriber_diagnostic_sm = map::AbsentSubscriberDiagnosticSm::gprs_detached;
  world.error(sgsn, UserError::absent_subscriber_sm, detached);
  const MapGot msc = world.one();
  EXPECT_EQ(msc["called"], "46708000005");
  detached.absent_subscriber_diagnostic_sm = map::AbsentSubscriberDiagnosticSm::imsi_detached;
  world.error(msc, UserError::absent_subscriber_sm, detached);

  const auto told = world.map();

  ASSERT_EQ(told.size(), 2U);
  EXPECT_EQ(told[0]["component"], "ReturnError 1 absentSubscriberSM");
  EXPECT_EQ(told[0]["absentSubscriberDiagnosticSM"], "11");
  const MapGot& report = told[1];
  EXPECT_EQ(report["sm-DeliveryOutcome"], "1");
  EXPECT_EQ(report["absentSubscriberDiagnosticSM"], "1");
  EXPECT_EQ(report["gprsSupportIndicator"], "1");
  EXPECT_EQ(report["additionalSM-DeliveryOutcome"], "1");
  EXPECT_EQ(report["additionalAbsentSubscriberDiagnosticSM"], "6");
  EXPECT_EQ(report["ip-sm-gw-Indicator"], "");
  EXPECT_EQ(report["ip-sm-gw-sm-deliveryOutcome"], "1");
  EXPECT_EQ(report["ip-sm-gw-absentSubscriberDiagnosticSM"], "11");
}

TEST(mt_forward, nobody_registered_goes_straight_to_the_next_domain) {
  MtWorld world;
  EXPECT_TRUE(messages_of(world.forward(world.correlate())).empty());
  EXPECT_EQ(world.one()["called"], "46708000005");
}

TEST(mt_forward, over_ip_only_is_tried_nowhere_else) {
  MtWorld world;
  world.bring_up(kBob);
  world.correlate();
  auto argument = MtWorld::forward_to(kImsi);
  argument.sms_over_ip_only_indicator = true;
  const auto got = messages_of(world.begin(0x2002, kMtV3, Operation::mt_forward_sm, argument));
  world.answer(got.at(0), 480);
  const auto told = world.map();
  ASSERT_EQ(told.size(), 2U);
  EXPECT_EQ(told[0]["component"], "ReturnError 1 absentSubscriberSM");
  EXPECT_EQ(told[1]["component"], "Invoke 1 reportSM-DeliveryStatus");
  EXPECT_EQ(told[1]["absentSubscriberDiagnosticSM"], "11");
}

struct SipEnd {
  int status;  // 0: Timer F
  std::string_view component;
  std::string_view detail;
};
class MtSipEnd : public testing::TestWithParam<SipEnd> {};

TEST_P(MtSipEnd, becomes_the_error_of_23_040_11_1) {
  GatewayConfig config = NetworkWorld::network_config();
  config.network.domains = {Domain::ims};
  MtWorld world(config);
  world.bring_up(kBob);
  const auto got = messages_of(world.forward(world.correlate()));
  if (GetParam().status == 0) {
    world.run(33s);
  } else {
    world.answer(got.at(0), GetParam().status);
  }
  const auto told = world.map();
  ASSERT_FALSE(told.empty());
  EXPECT_EQ(told[0]["component"], GetParam().component);
  EXPECT_EQ(told[0]["absentSubscriberDiagnosticSM"] + told[0]["sm-EnumeratedDeliveryFailureCause"],
            GetParam().detail);
}

INSTANTIATE_TEST_SUITE_P(table, MtSipEnd,
                         testing::Values(SipEnd{404, "ReturnError 1 absentSubscriberSM", "11"},
                                         SipEnd{408, "ReturnError 1 absentSubscriberSM", "11"},
                                         SipEnd{480, "ReturnError 1 absentSubscriberSM", "11"},
                                         SipEnd{486, "ReturnError 1 sm-DeliveryFailure", "1"},
                                         SipEnd{488, "ReturnError 1 sm-DeliveryFailure", "1"},
                                         SipEnd{500, "ReturnError 1 sm-DeliveryFailure", "1"},
                                         SipEnd{503, "ReturnError 1 sm-DeliveryFailure", "1"},
                                         SipEnd{0, "ReturnError 1 absentSubscriberSM", "12"}));

TEST(mt_forward, a_missing_report_and_another_rp_error_are_equipment_errors) {
  for (const bool silent : {true, false}) {
    GatewayConfig config = NetworkWorld::network_config();
    config.network.domains = {Domain::ims};
    MtWorld world(config);
    world.bring_up(kBob);
    const auto got = messages_of(world.forward(world.correlate()));
    if (silent) {
      world.answer(got.at(0), 200);
      world.run(26s);
    } else {
      world.bob_refuses(got.at(0), "6f");
    }
    const auto told = world.map();
    ASSERT_EQ(told.size(), 1U);  // no reportSM-DeliveryStatus: nothing the HSS would wait for
    EXPECT_EQ(told[0]["component"], "ReturnError 1 sm-DeliveryFailure");
    EXPECT_EQ(told[0]["sm-EnumeratedDeliveryFailureCause"], "1");
  }
}

TEST(mt_forward, more_messages_follow_in_the_same_dialogue) {
  MtWorld world;
  world.bring_up(kBob);
  auto argument = MtWorld::forward_to(world.correlate());
  argument.more_messages_to_send = true;
  const auto first = messages_of(world.begin(0x2002, kMtV3, Operation::mt_forward_sm, argument));
  world.accept(kBob, first.at(0));
  const MapGot told = world.one();
  EXPECT_EQ(told["tcap"], "Continue");
  EXPECT_EQ(told["dialogue"], "AARE");

  map::MtForwardSmArg next;
  next.sm_rp_da = {map::SmRpDaKind::none, {}};
  next.sm_rp_oa = {map::SmRpOaKind::none, {}};
  next.sm_rp_ui = golden::hex(kDeliver);
  std::array<std::uint8_t, 512> room;
  tcap::Writer writer(room);
  map::write(writer.parameter(), next);
  writer.invoke(2, static_cast<std::int32_t>(Operation::mt_forward_sm));
  const auto second = messages_of(world.send_tcap(
      writer.finish(tcap::Type::continue_, tcap::TransactionId::of(0x2002), told.tcap.otid),
      kGmscNumber, 8));
  ASSERT_EQ(second.size(), 1U);
  world.accept(kBob, second[0]);

  const MapGot last = world.one();
  EXPECT_EQ(last["tcap"], "End");
  EXPECT_EQ(last["dialogue"], "");
  EXPECT_EQ(last["component"], "ReturnResultLast 2");
  EXPECT_EQ(world.gateway.levels().dialogues, 0U);
}

TEST(mt_forward, a_dialogue_begins_with_a_subject_of_its_own) {
  MtWorld world;
  world.bring_up(kBob);
  auto argument = MtWorld::forward_to(world.correlate());
  const auto first = messages_of(world.begin(0x2002, kMtV3, Operation::mt_forward_sm, argument));
  world.accept(kBob, first.at(0));
  EXPECT_EQ(world.one()["tcap"], "End");

  argument.sm_rp_da = {map::SmRpDaKind::none, {}};
  argument.sm_rp_oa = {map::SmRpOaKind::none, {}};
  const auto got = messages_of(world.begin(0x2003, kMtV3, Operation::mt_forward_sm, argument));
  EXPECT_TRUE(got.empty()) << "the dialogue before it was Bob's";
  EXPECT_EQ(world.one()["component"], "ReturnError 1 unidentifiedSubscriber");
}

TEST(mt_forward, a_short_delivery_timer_gives_its_answer_in_time) {
  MtWorld world;
  world.bring_up(kBob);
  auto argument = MtWorld::forward_to(world.correlate());
  argument.sm_delivery_timer = 30;
  const auto got = messages_of(world.begin(0x2002, kMtV3, Operation::mt_forward_sm, argument));
  world.answer(got.at(0), 200);
  world.now += 24s;
  world.pass();
  EXPECT_TRUE(world.map().empty());
  // TR1N at 25 s, then the MSC, which is silent until the deadline at 28 s.
  world.now += 2s;
  world.pass();
  const MapGot fallback = world.one();
  world.now += 3s;
  world.pass();
  EXPECT_EQ(world.one()["component"], "ReturnError 1 sm-DeliveryFailure");
  // What comes too late changes nothing.
  world.result(fallback, Operation::mt_forward_sm);
  world.report(kBob, got[0], fmt::format("02{:02x}", got[0].rpdu().reference));
  EXPECT_TRUE(world.map().empty());
  EXPECT_EQ(world.gateway.levels().dialogues, 0U);
}

TEST(mt_forward, absence_is_reported_though_the_time_ran_out_while_other_domains_were_looked_up) {
  MtWorld world;
  world.bring_up(kBob);
  auto argument = MtWorld::forward_to("12125552222");  // the MSISDN: no inquiry before
  argument.sm_delivery_timer = 30;
  const auto got = messages_of(world.begin(0x2002, kMtV3, Operation::mt_forward_sm, argument));
  world.now += 20s;
  world.answer(got.at(0), 480);
  EXPECT_EQ(world.one()["component"], "Invoke 1 sendRoutingInfoForSM");
  world.now += 9s;
  world.pass();
  EXPECT_EQ(world.one()["component"], "ReturnError 1 absentSubscriberSM");
  world.now += 10s;  // the HSS was silent
  world.pass();
  EXPECT_EQ(world.one()["component"], "Invoke 1 reportSM-DeliveryStatus");
}

TEST(mt_forward, an_smsc_that_leaves_takes_back_what_is_under_way) {
  MtWorld world;
  world.bring_up(kBob);
  const std::string id = world.correlate();
  std::array<std::uint8_t, 512> room;
  tcap::Writer empty(room);
  world.send_begin(0x2002, kMtV3, empty);
  const MapGot accepted = world.one();
  tcap::Writer writer(room);
  map::write(writer.parameter(), MtWorld::forward_to(id));
  writer.invoke(1, static_cast<std::int32_t>(Operation::mt_forward_sm));
  const auto got = messages_of(world.send_tcap(
      writer.finish(tcap::Type::continue_, tcap::TransactionId::of(0x2002), accepted.tcap.otid),
      kGmscNumber, 8));
  ASSERT_EQ(got.size(), 1U);
  world.answer(got[0], 200);

  world.p_abort(accepted, tcap::PAbortCause::resource_limitation);

  EXPECT_EQ(world.gateway.levels().stored, 0U);
  EXPECT_EQ(world.gateway.levels().dialogues, 0U);
  world.report(kBob, got[0], fmt::format("02{:02x}", got[0].rpdu().reference));
  EXPECT_TRUE(world.map().empty());
  EXPECT_EQ(world.counters().delivery_reports_unmatched, 1U);
}

TEST(mt_forward, an_empty_begin_is_accepted_first) {
  MtWorld world;
  world.bring_up(kBob);
  const std::string id = world.correlate();
  std::array<std::uint8_t, 512> room;
  tcap::Writer empty(room);
  world.send_begin(0x2002, kMtV3, empty);
  const MapGot accepted = world.one();
  EXPECT_EQ(accepted["tcap"], "Continue");
  EXPECT_EQ(accepted["dialogue"], "AARE");
  EXPECT_EQ(accepted["component"], "");

  tcap::Writer writer(room);
  map::write(writer.parameter(), MtWorld::forward_to(id));
  writer.invoke(1, static_cast<std::int32_t>(Operation::mt_forward_sm));
  const auto got = messages_of(world.send_tcap(
      writer.finish(tcap::Type::continue_, tcap::TransactionId::of(0x2002), accepted.tcap.otid),
      kGmscNumber, 8));
  ASSERT_EQ(got.size(), 1U);
  world.accept(kBob, got[0]);
  const MapGot told = world.one();
  EXPECT_EQ(told["tcap"], "End");
  EXPECT_EQ(told["dialogue"], "");
}

}  // namespace
}  // namespace rung::gateway
