// Inquiries of an SMS-GMSC that the HSS relays, and the gateway's answers (TS 23.204 6.4, TS 24.341
// 5.3.3.3).
#include <set>

#include "gateway/mt_fixture.hpp"

namespace rung::gateway {
namespace {

TEST(routing, the_gateway_asks_the_hss_itself_and_answers_with_itself) {
  MtWorld world;
  world.bring_up(kBob);

  const MapGot asked = world.inquire();
  const MapGot told = world.route(asked);

  EXPECT_EQ(asked["tcap"], "Begin");
  EXPECT_EQ(asked["context"], "shortMsgGateway-v3");
  EXPECT_EQ(asked["msisdn"], "12125552222");
  EXPECT_EQ(asked["serviceCentreAddress"], "46708000004");
  EXPECT_EQ(asked["calling"], kGatewayNumber);
  EXPECT_EQ(asked["called"], kHssNumber);
  EXPECT_EQ(told["tcap"], "End");
  EXPECT_EQ(told["dtid"], "00001001");
  EXPECT_EQ(told["dialogue"], "AARE");
  EXPECT_EQ(told["component"], "ReturnResultLast 1 sendRoutingInfoForSM");
  EXPECT_EQ(told["locationInfoWithLMSI.networkNode-Number"], kGatewayNumber);
  EXPECT_EQ(told["locationInfoWithLMSI.additional-Number"], "");
  EXPECT_EQ(told["imsi"].size(), 15U);
  EXPECT_EQ(told["imsi"].substr(0, 5), "24007");
  EXPECT_NE(told["imsi"], kImsi);
  EXPECT_EQ(told["called"], kGmscNumber);
  EXPECT_EQ(told["calling_ssn"], "6");
  EXPECT_EQ(told.label.dpc, 7U);
  EXPECT_EQ(told.label.sls, 9);
}

TEST(routing, correlation_ids_differ_while_they_live) {
  MtWorld world;
  world.bring_up(kBob);
  std::set<std::string> ids;
  for (int i = 0; i < 16; ++i) EXPECT_TRUE(ids.insert(world.correlate()).second);
  // All alive: one more finds no room.
  EXPECT_EQ(world.route(world.inquire())["component"], "ReturnError 1 systemFailure");
  EXPECT_EQ(world.counters().full_correlations, 1U);
  world.now += 121s;
  EXPECT_TRUE(ids.insert(world.correlate()).second);
}

TEST(routing, a_correlation_id_is_free_soon_after_its_short_message_is_delivered) {
  MtWorld world;
  world.bring_up(kBob);
  for (int i = 0; i < 16; ++i) {
    const std::string id = world.correlate();
    world.accept(kBob, messages_of(world.forward(id)).at(0));
    EXPECT_EQ(world.one()["component"], "ReturnResultLast 1");
  }
  EXPECT_EQ(world.route(world.inquire())["component"], "ReturnError 1 systemFailure")
      << "copies may still come";
  world.now += 6s;
  EXPECT_EQ(world.correlate().size(), 15U);
}

TEST(routing, what_the_hss_refuses_is_refused_with_its_parameter) {
  MtWorld world;
  world.bring_up(kBob);
  map::CallBarredParam barred;
  barred.call_barring_cause = map::CallBarringCause::operator_barring;
  world.error(world.inquire(), UserError::call_barred, barred);
  const MapGot told = world.one();
  EXPECT_EQ(told["component"], "ReturnError 1 callBarred");
  EXPECT_EQ(told["callBarringCause"], "1");
  EXPECT_EQ(world.gateway.levels().dialogues, 0U);
}

TEST(routing, absent_elsewhere_but_here_over_ip_is_answered) {
  MtWorld world;
  world.bring_up(kBob);
  map::AbsentSubscriberSmParam absent;
  absent.imsi = NetworkWorld::imsi(kImsi);
  world.error(world.inquire(), UserError::absent_subscriber_sm, absent);
  const MapGot told = world.one();
  EXPECT_EQ(told["component"], "ReturnResultLast 1 sendRoutingInfoForSM");
  const auto got = world.forward(told["imsi"]);
  EXPECT_EQ(messages_of(got).size(), 1U);
}

TEST(routing, absent_everywhere_is_relayed) {
  MtWorld world;
  map::AbsentSubscriberSmParam absent;
  absent.absent_subscriber_diagnostic_sm = map::AbsentSubscriberDiagnosticSm::imsi_detached;
  world.error(world.inquire(), UserError::absent_subscriber_sm, absent);
  const MapGot told = world.one();
  EXPECT_EQ(told["component"], "ReturnError 1 absentSubscriberSM");
  EXPECT_EQ(told["absentSubscriberDiagnosticSM"], "1");
}

TEST(routing, a_silent_hss_is_a_system_failure_and_its_late_answer_is_dropped) {
  MtWorld world;
  world.bring_up(kBob);
  const MapGot asked = world.inquire();
  world.now += 31s;
  world.pass();
  EXPECT_EQ(world.one()["component"], "ReturnError 1 systemFailure");
  map::RoutingInfoForSmRes answer;
  answer.imsi = NetworkWorld::imsi(kImsi);
  answer.location_info_with_lmsi.network_node_number = NetworkWorld::number("46708000005");
  world.result(asked, Operation::send_routing_info_for_sm, answer);
  EXPECT_TRUE(world.map().empty());
  EXPECT_EQ(world.counters().map_late, 1U);
}

/// informServiceCentre before whatever answers an inquiry.
tcap::Writer informed(MutableOctets room) {
  static constexpr std::uint8_t kBits[] = {0x50};
  map::InformServiceCentreArg inform;
  inform.mw_status = {4, kBits};
  tcap::Writer writer(room);
  map::write(writer.parameter(), inform);
  writer.invoke(2, static_cast<std::int32_t>(Operation::inform_service_centre));
  return writer;
}

TEST(routing, inform_service_centre_goes_along_with_a_result) {
  MtWorld world;
  world.bring_up(kBob);
  const MapGot asked = world.inquire();
  map::RoutingInfoForSmRes answer;
  answer.imsi = NetworkWorld::imsi(kImsi);
  answer.location_info_with_lmsi.network_node_number = NetworkWorld::number("46708000005");
  std::array<std::uint8_t, 512> room;
  tcap::Writer writer = informed(room);
  map::write(writer.parameter(), answer);
  writer.return_result(1, static_cast<std::int32_t>(Operation::send_routing_info_for_sm));

  world.answer_with(asked, writer);

  const MapGot told = world.one();
  EXPECT_EQ(told["component"], "ReturnResultLast 1 sendRoutingInfoForSM");
  EXPECT_EQ(told["2.component"], "Invoke 2 informServiceCentre");
  EXPECT_EQ(told["2.mw-Status"], "1,3");
}

TEST(routing, inform_service_centre_goes_along_with_an_error) {
  MtWorld world;
  const MapGot asked = world.inquire();
  std::array<std::uint8_t, 512> room;
  tcap::Writer writer = informed(room);
  map::write(writer.parameter(), map::AbsentSubscriberSmParam{});
  writer.return_error(1, static_cast<std::int32_t>(UserError::absent_subscriber_sm));

  world.answer_with(asked, writer);

  const MapGot told = world.one();
  EXPECT_EQ(told["component"], "ReturnError 1 absentSubscriberSM");
  EXPECT_EQ(told["2.component"], "Invoke 2 informServiceCentre");
  EXPECT_EQ(told["2.mw-Status"], "1,3");
}

TEST(routing, versions_1_and_2_are_answered_in_kind) {
  for (const map::Version version : {map::Version{1}, map::Version{2}}) {
    MtWorld world;
    world.bring_up(kBob);
    const MapGot told = world.route(world.inquire({ContextName::short_msg_gateway, version}));
    EXPECT_EQ(told["dialogue"], version == 1 ? "" : "AARE");
    EXPECT_EQ(told["locationInfoWithLMSI.networkNode-Number"], kGatewayNumber);
  }
}

/// GSM 09.02: absentSubscriber, whose place absentSubscriberSM took with version 3.
TEST(routing, absence_is_relayed_as_the_version_of_who_asked_spells_it) {
  const struct {
    map::Version asked;
    UserError said;
    const char* told;
  } cases[] = {{2, UserError::absent_subscriber_sm, "ReturnError 1 absentSubscriber"},
               {3, UserError::absent_subscriber, "ReturnError 1 absentSubscriberSM"}};
  for (const auto& c : cases) {
    MtWorld world;
    world.error(world.inquire({ContextName::short_msg_gateway, c.asked}), c.said);
    EXPECT_EQ(world.one()["component"], c.told);
  }
}

TEST(routing, f52_the_true_imsi_is_given_out) {
  MtWorld world(NetworkWorld::network_with_fault(FaultId::f52));
  world.bring_up(kBob);
  EXPECT_EQ(world.correlate(), kImsi);
}

TEST(routing, f53_the_msc_is_given_out) {
  MtWorld world(NetworkWorld::network_with_fault(FaultId::f53));
  world.bring_up(kBob);
  EXPECT_EQ(world.route(world.inquire())["locationInfoWithLMSI.additional-Number"],
            "msc 46708000005");
}

TEST(routing, f54_a_correlation_id_is_given_out_twice) {
  MtWorld world(NetworkWorld::network_with_fault(FaultId::f54));
  world.bring_up(kBob);
  const std::string first = world.correlate();
  EXPECT_EQ(world.correlate(), first);
}

}  // namespace
}  // namespace rung::gateway
