// Each named fault shows its deviation in the octets, and nothing else of the flow breaks.
#include <set>

#include "gateway/gateway_fixture.hpp"

namespace rung::gateway {
namespace {

using sip::Header;

/// Alice submits to Bob through a gateway with one fault.
struct Flow {
  explicit Flow(FaultId fault) : Flow(World::with_fault(fault)) {}
  explicit Flow(const GatewayConfig& config) : world(config) {
    world.register_ue(kAlice);
    world.register_ue(kBob);
  }
  std::vector<Got> submit(unsigned rp_mr = 0x2a, const std::string& tpdu = submit_to_bob(0x55)) {
    return world.submit(kAlice, rp_data(rp_mr, tpdu));
  }
  /// The submit report and the delivery of one submit.
  void submit_one(const std::string& tpdu = submit_to_bob(0x55)) {
    const auto got = submit(0x2a, tpdu);
    ASSERT_EQ(got.size(), 3U);
    report.push_back(got[1]);
    delivery.push_back(got[2]);
  }
  World world;
  std::vector<Got> report;
  std::vector<Got> delivery;
};

GatewayConfig delayed(FaultId fault, Duration delay) {
  GatewayConfig config = World::with_fault(fault);
  config.sc_delay = delay;
  return config;
}

TEST(fault, f01_and_f02_report_carries_a_wrong_reference) {
  Flow wrong(FaultId::f01);
  Flow tp_mr(FaultId::f02);
  wrong.submit_one();
  tp_mr.submit_one();
  EXPECT_EQ(wrong.report[0].rpdu().reference, 0x2b);
  EXPECT_EQ(tp_mr.report[0].rpdu().reference, 0x55);
}

TEST(fault, f03_and_f04_in_reply_to_is_missing_or_its_own) {
  Flow missing(FaultId::f03);
  Flow own(FaultId::f04);
  missing.submit_one();
  own.submit_one();
  EXPECT_FALSE(missing.report[0].has(Header::in_reply_to));
  EXPECT_EQ(own.report[0].header(Header::in_reply_to), own.report[0].call_id());
}

TEST(fault, f05_two_submits_in_flight_swap_their_in_reply_to) {
  Flow flow(delayed(FaultId::f05, 100ms));
  flow.submit(1);
  const std::string first = flow.world.last_call_id;
  flow.world.run(10ms);
  flow.submit(2);
  const std::string second = flow.world.last_call_id;
  std::vector<Got> reports;
  for (const Got& got : flow.world.run(200ms)) {
    if (got.has(Header::in_reply_to)) reports.push_back(got);
  }
  ASSERT_EQ(reports.size(), 2U);
  EXPECT_EQ(reports[0].rpdu().reference, 1);
  EXPECT_EQ(reports[0].header(Header::in_reply_to), second);
  EXPECT_EQ(reports[1].header(Header::in_reply_to), first);
}

TEST(fault, f06_content_type_is_another) {
  Flow flow(FaultId::f06);
  flow.submit_one();
  EXPECT_EQ(flow.report[0].header(Header::content_type), "application/vnd.3gpp2.sms");
  EXPECT_EQ(flow.delivery[0].header(Header::content_type), "application/vnd.3gpp2.sms");
}

TEST(fault, f07_and_f08_body_is_text) {
  Flow base64(FaultId::f07);
  Flow hex(FaultId::f08);
  base64.submit_one();
  hex.submit_one();
  EXPECT_EQ(base64.delivery[0].header(Header::content_transfer_encoding), "base64");
  // 01 01 07 91 21 21 55 05 00 F0 00 1C ... in RFC 4648 base64.
  EXPECT_TRUE(as_text(base64.delivery[0].view->body()).starts_with("AQEHkSEhVQUA8AAc"));
  EXPECT_EQ(as_text(base64.delivery[0].view->body()).size() % 4, 0U);
  EXPECT_TRUE(as_text(hex.delivery[0].view->body()).starts_with("01010791212155"));
  EXPECT_TRUE(as_text(hex.report[0].view->body()).starts_with("032A41"));
}

TEST(fault, f09_content_length_stops_at_the_first_nul) {
  Flow flow(FaultId::f09);
  flow.submit_one();
  EXPECT_EQ(flow.delivery[0].header(Header::content_length), "8");
  EXPECT_EQ(flow.delivery[0].view->trailing().size(), 32U);
}

TEST(fault, f10_report_leaves_a_quarter_second_before_the_202) {
  Flow flow(FaultId::f10);
  const auto at_once = flow.submit();
  ASSERT_EQ(at_once.size(), 2U);
  EXPECT_TRUE(at_once[0].is_message());
  EXPECT_TRUE(at_once[1].is_message());
  const Time start = flow.world.now;
  flow.world.answer(at_once[0], 200);
  flow.world.answer(at_once[1], 200);
  const auto later = flow.world.run(400ms);
  ASSERT_EQ(later.size(), 1U);
  EXPECT_EQ(later[0].status(), 202);
  EXPECT_EQ((later[0].at - start) / 1ms, 250);
}

TEST(fault, f11_202_waits_for_the_service_centre) {
  Flow flow(delayed(FaultId::f11, 600ms));
  const std::string text =
      flow.world.message_text(kAlice, "sip:sc.home1.net", rp_data(1, submit_to_bob()));
  EXPECT_TRUE(flow.world.send(kAlice, text).empty());
  EXPECT_TRUE(flow.world.send(kAlice, text).empty());  // a copy waits too
  const auto later = flow.world.run(601ms);
  ASSERT_EQ(later.size(), 3U);
  EXPECT_EQ(later[0].status(), 202);
  EXPECT_EQ(flow.world.send(kAlice, text).at(0).octets, later[0].octets);
}

TEST(fault, f12_the_200_carries_the_report) {
  Flow flow(FaultId::f12);
  const auto got = flow.submit();
  ASSERT_EQ(got.size(), 2U);
  EXPECT_EQ(got[0].status(), 200);
  EXPECT_EQ(got[0].rpdu().type(), rp::Type::ack);
  EXPECT_FALSE(got[1].has(Header::in_reply_to));
}

TEST(fault, f13_and_f14_none_or_two_reports) {
  Flow none(FaultId::f13);
  Flow two(FaultId::f14);
  EXPECT_EQ(none.submit().size(), 2U);
  const auto got = two.submit();
  ASSERT_EQ(got.size(), 4U);
  EXPECT_EQ(got[1].header(Header::in_reply_to), got[2].header(Header::in_reply_to));
  EXPECT_NE(got[1].call_id(), got[2].call_id());
  EXPECT_NE(got[1].branch(), got[2].branch());
}

TEST(fault, f16_a_copy_is_answered_with_another_to_tag) {
  Flow flow(FaultId::f16);
  const std::string text =
      flow.world.message_text(kAlice, "sip:sc.home1.net", rp_data(1, submit_to_bob()));
  const Got first = flow.world.send(kAlice, text).at(0);
  const Got copy = flow.world.send(kAlice, text).at(0);
  EXPECT_EQ(copy.status(), 202);
  EXPECT_NE(copy.header(Header::to), first.header(Header::to));
}

TEST(fault, f17_the_same_tp_mr_again_is_swallowed) {
  Flow flow(FaultId::f17);
  EXPECT_EQ(flow.submit(1, submit_to_bob(9)).size(), 3U);
  EXPECT_EQ(flow.submit(2, submit_to_bob(9)).size(), 1U);
  EXPECT_EQ(flow.submit(3, submit_to_bob(10)).size(), 2U);  // the delivery waits for the first
}

TEST(fault, f18_at_timer_e_a_new_message_leaves) {
  Flow flow(FaultId::f18);
  flow.submit_one();
  flow.world.answer(flow.report[0], 200);
  const auto later = flow.world.run(501ms);
  ASSERT_EQ(later.size(), 1U);
  EXPECT_NE(later[0].call_id(), flow.delivery[0].call_id());
  EXPECT_NE(later[0].branch(), flow.delivery[0].branch());
  EXPECT_EQ(later[0].body_hex(), flow.delivery[0].body_hex());
  flow.world.accept(kBob, later[0]);
  EXPECT_EQ(flow.world.counters().delivered, 1U);
}

TEST(fault, f20_and_f21_copies_do_not_back_off_or_end_early) {
  Flow flat(FaultId::f20);
  flat.submit();
  EXPECT_EQ(flat.world.run(2100ms).size(), 8U);  // two requests, four copies each
  Flow brief(FaultId::f21);
  brief.submit();
  EXPECT_EQ(brief.world.run(40s).size(), 2U);
}

TEST(fault, f26_and_f27_delivery_reports_go_unanswered_or_are_refused) {
  Flow silent(FaultId::f26);
  silent.submit_one();
  EXPECT_TRUE(silent.world.accept(kBob, silent.delivery[0]).empty());
  Flow refusing(FaultId::f27);
  refusing.submit_one();
  EXPECT_EQ(refusing.world.accept(kBob, refusing.delivery[0]).at(0).status(), 481);
}

TEST(fault, f58_udl_counts_octets) {
  Flow flow(FaultId::f58);
  flow.submit_one();
  const Octets tpdu = flow.delivery[0].rpdu().user_data;
  EXPECT_EQ(tpdu[tpdu.size() - 10], 9);  // "hellohello": ten septets in nine octets
}

TEST(fault, f59_ucs2_is_delivered_as_gsm_7_bit) {
  Flow flow(FaultId::f59);
  // DCS 08, "Hi" and U+0416, which GSM 7-bit lacks.
  flow.submit_one("01550b912121552522f2000806004800690416");
  const tp::Tpdu tpdu = flow.delivery[0].tpdu();
  EXPECT_EQ(tpdu.data_coding, 0);
  EXPECT_EQ(tpdu.user_data_length, 3);
  EXPECT_EQ(to_hex(tpdu.user_data), "c8 f4 0f");
}

TEST(fault, f59_keeps_the_header_and_septet_edge_and_loses_the_at_sign) {
  Flow flow(FaultId::f59);
  // UDHI, UDHL 5, concatenation; septets '@' 'H' after one fill bit: 9 in all.
  flow.submit_one("41550b912121552522f20000090500035a02010048");
  const tp::Tpdu tpdu = flow.delivery[0].tpdu();
  EXPECT_EQ(tpdu.user_data_length, 9);
  EXPECT_EQ(to_hex(tpdu.user_data), "05 00 03 5a 02 01 40 48");
}

TEST(fault, f60_the_last_segment_is_lost) {
  Flow flow(FaultId::f60);
  const auto first = flow.submit(1, "41010b912121552522f20004070500035a020141");
  const auto second = flow.submit(2, "41020b912121552522f20004070500035a020242");
  EXPECT_EQ(first.size(), 3U);
  EXPECT_EQ(second.size(), 2U);
  flow.world.accept(kBob, first[2]);
  EXPECT_EQ(flow.world.gateway.levels().stored, 0U);
}

TEST(fault, f61_f62_f63_rp_data_is_coded_wrongly) {
  Flow addresses(FaultId::f61);
  Flow direction(FaultId::f62);
  Flow iei(FaultId::f63);
  addresses.submit_one();
  direction.submit_one();
  iei.submit_one();
  EXPECT_TRUE(
      addresses.delivery[0].body_hex().starts_with("01 01 00 07 91 21 21 55 05 00 f0 1c 04"));
  EXPECT_TRUE(
      direction.delivery[0].body_hex().starts_with("00 01 07 91 21 21 55 05 00 f0 00 1c 04"));
  EXPECT_TRUE(iei.delivery[0].body_hex().starts_with("01 01 07 91 21 21 55 05 00 f0 00 41 1c 04"));
}

TEST(fault, f64_and_f66_rp_error_is_coded_wrongly) {
  for (const auto& [fault, body] : std::initializer_list<std::pair<FaultId, const char*>>{
           {FaultId::f64, "05 2a 42 01 2a 41 0a 01 c0"}, {FaultId::f66, "05 2a 01 2a"}}) {
    GatewayConfig config = World::with_fault(fault);
    config.sc_result = *parse_sc_result("error:42:C0");
    Flow flow(config);
    EXPECT_TRUE(flow.submit().at(1).body_hex().starts_with(body));
  }
}

TEST(fault, f68_and_f69_accept_contact_is_missing_or_lame_in_deliveries_only) {
  Flow none(FaultId::f68);
  Flow lame(FaultId::f69);
  none.submit_one();
  lame.submit_one();
  EXPECT_FALSE(none.delivery[0].has(Header::accept_contact));
  EXPECT_TRUE(none.report[0].has(Header::accept_contact));
  EXPECT_EQ(lame.delivery[0].header(Header::accept_contact), "*;+g.3gpp.smsip;require");
}

TEST(fault, f70_both_devices_get_the_delivery) {
  Flow flow(FaultId::f70);
  flow.world.register_ue(kBobsTablet);
  const auto got = flow.submit();
  ASSERT_EQ(got.size(), 4U);
  EXPECT_EQ(got[2].header(Header::request_disposition), "fork");
  EXPECT_EQ(got[2].call_id(), got[3].call_id());
  EXPECT_EQ((std::set<std::string>{rung::to_string(got[2].remote), rung::to_string(got[3].remote)}
                 .size()),
            2U);
  flow.world.answer(got[3], 200);
  flow.world.accept(kBobsTablet, got[2]);
  EXPECT_EQ(flow.world.counters().delivered, 1U);
}

TEST(fault, f71_and_f72_the_gateway_hides_its_identity) {
  Flow no_identity(FaultId::f71);
  Flow sender_in_from(FaultId::f72);
  no_identity.submit_one();
  sender_in_from.submit_one();
  EXPECT_FALSE(no_identity.delivery[0].has(Header::p_asserted_identity));
  EXPECT_TRUE(no_identity.report[0].has(Header::p_asserted_identity));
  EXPECT_TRUE(sender_in_from.delivery[0]
                  .header(Header::from)
                  .starts_with("<sip:+12125551111@home1.net>;tag="));
}

TEST(fault, f74_contact_stands_in_message_and_2xx) {
  Flow flow(FaultId::f74);
  const auto got = flow.submit();
  ASSERT_EQ(got.size(), 3U);
  for (const Got& message : got) EXPECT_TRUE(message.has(Header::contact));
  EXPECT_TRUE(flow.world.accept(kBob, got[2]).at(0).has(Header::contact));
}

TEST(fault, f75_to_has_a_tag) {
  Flow flow(FaultId::f75);
  flow.submit_one();
  EXPECT_NE(flow.report[0].header(Header::to).find(";tag="), std::string::npos);
  EXPECT_NE(flow.delivery[0].header(Header::to).find(";tag="), std::string::npos);
}

TEST(fault, f76_branch_is_reused_and_answers_still_find_their_request) {
  Flow flow(FaultId::f76);
  flow.submit_one();
  flow.world.answer(flow.report[0], 200);
  const Got second = flow.submit(3, submit_to_bob(3)).at(1);
  EXPECT_EQ(second.branch(), flow.report[0].branch());
  flow.world.answer(second, 200);
  flow.world.accept(kBob, flow.delivery[0]);
  EXPECT_EQ(flow.world.counters().delivered, 1U);
  EXPECT_EQ(flow.world.counters().responses_unmatched, 0U);
}

TEST(fault, f79_and_f82_are_wrong_answers) {
  Flow accepting(FaultId::f79);
  std::string text =
      accepting.world.message_text(kAlice, "sip:sc.home1.net", rp_data(1, submit_to_bob()));
  text.replace(text.find("application/vnd.3gpp.sms"), 24, "text/plain");
  EXPECT_EQ(accepting.world.send(kAlice, text).at(0).status(), 202);
  Flow timing_out(FaultId::f82);
  EXPECT_EQ(timing_out.submit().at(0).status(), 408);
}

TEST(fault, every_nth_opportunity_only) {
  GatewayConfig config = World::with_fault(FaultId::f01);
  config.fault_every = 2;
  Flow flow(config);
  EXPECT_EQ(flow.submit(1).at(1).rpdu().reference, 1);
  EXPECT_EQ(flow.submit(2).at(1).rpdu().reference, 3);
}

}  // namespace
}  // namespace rung::gateway
