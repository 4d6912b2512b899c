// Reports whose RP-MR and In-Reply-To name different sessions of one UE: one name is wrong, and
// nothing tells which.

#include <gtest/gtest.h>

#include "scripted_peer.hpp"
#include "sim_rig.hpp"

namespace rung {
namespace {

RigOptions one_ue() {
  RigOptions options;
  options.ladders = {"mo_sms"};
  options.ues = 1;
  options.wire = {.delay_min = 0ms, .delay_max = 0ms};
  options.scripted = true;
  return options;
}

/// Sessions of one UE that wait for their reports.
struct Submits {
  std::string ladder;
  SimRig rig;
  std::vector<std::string> submits;
  std::size_t reports = 0;

  explicit Submits(std::size_t count = 2, const RigOptions& options = one_ue())
      : ladder(options.ladders[0]), rig(options) {
    rig.pretend_registered();
    for (std::size_t i = 0; i < count; ++i) EXPECT_EQ(rig.start(ladder), StartResult::started);
    submits = rig.sent();
    EXPECT_EQ(submits.size(), count);
    for (const std::string& submit : submits) {
      rig.send(0, scripted::response(submit, "202 Accepted"));
    }
    rig.wait(1ms);
  }
  /// A report in a MESSAGE of its own; returns what the UE answered.
  std::string report(std::size_t in_reply_to, char rp_mr) {
    scripted::Message message;
    message.call_id = fmt::format("gw-call-{}", ++reports);
    message.branch = fmt::format("z9hG4bKgw{}", reports);
    message.in_reply_to = scripted::header(submits[in_reply_to], "Call-ID");
    message.user = "+12125550000000";
    message.address = "127.64.0.1:5060";
    message.rpdu = scripted::rp_ack(rp_mr);
    rig.sent();
    rig.send(0, message.text());
    rig.wait(1ms);
    const std::vector<std::string> answers = rig.sent();
    return answers.size() == 1 ? answers[0].substr(0, 11) : std::string();
  }
  [[nodiscard]] std::vector<std::string> red() const {
    std::vector<std::string> ids;
    for (const auto& [id, count] : rig.ids(Verdict::fail)) ids.push_back(id);
    return ids;
  }
  [[nodiscard]] std::uint64_t ended(Outcome outcome) const { return rig.ended(ladder, outcome); }
  [[nodiscard]] std::uint64_t unsure(const std::string& id) const {
    const auto ids = rig.ids(Verdict::inconclusive);
    return ids.contains(id) ? ids.at(id) : 0;
  }
  [[nodiscard]] char rp_mr(std::size_t of) const { return scripted::body(submits[of])[1]; }
};

TEST(Contradiction, with_the_other_report_still_to_come_proves_nothing_of_either_session) {
  for (const std::size_t behind : {0U, 1U}) {
    Submits s;
    EXPECT_EQ(s.report(0, s.rp_mr(1)), "SIP/2.0 200");
    s.report(behind, s.rp_mr(behind));
    s.rig.wait(60s);

    EXPECT_TRUE(s.red().empty()) << s.rig.findings_text();
    EXPECT_EQ(s.ended(Outcome::inconclusive), 2U) << behind;
    EXPECT_EQ(s.unsure("24.341-5.3.3.4.2-j"), 2U);
    EXPECT_EQ(s.unsure("24.341-5.3.3.4.2-c"), 2U);
    EXPECT_EQ(s.unsure("24.011-8.2.3-a"), 2U);
    EXPECT_EQ(s.rig.ids(Verdict::pass).count("24.341-5.3.3.4.2-j"), 0U);
    EXPECT_EQ(s.rig.count(Counter::sip_contradictions), 1U);
  }
}

TEST(Contradiction, of_both_reports_proves_nothing_of_either_session) {
  Submits s;
  s.report(0, s.rp_mr(1));
  s.report(1, s.rp_mr(0));
  s.rig.wait(60s);

  EXPECT_TRUE(s.red().empty()) << s.rig.findings_text();
  EXPECT_EQ(s.ended(Outcome::inconclusive), 2U);
  EXPECT_EQ(s.rig.count(Counter::sip_contradictions), 2U);
}

TEST(Contradiction, leaves_a_third_session_of_the_ue_alone) {
  Submits s(3);
  s.report(0, s.rp_mr(1));
  for (const std::size_t i : {0U, 1U, 2U}) s.report(i, s.rp_mr(i));
  s.rig.wait(60s);

  EXPECT_TRUE(s.red().empty()) << s.rig.findings_text();
  EXPECT_EQ(s.ended(Outcome::inconclusive), 2U);
  EXPECT_EQ(s.ended(Outcome::passed), 1U);
}

TEST(Contradiction, makes_a_second_report_no_finding_while_the_session_is_held_open_and_after_it) {
  RigOptions held = one_ue();
  held.ladders = {"mo_held"};
  held.own_ladders =
      "ladder mo_held \"As mo_sms, and held open\"\n"
      "source a test\n"
      "hold 5s\n"
      "s1 ue -> gw submit_foreign\n"
      "s2 gw -> ue accepted after s1 within timer_f\n"
      "s3 gw -> ue submit_report after s1 within tr1m [24.341-5.3.3.4.2-j]\n"
      "s4 ue -> gw ok after s3\n";
  for (const RigOptions& options : {one_ue(), held}) {
    Submits s(2, options);
    s.report(0, s.rp_mr(1));
    s.report(1, s.rp_mr(1));
    s.report(1, s.rp_mr(1));
    s.rig.wait(60s);

    EXPECT_TRUE(s.red().empty()) << options.ladders[0] << s.rig.findings_text();
  }
}

TEST(Contradiction, is_none_where_one_of_the_sessions_has_its_report) {
  Submits s;
  s.report(0, s.rp_mr(0));
  s.report(0, s.rp_mr(1));
  s.rig.wait(60s);

  EXPECT_EQ(s.red(), std::vector<std::string>{"24.341-5.3.3.4.2-c"}) << s.rig.findings_text();
  EXPECT_EQ(s.rig.count(Counter::sip_contradictions), 0U);
}

TEST(Contradiction, is_none_where_the_rp_mr_is_nobodys) {
  Submits s;
  s.report(0, static_cast<char>(s.rp_mr(1) + 77));
  s.report(1, s.rp_mr(1));
  s.rig.wait(60s);

  EXPECT_EQ(s.red(), std::vector<std::string>{"24.011-8.2.3-a"}) << s.rig.findings_text();
}

TEST(Contradiction, is_none_where_a_core_rewrites_call_ids) {
  RigOptions options = one_ue();
  options.play.call_id_preserved = false;
  Submits s(2, options);
  s.report(0, s.rp_mr(1));
  s.report(1, s.rp_mr(0));
  s.rig.wait(60s);

  EXPECT_TRUE(s.red().empty()) << s.rig.findings_text();
  EXPECT_EQ(s.ended(Outcome::passed), 2U);
}

}  // namespace
}  // namespace rung
