// The faults of the SC and HSS legs that lie on a delivery: what each does on the wire (catalogue
// section F). Those of routing, registration and submits stand with what they deviate from.
#include "gateway/mt_fixture.hpp"

namespace rung::gateway {
namespace {

GatewayConfig ims_alone(FaultId fault) {
  GatewayConfig config = NetworkWorld::network_with_fault(fault);
  config.network.domains = {Domain::ims};
  return config;
}

TEST(network_fault, f22_a_200_is_taken_for_the_delivery_report) {
  MtWorld world(NetworkWorld::network_with_fault(FaultId::f22));
  world.bring_up(kBob);
  const auto got = messages_of(world.forward(world.correlate()));
  world.answer(got.at(0), 200);
  EXPECT_EQ(world.one()["component"], "ReturnResultLast 1");
}

TEST(network_fault, f23_memory_full_becomes_an_equipment_error) {
  MtWorld world(ims_alone(FaultId::f23));
  world.bring_up(kBob);
  const auto got = messages_of(world.forward(world.correlate()));
  world.bob_refuses(got.at(0), "16");
  const auto told = world.map();
  ASSERT_EQ(told.size(), 2U);
  EXPECT_EQ(told[0]["sm-EnumeratedDeliveryFailureCause"], "1");
  EXPECT_EQ(told[1]["sm-DeliveryOutcome"], "0") << "the HSS hears the truth";
}

TEST(network_fault, f24_an_rp_error_is_taken_for_success) {
  MtWorld world(NetworkWorld::network_with_fault(FaultId::f24));
  world.bring_up(kBob);
  const auto got = messages_of(world.forward(world.correlate()));
  world.bob_refuses(got.at(0), "6f");
  EXPECT_EQ(world.one()["component"], "ReturnResultLast 1");
}

TEST(network_fault, f25_the_deliver_report_is_dropped) {
  MtWorld world(NetworkWorld::network_with_fault(FaultId::f25));
  world.bring_up(kBob);
  const auto got = messages_of(world.forward(world.correlate()));
  world.answer(got.at(0), 200);
  world.report(kBob, got[0], fmt::format("02{:02x}41020000", got[0].rpdu().reference));
  EXPECT_EQ(world.one()["component"], "ReturnResultLast 1");
}

TEST(network_fault, f31_a_missing_report_is_never_answered) {
  MtWorld world(ims_alone(FaultId::f31));
  world.bring_up(kBob);
  const auto got = messages_of(world.forward(world.correlate()));
  world.answer(got.at(0), 200);
  world.run(60s);
  EXPECT_TRUE(world.map().empty());
  // Its dialogue ends all the same, by an Abort that is no answer.
  world.now += 120s;
  world.pass();
  EXPECT_EQ(world.one()["tcap"], "Abort");
  EXPECT_EQ(world.gateway.levels().dialogues, 0U);
}

TEST(network_fault, f43_no_other_domain_is_tried) {
  MtWorld world(NetworkWorld::network_with_fault(FaultId::f43));
  world.bring_up(kBob);
  const auto got = messages_of(world.forward(world.correlate(true)));
  world.answer(got.at(0), 480);
  EXPECT_EQ(world.map().at(0)["component"], "ReturnError 1 absentSubscriberSM");
}

TEST(network_fault, f44_other_domains_are_tried_for_ip_only) {
  MtWorld world(NetworkWorld::network_with_fault(FaultId::f44));
  world.bring_up(kBob);
  auto argument = MtWorld::forward_to(world.correlate());
  argument.sms_over_ip_only_indicator = true;
  const auto got = messages_of(world.begin(0x2002, kMtV3, Operation::mt_forward_sm, argument));
  world.answer(got.at(0), 480);
  EXPECT_EQ(world.one()["component"], "Invoke 1 mt-ForwardSM");
}

TEST(network_fault, f45_success_elsewhere_is_answered_as_failure) {
  MtWorld world(NetworkWorld::network_with_fault(FaultId::f45));
  world.bring_up(kBob);
  const auto got = messages_of(world.forward(world.correlate()));
  world.answer(got.at(0), 480);
  world.result(world.one(), Operation::mt_forward_sm);
  EXPECT_EQ(world.map().at(0)["component"], "ReturnError 1 absentSubscriberSM");
}

TEST(network_fault, f46_the_hss_hears_of_no_failure) {
  MtWorld world(ims_alone(FaultId::f46));
  world.bring_up(kBob);
  const auto got = messages_of(world.forward(world.correlate()));
  world.answer(got.at(0), 480);
  EXPECT_EQ(world.one()["component"], "ReturnError 1 absentSubscriberSM");
}

TEST(network_fault, f47_the_hss_hears_of_a_failure_that_was_none) {
  MtWorld world(NetworkWorld::network_with_fault(FaultId::f47));
  world.bring_up(kBob);
  world.accept(kBob, messages_of(world.forward(world.correlate())).at(0));
  const auto told = world.map();
  ASSERT_EQ(told.size(), 2U);
  EXPECT_EQ(told[0]["component"], "ReturnResultLast 1");
  EXPECT_EQ(told[1]["component"], "Invoke 1 reportSM-DeliveryStatus");
  EXPECT_EQ(told[1]["sm-DeliveryOutcome"], "1");
}

TEST(network_fault, f87_absence_is_told_as_late_as_timer_f) {
  MtWorld world(ims_alone(FaultId::f87));
  world.forward(world.correlate());
  world.now += 31s;
  world.pass();
  EXPECT_TRUE(world.map().empty());
  world.now += 2s;
  world.pass();
  EXPECT_EQ(world.map().at(0)["component"], "ReturnError 1 absentSubscriberSM");
}

TEST(network_fault, f48_a_user_who_is_back_is_not_told) {
  for (const bool faulty : {false, true}) {
    GatewayConfig config = ims_alone(FaultId::f48);
    if (!faulty) config.faults.clear();
    MtWorld world(config);
    world.bring_up(kBob);
    const auto got = messages_of(world.forward(world.correlate()));
    world.answer(got.at(0), 480);
    for (const MapGot& told : world.map()) {
      if (told["tcap"] == "Begin") world.result(told, Operation::report_sm_delivery_status);
    }
    world.register_ue(kBob);
    const auto told = world.map();
    ASSERT_EQ(told.size(), faulty ? 0U : 1U);
    if (faulty) continue;
    EXPECT_EQ(told[0]["component"], "Invoke 1 readyForSM");
    EXPECT_EQ(told[0]["imsi"], kImsi);
    EXPECT_EQ(told[0]["alertReason"], "0");
  }
}

/// Whatever comes, nothing stays: units of a whole conversation, each octet of them changed.
TEST(network_robustness, changed_units_do_no_harm) {
  MtWorld peer;
  peer.bring_up(kBob);
  const MapGot inquiry = peer.inquire();
  const auto error = static_cast<std::int32_t>(UserError::system_failure);
  std::array<std::uint8_t, 512> room;
  tcap::Writer forward(room);
  map::write(forward.parameter(), MtWorld::forward_to("240070000000001"));
  forward.invoke(1, static_cast<std::int32_t>(Operation::mt_forward_sm));
  const auto name = map::octets_of(kMtV3);
  const Octets begin =
      forward.finish(tcap::Type::begin, tcap::TransactionId::of(5), {},
                     {.pdu = tcap::DialoguePdu::request, .application_context = name});
  const std::vector<std::uint8_t> original(begin.begin(), begin.end());
  for (std::size_t at = 0; at < original.size(); ++at) {
    for (const int change : {0x00, 0x01, 0x7f, 0x80, 0xff}) {
      auto changed = original;
      changed[at] = static_cast<std::uint8_t>(change);
      peer.send_tcap(changed, kGmscNumber, 8);
    }
    peer.send_tcap(Octets(original).first(at + 1), kGmscNumber, 8);
  }
  tcap::Writer late(room);
  late.return_error(1, error);
  peer.answer_with(inquiry, late);
  peer.run(200s);
  EXPECT_EQ(peer.gateway.levels().dialogues, 0U);
  EXPECT_EQ(peer.gateway.levels().stored, 0U);
  EXPECT_GT(peer.counters().map_rx_malformed, 100U);
}

}  // namespace
}  // namespace rung::gateway
