#include "checks/suite_verdict.hpp"

#include <gtest/gtest.h>

namespace rung {
namespace {

constexpr std::size_t at(Verdict v) { return static_cast<std::size_t>(v); }

RequirementTally tally(const char* id, Verdict verdict, const char* severity = "mandatory") {
  RequirementTally t;
  t.id = id;
  t.severity = severity;
  t.confirmed = t.selected = true;
  if (verdict != Verdict::none) t.counts[at(verdict)] = 1;
  t.worst = verdict;
  return t;
}

/// Two ladders and three requirements, nothing run yet.
SuiteResult suite_of_two() {
  SuiteResult suite;
  for (const char* name : {"one", "two"}) {
    SuiteLadder ladder;
    ladder.name = name;
    ladder.directory = name;
    ladder.capture = std::string(name) + "/capture.pcapng";
    suite.ladders.push_back(ladder);
  }
  for (const char* id : {"a", "b", "c"}) {
    SuiteRequirement row;
    row.id = id;
    row.selected = true;
    suite.requirements.push_back(row);
  }
  return suite;
}

RunResult run_of(const char* ladder, Verdict a, Verdict b, Verdict c) {
  RunResult run;
  run.requirements = {tally("a", a), tally("b", b), tally("c", c, "option")};
  LadderResult played;
  played.name = ladder;
  played.sessions.started = 1;
  const bool failed = a == Verdict::fail || b == Verdict::fail;
  (failed ? played.sessions.failed : played.sessions.passed) = 1;
  run.totals.values[static_cast<std::size_t>(failed ? Counter::sessions_failed
                                                    : Counter::sessions_passed)] = 1;
  run.ladders = {played};
  return run;
}

void take(SuiteResult& suite, std::size_t ladder, const RunResult& run, bool strict = false) {
  add_run(suite, ladder, run, strict);
  suite.verdict = suite_verdict(suite);
}

TEST(SuiteVerdict, is_a_pass_where_every_ladder_passes) {
  SuiteResult suite = suite_of_two();
  take(suite, 0, run_of("one", Verdict::pass, Verdict::pass, Verdict::none));
  take(suite, 1, run_of("two", Verdict::pass, Verdict::none, Verdict::pass));
  EXPECT_EQ(suite.verdict, Verdict::pass);
  EXPECT_EQ(exit_code(suite), 0);
  EXPECT_EQ(suite.ladders[0].judgements.size(), 2U);
  EXPECT_EQ(suite.requirements[0].counts[at(Verdict::pass)], 2U);
  EXPECT_EQ(suite.ladders[0].sessions.passed, 1U);
}

TEST(SuiteVerdict, of_a_requirement_only_worsens) {
  SuiteResult suite = suite_of_two();
  take(suite, 0, run_of("one", Verdict::fail, Verdict::pass, Verdict::none));
  take(suite, 1, run_of("two", Verdict::pass, Verdict::inconclusive, Verdict::none));
  EXPECT_EQ(suite.requirements[0].verdict, Verdict::fail);
  EXPECT_EQ(suite.requirements[1].verdict, Verdict::inconclusive);
  EXPECT_EQ(suite.requirements[2].verdict, Verdict::none);
  EXPECT_EQ(suite.ladders[0].verdict, Verdict::fail);
  EXPECT_EQ(suite.ladders[1].verdict, Verdict::inconclusive);
  EXPECT_EQ(suite.ladders[1].reason, "b could not be judged");
  EXPECT_EQ(exit_code(suite), 1);
}

TEST(SuiteVerdict, conclusive_judgements_of_a_run_outweigh_its_inconclusive_ones) {
  RequirementTally t = tally("a", Verdict::pass);
  t.counts[at(Verdict::inconclusive)] = 3;
  EXPECT_EQ(verdict_of(t), Verdict::pass);
  t.counts[at(Verdict::fail)] = 1;
  EXPECT_EQ(verdict_of(t), Verdict::fail);
}

TEST(SuiteVerdict, a_failed_option_warns_and_fails_only_a_strict_suite) {
  SuiteResult lenient = suite_of_two();
  take(lenient, 0, run_of("one", Verdict::pass, Verdict::pass, Verdict::fail));
  EXPECT_TRUE(lenient.requirements[2].warning);
  EXPECT_EQ(lenient.verdict, Verdict::pass);
  SuiteResult strict = suite_of_two();
  take(strict, 0, run_of("one", Verdict::pass, Verdict::pass, Verdict::fail), true);
  EXPECT_FALSE(strict.requirements[2].warning);
  EXPECT_EQ(strict.verdict, Verdict::fail);
}

TEST(SuiteVerdict, what_was_not_selected_fails_nothing_and_stays_to_be_seen) {
  SuiteResult suite = suite_of_two();
  suite.requirements[0].selected = false;
  take(suite, 0, run_of("one", Verdict::fail, Verdict::pass, Verdict::none));
  EXPECT_EQ(suite.requirements[0].verdict, Verdict::fail);
  EXPECT_EQ(suite.ladders[0].verdict, Verdict::pass);
  EXPECT_EQ(exit_code(suite), 0);
}

TEST(SuiteVerdict, a_passing_session_proves_nothing_of_what_it_did_not_judge) {
  SuiteResult suite = suite_of_two();
  suite.requirements[0].selected = suite.requirements[2].selected = false;
  take(suite, 0, run_of("one", Verdict::pass, Verdict::none, Verdict::none));
  EXPECT_EQ(suite.ladders[0].verdict, Verdict::inconclusive);
  EXPECT_EQ(exit_code(suite), 5);
}

TEST(SuiteVerdict, findings_keep_the_capture_their_frames_are_counted_in) {
  SuiteResult suite = suite_of_two();
  RunResult run = run_of("two", Verdict::fail, Verdict::pass, Verdict::none);
  FindingRecord finding;
  finding.requirement = "a";
  finding.frame = 7;
  run.findings = {finding};
  run.findings_counted = 3;
  take(suite, 1, run);
  ASSERT_EQ(suite.findings.size(), 1U);
  EXPECT_EQ(suite.findings[0].frame, 7U);
  EXPECT_EQ(suite.findings[0].file, "two/capture.pcapng");
  EXPECT_EQ(suite.findings_counted, 3U);
}

TEST(SuiteVerdict, nothing_that_ran_is_no_pass) {
  SuiteResult suite = suite_of_two();
  suite.verdict = suite_verdict(suite);
  EXPECT_EQ(suite.verdict, Verdict::inconclusive);
  EXPECT_EQ(exit_code(suite), 5);
}

TEST(SuiteVerdict, a_lost_target_fails_whatever_it_had_passed) {
  SuiteResult suite = suite_of_two();
  suite.target_lost = true;
  take(suite, 0, run_of("one", Verdict::pass, Verdict::pass, Verdict::pass));
  EXPECT_EQ(suite.verdict, Verdict::fail);
  EXPECT_EQ(exit_code(suite), 1);
}

TEST(SuiteVerdict, exit_codes_follow_the_order_of_their_weight) {
  SuiteResult suite = suite_of_two();
  take(suite, 0, run_of("one", Verdict::fail, Verdict::pass, Verdict::none));
  suite.invalid_reasons = {"4 datagrams dropped by our own sockets"};
  EXPECT_EQ(exit_code(suite), 4);
  suite.target_unreachable = true;
  EXPECT_EQ(exit_code(suite), 3);
  suite.interrupted = true;
  EXPECT_EQ(exit_code(suite), 130);
}

TEST(SuiteVerdict, what_a_run_must_be_known_for_is_told_with_its_ladder) {
  SuiteResult suite = suite_of_two();
  RunResult run = run_of("one", Verdict::pass, Verdict::pass, Verdict::none);
  run.invalid_reasons = {"transmit queue was full 3 times"};
  run.notes = {"no session of one passed: 1 refused"};
  run.at_least = Verdict::inconclusive;
  take(suite, 0, run);
  EXPECT_EQ(suite.invalid_reasons.at(0), "one: transmit queue was full 3 times");
  EXPECT_EQ(suite.ladders[0].reason, "transmit queue was full 3 times") << "that comes first";
  EXPECT_EQ(suite.ladders[0].verdict, Verdict::inconclusive);
}

TEST(SuiteVerdict, of_a_ladder_without_a_session_is_never_a_pass) {
  SuiteResult suite = suite_of_two();
  RunResult run = run_of("one", Verdict::pass, Verdict::pass, Verdict::none);
  run.ladders[0].sessions = {};  // what was judged, the registration of its UEs showed
  take(suite, 0, run);
  EXPECT_EQ(suite.ladders[0].verdict, Verdict::inconclusive);
  EXPECT_EQ(suite.ladders[0].reason, "no session of it began");
  EXPECT_EQ(suite.requirements[0].verdict, Verdict::pass);
  EXPECT_EQ(exit_code(suite), 5);
}

TEST(SuiteVerdict, on_a_target_that_nobody_reached_is_inconclusive) {
  SuiteResult suite = suite_of_two();
  suite.target_lost = suite.target_unreachable = true;
  EXPECT_EQ(suite_verdict(suite), Verdict::inconclusive);
  EXPECT_EQ(exit_code(suite), 3);
}

}  // namespace
}  // namespace rung
