#include "engine/base/histogram.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <thread>
#include <vector>

#include "engine/base/prng.hpp"

namespace rung {
namespace {

using namespace histogram_shape;

TEST(Histogram, every_bucket_begins_where_the_one_before_ends) {
  for (std::size_t i = 0; i < kBuckets; ++i) {
    EXPECT_EQ(bucket_of(lower_edge(i)), i);
    EXPECT_EQ(bucket_of(lower_edge(i + 1) - 1), i);
  }
  EXPECT_EQ(lower_edge(kBuckets) - 1, kValueMax);
}

TEST(Histogram, the_range_reaches_an_hour) {
  EXPECT_GT(kValueMax, static_cast<std::uint64_t>(ns(Duration{1h})));
}

TEST(Histogram, an_empty_one_reads_zero) {
  const HistogramSnapshot s = Histogram{}.snapshot();
  EXPECT_TRUE(s.empty());
  EXPECT_EQ(s.percentile(50), 0ns);
  EXPECT_EQ(s.min(), 0ns);
  EXPECT_EQ(s.max(), 0ns);
  EXPECT_EQ(s.mean(), 0ns);
  EXPECT_EQ(s.cumulative_below(1h), 0U);
}

TEST(Histogram, one_value_is_every_percentile) {
  Histogram h;
  h.record(1234567ns);
  const HistogramSnapshot s = h.snapshot();
  for (const double percent : {0.0, 50.0, 99.9, 100.0}) {
    EXPECT_EQ(s.percentile(percent), 1234567ns);
  }
  EXPECT_EQ(s.sum_ns(), 1234567U);
  EXPECT_EQ(s.mean(), 1234567ns);
}

TEST(Histogram, percentiles_are_within_1_6_percent_of_the_sorted_values) {
  Histogram h;
  Prng random(1);
  std::vector<std::int64_t> values;
  for (int i = 0; i < 100'000; ++i) {
    values.push_back(static_cast<std::int64_t>(std::pow(10.0, 3.0 + 9.5 * random.unit())));
    h.record(Duration{values.back()});
  }
  std::sort(values.begin(), values.end());

  const HistogramSnapshot s = h.snapshot();
  for (const double percent : {0.1, 1.0, 10.0, 50.0, 90.0, 99.0, 99.9, 99.99}) {
    const auto rank = static_cast<std::size_t>(std::ceil(percent / 100 * 100'000));
    const auto exact = static_cast<double>(values[rank - 1]);
    EXPECT_NEAR(static_cast<double>(ns(s.percentile(percent))), exact, exact * 0.016) << percent;
  }
  EXPECT_EQ(s.percentile(100), Duration{values.back()});
  EXPECT_EQ(s.min(), Duration{values.front()});
}

TEST(Histogram, counts_what_is_out_of_range_at_the_ends) {
  Histogram h;
  h.record(-5ms);
  h.record(3h);
  const HistogramSnapshot s = h.snapshot();
  EXPECT_EQ(s.count(), 2U);
  EXPECT_EQ(s.min(), 0ns);
  EXPECT_EQ(s.max(), 3h);
  EXPECT_EQ(s.percentile(100), 3h);
}

TEST(Histogram, merging_equals_recording_in_one) {
  Histogram a;
  Histogram b;
  Histogram both;
  Prng random(2);
  for (int i = 0; i < 10'000; ++i) {
    const Duration value{static_cast<std::int64_t>(random.below(1'000'000'000))};
    (i % 3 == 0 ? a : b).record(value);
    both.record(value);
  }

  HistogramSnapshot merged = a.snapshot();
  merged += b.snapshot();

  const HistogramSnapshot s = both.snapshot();
  EXPECT_EQ(merged.count(), s.count());
  EXPECT_EQ(merged.sum_ns(), s.sum_ns());
  EXPECT_EQ(merged.min(), s.min());
  EXPECT_EQ(merged.max(), s.max());
  for (double p = 0; p <= 100; p += 0.5) EXPECT_EQ(merged.percentile(p), s.percentile(p));
}

TEST(Histogram, merging_an_empty_one_changes_nothing) {
  Histogram h;
  h.record(5ms);
  HistogramSnapshot s = h.snapshot();
  s += HistogramSnapshot{};
  EXPECT_EQ(s.count(), 1U);
  EXPECT_EQ(s.min(), 5ms);
  EXPECT_EQ(s.max(), 5ms);
}

TEST(Histogram, since_holds_only_what_came_after) {
  Histogram h;
  for (int i = 0; i < 1000; ++i) h.record(1s);
  const HistogramSnapshot earlier = h.snapshot();
  for (int i = 0; i < 10; ++i) h.record(2ms);

  const HistogramSnapshot s = h.snapshot().since(earlier);
  EXPECT_EQ(s.count(), 10U);
  EXPECT_EQ(s.sum_ns(), 20'000'000U);
  EXPECT_NEAR(static_cast<double>(ns(s.percentile(99))), 2e6, 2e6 * 0.016);
  EXPECT_LT(s.max(), 3ms);
}

TEST(Histogram, since_nothing_new_is_empty) {
  Histogram h;
  h.record(1s);
  EXPECT_TRUE(h.snapshot().since(h.snapshot()).empty());
}

TEST(Histogram, cumulative_counts_rise_to_the_total) {
  Histogram h;
  for (int i = 1; i <= 1000; ++i) h.record(1ms * i);
  const HistogramSnapshot s = h.snapshot();
  std::uint64_t last = 0;
  for (const Duration limit : {Duration{500us}, Duration{10ms}, Duration{100ms}, Duration{500ms},
                               Duration{1s}, Duration{10s}}) {
    const std::uint64_t below = s.cumulative_below(limit);
    EXPECT_GE(below, last);
    last = below;
  }
  EXPECT_EQ(s.cumulative_below(500us), 0U);
  EXPECT_NEAR(static_cast<double>(s.cumulative_below(500ms)), 500.0, 500 * 0.032);
  EXPECT_EQ(last, 1000U);
}

TEST(Histogram, cumulative_counts_are_exact_at_a_bucket_edge) {
  Histogram h;
  const Duration edge{static_cast<std::int64_t>(lower_edge(400))};
  h.record(edge - 1ns);
  h.record(edge);
  EXPECT_EQ(h.snapshot().cumulative_below(edge), 1U);
}

TEST(Histogram, buckets_are_listed_in_order_and_add_up) {
  Histogram h;
  for (const Duration d : {Duration{3us}, Duration{3us}, Duration{40ms}}) h.record(d);
  std::uint64_t total = 0;
  Duration last{-1};
  h.snapshot().for_each_bucket([&](Duration lower, Duration upper, std::uint64_t count) {
    EXPECT_GT(lower, last);
    EXPECT_GT(upper, lower);
    last = lower;
    total += count;
  });
  EXPECT_EQ(total, 3U);
}

TEST(Histogram, a_snapshot_taken_while_recording_is_consistent) {
  Histogram h;
  constexpr std::uint64_t kValues = 200'000;
  std::thread writer([&] {
    for (std::uint64_t i = 0; i < kValues; ++i) h.record(Duration{static_cast<std::int64_t>(i)});
  });
  std::uint64_t last = 0;
  while (last < kValues) {
    const HistogramSnapshot s = h.snapshot();
    std::uint64_t listed = 0;
    s.for_each_bucket([&](Duration, Duration, std::uint64_t count) { listed += count; });
    ASSERT_EQ(listed, s.count());
    ASSERT_GE(s.count(), last);
    last = s.count();
  }
  writer.join();
  EXPECT_EQ(h.snapshot().max(), Duration{kValues - 1});
}

}  // namespace
}  // namespace rung
