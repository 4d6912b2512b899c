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

}  // namespace
}  // namespace rung::rules
