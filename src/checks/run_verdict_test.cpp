#include "checks/run_verdict.hpp"

#include <gtest/gtest.h>

#include "checks/catalogue.hpp"

namespace rung {
namespace {

constexpr const char* kContent = "24.341-5.3.3.4.2-c";
constexpr const char* kDeadline = "24.341-5.3.3.4.1-a";
constexpr const char* kAbsence = "24.341-5.3.3.4.2-j";

RequirementTally tally(const char* id, std::uint64_t pass, std::uint64_t fail,
                       std::uint64_t inconclusive = 0, std::string severity = "mandatory") {
  RequirementTally t;
  t.id = id;
  t.severity = std::move(severity);
  t.selected = true;
  t.counts[static_cast<std::size_t>(Verdict::pass)] = pass;
  t.counts[static_cast<std::size_t>(Verdict::fail)] = fail;
  t.counts[static_cast<std::size_t>(Verdict::inconclusive)] = inconclusive;
  t.worst = fail > 0 ? Verdict::fail : inconclusive > 0 ? Verdict::inconclusive : Verdict::pass;
  return t;
}

FindingRecord finding(const char* id, FramePlace place, std::string path = {}) {
  FindingRecord f;
  f.requirement = id;
  f.frame_place = place;
  f.path = std::move(path);
  return f;
}

RunResult with(std::vector<RequirementTally> tallies) {
  RunResult r;
  r.requirements = std::move(tallies);
  return judged(std::move(r), requirement_table());
}

TEST(RunVerdict, passes_when_all_that_was_judged_passed) {
  const RunResult r = with({tally(kContent, 10, 0), tally(kAbsence, 10, 0, 2)});
  EXPECT_EQ(r.verdict, Verdict::pass);
  EXPECT_EQ(exit_code(r), 0);
}

TEST(RunVerdict, a_stream_without_content_length_fails_its_requirement) {
  RunResult r;
  r.requirements = {tally(kContent, 10, 0), tally("TX-cl", 10, 0)};
  r.transport_figures.connections.no_length = 2;
  r.transport_figures.connections.bad_length = 1;
  r = judged(std::move(r), requirement_table());
  EXPECT_EQ(r.verdict, Verdict::fail);
  EXPECT_EQ(r.requirements[1].count(Verdict::fail), 3U);
  EXPECT_EQ(r.requirements[1].worst, Verdict::fail);
  EXPECT_EQ(r.requirements[0].count(Verdict::fail), 0U);
  ASSERT_EQ(r.findings.size(), 1U);
  EXPECT_EQ(r.findings[0].requirement, "TX-cl");
  EXPECT_EQ(r.findings[0].actual, "2 messages without it, 1 in which it is no number");
  EXPECT_EQ(r.findings_counted, 3U);
}

TEST(RunVerdict, one_failure_in_a_million_fails_the_run) {
  const RunResult r = with({tally(kContent, 999999, 1), tally(kAbsence, 0, 0, 2)});
  EXPECT_EQ(r.verdict, Verdict::fail);
  EXPECT_EQ(exit_code(r), 1);
}

TEST(RunVerdict, a_requirement_without_a_conclusive_judgement_leaves_it_open) {
  const RunResult r = with({tally(kContent, 10, 0), tally(kAbsence, 0, 0, 2)});
  EXPECT_EQ(r.verdict, Verdict::inconclusive);
  EXPECT_EQ(exit_code(r), 5);
}

TEST(RunVerdict, a_requirement_that_was_never_judged_counts_only_when_demanded) {
  RequirementTally idle = tally(kAbsence, 0, 0);
  EXPECT_EQ(with({tally(kContent, 1, 0), idle}).verdict, Verdict::pass);
  idle.demanded = true;
  EXPECT_EQ(with({tally(kContent, 1, 0), idle}).verdict, Verdict::inconclusive);
}

TEST(RunVerdict, a_run_that_judged_nothing_is_inconclusive) {
  RunResult r;
  r.verdict = run_verdict(r);
  EXPECT_EQ(r.verdict, Verdict::inconclusive);
  r.totals.values[static_cast<std::size_t>(Counter::sessions_passed)] = 1;
  EXPECT_EQ(run_verdict(r), Verdict::pass) << "a user's ladder may carry no requirement";
}

TEST(RunVerdict, a_session_that_was_cut_off_leaves_it_open) {
  RunResult r;
  r.requirements = {tally(kContent, 10, 0)};
  r.totals.values[static_cast<std::size_t>(Counter::sessions_aborted)] = 1;
  EXPECT_EQ(run_verdict(r), Verdict::inconclusive) << "what it waited for may never come";
  r.requirements.push_back(tally(kAbsence, 9, 1));
  EXPECT_EQ(run_verdict(r), Verdict::fail);
}

TEST(RunVerdict, a_session_that_failed_on_a_row_without_a_requirement_leaves_it_open) {
  RunResult r;
  r.requirements = {tally(kContent, 10, 0)};
  r.totals.values[static_cast<std::size_t>(Counter::sessions_failed)] = 1;
  EXPECT_EQ(run_verdict(r), Verdict::inconclusive);
}

TEST(RunVerdict, a_ladder_that_only_timed_out_leaves_it_open) {
  RunResult r;
  r.requirements = {tally(kContent, 10, 0)};
  r.ladders.resize(1);
  r.ladders[0].sessions.timed_out = 5;
  EXPECT_EQ(run_verdict(r), Verdict::inconclusive);
  r.ladders[0].sessions.passed = 1;
  EXPECT_EQ(run_verdict(r), Verdict::pass) << "the rows say what the other five were worth";
}

TEST(RunVerdict, is_never_better_than_what_no_requirement_covers) {
  RunResult r;
  r.requirements = {tally(kContent, 10, 0)};
  r.at_least = Verdict::inconclusive;
  EXPECT_EQ(run_verdict(r), Verdict::inconclusive);
  r.at_least = Verdict::fail;
  EXPECT_EQ(run_verdict(r), Verdict::fail);
}

TEST(RunVerdict, replaces_the_worst_of_all_rows) {
  RunResult r;
  r.verdict = Verdict::inconclusive;
  r.requirements = {tally(kContent, 10, 0)};
  EXPECT_EQ(judged(r, requirement_table()).verdict, Verdict::pass);
}

TEST(RunVerdict, a_failed_option_is_a_warning_unless_demanded) {
  RequirementTally option = tally(kContent, 1, 1, 0, "option");
  EXPECT_EQ(with({option}).verdict, Verdict::pass);
  option.demanded = true;
  EXPECT_EQ(with({option}).verdict, Verdict::fail);
  EXPECT_EQ(with({tally(kContent, 1, 1, 0, "informative")}).verdict, Verdict::pass);
}

TEST(RunVerdict, an_error_of_the_checker_is_never_the_suts_failure) {
  RequirementTally broken = tally(kContent, 0, 1);
  broken.counts[static_cast<std::size_t>(Verdict::error)] = 1;
  const RunResult r = with({broken});
  EXPECT_EQ(r.verdict, Verdict::error);
  EXPECT_EQ(exit_code(r), 4);
}

TEST(ExitCode, invalid_outranks_fail_and_inconclusive) {
  RunResult r;
  r.invalid_reasons = {"late"};
  r.verdict = Verdict::fail;
  EXPECT_EQ(exit_code(r), 4);
  r.verdict = Verdict::inconclusive;
  EXPECT_EQ(exit_code(r), 4);
}

TEST(ExitCode, an_interrupted_run_says_so) {
  RunResult r;
  r.interrupted = true;
  r.verdict = Verdict::pass;
  EXPECT_EQ(exit_code(r), 130);
}

class InvalidRun : public ::testing::Test {
 protected:
  RunResult judge() { return judged(result_, requirement_table()); }
  InvalidRun() { result_.invalid_reasons = {"1 % of sessions started late"}; }
  RunResult result_;
};

TEST_F(InvalidRun, keeps_failures_on_content) {
  result_.requirements = {tally(kContent, 5, 2)};
  const RunResult r = judge();
  EXPECT_EQ(r.requirements[0].count(Verdict::fail), 2U);
  EXPECT_EQ(r.verdict, Verdict::fail);
  EXPECT_EQ(exit_code(r), 4);
}

TEST_F(InvalidRun, turns_deadlines_into_inconclusive_even_with_a_frame) {
  result_.requirements = {tally(kDeadline, 5, 2)};
  result_.findings = {finding(kDeadline, FramePlace::in_file),
                      finding(kDeadline, FramePlace::none)};
  const RunResult r = judge();
  EXPECT_EQ(r.requirements[0].count(Verdict::fail), 0U);
  EXPECT_EQ(r.requirements[0].count(Verdict::inconclusive), 2U);
  EXPECT_EQ(r.requirements[0].worst, Verdict::inconclusive);
  EXPECT_EQ(r.findings[0].verdict, Verdict::inconclusive);
  EXPECT_EQ(r.verdict, Verdict::pass) << "five judgements were conclusive";
}

TEST_F(InvalidRun, keeps_a_deadline_rows_failure_on_a_field) {
  result_.requirements = {tally(kDeadline, 5, 2)};
  result_.findings = {finding(kDeadline, FramePlace::in_file, "sip.status")};
  const RunResult r = judge();
  EXPECT_EQ(r.requirements[0].count(Verdict::fail), 1U);
  EXPECT_EQ(r.requirements[0].count(Verdict::inconclusive), 1U);
  EXPECT_EQ(r.findings[0].verdict, Verdict::fail);
}

TEST_F(InvalidRun, keeps_a_second_report_and_withdraws_a_missing_one) {
  result_.requirements = {tally(kAbsence, 5, 3)};
  result_.findings = {finding(kAbsence, FramePlace::none),
                      finding(kAbsence, FramePlace::overwritten),
                      finding(kAbsence, FramePlace::in_file)};
  result_.findings[2].never_came = true;  // the frame is that of the last message before
  const RunResult r = judge();
  EXPECT_EQ(r.requirements[0].count(Verdict::fail), 1U);
  EXPECT_EQ(r.requirements[0].count(Verdict::inconclusive), 2U);
  EXPECT_EQ(r.findings[0].verdict, Verdict::inconclusive);
  EXPECT_EQ(r.findings[1].verdict, Verdict::fail);
  EXPECT_EQ(r.findings[2].verdict, Verdict::inconclusive);
}

TEST_F(InvalidRun, a_valid_run_withdraws_nothing) {
  result_.invalid_reasons.clear();
  result_.requirements = {tally(kDeadline, 5, 2)};
  const RunResult r = judge();
  EXPECT_EQ(r.requirements[0].count(Verdict::fail), 2U);
  EXPECT_EQ(r.verdict, Verdict::fail);
}

TEST_F(InvalidRun, keeps_what_a_users_own_requirement_found) {
  result_.requirements = {tally("my-own", 0, 1)};
  result_.findings = {finding("my-own", FramePlace::in_file)};
  EXPECT_EQ(judge().verdict, Verdict::fail);
}

}  // namespace
}  // namespace rung
