#include "engine/load/pacer.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <map>

namespace rung {
namespace {

constexpr MicroRate per_second(std::int64_t sessions) { return sessions * 1'000'000; }

std::vector<Time> all_starts(Pacer& pacer, Time start) {
  std::vector<Time> instants;
  pacer.start(start);
  for (Time t; pacer.due(kNever - 1ns, t);) instants.push_back(t);
  return instants;
}

TEST(Pacer, constant_rate_is_exact_after_a_day) {
  // arrange: a rate whose period is no whole number of nanoseconds
  Pacer pacer({{per_second(7), per_second(7), std::chrono::hours(24)}}, false, 1, {});

  // act
  const auto starts = all_starts(pacer, Time{});

  // assert: every start within a nanosecond of n / 7 s, none lost, none extra
  ASSERT_EQ(starts.size(), 7u * 86400u);
  for (std::size_t n : {std::size_t{0}, std::size_t{1}, std::size_t{6}, starts.size() - 1}) {
    const std::int64_t exact =
        static_cast<std::int64_t>((static_cast<__int128>(n) * 1'000'000'000 + 6) / 7);
    EXPECT_EQ(ns(starts[n]), exact) << n;
  }
}

TEST(Pacer, nothing_is_due_before_its_instant) {
  Pacer pacer({{per_second(1000), per_second(1000), 1s}}, false, 1, {});
  pacer.start(time_from_ns(5'000'000));
  Time t;
  EXPECT_FALSE(pacer.due(time_from_ns(4'999'999), t));
  ASSERT_TRUE(pacer.due(time_from_ns(5'000'000), t));
  EXPECT_EQ(ns(t), 5'000'000);
  EXPECT_FALSE(pacer.due(time_from_ns(5'999'999), t));
  EXPECT_TRUE(pacer.due(time_from_ns(6'000'000), t));
}

TEST(Pacer, late_pass_gets_every_missed_start_with_its_own_instant) {
  Pacer pacer({{per_second(10), per_second(10), 10s}}, false, 1, {});
  pacer.start(Time{});
  Time t;
  int count = 0;
  while (pacer.due(Time{} + 450ms, t)) EXPECT_EQ(t, Time{} + 100ms * count++);
  EXPECT_EQ(count, 5);
}

TEST(Pacer, ramp_holds_the_area_under_it) {
  // 0 to 1000/s over 10 s: 5000 starts; half of them in the last 2.93 s (1 - 1/sqrt 2).
  Pacer pacer({{0, per_second(1000), 10s}}, false, 1, {});
  EXPECT_EQ(pacer.expected(), 5000u);
  const auto starts = all_starts(pacer, Time{});
  ASSERT_EQ(starts.size(), 5000u);
  EXPECT_NEAR(static_cast<double>(ns(starts[2500])) / 1e9, 10 / std::sqrt(2.0), 1e-3);
  EXPECT_TRUE(std::is_sorted(starts.begin(), starts.end()));
}

TEST(Pacer, falling_ramp_mirrors_the_rising_one) {
  Pacer pacer({{per_second(1000), 0, 10s}}, false, 1, {});
  EXPECT_EQ(all_starts(pacer, Time{}).size(), 5000u);
}

TEST(Pacer, longest_ramp_at_the_highest_rate_does_not_overflow) {
  Pacer pacer({{0, kMicroRateMax, kCurveLengthMax}}, false, 1, {0, 1});
  EXPECT_EQ(pacer.expected(), 10'000'000ull * 86400 * 400 / 2);
}

TEST(Pacer, steps_change_the_rate_at_their_instant) {
  Pacer pacer(
      {{per_second(10), per_second(10), 1s}, {0, 0, 1s}, {per_second(20), per_second(20), 1s}},
      false, 1, {});
  std::map<std::int64_t, int> per_s;
  for (const Time t : all_starts(pacer, Time{})) ++per_s[ns(t) / 1'000'000'000];
  EXPECT_EQ(per_s, (std::map<std::int64_t, int>{{0, 10}, {2, 20}}));
}

TEST(Pacer, a_ramp_of_no_length_holds_no_start) {
  Pacer pacer({{0, per_second(100), 0s}, {per_second(100), per_second(100), 1s}}, false, 1, {});
  EXPECT_EQ(pacer.expected(), 100u);
  EXPECT_EQ(all_starts(pacer, Time{}).size(), 100u);
}

TEST(Pacer, workers_share_the_starts_without_overlap_or_gap) {
  const std::vector<RateSegment> curve{{per_second(100), per_second(300), 2s}};
  Pacer whole(curve, false, 1, {});
  const auto expected = all_starts(whole, Time{});
  std::vector<Time> merged;
  for (std::uint32_t w = 0; w < 3; ++w) {
    Pacer part(curve, false, 1, {w, 3});
    const auto starts = all_starts(part, Time{});
    merged.insert(merged.end(), starts.begin(), starts.end());
  }
  std::sort(merged.begin(), merged.end());
  EXPECT_EQ(merged, expected);
}

TEST(Pacer, poisson_has_its_rate_and_its_spread_and_repeats_from_its_seed) {
  const std::vector<RateSegment> curve{{per_second(1000), per_second(1000), 100s}};
  Pacer a(curve, true, 42, {}), b(curve, true, 42, {}), c(curve, true, 43, {});
  const auto starts = all_starts(a, Time{});
  EXPECT_EQ(starts, all_starts(b, Time{}));
  EXPECT_NE(starts, all_starts(c, Time{}));
  // 100,000 expected, standard deviation 316.
  EXPECT_NEAR(static_cast<double>(starts.size()), 100'000, 5 * 316);
  // The variance of counts per second equals their mean.
  std::vector<double> counts(100);
  for (const Time t : starts) ++counts[static_cast<std::size_t>(ns(t) / 1'000'000'000)];
  double variance = 0;
  for (const double n : counts) variance += (n - 1000) * (n - 1000) / 100;
  EXPECT_GT(variance, 500);
  EXPECT_LT(variance, 2000);
}

}  // namespace
}  // namespace rung
