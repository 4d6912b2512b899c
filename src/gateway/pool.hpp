// Pool: a fixed number of records addressed by a 32-bit index, with a free list threaded through
// the free ones. Memory is reserved at construction and touched only as records are first used.
#pragma once

#include <cstdint>
#include <cstring>
#include <memory>
#include <type_traits>

#include "engine/base/assert.hpp"

namespace rung::gateway {

/// No record.
inline constexpr std::uint32_t kNone = UINT32_MAX;

/// Indexes fit 24 bits, because Call-IDs and branches carry them beside a 40-bit sequence number.
inline constexpr std::uint32_t kPoolSizeMax = (1U << 24) - 1;

template <class T>
class Pool {
  static_assert(std::is_trivially_copyable_v<T> && std::is_trivially_destructible_v<T>);
  static_assert(sizeof(T) >= sizeof(std::uint32_t));

 public:
  explicit Pool(std::uint32_t size)
      : slots_(std::make_unique_for_overwrite<Slot[]>(size)), size_(size) {}

  /// The index of a fresh record, value-initialised, or kNone when all are in use.
  std::uint32_t take() {
    std::uint32_t index = free_;
    if (index != kNone) {
      std::memcpy(&free_, slots_[index].octets, sizeof free_);
    } else {
      if (touched_ == size_) return kNone;
      index = touched_++;
    }
    ++used_;
    new (slots_[index].octets) T{};
    return index;
  }
  /// Precondition: taken and not given back since.
  void give(std::uint32_t index) {
    PARANOID_ASSERT(index < touched_);
    std::memcpy(slots_[index].octets, &free_, sizeof free_);
    free_ = index;
    --used_;
  }
  T& operator[](std::uint32_t index) {
    PARANOID_ASSERT(index < touched_);
    return *std::launder(reinterpret_cast<T*>(slots_[index].octets));
  }
  const T& operator[](std::uint32_t index) const {
    PARANOID_ASSERT(index < touched_);
    return *std::launder(reinterpret_cast<const T*>(slots_[index].octets));
  }
  [[nodiscard]] std::uint32_t size() const { return size_; }
  [[nodiscard]] std::uint32_t used() const { return used_; }
  /// Records ever used: an index from outside must be below this before it is read.
  [[nodiscard]] std::uint32_t touched() const { return touched_; }

 private:
  struct Slot {
    alignas(T) unsigned char octets[sizeof(T)];
  };
  std::unique_ptr<Slot[]> slots_;
  std::uint32_t size_;
  std::uint32_t free_ = kNone;
  std::uint32_t touched_ = 0;
  std::uint32_t used_ = 0;
};

}  // namespace rung::gateway
