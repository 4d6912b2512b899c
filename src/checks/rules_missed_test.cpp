// What we lost ourselves proves nothing: rules where the generator missed packets.
#include <gtest/gtest.h>

#include "checks/rules_fixture.hpp"

namespace rung::rules {
namespace {

TEST(GeneratorMissed, makes_a_second_delivery_inconclusive) {
  MtSession s;
  s.steps[2].repeats = 1;
  EXPECT_EQ(s.ask(delivered_once, 2), Verdict::fail);
  EXPECT_EQ(s.ask(reaches_one_device, 2), Verdict::fail);
  s.e.generator_missed = true;
  EXPECT_EQ(s.ask(delivered_once, 2), Verdict::inconclusive) << "our 200 may be what was lost";
  EXPECT_EQ(s.ask(reaches_one_device, 2), Verdict::inconclusive);
}

TEST(GeneratorMissed, makes_a_delivery_that_must_not_come_inconclusive) {
  MtSession s;
  s.never(2);
  EXPECT_EQ(s.ask(never_delivered, 2), Verdict::pass);
  s.e.generator_missed = true;
  EXPECT_EQ(s.ask(never_delivered, 2), Verdict::inconclusive);
  EXPECT_EQ(s.ask(not_tried_again, 2), Verdict::inconclusive);
}

TEST(GeneratorMissed, makes_copies_behind_our_answer_and_a_second_report_inconclusive) {
  MoSession s;
  s.steps[2].copies = 1;
  s.steps[2].last = Time{2s};
  s.steps[2].repeats = 1;
  EXPECT_EQ(s.ask(silent_after_final, 2), Verdict::fail);
  EXPECT_EQ(s.ask(exactly_one_report, 2), Verdict::fail);
  s.e.generator_missed = true;
  EXPECT_EQ(s.ask(silent_after_final, 2), Verdict::inconclusive);
  EXPECT_EQ(s.ask(exactly_one_report, 2), Verdict::inconclusive);
}

TEST(GeneratorMissed, makes_copies_that_are_missing_inconclusive) {
  MtSession s;
  s.unanswered(4s, 0, 0ms);
  EXPECT_EQ(s.ask(copies_follow_timer_e, 2), Verdict::fail);
  s.e.generator_missed = true;
  EXPECT_EQ(s.ask(copies_follow_timer_e, 2), Verdict::inconclusive) << "we may have lost them";
}

TEST(GeneratorLate, makes_what_came_out_of_order_or_too_early_inconclusive) {
  MoSession s;
  s.steps[1].first = Time{200ms};
  EXPECT_EQ(s.ask(report_not_before_answer, 2), Verdict::fail);
  s.e.generator_late = true;
  EXPECT_EQ(s.ask(report_not_before_answer, 2), Verdict::inconclusive);

  MoSession hasty;
  hasty.steps[0].hasty_provisional = true;
  EXPECT_EQ(hasty.ask(provisional_is_late, 1), Verdict::fail);
  hasty.e.generator_late = true;
  EXPECT_EQ(hasty.ask(provisional_is_late, 1), Verdict::inconclusive);

  MtSession early;
  early.steps[2].cause_mask = 1U << 4U;
  early.steps[4].first = Time{1s};
  EXPECT_EQ(early.ask(not_before_its_causes, 2), Verdict::fail);
  early.e.generator_late = true;
  EXPECT_EQ(early.ask(not_before_its_causes, 2), Verdict::inconclusive);
}

TEST(GeneratorLate, makes_a_refused_report_inconclusive_and_no_other_refusal) {
  MoSession s;
  s.e.refused = true;
  s.steps[1].status = 481;
  EXPECT_EQ(s.ask(delivery_report_taken, 1), Verdict::fail);
  s.e.generator_late = true;
  EXPECT_EQ(s.ask(delivery_report_taken, 1), Verdict::inconclusive) << "ours came too late";
  EXPECT_EQ(s.ask(register_taken, 1), Verdict::fail);
}

TEST(GeneratorLate, excuses_no_silence) {
  MoSession s;
  s.never(1, 32s);
  s.steps[0].gave_up = true;
  s.e.generator_late = true;
  EXPECT_EQ(s.ask(accepted_at_once, 1), Verdict::fail);
  EXPECT_EQ(s.ask(answered, 1), Verdict::fail);
}

TEST(Disputed, makes_the_number_of_reports_inconclusive) {
  MoSession s;
  EXPECT_EQ(s.ask(exactly_one_report, 2), Verdict::pass);
  s.e.disputed = true;
  EXPECT_EQ(s.ask(exactly_one_report, 2), Verdict::inconclusive);
  s.steps[2].repeats = 1;
  EXPECT_EQ(s.ask(exactly_one_report, 2), Verdict::inconclusive);
}

}  // namespace
}  // namespace rung::rules
