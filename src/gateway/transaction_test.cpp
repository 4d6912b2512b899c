// The gateway's own transaction layer: Timers E and F, copies, provisional answers (RFC
// 3261 17.1.2).
#include <set>

#include "gateway/gateway_fixture.hpp"

namespace rung::gateway {
namespace {

/// When copies of the report left, relative to its first transmission, while the UE is silent.
std::vector<std::int64_t> transmissions_ms(World& world, Duration span) {
  world.register_ue(kAlice);
  const Time start = world.now;
  const Got first = world.submit(kAlice, rp_data(1, submit_to_bob())).at(1);
  std::vector<std::int64_t> times{0};
  for (const Got& copy : world.run(span)) {
    EXPECT_EQ(copy.octets, first.octets);
    times.push_back((copy.at - start) / 1ms);
  }
  return times;
}

TEST(transaction, copies_leave_when_the_catalogue_says) {
  World world;
  EXPECT_EQ(transmissions_ms(world, 40s),
            (std::vector<std::int64_t>{0, 500, 1500, 3500, 7500, 11500, 15500, 19500, 23500, 27500,
                                       31500}));
  EXPECT_EQ(world.counters().transactions_timed_out, 1U);
  EXPECT_EQ(world.counters().sent_copies, 10U);
}

TEST(transaction, gm_values_stretch_everything) {
  GatewayConfig config = World::small_config();
  config.t1 = 2s;
  config.t2 = 16s;
  config.t4 = 17s;
  World world(config);
  EXPECT_EQ(transmissions_ms(world, 130s),
            (std::vector<std::int64_t>{0, 2000, 6000, 14000, 30000, 46000, 62000, 78000, 94000,
                                       110000, 126000}));
}

TEST(transaction, a_reliable_transport_sees_no_copies_but_still_timer_f) {
  GatewayConfig config = World::small_config();
  World world(config);
  world.wire.claim_reliable();
  Gateway gateway(config, world.wire);
  world.wire.deliver(world.register_text(kAlice, world.contact_header(kAlice)), kAlice.address);
  world.wire.deliver(world.message_text(kAlice, "sip:sc.home1.net", rp_data(1, submit_to_bob())),
                     kAlice.address);
  gateway.pass(world.now, world.wall_clock);
  EXPECT_EQ(world.wire.take_sent().size(), 3U);

  for (int step = 0; step < 330; ++step) gateway.pass(world.now += 100ms, world.wall_clock);

  EXPECT_TRUE(world.wire.take_sent().empty());
  EXPECT_EQ(gateway.counters().transactions_timed_out, 1U);
}

TEST(transaction, over_tcp_via_says_so_and_f19_repeats_all_the_same) {
  GatewayConfig config = World::small_config();
  config.faults = {FaultId::f19};
  World world(config);
  world.wire.claim_reliable();
  Gateway gateway(config, world.wire);
  world.wire.deliver(world.register_text(kAlice, world.contact_header(kAlice)), kAlice.address);
  world.wire.deliver(world.message_text(kAlice, "sip:sc.home1.net", rp_data(1, submit_to_bob())),
                     kAlice.address);
  gateway.pass(world.now, world.wall_clock);
  const auto sent = world.wire.take_sent();
  ASSERT_EQ(sent.size(), 3U);
  EXPECT_NE(sent[2].octets.find("\r\nVia: SIP/2.0/TCP "), std::string::npos);

  for (int step = 0; step < 40; ++step) gateway.pass(world.now += 100ms, world.wall_clock);

  EXPECT_EQ(world.wire.take_sent().size(), 3U) << "at 0.5, 1.5 and 3.5 s";
}

TEST(transaction, after_a_1xx_copies_leave_every_t2) {
  World world;
  world.register_ue(kAlice);
  const Time start = world.now;
  const Got report = world.submit(kAlice, rp_data(1, submit_to_bob())).at(1);
  world.answer(report, 100, "Trying");
  std::vector<std::int64_t> times;
  for (const Got& copy : world.run(13s)) times.push_back((copy.at - start) / 1ms);
  EXPECT_EQ(times, (std::vector<std::int64_t>{500, 4500, 8500, 12500}));
}

TEST(transaction, a_final_response_stops_the_copies_and_its_copy_does_nothing) {
  World world;
  world.register_ue(kAlice);
  const Got report = world.submit(kAlice, rp_data(1, submit_to_bob())).at(1);
  world.answer(report, 200);
  world.answer(report, 200);
  EXPECT_TRUE(world.run(5s).empty());
  EXPECT_EQ(world.counters().responses_unmatched, 1U);
}

TEST(transaction, a_foreign_branch_or_method_ends_nothing) {
  World world;
  world.register_ue(kAlice);
  const Got report = world.submit(kAlice, rp_data(1, submit_to_bob())).at(1);
  const auto answer_edited = [&](const std::string& from, const std::string& into) {
    std::string text = fmt::format(
        "SIP/2.0 200 OK\r\nVia: {}\r\nFrom: {}\r\nTo: {};tag=x\r\nCall-ID: {}\r\n"
        "CSeq: 1 MESSAGE\r\nContent-Length: 0\r\n\r\n",
        report.header(sip::Header::via), report.header(sip::Header::from),
        report.header(sip::Header::to), report.call_id());
    text.replace(text.find(from), from.size(), into);
    world.wire.deliver(text, kAlice.address);
    world.pass();
  };
  answer_edited("1 MESSAGE", "1 REGISTER");
  answer_edited(report.branch(), "z9hG4bKsomebodyelse");
  std::string flipped = report.branch();
  flipped.back() = flipped.back() == '0' ? '1' : '0';
  answer_edited(report.branch(), flipped);
  EXPECT_EQ(world.counters().responses_unmatched, 3U);
  EXPECT_EQ(world.gateway.levels().transactions, 1U);
}

/// `text` under another Via branch, as a fork on the way makes it.
std::string forked(std::string text) {
  const std::size_t at = text.find("branch=z9hG4bK");
  return text.insert(at + 14, "fork");
}

TEST(transaction, the_same_request_under_another_branch_is_482_and_does_nothing) {
  World world;
  world.register_ue(kAlice);
  const std::string submit =
      world.message_text(kAlice, "sip:sc.home1.net", rp_data(1, submit_to_bob()));
  EXPECT_EQ(world.send(kAlice, submit).at(0).status(), 202);

  const auto merged = world.send(kAlice, forked(submit));
  ASSERT_EQ(merged.size(), 1U);
  EXPECT_EQ(merged[0].status(), 482);
  EXPECT_EQ(world.gateway.levels().stored, 1U);
}

TEST(transaction, a_higher_cseq_or_the_end_of_the_transaction_makes_a_new_request) {
  World world;
  world.register_ue(kAlice);
  const std::string submit =
      world.message_text(kAlice, "sip:sc.home1.net", rp_data(1, submit_to_bob()));
  world.send(kAlice, submit);
  std::string next = forked(submit);
  next.insert(next.find("CSeq: ") + 6, "9");
  EXPECT_EQ(world.send(kAlice, next).at(0).status(), 202);
  world.run(33s);
  EXPECT_EQ(world.send(kAlice, forked(forked(submit))).at(0).status(), 202);
}

TEST(transaction, a_datagram_that_ends_before_its_body_is_400) {
  World world;
  world.register_ue(kAlice);
  std::string submit = world.message_text(kAlice, "sip:sc.home1.net", rp_data(1, submit_to_bob()));
  submit.resize(submit.size() - 1);
  const auto got = world.send(kAlice, submit);
  ASSERT_EQ(got.size(), 1U);
  EXPECT_EQ(got[0].status(), 400);
  EXPECT_EQ(got[0].call_id(), world.last_call_id);
  EXPECT_EQ(world.counters().rx_malformed, 1U);
  EXPECT_EQ(world.gateway.levels().absorbed, 1U) << "of the REGISTER alone";
}

TEST(transaction, branches_and_call_ids_never_repeat) {
  World world;
  world.register_ue(kAlice);
  std::set<std::string> branches;
  std::set<std::string> call_ids;
  for (unsigned i = 0; i < 300; ++i) {
    const Got report = world.submit(kAlice, rp_data(i & 0xff, submit_to_bob(i & 0xff))).at(1);
    branches.insert(report.branch());
    call_ids.insert(report.call_id());
    EXPECT_TRUE(report.branch().starts_with("z9hG4bK"));
    world.answer(report, 200);
  }
  EXPECT_EQ(branches.size(), 300U);
  EXPECT_EQ(call_ids.size(), 300U);
}

TEST(transaction, next_due_is_never_later_than_the_next_copy) {
  World world;
  EXPECT_EQ(world.gateway.next_due(), kNever);
  world.register_ue(kAlice);
  world.submit(kAlice, rp_data(1, submit_to_bob()));
  EXPECT_LE(world.gateway.next_due(), world.now + 501ms);
  EXPECT_GT(world.gateway.next_due(), world.now);
}

TEST(transaction, a_transmit_queue_that_is_full_is_flushed_and_nothing_lost) {
  World world(World::small_config(), 2);
  world.register_ue(kAlice);
  for (unsigned i = 0; i < 5; ++i) {
    world.wire.deliver(world.message_text(kAlice, "sip:sc.home1.net", rp_data(i, submit_to_bob(i))),
                       kAlice.address);
  }
  EXPECT_EQ(world.pass().size(), 10U);
  EXPECT_EQ(world.counters().full_tx_queue, 0U);
}

}  // namespace
}  // namespace rung::gateway
