// Histogram: latencies in log-linear buckets, nanoseconds, at most 1.6 % off from 1 us to 73 min.
//
// Below 1024 ns a bucket is 32 ns wide. Above, each doubling has 32 buckets of equal width, so a
// bucket's middle is at most 1/64 of a value away from it. One thread records; any thread may take
// a snapshot: single-writer words need no locked instruction.
#pragma once

#include <array>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "engine/base/time.hpp"

namespace rung {

namespace histogram_shape {
inline constexpr unsigned kSubBits = 5;
inline constexpr unsigned kSubBuckets = 1U << kSubBits;
inline constexpr unsigned kLinearBits = 10;  // below 2^10 ns the buckets are linear
inline constexpr unsigned kOctaves = 32;     // 2^10 ns .. 2^42 ns (73 min)
inline constexpr std::size_t kBuckets = kSubBuckets * (1 + kOctaves);
inline constexpr std::uint64_t kValueMax = (std::uint64_t{1} << (kLinearBits + kOctaves)) - 1;

/// The bucket of a value in nanoseconds; what exceeds kValueMax lies in the last one.
constexpr std::size_t bucket_of(std::uint64_t value_ns) {
  if (value_ns > kValueMax) value_ns = kValueMax;
  if (value_ns < (1U << kLinearBits)) return value_ns >> (kLinearBits - kSubBits);
  const auto exponent = static_cast<unsigned>(std::bit_width(value_ns) - 1);
  const std::uint64_t sub = (value_ns >> (exponent - kSubBits)) & (kSubBuckets - 1);
  return kSubBuckets * (1 + exponent - kLinearBits) + sub;
}

/// The smallest value of a bucket, in nanoseconds; of kBuckets: the end of the range.
constexpr std::uint64_t lower_edge(std::size_t bucket) {
  if (bucket < kSubBuckets) return std::uint64_t{bucket} << (kLinearBits - kSubBits);
  const std::size_t octave = bucket / kSubBuckets - 1;
  const std::uint64_t sub = bucket % kSubBuckets;
  return (kSubBuckets + sub) << (octave + kLinearBits - kSubBits);
}
}  // namespace histogram_shape

/// What a histogram held at one instant: a plain value that can be merged, subtracted and read.
class HistogramSnapshot {
 public:
  [[nodiscard]] std::uint64_t count() const { return count_; }
  [[nodiscard]] bool empty() const { return count_ == 0; }
  /// The sum of all values, exact, in nanoseconds.
  [[nodiscard]] std::uint64_t sum_ns() const { return sum_ns_; }
  /// Exact extremes; zero when empty.
  [[nodiscard]] Duration min() const { return Duration{empty() ? 0 : as_signed(min_ns_)}; }
  [[nodiscard]] Duration max() const { return Duration{empty() ? 0 : as_signed(max_ns_)}; }
  /// Zero when empty.
  [[nodiscard]] Duration mean() const {
    return Duration{empty() ? 0 : as_signed(sum_ns_ / count_)};
  }

  /// The value that `percent` of all (0 to 100) do not exceed: its bucket's middle, kept within
  /// min() and max(); 100 gives max(). Zero when empty.
  [[nodiscard]] Duration percentile(double percent) const;

  /// How many values lie in buckets that end at or before `limit`: exact where `limit` is a
  /// bucket's edge, otherwise short by less than one bucket. Never falls as `limit` grows.
  [[nodiscard]] std::uint64_t cumulative_below(Duration limit) const;

  /// Adds what another worker recorded.
  HistogramSnapshot& operator+=(const HistogramSnapshot& other);

  /// What was recorded after `earlier`, an older snapshot of the same histogram (or a sum of the
  /// same histograms). Its extremes are bucket edges: the exact ones are not kept over time.
  [[nodiscard]] HistogramSnapshot since(const HistogramSnapshot& earlier) const;

  /// Puts back one bucket that for_each_bucket() gave, when a recorded result is read again.
  void restore_bucket(Duration lower, std::uint64_t count);
  /// Puts back the exact figures; after all buckets. Ignored while there are none.
  void restore_figures(std::uint64_t sum_ns, Duration min, Duration max);

  /// Calls f(lower, upper, count) for each bucket that is not empty, in rising order;
  /// lower <= value < upper.
  template <class F>
  void for_each_bucket(F&& f) const {
    for (std::size_t i = 0; i < counts_.size(); ++i) {
      if (counts_[i] == 0) continue;
      f(Duration{as_signed(histogram_shape::lower_edge(i))},
        Duration{as_signed(histogram_shape::lower_edge(i + 1))}, counts_[i]);
    }
  }

 private:
  friend class Histogram;
  static constexpr std::int64_t as_signed(std::uint64_t v) { return static_cast<std::int64_t>(v); }

  std::array<std::uint64_t, histogram_shape::kBuckets> counts_{};
  std::uint64_t count_ = 0;
  std::uint64_t sum_ns_ = 0;
  std::uint64_t min_ns_ = UINT64_MAX;
  std::uint64_t max_ns_ = 0;
};

class Histogram {
 public:
  /// Counts one value; a negative one counts as zero. Only one thread ever calls this.
  void record(Duration value) {
    const std::uint64_t v = value.count() > 0 ? static_cast<std::uint64_t>(value.count()) : 0;
    add(counts_[histogram_shape::bucket_of(v)], 1);
    add(sum_ns_, v);
    if (v < min_ns_.load(std::memory_order_relaxed)) min_ns_.store(v, std::memory_order_relaxed);
    if (v > max_ns_.load(std::memory_order_relaxed)) max_ns_.store(v, std::memory_order_relaxed);
  }

  /// Any thread, at any time. Values recorded meanwhile are in it or not; count() always equals
  /// the sum of its buckets, while sum_ns() may differ by those few.
  [[nodiscard]] HistogramSnapshot snapshot() const;

 private:
  using Word = std::atomic<std::uint64_t>;
  static void add(Word& word, std::uint64_t amount) {
    word.store(word.load(std::memory_order_relaxed) + amount, std::memory_order_relaxed);
  }

  std::array<Word, histogram_shape::kBuckets> counts_{};
  Word sum_ns_{0};
  Word min_ns_{UINT64_MAX};
  Word max_ns_{0};
};
static_assert(sizeof(Histogram) <= 16 * 1024);

}  // namespace rung
