// What holds over a reliable transport.
#include <gtest/gtest.h>

#include "checks/rules_fixture.hpp"

namespace rung::rules {
namespace {

TEST(NothingRepeated, fails_on_any_copy_over_a_reliable_transport_and_says_nothing_elsewhere) {
  MtSession s;
  s.unanswered(34s, 0, 20ms);
  s.e.reliable = true;
  EXPECT_EQ(s.ask(nothing_repeated, 2), Verdict::pass);
  s.unanswered(34s, 1, 520ms);
  EXPECT_EQ(s.ask(nothing_repeated, 2), Verdict::fail);
  s.e.lossy = s.e.generator_late = true;
  EXPECT_EQ(s.ask(nothing_repeated, 2), Verdict::fail) << "nobody else can have made the copy";
  s.e.reliable = false;
  EXPECT_EQ(s.ask(nothing_repeated, 2), Verdict::none);
  s.e.reliable = true;
  s.never(2);
  EXPECT_EQ(s.ask(nothing_repeated, 2), Verdict::none);
}

TEST(AnsweredInTime, allows_timer_f_over_a_reliable_transport_too) {
  MoSession s;
  s.e.reliable = true;
  s.steps[1].first = Time{32s};
  EXPECT_EQ(s.ask(answered_in_time, 1), Verdict::pass);
  s.steps[1].first = Time{33s};
  EXPECT_EQ(s.ask(answered_in_time, 1), Verdict::fail);
  s.e.t1 = 2s;
  EXPECT_EQ(s.ask(answered_in_time, 1), Verdict::pass) << "of --timers gm";
}

TEST(SilentAfterFinal, forgives_no_copy_that_a_connection_cannot_have_crossed) {
  MtSession s;
  s.steps[2].copies = 1;
  s.steps[2].last = s.steps[3].first + 100ms;
  EXPECT_EQ(s.ask(silent_after_final, 2), Verdict::pass);
  s.e.reliable = true;
  EXPECT_EQ(s.ask(silent_after_final, 2), Verdict::fail);
}

}  // namespace
}  // namespace rung::rules
