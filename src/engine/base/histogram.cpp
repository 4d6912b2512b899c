#include "engine/base/histogram.hpp"

#include <algorithm>
#include <cmath>

namespace rung {

using namespace histogram_shape;

Duration HistogramSnapshot::percentile(double percent) const {
  if (empty()) return Duration{0};
  if (percent >= 100.0) return max();
  const double share = std::max(percent, 0.0) / 100.0;
  const auto rank =
      std::clamp(static_cast<std::uint64_t>(std::ceil(share * static_cast<double>(count_))),
                 std::uint64_t{1}, count_);
  std::uint64_t seen = 0;
  for (std::size_t i = 0; i < kBuckets; ++i) {
    seen += counts_[i];
    if (seen < rank) continue;
    const std::uint64_t middle = lower_edge(i) + (lower_edge(i + 1) - lower_edge(i)) / 2;
    return Duration{as_signed(std::clamp(middle, min_ns_, max_ns_))};
  }
  return max();
}

std::uint64_t HistogramSnapshot::cumulative_below(Duration limit) const {
  std::uint64_t below = 0;
  for (std::size_t i = 0; i < kBuckets; ++i) {
    if (as_signed(lower_edge(i + 1)) > limit.count()) break;
    below += counts_[i];
  }
  return below;
}

HistogramSnapshot& HistogramSnapshot::operator+=(const HistogramSnapshot& other) {
  for (std::size_t i = 0; i < kBuckets; ++i) counts_[i] += other.counts_[i];
  count_ += other.count_;
  sum_ns_ += other.sum_ns_;
  min_ns_ = std::min(min_ns_, other.min_ns_);
  max_ns_ = std::max(max_ns_, other.max_ns_);
  return *this;
}

void HistogramSnapshot::restore_bucket(Duration lower, std::uint64_t count) {
  counts_[bucket_of(static_cast<std::uint64_t>(std::max<std::int64_t>(lower.count(), 0)))] += count;
  count_ += count;
}

void HistogramSnapshot::restore_figures(std::uint64_t sum_ns, Duration min, Duration max) {
  if (empty()) return;
  sum_ns_ = sum_ns;
  min_ns_ = static_cast<std::uint64_t>(std::max<std::int64_t>(min.count(), 0));
  max_ns_ = std::max(min_ns_, static_cast<std::uint64_t>(std::max<std::int64_t>(max.count(), 0)));
}

HistogramSnapshot HistogramSnapshot::since(const HistogramSnapshot& earlier) const {
  HistogramSnapshot d;
  for (std::size_t i = 0; i < kBuckets; ++i) {
    d.counts_[i] = counts_[i] - earlier.counts_[i];
    if (d.counts_[i] == 0) continue;
    d.count_ += d.counts_[i];
    d.min_ns_ = std::min(d.min_ns_, std::max(lower_edge(i), min_ns_));
    d.max_ns_ = std::min(lower_edge(i + 1) - 1, max_ns_);
  }
  // What lies beyond the range is in the last bucket, whose edge says nothing about it.
  if (d.counts_[kBuckets - 1] != 0) d.max_ns_ = max_ns_;
  d.sum_ns_ = sum_ns_ - earlier.sum_ns_;
  return d;
}

HistogramSnapshot Histogram::snapshot() const {
  HistogramSnapshot s;
  for (std::size_t i = 0; i < kBuckets; ++i) {
    s.counts_[i] = counts_[i].load(std::memory_order_relaxed);
    s.count_ += s.counts_[i];
  }
  s.sum_ns_ = sum_ns_.load(std::memory_order_relaxed);
  s.min_ns_ = min_ns_.load(std::memory_order_relaxed);
  s.max_ns_ = max_ns_.load(std::memory_order_relaxed);
  return s;
}

}  // namespace rung
