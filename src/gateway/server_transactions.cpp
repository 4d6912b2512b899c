#include "gateway/server_transactions.hpp"

#include <chrono>

namespace rung::gateway {
namespace {

constexpr std::int64_t kNsPerMs = 1'000'000;

}  // namespace

ServerTransactions::ServerTransactions(std::uint32_t entries_max, Duration linger,
                                       GatewayCounters& counters)
    : entries_(std::make_unique_for_overwrite<Entry[]>(entries_max)),
      size_(entries_max),
      linger_ms_(static_cast<std::uint32_t>(linger / 1ms)),
      by_key_(entries_max),
      counters_(counters) {}

std::uint32_t ServerTransactions::milliseconds(Time t) {
  return static_cast<std::uint32_t>(ns(t) / kNsPerMs);
}

std::uint32_t ServerTransactions::find(std::uint64_t key) const {
  return by_key_.find(key, [&](std::uint32_t i) { return entries_[i].key == key; });
}

std::uint32_t ServerTransactions::add(std::uint64_t key, Time now) {
  if (used_ == size_) {
    ++counters_.full_absorbed;
    return kNone;
  }
  const std::uint32_t index = static_cast<std::uint32_t>((std::uint64_t{oldest_} + used_) % size_);
  ++used_;
  entries_[index] = {key, milliseconds(now), 0, 0};
  by_key_.insert(key, index);
  return index;
}

Time ServerTransactions::created(const Entry& entry, Time now) const {
  const std::uint32_t age_ms = milliseconds(now) - entry.created_ms;
  return cut_to_ms(now) - std::chrono::milliseconds(age_ms);
}

void ServerTransactions::expire(Time now) {
  const std::uint32_t now_ms = milliseconds(now);
  // One millisecond more than Timer J: the stamp was cut, and a copy must never come too early.
  while (used_ != 0 && now_ms - entries_[oldest_].created_ms > linger_ms_) {
    by_key_.erase(entries_[oldest_].key, oldest_);
    oldest_ = oldest_ + 1 == size_ ? 0 : oldest_ + 1;
    --used_;
  }
}

Time cut_to_ms(Time t) { return time_from_ns(ns(t) / kNsPerMs * kNsPerMs); }

}  // namespace rung::gateway
