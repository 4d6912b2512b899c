// SpscRing: a bounded queue from exactly one producing thread to exactly one consuming thread.
// Each side keeps its own copy of the other's position and looks again only when that copy says
// full or empty, so in steady state neither touches the other's cache line.
#pragma once

#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <vector>

#include "engine/base/assert.hpp"

namespace rung {

template <class T>
class SpscRing {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  /// Precondition: `capacity` is a power of two.
  explicit SpscRing(std::size_t capacity) : slots_(capacity), mask_(capacity - 1) {
    ENGINE_ASSERT(std::has_single_bit(capacity));
  }
  SpscRing(const SpscRing&) = delete;
  SpscRing& operator=(const SpscRing&) = delete;

  /// Producer only. False when the ring is full: count it and shed.
  [[nodiscard]] bool push(const T& value) {
    const std::uint64_t tail = producer_.position.load(std::memory_order_relaxed);
    if (tail - producer_.other_seen == slots_.size()) {
      producer_.other_seen = consumer_.position.load(std::memory_order_acquire);
      if (tail - producer_.other_seen == slots_.size()) return false;
    }
    slots_[tail & mask_] = value;
    producer_.position.store(tail + 1, std::memory_order_release);
    return true;
  }

  /// Consumer only. False, and `out` untouched, when the ring is empty.
  [[nodiscard]] bool pop(T& out) {
    const std::uint64_t head = consumer_.position.load(std::memory_order_relaxed);
    if (head == consumer_.other_seen) {
      consumer_.other_seen = producer_.position.load(std::memory_order_acquire);
      if (head == consumer_.other_seen) return false;
    }
    out = slots_[head & mask_];
    consumer_.position.store(head + 1, std::memory_order_release);
    return true;
  }

  [[nodiscard]] std::size_t capacity() const { return slots_.size(); }

  /// Any thread; exact only where both sides are still.
  [[nodiscard]] std::size_t size() const {
    const std::uint64_t head = consumer_.position.load(std::memory_order_acquire);
    return producer_.position.load(std::memory_order_acquire) - head;
  }

 private:
  static constexpr std::size_t kCacheLine = 64;
  struct alignas(kCacheLine) Side {
    std::atomic<std::uint64_t> position{0};
    std::uint64_t other_seen = 0;
  };

  std::vector<T> slots_;
  std::uint64_t mask_;
  Side producer_;
  Side consumer_;
};

}  // namespace rung
