// One MESSAGE at a time towards a UE (RFC 3428 8).
#include <gtest/gtest.h>

#include "checks/rules.hpp"
#include "checks/rules_fixture.hpp"

namespace rung::rules {
namespace {

TEST(OneAtATime, fails_where_another_delivery_still_had_no_answer) {
  MtSession s;
  EXPECT_EQ(s.ask(one_at_a_time, 2), Verdict::pass);
  s.steps[2].turn_doubtful = true;
  EXPECT_EQ(s.ask(one_at_a_time, 2), Verdict::inconclusive);
  s.steps[2].out_of_turn = true;
  EXPECT_EQ(s.ask(one_at_a_time, 2), Verdict::fail);
}

TEST(OneAtATime, says_nothing_over_a_reliable_transport_or_of_what_never_came) {
  MtSession s;
  s.steps[2].out_of_turn = true;
  s.e.reliable = true;
  EXPECT_EQ(s.ask(one_at_a_time, 2), Verdict::none);
  s.e.reliable = false;
  s.steps[2].done = false;
  EXPECT_EQ(s.ask(one_at_a_time, 2), Verdict::none);
}

}  // namespace
}  // namespace rung::rules
