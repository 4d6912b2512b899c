// MT: MESSAGE out, 2xx, delivery report; store and forward; status reports.
#include "gateway/gateway_fixture.hpp"

namespace rung::gateway {
namespace {

using sip::Header;

class Delivering : public testing::Test {
 protected:
  explicit Delivering(const GatewayConfig& config = World::small_config()) : world(config) {
    world.register_ue(kAlice);
  }
  /// Alice submits to Bob, who is registered; the delivery.
  Got deliver(unsigned rp_mr = 1, const std::string& tpdu = submit_to_bob()) {
    const auto deliveries = world.submit_and_collect_deliveries(kAlice, rp_data(rp_mr, tpdu));
    EXPECT_EQ(deliveries.size(), 1U);
    return deliveries.at(0);
  }
  World world;
};

TEST_F(Delivering, message_has_the_header_values_of_the_clause) {
  world.register_ue(kBob);

  const Got got = deliver();

  EXPECT_EQ(got.view->request_uri(), kBob.contact());
  EXPECT_EQ(got.header(Header::to), "<" + kBob.impu() + ">");
  EXPECT_EQ(got.header(Header::p_called_party_id), "<" + kBob.impu() + ">");
  EXPECT_TRUE(got.header(Header::from).starts_with("<sip:ipsmgw.home1.net>;tag="));
  EXPECT_EQ(got.header(Header::p_asserted_identity), "<sip:ipsmgw.home1.net>");
  EXPECT_EQ(got.header(Header::accept_contact), "*;+g.3gpp.smsip;require;explicit");
  EXPECT_EQ(got.header(Header::request_disposition), "no-fork");
  EXPECT_FALSE(got.has(Header::in_reply_to));
  EXPECT_FALSE(got.has(Header::contact));
  EXPECT_EQ(got.remote, kBob.address);
}

TEST_F(Delivering, body_is_golden_vector_7_of_the_catalogue) {
  GatewayConfig config = World::small_config();
  config.utc_offset_quarters = 4;
  World zone(config);
  zone.register_ue(kAlice);
  zone.register_ue(kBob);

  const auto got = zone.submit_and_collect_deliveries(kAlice, rp_data(1, submit_to_bob()));

  // RP-DATA N to MS, RP-OA the service centre, RP-DA empty, DELIVER from Alice (G-07, RP-MR 01).
  EXPECT_EQ(
      got.at(0).body_hex(),
      "01 01 07 91 21 21 55 05 00 f0 00 1c 04 0b 91 21 21 55 15 11 f1 00 00 62 30 41 51 90 62 40 "
      "0a e8 32 9b fd 46 97 d9 ec 37");
}

TEST_F(Delivering, user_data_header_coding_and_protocol_pass_unchanged) {
  world.register_ue(kBob);
  // SUBMIT with UDHI, PID 41, DCS 04 (8-bit), UD: UDHL 5, concatenation 5A 02/01, octets 00 FF.
  const Got got = deliver(1,
                          "41010b912121552522f2410408"
                          "0500035a0201"
                          "00ff");

  const rp::Message data = got.rpdu();
  const tp::Tpdu tpdu = got.tpdu();
  EXPECT_EQ(data.mti(), rp::Mti::data_n_to_ms);
  EXPECT_TRUE(tpdu.has_user_data_header);
  EXPECT_EQ(tpdu.protocol_id, 0x41);
  EXPECT_EQ(tpdu.data_coding, 0x04);
  EXPECT_EQ(to_hex(tpdu.user_data), "05 00 03 5a 02 01 00 ff");
  EXPECT_FALSE(tpdu.more_messages_to_send);
}

TEST_F(Delivering, ends_with_200_and_rp_ack_answered_202) {
  world.register_ue(kBob);
  const Got got = deliver();

  EXPECT_TRUE(world.answer(got, 200).empty());
  const auto answer =
      world.report(kBob, got, fmt::format("02{:02x}41020000", got.rpdu().reference));

  EXPECT_EQ(answer.at(0).status(), 202);
  EXPECT_EQ(world.counters().delivered, 1U);
  EXPECT_EQ(world.gateway.levels().stored, 0U);
  EXPECT_EQ(world.gateway.levels().transactions, 0U);
}

TEST_F(Delivering, report_may_overtake_the_200) {
  world.register_ue(kBob);
  const Got got = deliver();

  world.report(kBob, got, fmt::format("02{:02x}", got.rpdu().reference));
  EXPECT_EQ(world.counters().delivered, 1U);
  world.answer(got, 200);

  EXPECT_TRUE(world.run(40s).empty());
  EXPECT_EQ(world.counters().transactions_timed_out, 0U);
}

TEST_F(Delivering, reports_that_match_nothing_have_no_effect) {
  world.register_ue(kBob);
  const Got got = deliver();
  world.answer(got, 200);
  const unsigned mr = got.rpdu().reference;

  const auto wrong_mr = world.report(kBob, got, fmt::format("02{:02x}", (mr + 1) & 0xff));
  const auto wrong_ue = world.report(kAlice, got, fmt::format("02{:02x}", mr));
  const auto no_reference = world.send(
      kBob, world.message_text(kBob, "sip:ipsmgw.home1.net", fmt::format("02{:02x}", mr)));

  EXPECT_EQ(wrong_mr.at(0).status(), 202);
  EXPECT_EQ(wrong_ue.at(0).status(), 202);
  EXPECT_EQ(no_reference.at(0).status(), 202);
  EXPECT_EQ(world.counters().delivered, 0U);
  EXPECT_EQ(world.counters().delivery_reports_unmatched, 3U);
  world.report(kBob, got, fmt::format("02{:02x}", mr));
  EXPECT_EQ(world.counters().delivered, 1U);
  world.report(kBob, got, fmt::format("02{:02x}", mr));
  EXPECT_EQ(world.counters().delivered, 1U);
}

TEST_F(Delivering, one_message_is_in_flight_per_user_and_the_order_is_kept) {
  world.register_ue(kBob);
  const Got first = deliver(1);
  EXPECT_TRUE(world.submit_and_collect_deliveries(kAlice, rp_data(2, submit_to_bob(2))).empty());

  const auto next = world.accept(kBob, first);

  ASSERT_EQ(next.size(), 2U);  // 202, then the second message
  EXPECT_TRUE(next[1].is_message());
  EXPECT_NE(next[1].rpdu().reference, first.rpdu().reference);
  EXPECT_NE(next[1].call_id(), first.call_id());
}

TEST_F(Delivering, a_second_contact_without_the_tag_gets_nothing) {
  Ue deaf = kBob;
  deaf.contact_parameters = ";+g.3gpp.smsip-msisdn-less";
  world.register_ue(deaf);

  EXPECT_TRUE(world.submit_and_collect_deliveries(kAlice, rp_data(1, submit_to_bob())).empty());
  EXPECT_EQ(world.register_ue(kBob).size(), 2U);  // 200, then the stored message
}

TEST_F(Delivering, no_fork_reaches_the_latest_device_only) {
  world.register_ue(kBob);
  world.register_ue(kBobsTablet);
  EXPECT_EQ(deliver().remote, kBobsTablet.address);
}

TEST_F(Delivering, an_unregistered_recipient_gets_it_at_registration) {
  EXPECT_TRUE(world.submit_and_collect_deliveries(kAlice, rp_data(1, submit_to_bob())).empty());
  EXPECT_EQ(world.gateway.levels().stored, 1U);

  const auto got = world.register_ue(kBob);

  ASSERT_EQ(got.size(), 2U);
  EXPECT_EQ(got[0].status(), 200);
  EXPECT_EQ(got[1].header(Header::to), "<" + kBob.impu() + ">");
}

TEST_F(Delivering, memory_full_waits_for_smma_and_keeps_the_message) {
  world.register_ue(kBob);
  const Got first = deliver();
  world.answer(first, 200);

  // RP-ERROR 22 with DELIVER-REPORT, TP-FCS D3 (G-09).
  const auto full =
      world.report(kBob, first, fmt::format("04{:02x}01164103 00d300", first.rpdu().reference));
  EXPECT_EQ(full.size(), 1U);
  EXPECT_TRUE(world.submit_and_collect_deliveries(kAlice, rp_data(2, submit_to_bob(2))).empty());
  const auto free = world.send(kBob, world.message_text(kBob, "sip:ipsmgw.home1.net", "0633"));

  ASSERT_EQ(free.size(), 3U);
  EXPECT_EQ(free[0].status(), 202);
  EXPECT_EQ(free[1].body_hex(), "03 33");
  EXPECT_EQ(to_hex(free[2].rpdu().user_data), to_hex(first.rpdu().user_data));
  EXPECT_NE(free[2].call_id(), first.call_id());
  EXPECT_EQ(world.counters().deliveries_memory_full, 1U);
}

TEST_F(Delivering, any_other_rp_error_ends_it) {
  world.register_ue(kBob);
  const Got got = deliver();
  world.answer(got, 200);
  world.report(kBob, got, fmt::format("04{:02x}016f", got.rpdu().reference));
  EXPECT_EQ(world.counters().deliveries_refused, 1U);
  EXPECT_EQ(world.gateway.levels().stored, 0U);
}

TEST_F(Delivering, absence_is_retried_at_a_refresh) {
  world.register_ue(kBob);
  for (const int status : {404, 408, 480, 486, 500, 503}) {
    const std::uint64_t failed = world.counters().deliveries_failed;
    const Got got = deliver();
    EXPECT_TRUE(world.answer(got, status, "No").empty());
    EXPECT_EQ(world.counters().deliveries_failed, failed + 1);

    const auto again = world.register_ue(kBob);

    ASSERT_EQ(again.size(), 2U) << status;
    world.accept(kBob, again[1]);
    EXPECT_EQ(world.gateway.levels().stored, 0U);
  }
}

TEST_F(Delivering, a_refusal_of_the_request_as_such_is_permanent) {
  world.register_ue(kBob);
  world.answer(deliver(), 415, "Unsupported Media Type");
  EXPECT_EQ(world.gateway.levels().stored, 0U);
}

TEST_F(Delivering, a_registration_during_the_attempt_counts) {
  world.register_ue(kBob);
  const Got got = deliver();
  world.register_ue(kBob);

  const auto again = world.answer(got, 480, "Temporarily Unavailable");

  ASSERT_EQ(again.size(), 1U);
  EXPECT_TRUE(again[0].is_message());
}

TEST_F(Delivering, a_missing_report_ends_the_attempt_after_tr1n) {
  world.register_ue(kBob);
  const Got got = deliver();
  world.answer(got, 200);

  EXPECT_TRUE(world.run(24900ms).empty());
  EXPECT_EQ(world.counters().deliveries_failed, 0U);
  world.run(200ms);
  EXPECT_EQ(world.counters().deliveries_failed, 1U);

  world.report(kBob, got, fmt::format("02{:02x}", got.rpdu().reference));
  EXPECT_EQ(world.counters().delivered, 0U);  // its transfer is over
  EXPECT_EQ(world.register_ue(kBob).size(), 2U);
}

TEST_F(Delivering, attempts_are_bounded) {
  world.register_ue(kBob);
  world.submit_and_collect_deliveries(kAlice, rp_data(1, submit_to_bob()));
  std::size_t attempts = 0;
  for (int round = 0; round < 20; ++round) {
    const auto got = world.register_ue(kBob);
    if (got.size() == 2) {
      ++attempts;
      world.answer(got[1], 480, "No");
    } else {
      world.run(1ms);
    }
  }
  EXPECT_LE(attempts, 8U);
}

TEST_F(Delivering, status_report_after_rp_ack_says_delivered_to_the_sender) {
  world.register_ue(kBob);
  const Got got = deliver(1, submit_to_bob(0x2a, 0x31));  // TP-SRR
  world.answer(got, 200);

  const auto after = world.report(kBob, got, fmt::format("02{:02x}", got.rpdu().reference));

  ASSERT_EQ(after.size(), 2U);
  const Got& report = after[1];
  EXPECT_EQ(report.header(Header::to), "<" + kAlice.impu() + ">");
  EXPECT_EQ(report.header(Header::request_disposition), "no-fork");
  const tp::Tpdu tpdu = report.tpdu();
  EXPECT_EQ(tpdu.type, tp::Type::status_report);
  EXPECT_EQ(tpdu.reference, 0x2a);
  EXPECT_EQ(tpdu.status, 0x00);
  EXPECT_EQ(to_hex(tpdu.address.value), "21 21 55 25 22 f2");
  EXPECT_FALSE(tpdu.more_messages_to_send);
  world.accept(kAlice, report);
  EXPECT_EQ(world.gateway.levels().stored, 0U);
}

TEST_F(Delivering, status_reports_tell_temporary_and_permanent_failure) {
  world.register_ue(kBob);
  const Got got = deliver(1, submit_to_bob(0x2a, 0x31));
  const auto temporary = world.answer(got, 480, "No");
  ASSERT_EQ(temporary.size(), 1U);
  EXPECT_EQ(temporary[0].tpdu().status, 0x22);
  world.accept(kAlice, temporary[0]);

  const Got again = world.register_ue(kBob).at(1);
  world.answer(again, 200);
  const auto permanent =
      world.report(kBob, again, fmt::format("04{:02x}016f", again.rpdu().reference));

  ASSERT_EQ(permanent.size(), 2U);
  EXPECT_EQ(permanent[1].tpdu().status, 0x42);
}

TEST_F(Delivering, references_stay_unique_with_several_in_flight) {
  GatewayConfig config = World::small_config();
  config.mt_outstanding_max = 3;
  World wide(config);
  wide.register_ue(kAlice);
  wide.register_ue(kBob);
  std::vector<unsigned> references;
  for (unsigned i = 0; i < 4; ++i) {
    for (const Got& got :
         wide.submit_and_collect_deliveries(kAlice, rp_data(i, submit_to_bob(i)))) {
      references.push_back(got.rpdu().reference);
    }
  }
  EXPECT_EQ(references, (std::vector<unsigned>{1, 2, 3}));
}

TEST_F(Delivering, waits_for_a_transaction_when_all_are_in_use) {
  GatewayConfig config = World::small_config();
  config.transactions_max = 2;
  World narrow(config);
  narrow.register_ue(kAlice);
  narrow.register_ue(kBob);
  const auto got = narrow.submit(kAlice, rp_data(1, submit_to_bob()));  // report and delivery
  const auto second = narrow.submit(kAlice, rp_data(2, submit_to_bob(2)));
  EXPECT_EQ(got.size(), 3U);
  EXPECT_EQ(second.size(), 1U);  // 202 only: no transaction for the report
  EXPECT_EQ(narrow.counters().full_transactions, 1U);
  narrow.answer(got[1], 200);
  narrow.answer(got[2], 480, "No");
  narrow.register_ue(kBob);
  EXPECT_EQ(narrow.counters().deliveries, 2U);
}

TEST(delivery, messages_of_a_user_who_left_wait) {
  World world;
  world.register_ue(kAlice);
  world.register_ue(kBob);
  world.register_ue(kBob, 0);
  EXPECT_TRUE(world.submit_and_collect_deliveries(kAlice, rp_data(1, submit_to_bob())).empty());
  EXPECT_EQ(world.register_ue(kBob).size(), 2U);
}

TEST(delivery, a_ue_may_write_to_itself) {
  World world;
  world.register_ue(kBob);
  const auto got = world.submit_and_collect_deliveries(kBob, rp_data(1, submit_to_bob(1, 0x31)));
  ASSERT_EQ(got.size(), 1U);
  const auto after = world.accept(kBob, got[0]);
  ASSERT_EQ(after.size(), 2U);
  world.accept(kBob, after[1]);
  EXPECT_EQ(world.gateway.levels().stored, 0U);
}

/// SUBMIT to Bob with a status report asked for and an enhanced TP-VP of `seconds`.
std::string submit_for(unsigned seconds) {
  return fmt::format("292a0b912121552522f2000002{:02x}00000000000ae8329bfd4697d9ec37", seconds);
}

TEST(validity, a_message_whose_period_is_over_is_reported_46_and_never_delivered) {
  World world;
  world.register_ue(kAlice);
  const auto accepted = world.submit(kAlice, rp_data(1, submit_for(30)));
  world.answer(accepted.at(1), 200);
  EXPECT_TRUE(world.run(29s).empty());
  const auto got = world.run(1200ms);
  ASSERT_EQ(got.size(), 1U);
  EXPECT_EQ(got[0].tpdu().type, tp::Type::status_report);
  EXPECT_EQ(got[0].tpdu().status, 0x46);
  world.accept(kAlice, got[0]);
  EXPECT_EQ(world.register_ue(kBob).size(), 1U) << "the 200 alone";
  EXPECT_EQ(world.gateway.levels().stored, 0U);
}

TEST(validity, a_message_in_time_is_delivered) {
  World world;
  world.register_ue(kAlice);
  world.answer(world.submit(kAlice, rp_data(1, submit_for(30))).at(1), 200);
  world.run(29s);
  const auto got = world.register_ue(kBob);
  ASSERT_EQ(got.size(), 2U);
  EXPECT_EQ(got[1].tpdu().type, tp::Type::deliver);
}

}  // namespace
}  // namespace rung::gateway
