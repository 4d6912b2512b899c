// Counters of one worker: one word per row of counter.def, written by that worker alone and read by
// anyone at any time.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <iterator>
#include <string_view>

namespace rung {

enum class Counter : std::uint8_t {
#define RUNG_COUNTER(id, metric, labels, help) id,
#include "engine/base/counter.def"
#undef RUNG_COUNTER
};

struct CounterInfo {
  std::string_view id, metric, labels, help;
};
inline constexpr CounterInfo kCounterInfo[] = {
#define RUNG_COUNTER(id, metric, labels, help) {#id, metric, labels, help},
#include "engine/base/counter.def"
#undef RUNG_COUNTER
};
inline constexpr std::size_t kCounterCount = std::size(kCounterInfo);

/// Plain copy, mergeable.
struct CounterSnapshot {
  std::array<std::uint64_t, kCounterCount> values{};
  [[nodiscard]] std::uint64_t operator[](Counter c) const {
    return values[static_cast<std::size_t>(c)];
  }
  CounterSnapshot& operator+=(const CounterSnapshot& other) {
    for (std::size_t i = 0; i < kCounterCount; ++i) values[i] += other.values[i];
    return *this;
  }
  CounterSnapshot& operator-=(const CounterSnapshot& other) {
    for (std::size_t i = 0; i < kCounterCount; ++i) values[i] -= other.values[i];
    return *this;
  }
};

class CounterBlock {
 public:
  /// A plain load and store: single writer, so no locked instruction is needed.
  void bump(Counter c, std::uint64_t by = 1) {
    auto& word = words_[static_cast<std::size_t>(c)];
    word.store(word.load(std::memory_order_relaxed) + by, std::memory_order_relaxed);
  }
  [[nodiscard]] std::uint64_t read(Counter c) const {
    return words_[static_cast<std::size_t>(c)].load(std::memory_order_relaxed);
  }
  [[nodiscard]] CounterSnapshot snapshot() const {
    CounterSnapshot copy;
    for (std::size_t i = 0; i < kCounterCount; ++i) {
      copy.values[i] = words_[i].load(std::memory_order_relaxed);
    }
    return copy;
  }

 private:
  std::array<std::atomic<std::uint64_t>, kCounterCount> words_{};
};

}  // namespace rung
