// Rules on provisional answers, ours and the gateway's.
#include <gtest/gtest.h>

#include "checks/rules_fixture.hpp"

namespace rung::rules {
namespace {

/// An MT session in which we answer the delivery with 100 at once and with 200 at `final`.
struct Proceeding : MtSession {
  explicit Proceeding(Duration final = 3020ms) {
    steps.resize(6);
    at(3, {.done = true, .ours = true, .status = 200, .cause_mask = 36, .answers = 2}, final);
    at(4, {.done = true, .ours = true, .request = true, .cause_mask = 8, .replies_to = 2}, final);
    at(5, {.done = true, .ours = true, .status = 100, .cause_mask = 4, .answers = 2}, 20ms);
  }
  Verdict with_copies(std::uint16_t copies) {
    steps[2].copies = copies;
    return ask(copies_slow_after_provisional, 2);
  }
};

TEST(CopiesSlowAfterProvisional, allows_the_copy_that_was_due_and_no_second_one) {
  EXPECT_EQ(Proceeding().with_copies(0), Verdict::pass) << "Timer E set to T2 at once";
  EXPECT_EQ(Proceeding().with_copies(1), Verdict::pass);
  EXPECT_EQ(Proceeding().with_copies(2), Verdict::fail);
  EXPECT_EQ(Proceeding().with_copies(3), Verdict::fail);
}

TEST(CopiesSlowAfterProvisional, leaves_a_timer_e_without_back_off_to_its_own_row) {
  EXPECT_EQ(Proceeding().with_copies(6), Verdict::none);
}

TEST(CopiesSlowAfterProvisional, says_nothing_where_the_100_or_the_time_was_missing) {
  EXPECT_EQ(MtSession().ask(copies_slow_after_provisional, 2), Verdict::none);
  EXPECT_EQ(Proceeding(2s).with_copies(2), Verdict::none) << "a second copy is due at 1.5 s";
  Proceeding late;
  late.steps[5].first = Time{400ms};
  EXPECT_EQ(late.with_copies(2), Verdict::none);
}

TEST(CopiesSlowAfterProvisional, is_inconclusive_where_the_100_may_be_lost) {
  Proceeding s;
  s.e.lossy = true;
  EXPECT_EQ(s.with_copies(2), Verdict::inconclusive);
}

TEST(ProvisionalIsLate, fails_on_one_that_came_too_early) {
  MoSession s;
  EXPECT_EQ(s.ask(provisional_is_late, 1), Verdict::pass);
  s.steps[0].hasty_provisional = true;
  EXPECT_EQ(s.ask(provisional_is_late, 1), Verdict::fail);
  s.never(1);
  EXPECT_EQ(s.ask(provisional_is_late, 1), Verdict::none);
}

TEST(SilentAfterFinal, does_not_take_a_100_for_the_answer) {
  Proceeding s;
  s.steps[2].copies = 1;
  s.steps[2].last = Time{520ms};
  EXPECT_EQ(s.ask(silent_after_final, 2), Verdict::pass);
}

}  // namespace
}  // namespace rung::rules
