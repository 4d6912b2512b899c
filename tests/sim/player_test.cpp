// The player alone, its peer scripted: what is a copy, a repeat, a stranger; whose report is whose;
// when copies leave.

#include <gtest/gtest.h>

#include "scripted_peer.hpp"
#include "sim_rig.hpp"

namespace rung {
namespace {

using scripted::header;
using scripted::rp_ack;

RigOptions scripted_options(std::vector<std::string> ladders) {
  RigOptions options;
  options.ladders = std::move(ladders);
  options.ues = 2;
  options.wire = {.delay_min = 0ms, .delay_max = 0ms};
  options.scripted = true;
  return options;
}

/// A submit of mo_sms on its way, and what its gateway needs to answer.
struct Submitted {
  SimRig rig;
  std::string request;
  std::uint32_t ue = 0;

  explicit Submitted(RigOptions options = scripted_options({"mo_sms"}),
                     std::string_view ladder = "mo_sms")
      : rig(std::move(options)) {
    rig.pretend_registered();
    EXPECT_EQ(rig.start(ladder), StartResult::started);
    const std::vector<std::string> sent = rig.sent();
    EXPECT_EQ(sent.size(), 1U);
    request = sent.at(0);
    ue = header(request, "From").find("0000000@") != std::string::npos ? 0 : 1;
  }
  void answer(std::string_view status, std::string_view tag = "gw-tag") {
    rig.send(ue, scripted::response(request, status, {}, tag));
    rig.wait(1ms);
  }
  [[nodiscard]] char rp_mr() const { return scripted::body(request)[1]; }
  [[nodiscard]] scripted::Message report() const {
    scripted::Message message;
    message.in_reply_to = header(request, "Call-ID");
    message.user = fmt::format("+1212555000000{}", ue);
    message.address = fmt::format("127.64.0.{}:5060", ue + 1);
    message.rpdu = rp_ack(rp_mr());
    return message;
  }
  void send(const scripted::Message& message) {
    rig.send(ue, message.text());
    rig.wait(1ms);
  }
};

std::vector<std::string> red(const SimRig& rig) {
  std::vector<std::string> ids;
  for (const auto& [id, count] : rig.ids(Verdict::fail)) ids.push_back(id);
  return ids;
}

TEST(Player, a_submit_answered_and_reported_passes) {
  Submitted s;

  s.answer("202 Accepted");
  s.send(s.report());

  EXPECT_EQ(s.rig.ended("mo_sms", Outcome::passed), 1U);
  EXPECT_TRUE(red(s.rig).empty()) << s.rig.findings_text();
  const std::vector<std::string> sent = s.rig.sent();
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_TRUE(sent[0].starts_with("SIP/2.0 200 OK\r\n"));
}

// RFC 3261 19.3: what begins a dialog, as any request with a Call-ID of its own, has its own tag.
TEST(Player, each_request_has_a_from_tag_of_its_own_and_its_copy_the_same) {
  RigOptions options = scripted_options({"both"});
  options.own_ladders =
      "ladder both \"Two UEs submit at once\"\n"
      "s1  ue -> gw   submit\ns2  gw -> ue   accepted  after s1  within timer_f\n"
      "s3  ue2 -> gw  submit\ns4  gw -> ue2  accepted  after s3  within timer_f\n";
  SimRig rig(options);
  rig.pretend_registered();
  ASSERT_EQ(rig.start("both"), StartResult::started);
  const std::vector<std::string> requests = rig.sent();
  rig.wait(600ms);
  const std::vector<std::string> copies = rig.sent();

  ASSERT_EQ(requests.size(), 2U);
  const auto tag_of = [](const std::string& request) {
    const std::string from = header(request, "From");
    return from.substr(from.find(";tag="));
  };
  EXPECT_NE(tag_of(requests[0]), tag_of(requests[1]));
  EXPECT_EQ(copies, requests);
}

TEST(Player, the_report_may_overtake_the_202) {
  Submitted s;

  s.send(s.report());
  s.rig.wait(10ms);
  s.answer("202 Accepted");

  EXPECT_EQ(s.rig.ended("mo_sms", Outcome::passed), 1U);
  EXPECT_TRUE(red(s.rig).empty()) << s.rig.findings_text();
}

TEST(Player, a_report_long_before_the_202_fails_its_requirement_only) {
  Submitted s;

  s.send(s.report());
  s.rig.wait(100ms);
  s.answer("202 Accepted");

  EXPECT_EQ(red(s.rig), std::vector<std::string>{"24.341-5.3.3.4.2-i"}) << s.rig.findings_text();
  EXPECT_EQ(s.rig.ended("mo_sms", Outcome::failed), 1U);
}

TEST(Player, a_wrong_rp_mr_is_found_through_in_reply_to) {
  Submitted s;
  scripted::Message report = s.report();
  report.rpdu = rp_ack(static_cast<char>(s.rp_mr() + 1));

  s.answer("202 Accepted");
  s.send(report);

  EXPECT_EQ(red(s.rig), std::vector<std::string>{"24.011-8.2.3-a"}) << s.rig.findings_text();
  ASSERT_EQ(s.rig.log().findings.size(), 1U);
  EXPECT_EQ(s.rig.log().findings[0].path, Path::rp_mr);
  EXPECT_EQ(s.rig.log().findings[0].expected.view(), std::to_string(s.rp_mr()));
  EXPECT_EQ(s.rig.log().findings[0].actual.view(), std::to_string(s.rp_mr() + 1));
  EXPECT_NE(s.rig.log().findings[0].frame, 0U);
}

TEST(Player, a_wrong_in_reply_to_is_found_through_rp_mr) {
  Submitted s;
  scripted::Message report = s.report();
  report.in_reply_to = report.call_id;

  s.answer("202 Accepted");
  s.send(report);

  EXPECT_EQ(red(s.rig), std::vector<std::string>{"24.341-5.3.3.4.2-c"}) << s.rig.findings_text();
}

TEST(Player, a_rewriting_core_leaves_in_reply_to_unjudged) {
  RigOptions options = scripted_options({"mo_sms"});
  options.play.call_id_preserved = false;
  Submitted s(options);
  scripted::Message report = s.report();
  report.in_reply_to = "rewritten";

  s.answer("202 Accepted");
  s.send(report);

  EXPECT_TRUE(red(s.rig).empty()) << s.rig.findings_text();
  EXPECT_EQ(s.rig.ids(Verdict::unsupported).count("24.341-5.3.3.4.2-c"), 1U);
}

TEST(Player, copies_of_a_report_get_the_same_answer_even_after_the_end) {
  Submitted s;
  s.answer("202 Accepted");
  s.send(s.report());
  const std::vector<std::string> first = s.rig.sent();

  s.rig.wait(5s);
  s.send(s.report());

  EXPECT_EQ(s.rig.sent(), first);
  EXPECT_EQ(s.rig.count(Counter::sip_copies), 1U);
  EXPECT_TRUE(red(s.rig).empty()) << s.rig.findings_text();
}

const Finding& only_finding(const SimRig& rig, std::string_view id) {
  EXPECT_EQ(red(rig), std::vector<std::string>{std::string(id)}) << rig.findings_text();
  EXPECT_EQ(rig.log().findings.size(), 1U);
  return rig.log().findings.at(0);
}

TEST(Player, what_a_rule_finds_points_at_the_last_message_of_its_step) {
  Submitted early;  // frame 1: the submit
  early.send(early.report());
  early.rig.wait(100ms);
  early.answer("202 Accepted");
  const Finding& order = only_finding(early.rig, "24.341-5.3.3.4.2-i");
  EXPECT_EQ(order.frame, 2U) << "the report";
  EXPECT_FALSE(order.never_came);

  Submitted twice(scripted_options({"mo_to_mt"}), "mo_to_mt");
  twice.answer("202 Accepted");  // frame 2
  twice.send(twice.report());    // frame 3; our 200 is frame 4
  scripted::Message second = twice.report();
  second.branch = "z9hG4bKgw2";
  second.call_id = "gw-call-2";
  twice.send(second);  // frame 5
  twice.rig.wait(70s);
  const auto& found = twice.rig.log().findings;
  ASSERT_FALSE(found.empty());
  EXPECT_EQ(found[0].frame, 5U) << twice.rig.findings_text();
}

TEST(Player, what_never_came_points_at_the_last_message_before) {
  Submitted s;
  s.answer("202 Accepted");  // frame 2

  s.rig.wait(40s);

  const Finding& missing = only_finding(s.rig, "24.341-5.3.3.4.2-j");
  EXPECT_EQ(missing.frame, 2U);
  EXPECT_TRUE(missing.never_came);
  EXPECT_EQ(missing.actual.view(), "submit_report never came");
}

TEST(Player, a_pause_of_the_generator_excuses_no_absence_unless_packets_were_lost) {
  const auto failed = [](auto disturb) {
    Submitted s;
    s.answer("202 Accepted");
    s.rig.wait(10s);
    disturb(s.rig.player(), s.rig.now());
    s.rig.wait(30s);
    return s.rig.ids(Verdict::fail).contains("24.341-5.3.3.4.2-j");
  };
  EXPECT_TRUE(failed([](Player& p, Time now) { p.generator_was_late(now, 30ms); }));
  EXPECT_FALSE(failed([](Player& p, Time now) { p.generator_was_late(now, 600ms); }));
  EXPECT_FALSE(failed([](Player& p, Time now) { p.generator_was_late(now + 25s, 30ms); }))
      << "it may still lie in the socket";
  EXPECT_FALSE(failed([](Player& p, Time now) { p.generator_lost_packets(now); }));
}

TEST(Player, a_session_that_times_out_says_what_it_waited_for) {
  RigOptions options = scripted_options({"two_steps"});
  options.own_ladders =
      "ladder two_steps \"A report that no rule demands\"\n"
      "s1  ue -> gw  submit_foreign\n"
      "s2  gw -> ue  accepted       after s1  within timer_f\n"
      "s3  gw -> ue  submit_report  after s1  within tr1m\n";
  SimRig rig(options);
  rig.pretend_registered();
  for (int i = 0; i < 2; ++i) rig.start("two_steps");
  rig.send(0, scripted::response(rig.sent().at(0), "202 Accepted"));
  rig.wait(70s);

  EXPECT_EQ(rig.ended("two_steps", Outcome::timed_out), 2U);
  const OutcomeBlock& outcomes = rig.player().outcomes();
  EXPECT_EQ(outcomes.missed_count(LadderIndex(0), 1), 1U) << "no answer to s1";
  EXPECT_EQ(outcomes.missed_count(LadderIndex(0), 2), 1U) << "no report, and nobody demands it";
}

TEST(Player, a_refusal_is_the_message_that_a_rule_points_at) {
  Submitted s;

  s.answer("403 Forbidden");  // frame 2

  const Finding& refused = only_finding(s.rig, "SIP-MO-1");
  EXPECT_EQ(refused.frame, 2U);
  EXPECT_FALSE(refused.never_came);
}

TEST(Player, a_second_report_after_the_end_is_a_finding) {
  Submitted s;
  s.answer("202 Accepted");
  s.send(s.report());
  scripted::Message second = s.report();
  second.branch = "z9hG4bKgw2";
  second.call_id = "gw-call-2";

  s.send(second);

  EXPECT_EQ(red(s.rig), std::vector<std::string>{"24.341-5.3.3.4.2-j"}) << s.rig.findings_text();
  EXPECT_EQ(s.rig.count(Counter::sip_repeats), 1U);
}

TEST(Player, a_reused_branch_is_told_from_a_copy) {
  Submitted s(scripted_options({"mo_sms"}));
  s.answer("202 Accepted");
  s.send(s.report());
  s.rig.sent();
  s.rig.start("mo_sms");
  const std::string next = s.rig.sent().at(0);
  s.request = next;
  s.ue = header(next, "From").find("0000000@") != std::string::npos ? 0 : 1;
  scripted::Message report = s.report();
  report.call_id = "gw-call-2";  // the branch is that of the first report

  s.answer("202 Accepted");
  s.send(report);

  EXPECT_EQ(red(s.rig), std::vector<std::string>{"TX-branch"}) << s.rig.findings_text();
}

TEST(Player, sends_copies_at_the_times_of_timer_e_and_gives_up_at_timer_f) {
  Submitted s;
  const Time start = s.rig.now();
  std::vector<std::int64_t> at_ms;

  while (s.rig.player().sessions_active() > 0 && s.rig.now() - start < 60s) {
    s.rig.wait(1ms);
    for (const std::string& copy : s.rig.sent()) {
      EXPECT_EQ(copy, s.request);
      at_ms.push_back(ns(s.rig.now() - start) / 1'000'000);
    }
  }

  const std::vector<std::int64_t> expected = {500,   1500,  3500,  7500,  11500,
                                              15500, 19500, 23500, 27500, 31500};
  ASSERT_EQ(at_ms.size(), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i)
    EXPECT_LE(std::abs(at_ms[i] - expected[i]), 2) << i;
  EXPECT_LE(std::abs(ns(s.rig.now() - start) / 1'000'000 - 32000), 2);
  EXPECT_EQ(s.rig.count(Counter::transactions_timed_out), 1U);
  EXPECT_EQ(s.rig.count(Counter::sip_retransmitted), expected.size());
}

TEST(Player, after_a_1xx_copies_leave_every_t2) {
  Submitted s;
  s.rig.wait(600ms);
  EXPECT_EQ(s.rig.sent().size(), 1U);

  s.answer("100 Trying");
  s.rig.wait(3800ms);
  EXPECT_TRUE(s.rig.sent().empty());
  s.rig.wait(200ms);

  EXPECT_EQ(s.rig.sent().size(), 1U);
}

TEST(Player, another_final_answer_ends_the_session_as_refused) {
  Submitted s;

  s.answer("503 Service Unavailable");

  EXPECT_EQ(s.rig.ended("mo_sms", Outcome::refused), 1U);
  EXPECT_EQ(s.rig.player().outcomes().sip_failures(503), 1U);
  EXPECT_TRUE(red(s.rig).empty()) << s.rig.findings_text();
}

TEST(Player, an_rp_error_where_rp_ack_is_drawn_ends_the_session_as_refused) {
  Submitted s;
  scripted::Message report = s.report();
  report.rpdu = scripted::rp_error(s.rp_mr(), 42);

  s.answer("202 Accepted");
  s.send(report);

  EXPECT_EQ(s.rig.ended("mo_sms", Outcome::refused), 1U);
  EXPECT_EQ(s.rig.player().outcomes().rp_failures(42), 1U);
  EXPECT_TRUE(red(s.rig).empty()) << s.rig.findings_text();
  EXPECT_EQ(s.rig.sent().size(), 1U);  // the 200 to it
}

TEST(Player, an_rp_error_with_a_cause_that_mo_does_not_know_is_a_finding) {
  Submitted s;
  scripted::Message report = s.report();
  report.rpdu = scripted::rp_error(s.rp_mr(), 22);  // memory capacity exceeded: of MT alone

  s.answer("202 Accepted");
  s.send(report);

  EXPECT_EQ(red(s.rig), std::vector<std::string>{"24.011-8.2.5.4-a"}) << s.rig.findings_text();
}

TEST(Player, a_strict_profile_takes_202_only) {
  RigOptions options = scripted_options({"mo_sms"});
  options.play.strict = true;
  Submitted s(options);

  s.answer("200 OK");
  s.send(s.report());

  EXPECT_EQ(red(s.rig), std::vector<std::string>{"SIP-MO-1"}) << s.rig.findings_text();
}

TEST(Player, a_valid_submit_that_is_refused_is_a_finding_unless_for_overload) {
  for (const std::string_view status : {"302 Moved", "400 Bad", "403 Forbidden", "603 No"}) {
    Submitted s;
    s.answer(status);
    EXPECT_EQ(red(s.rig), std::vector<std::string>{"SIP-MO-1"}) << s.rig.findings_text();
    EXPECT_EQ(s.rig.ended("mo_sms", Outcome::failed), 1U) << status;
  }
  for (const std::string_view status : {"480 Away", "500 Error", "503 Busy"}) {
    Submitted s;
    s.answer(status);
    EXPECT_TRUE(red(s.rig).empty()) << s.rig.findings_text();
    EXPECT_EQ(s.rig.ended("mo_sms", Outcome::refused), 1U) << status;
  }
}

TEST(Player, a_submit_of_a_ue_that_is_not_registered_may_be_refused) {
  SimRig rig(scripted_options({"message_only"}));
  ASSERT_EQ(rig.start("message_only"), StartResult::started);
  const std::vector<std::string> sent = rig.sent();
  ASSERT_EQ(sent.size(), 1U);
  const std::uint32_t ue = header(sent[0], "From").find("0000000@") != std::string::npos ? 0 : 1;

  rig.send(ue, scripted::response(sent[0], "403 Forbidden"));
  rig.wait(1ms);

  EXPECT_TRUE(red(rig).empty()) << rig.findings_text();
  EXPECT_EQ(rig.ended("message_only", Outcome::refused), 1U);
}

TEST(Player, only_a_strict_profile_fails_a_report_that_does_not_ask_for_fork) {
  for (const std::string_view disposition : {"no-fork", "queue"}) {
    for (const bool strict : {false, true}) {
      RigOptions options = scripted_options({"mo_sms"});
      options.play.strict = strict;
      Submitted s(options);
      scripted::Message report = s.report();
      report.disposition = disposition;

      s.answer("202 Accepted");
      s.send(report);

      const std::vector<std::string> row{"24.341-5.3.3.4.2-e"};
      EXPECT_EQ(red(s.rig), strict ? row : std::vector<std::string>{}) << disposition;
      EXPECT_EQ(s.rig.ids(Verdict::unsupported).contains(row[0]), !strict) << disposition;
      EXPECT_EQ(s.rig.ended("mo_sms", strict ? Outcome::failed : Outcome::passed), 1U);
    }
  }
}

TEST(Player, an_sm_nobody_sent_is_a_ghost_and_still_answered) {
  SimRig rig(scripted_options({"mo_sms"}));
  rig.pretend_registered();
  scripted::Message message;
  message.user = "+12125550000000";
  message.address = "127.64.0.1:5060";
  // RP-DATA to the UE, RP-MR 9, RP-OA 12125550000, no RP-DA, SMS-DELIVER "hello" from 12125551111
  // (catalogue section G, shortened).
  message.rpdu = std::string(
      "\x01\x09\x07\x91\x21\x21\x55\x05\x00\xf0\x00\x1a\x04\x0b\x91\x21\x21\x55\x15\x11\xf1"
      "\x00\x00\x62\x30\x41\x51\x90\x62\x40\x05\xe8\x32\x9b\xfd\x06\xff",
      38);
  message.rpdu[11] = static_cast<char>(message.rpdu.size() - 12);

  rig.send(0, message.text());
  rig.wait(1ms);

  EXPECT_EQ(rig.count(Counter::sip_strangers), 1U);
  EXPECT_EQ(rig.count(Counter::sip_judged), 1U);
  const std::vector<std::string> sent = rig.sent();
  ASSERT_EQ(sent.size(), 2U);
  EXPECT_TRUE(sent[0].starts_with("SIP/2.0 200 OK\r\n"));
  EXPECT_EQ(header(sent[1], "In-Reply-To"), "gw-call-1");
  EXPECT_EQ(scripted::body(sent[1]), std::string("\x02\x09", 2));
}

TEST(Player, garbage_is_counted_and_has_no_effect) {
  Submitted s;

  for (const std::string_view garbage :
       {"hello", "\r\n\r\n", "SIP/2.0 abc\r\n\r\n", "MESSAGE sip:a SIP/2.0\r\nVia\r\n\r\n"}) {
    s.rig.send(s.ue, garbage);
    s.rig.wait(1ms);
  }
  s.answer("202 Accepted");
  s.send(s.report());

  EXPECT_EQ(s.rig.count(Counter::sip_malformed), 3U);  // CRLF alone is a keep-alive
  EXPECT_EQ(s.rig.count(Counter::sip_received), s.rig.count(Counter::sip_judged));
  EXPECT_EQ(s.rig.ended("mo_sms", Outcome::passed), 1U);
}

TEST(Player, a_truncated_message_never_crashes_it_at_any_length) {
  Submitted s;
  const std::string whole = s.report().text();
  for (std::size_t size = 0; size < whole.size(); ++size) {
    s.rig.send(s.ue, std::string_view(whole).substr(0, size));
    s.rig.wait(100us);
    s.rig.sent();
  }

  EXPECT_EQ(s.rig.count(Counter::sip_received), s.rig.count(Counter::sip_judged));
}

TEST(Player, a_response_of_another_generation_is_stale) {
  Submitted s;
  std::string foreign = scripted::response(s.request, "202 Accepted");
  const std::size_t branch = foreign.find("z9hG4bK") + 7 + 6 + 6;  // behind run, worker and ticket
  foreign[branch + 7] = 'f';

  s.rig.send(s.ue, foreign);
  s.rig.wait(1ms);

  EXPECT_EQ(s.rig.count(Counter::sip_stale), 1U);
  EXPECT_EQ(s.rig.player().sessions_active(), 1U);
}

TEST(Player, starts_nothing_without_a_fitting_ue_or_a_free_session) {
  RigOptions options = scripted_options({"mo_sms", "register"});
  options.play.sessions_max = 1;
  options.play.tombstones_max = 16;
  SimRig rig(options);

  EXPECT_EQ(rig.start("mo_sms"), StartResult::no_ue);
  rig.pretend_registered();
  EXPECT_EQ(rig.start("mo_sms"), StartResult::started);
  EXPECT_EQ(rig.start("mo_sms"), StartResult::no_session);
  EXPECT_EQ(rig.start("register"), StartResult::no_ue);
}

TEST(Player, a_step_with_times_takes_as_many_as_it_says_and_no_more) {
  RigOptions options = scripted_options({"thrice"});
  options.own_ladders =
      "ladder thrice \"Reports, two to three\"\n"
      "hold 1s\n"
      "s1  ue -> gw  submit_foreign\n"
      "s2  gw -> ue  accepted       after s1  within timer_f\n"
      "s3  gw -> ue  submit_report  after s1  within tr1m  times 2..3\n"
      "s4  ue -> gw  ok             after s3\n";
  Submitted s(options, "thrice");
  s.answer("202 Accepted");

  std::vector<std::uint64_t> repeats;
  for (int i = 1; i <= 4; ++i) {
    scripted::Message report = s.report();
    report.branch = fmt::format("z9hG4bKgw{}", i);
    report.call_id = fmt::format("gw-call-{}", i);
    s.send(report);
    repeats.push_back(s.rig.count(Counter::sip_repeats));
  }

  EXPECT_EQ(repeats, (std::vector<std::uint64_t>{0, 0, 0, 1}));
  EXPECT_EQ(s.rig.sent().size(), 4U);  // each has its 200
  s.rig.wait(2s);
  EXPECT_EQ(s.rig.ended("thrice", Outcome::passed), 1U);
}

TEST(Player, over_a_reliable_transport_nothing_is_repeated) {
  RigOptions options = scripted_options({"mo_sms"});
  options.play.reliable = true;
  Submitted s(options);

  s.rig.wait(31s);
  EXPECT_TRUE(s.rig.sent().empty());
  s.rig.wait(2s);

  EXPECT_EQ(s.rig.player().sessions_active(), 0U);
  EXPECT_EQ(s.rig.ended("mo_sms", Outcome::timed_out) + s.rig.ended("mo_sms", Outcome::failed), 1U);
}

TEST(Player, aborting_ends_everything_unjudged) {
  Submitted s;

  s.rig.player().abort_all(s.rig.now());

  EXPECT_EQ(s.rig.player().sessions_active(), 0U);
  EXPECT_EQ(s.rig.ended("mo_sms", Outcome::aborted), 1U);
  EXPECT_TRUE(red(s.rig).empty());
  EXPECT_EQ(s.rig.player().next_due(), kNever);
}

}  // namespace
}  // namespace rung
