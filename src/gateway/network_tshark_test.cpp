// tshark is the second reader: every message that the gateway's MAP legs send is dissected without
// a complaint, and as the operation that it is.
#include <set>

#include "engine/wire/pdml.hpp"
#include "engine/wire/sctp_packet.hpp"
#include "engine/wire/tshark.hpp"
#include "gateway/network_fixture.hpp"

namespace rung::gateway {
namespace {

map::MtForwardSmArg forward_to(std::string_view imsi) {
  map::MtForwardSmArg argument;
  argument.sm_rp_da = {map::SmRpDaKind::imsi, NetworkWorld::imsi(imsi)};
  argument.sm_rp_oa = {map::SmRpOaKind::service_centre_address,
                       NetworkWorld::number("46708000004")};
  argument.sm_rp_ui = golden::hex(kDeliver);
  return argument;
}

map::RoutingInfoForSmRes route() {
  map::RoutingInfoForSmRes answer;
  answer.imsi = NetworkWorld::imsi(kImsi);
  answer.location_info_with_lmsi.network_node_number = NetworkWorld::number("46708000005");
  answer.location_info_with_lmsi.additional_number = {map::AdditionalNumberKind::sgsn,
                                                      NetworkWorld::number("46708000006")};
  return answer;
}

std::string correlate(NetworkWorld& world) {
  map::RoutingInfoForSmArg argument;
  argument.msisdn = NetworkWorld::number("12125552222");
  argument.service_centre_address = NetworkWorld::number("46708000004");
  argument.ip_sm_gw_guidance_indicator = true;
  world.begin(1, kRoutingV3, Operation::send_routing_info_for_sm, argument, sccp::kSsnHlr);
  world.result(world.one(), Operation::send_routing_info_for_sm, route());
  return world.one()["imsi"];
}

/// Registration, MO, memory available, MT in each of its ends, refusals, aborts, and back again.
void play(NetworkWorld& world) {
  world.bring_up(kAlice);
  world.bring_up(kBob);
  world.submit(kAlice, rp_data(7, submit_to_bob()));
  world.refuse(world.one(), {ContextName::short_msg_mo_relay, 2});
  world.result(world.one(), Operation::mo_forward_sm);
  world.submit(kAlice, rp_data(8, std::string(400, 'a')));
  world.p_abort(world.one(), tcap::PAbortCause::incorrect_transaction_portion);
  world.result(world.map().at(0), Operation::mo_forward_sm);
  world.submit(kAlice, "0609");
  world.result(world.one(), Operation::send_routing_info_for_sm, route());
  world.result(world.one(), Operation::ready_for_sm);

  const auto delivered =
      messages_of(world.begin(2, kMtV3, Operation::mt_forward_sm, forward_to(correlate(world))));
  world.answer(delivered.at(0), 200);
  world.report(kBob, delivered[0], fmt::format("02{:02x}41020000", delivered[0].rpdu().reference));
  world.map();
  const auto full =
      messages_of(world.begin(3, kMtV3, Operation::mt_forward_sm, forward_to(correlate(world))));
  world.answer(full.at(0), 200);
  world.report(kBob, full[0], fmt::format("04{:02x}0116410300d300", full[0].rpdu().reference));
  for (const MapGot& got : world.map()) {
    if (got["component"] == "Invoke 1 reportSM-DeliveryStatus")
      world.refuse(got, {ContextName::short_msg_gateway, 2});
  }
  world.result(world.one(), Operation::report_sm_delivery_status);

  const auto absent =
      messages_of(world.begin(4, kMtV3, Operation::mt_forward_sm, forward_to(correlate(world))));
  world.answer(absent.at(0), 480);
  world.error(world.one(), UserError::absent_subscriber_sm, map::AbsentSubscriberSmParam{});
  world.refuse(world.one(), kMtV2);
  world.error(world.one(), UserError::absent_subscriber, map::AbsentSubscriberParam{});
  for (const MapGot& got : world.map()) {
    if (got["component"] == "Invoke 1 reportSM-DeliveryStatus")
      world.result(got, Operation::report_sm_delivery_status);
  }
  world.begin(5, kMtV3, Operation::mt_forward_sm, forward_to("240079999999999"));
  world.begin(6, kMtV2, Operation::mt_forward_sm, forward_to(kImsi));  // its operation is 46
  world.begin(7, {ContextName::mwd_mngt, 3}, Operation::ready_for_sm, map::ReadyForSmArg{});
  std::array<std::uint8_t, 64> room;
  tcap::Writer empty(room);
  world.send_begin(8, kMtV3, empty);
  tcap::Writer stranger(room);
  world.send_tcap(stranger.finish(tcap::Type::continue_, tcap::TransactionId::of(9),
                                  tcap::TransactionId::of(0x12345678)),
                  kGmscNumber, 8);
  world.map();
  world.register_ue(kBob);
  for (const MapGot& got : world.map()) world.result(got, Operation::ready_for_sm);
  world.register_ue(kAlice, 0);
  world.map();
}

#if RUNG_ALLOCATIONS_COUNTED
TEST(network, allocates_nothing_once_it_stands) {
  NetworkWorld world;
  world.watched = true;
  allocation_watch::reset();
  play(world);
  EXPECT_EQ(allocation_watch::counted().heap, 0);
  EXPECT_GT(world.all_sent.size(), 25U);
}
#endif

TEST(tshark, reads_every_message_of_the_map_legs) {
  if (!golden::has_tshark()) GTEST_SKIP() << "tshark is not installed";
  NetworkWorld world;
  play(world);
  ASSERT_GT(world.all_sent.size(), 25U);
  golden::CaptureFile file;
  std::uint32_t tsn = 0;
  for (const auto& unit : world.all_sent) {
    m3ua::ProtocolData data;
    ASSERT_TRUE(m3ua::read(unit, data));
    std::vector<std::uint8_t> message(8192);
    m3ua::MessageWriter writer{message, m3ua::Type::data};
    writer.data(data);
    message.resize(writer.finish());
    file.put(golden::sctp_packet(message, tsn++));
  }
  const auto packets = golden::pdml_packets(file.read("-T pdml"));
  ASSERT_EQ(packets.size(), world.all_sent.size());
  std::set<std::string> operations;
  for (std::size_t i = 0; i < packets.size(); ++i) {
    const golden::Pdml pdml{packets[i]};
    EXPECT_EQ(pdml.complaint(), "") << golden::digits(world.all_sent[i]);
    for (const char* code : {"2c", "2d", "2e", "2f", "41", "42"}) {
      if (pdml.has("localValue", code)) operations.insert(code);
    }
  }
  // mt-ForwardSM, sendRoutingInfoForSM, mo-ForwardSM, reportSM-DeliveryStatus,
  // anyTimeModification, readyForSM.
  EXPECT_EQ(operations.size(), 6U);
}

}  // namespace
}  // namespace rung::gateway
