// What the dialogues answer by themselves (Q.774 3.2, 3.3; TS 29.002 5.1.1, 7.3).
#include "gateway/network_fixture.hpp"

namespace rung::gateway {
namespace {

map::MtForwardSmArg forward_to_nobody() {
  map::MtForwardSmArg argument;
  argument.sm_rp_da = {map::SmRpDaKind::imsi, NetworkWorld::imsi("240079999999999")};
  argument.sm_rp_oa = {map::SmRpOaKind::service_centre_address, NetworkWorld::number("467")};
  argument.sm_rp_ui = golden::hex(kDeliver);
  return argument;
}

TEST(dialogues, a_continue_of_no_transaction_is_aborted) {
  NetworkWorld world;
  std::array<std::uint8_t, 64> room;
  tcap::Writer writer(room);
  world.send_tcap(writer.finish(tcap::Type::continue_, tcap::TransactionId::of(0x55),
                                tcap::TransactionId::of(0x12345678)),
                  kGmscNumber, 8);
  const MapGot told = world.one();
  EXPECT_EQ(told["tcap"], "Abort");
  EXPECT_EQ(told["dtid"], "00000055");
  EXPECT_EQ(told["p_abort"], tcap::to_string(tcap::PAbortCause::unrecognized_transaction_id));
  EXPECT_EQ(world.counters().map_unknown_dialogue, 1U);
}

TEST(dialogues, an_end_or_abort_of_no_transaction_is_dropped) {
  NetworkWorld world;
  for (const tcap::Type type : {tcap::Type::end, tcap::Type::abort}) {
    std::array<std::uint8_t, 64> room;
    tcap::Writer writer(room);
    world.send_tcap(writer.finish(type, {}, tcap::TransactionId::of(0x12345678)), kGmscNumber, 8);
  }
  EXPECT_TRUE(world.map().empty());
  EXPECT_EQ(world.counters().map_unknown_dialogue, 2U);
}

TEST(dialogues, an_unknown_context_is_refused_by_its_name) {
  NetworkWorld world;
  map::AnyTimeModificationArg argument;
  argument.subscriber_identity = {map::SubscriberIdentityKind::imsi, NetworkWorld::imsi(kImsi)};
  argument.gsm_scf_address = NetworkWorld::number("467");
  world.begin(0x10, {ContextName::any_time_info_handling, 3}, Operation::any_time_modification,
              argument);
  const MapGot told = world.one();
  EXPECT_EQ(told["tcap"], "Abort");
  EXPECT_EQ(told["dialogue"], "AARE");
  EXPECT_EQ(told["result"], "1");
  EXPECT_EQ(told["diagnostic"], "user 2");
  EXPECT_EQ(told["context"], "anyTimeInfoHandling-v3");
}

TEST(dialogues, a_version_too_high_is_refused_with_the_one_that_is_taken) {
  GatewayConfig config = NetworkWorld::network_config();
  config.network.version_max = 2;
  NetworkWorld world(config);
  world.begin(0x10, kMtV3, Operation::mt_forward_sm, forward_to_nobody());
  EXPECT_EQ(world.one()["context"], "shortMsgMT-Relay-v2");
  EXPECT_EQ(world.counters().map_contexts_refused, 1U);
}

TEST(dialogues, another_operation_in_the_context_is_rejected) {
  NetworkWorld world;
  world.begin(0x10, kMtV3, Operation::mo_forward_sm, forward_to_nobody());
  const MapGot told = world.one();
  EXPECT_EQ(told["tcap"], "End");
  EXPECT_EQ(told["component"], "Reject 1 unrecognized operation");
  EXPECT_EQ(world.gateway.levels().dialogues, 0U);
}

TEST(dialogues, a_parameter_that_does_not_decode_is_rejected) {
  NetworkWorld world;
  for (const auto& [context, operation] :
       {std::pair{kMtV3, Operation::mt_forward_sm},
        std::pair{kRoutingV3, Operation::send_routing_info_for_sm}}) {
    world.begin(0x10, context, operation, map::ExtensionParam{});
    EXPECT_EQ(world.one()["component"], "Reject 1 mistyped parameter");
  }
  EXPECT_EQ(world.gateway.levels().dialogues, 0U);
}

TEST(dialogues, a_transaction_portion_that_does_not_decode_is_aborted) {
  NetworkWorld world;
  // Begin with an OTID and an unknown element where the components belong, cut short.
  world.send_tcap(golden::hex("62 0c 48 04 00000010 6c 81 04 a1 02 02 01"), kGmscNumber, 8);
  world.send_tcap(golden::hex("62 08 48 04 00000010 6b 06"), kGmscNumber, 8);
  const auto told = world.map();
  ASSERT_FALSE(told.empty());
  for (const MapGot& one : told) EXPECT_EQ(one["dtid"], "00000010");
  EXPECT_EQ(world.counters().map_rx_malformed, 2U);
}

TEST(dialogues, a_full_pool_is_a_resource_limitation) {
  GatewayConfig config = NetworkWorld::network_config();
  config.network.dialogues_max = 1;
  NetworkWorld world(config);
  world.register_ue(kAlice);  // its dialogue stays open
  world.map();
  world.begin(0x10, kMtV3, Operation::mt_forward_sm, forward_to_nobody());
  EXPECT_EQ(world.one()["p_abort"], tcap::to_string(tcap::PAbortCause::resource_limitation));
}

TEST(dialogues, what_is_no_sccp_message_is_counted) {
  NetworkWorld world;
  world.send_unit(golden::hex("0001"));
  world.send_unit(golden::hex("00000001 00000002 03020005 ffff"));
  world.send_unit(golden::hex("00000001 00000002 05020005 0980"));
  EXPECT_EQ(world.counters().map_rx, 3U);
  EXPECT_EQ(world.counters().map_rx_malformed, 3U);
  EXPECT_TRUE(world.map().empty());
}

TEST(dialogues, an_answer_from_another_address_is_matched_by_its_id) {
  NetworkWorld world;
  world.register_ue(kAlice);
  MapGot asked = world.one();
  std::array<std::uint8_t, 16> title;
  asked.sccp.called = sccp::e164_address("46708009999", 6, title);
  world.result(asked, Operation::any_time_modification, map::AnyTimeModificationRes{});
  EXPECT_EQ(world.gateway.levels().dialogues, 0U);
  EXPECT_EQ(world.counters().home_refused, 0U);
}

TEST(dialogues, an_answer_with_another_invoke_id_or_operation_is_no_answer) {
  NetworkWorld world;
  world.bring_up(kAlice);
  world.submit(kAlice, rp_data(7, submit_to_bob()));
  std::array<std::uint8_t, 64> room;
  tcap::Writer writer(room);
  writer.return_result(9, 46);
  const auto got = world.answer_with(world.one(), writer);
  EXPECT_EQ(body_of(messages_of(got).at(0)), "05070126");
  EXPECT_EQ(world.counters().map_rx_unexpected, 1U);

  world.submit(kAlice, rp_data(8, submit_to_bob(0x2b)));
  const auto wrong = world.result(world.one(), Operation::mt_forward_sm, map::ExtensionParam{});
  EXPECT_EQ(body_of(messages_of(wrong).at(0)), "05080126");
}

TEST(dialogues, a_reject_of_a_known_version_is_a_failure) {
  NetworkWorld world;
  world.bring_up(kAlice);
  world.submit(kAlice, rp_data(7, submit_to_bob()));
  std::array<std::uint8_t, 64> room;
  tcap::Writer writer(room);
  writer.reject(1, tcap::kInvokeMistypedParameter);
  const auto got = world.answer_with(world.one(), writer);  // with an AARE: version 3 is known
  EXPECT_EQ(body_of(messages_of(got).at(0)), "05070126");
  EXPECT_EQ(world.counters().map_rx_rejects, 1U);
}

TEST(dialogues, a_status_test_of_sccp_is_answered) {
  NetworkWorld world;
  std::array<std::uint8_t, 16> title;
  sccp::Message test;
  std::array<std::uint8_t, 5> status{3, 8, 3, 0, 0};
  test.called = sccp::e164_address(kGatewayNumber, 1, title);
  test.calling = test.called;
  test.data = status;
  std::array<std::uint8_t, 256> unit;
  const auto size = sccp::encode(test, MutableOctets(unit).subspan(12));
  ASSERT_TRUE(size.ok());
  world.send_unit(Octets(unit).first(
      m3ua::write({.opc = 7, .dpc = 3, .user_data = Octets(unit).subspan(12, *size)}, unit)));
  const auto burst = world.network.a().rx_burst(world.now);
  ASSERT_EQ(burst.size(), 1U);
  m3ua::ProtocolData label;
  ASSERT_TRUE(m3ua::read(burst[0].octets, label));
  EXPECT_EQ(label.dpc, 7U);
  sccp::Message answer;
  ASSERT_EQ(sccp::decode(label.user_data, answer), sccp::Error::none);
  EXPECT_EQ(golden::digits(answer.data), "0108030000");
}

/// The longest mo-ForwardSM does not fit a UDT with everything optional in it; LUDT carries it.
TEST(dialogues, a_message_longer_than_a_udt_leaves_as_ludt) {
  NetworkWorld world;
  world.bring_up(kAlice);
  const std::string tpdu =
      "01000b912121552522f2000400"
      "8c" +
      std::string(280, '5');
  world.submit(kAlice, rp_data(7, tpdu));
  const MapGot udt = world.one();
  EXPECT_EQ(udt["sccp"], "UDT");
  const std::string longest(2 * 200, 'a');
  world.submit(kAlice, rp_data(8, longest));
  const MapGot ludt = world.one();
  EXPECT_EQ(ludt["sccp"], "LUDT");
  EXPECT_EQ(ludt["sm-RP-UI"], longest);
}

}  // namespace
}  // namespace rung::gateway
