#include "load_curve.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rung {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr MicroRate operator""_per_s(unsigned long long rate) {
  return static_cast<MicroRate>(rate) * 1'000'000;
}

struct Curve {
  CrewPlan plan;
  std::vector<std::string> errors;
};

Curve curve(std::vector<const char*> words) {
  words.insert(words.begin(), {"rung", "run"});
  Options options;
  Curve made;
  made.errors = parse_options(static_cast<int>(words.size()), words.data(), options);
  if (made.errors.empty()) read_curve(options, made.plan, made.errors);
  return made;
}

void expect_segment(const RateSegment& s, MicroRate from, MicroRate to, Duration length) {
  EXPECT_EQ(s.from, from);
  EXPECT_EQ(s.to, to);
  EXPECT_EQ(s.length, length);
}

TEST(LoadCurve, a_constant_rate_is_one_segment_behind_its_warm_up) {
  const Curve c = curve({"--rate=1500", "--duration=3s", "--warm-up=2s"});

  ASSERT_THAT(c.errors, IsEmpty());
  ASSERT_EQ(c.plan.warm_up.size(), 1U);
  ASSERT_EQ(c.plan.measure.size(), 1U);
  expect_segment(c.plan.warm_up[0], 1500_per_s, 1500_per_s, 2s);
  expect_segment(c.plan.measure[0], 1500_per_s, 1500_per_s, 3s);
  EXPECT_FALSE(c.plan.poisson);
}

TEST(LoadCurve, a_ramp_warms_up_at_the_rate_it_begins_with) {
  const Curve c = curve({"--shape=ramp", "--rate-from=100", "--rate=900", "--duration=4s"});

  expect_segment(c.plan.warm_up[0], 100_per_s, 100_per_s, 1s);
  expect_segment(c.plan.measure[0], 100_per_s, 900_per_s, 4s);
}

TEST(LoadCurve, steps_follow_each_other_and_their_peak_is_known) {
  const Curve c = curve({"--shape=steps", "--steps=100:1s, 250.5:500ms,50:2s", "--warm-up=0s"});

  ASSERT_THAT(c.errors, IsEmpty());
  EXPECT_THAT(c.plan.warm_up, IsEmpty());
  ASSERT_EQ(c.plan.measure.size(), 3U);
  expect_segment(c.plan.measure[1], 250'500'000, 250'500'000, 500ms);
  EXPECT_EQ(peak_rate(c.plan), 250'500'000);
  EXPECT_EQ(measured_length(c.plan), 3500ms);
}

TEST(LoadCurve, a_poisson_process_has_the_same_curve) {
  const Curve c = curve({"--shape=poisson", "--rate=10"});

  EXPECT_TRUE(c.plan.poisson);
  EXPECT_EQ(c.plan.measure[0].to, 10_per_s);
}

TEST(LoadCurve, each_bad_step_is_named) {
  const Curve c = curve({"--shape=steps", "--steps=100:1s, 5, x:1s, 7:never"});

  EXPECT_THAT(c.errors, ElementsAre(HasSubstr("--steps: '5' is not accepted"),
                                    HasSubstr("--steps: 'x:1s' is not accepted"),
                                    HasSubstr("--steps: '7:never' is not accepted")));
}

TEST(LoadCurve, steps_and_their_shape_belong_together) {
  EXPECT_THAT(curve({"--steps=100:1s"}).errors,
              ElementsAre("--steps: given with --shape constant, expected --shape steps"));
  EXPECT_THAT(curve({"--shape=steps"}).errors, ElementsAre(HasSubstr("--steps: empty")));
}

}  // namespace
}  // namespace rung
