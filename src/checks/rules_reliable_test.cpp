// What holds over a reliable transport.
#include <gtest/gtest.h>

#include "checks/rules_fixture.hpp"

namespace rung::rules {
namespace {

TEST(NothingRepeated, fails_on_any_copy_over_a_reliable_transport_and_says_nothing_elsewhere) {
  MtSession s;
  s.unanswered(34s, 0, 20ms);
  s.e.t1 = 0ms;
  EXPECT_EQ(s.ask(nothing_repeated, 2), Verdict::pass);
  s.unanswered(34s, 1, 520ms);
  EXPECT_EQ(s.ask(nothing_repeated, 2), Verdict::fail);
  s.e.lossy = s.e.generator_late = true;
  EXPECT_EQ(s.ask(nothing_repeated, 2), Verdict::fail) << "nobody else can have made the copy";
  s.e.t1 = 500ms;
  EXPECT_EQ(s.ask(nothing_repeated, 2), Verdict::none);
  s.e.t1 = 0ms;
  s.never(2);
  EXPECT_EQ(s.ask(nothing_repeated, 2), Verdict::none);
}

}  // namespace
}  // namespace rung::rules
