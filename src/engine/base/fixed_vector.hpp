// FixedVector: up to N elements stored inline, never on the heap. A full one refuses.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <type_traits>

#include "engine/base/assert.hpp"

namespace rung {

template <class T, std::size_t N>
class FixedVector {
  static_assert(std::is_trivially_copyable_v<T>);
  static_assert(N > 0);

 public:
  using value_type = T;

  /// False, and nothing changes, when the vector is full.
  [[nodiscard]] constexpr bool push_back(const T& value) {
    if (size_ == N) return false;
    items_[size_++] = value;
    return true;
  }
  /// Precondition: !empty().
  constexpr void pop_back() {
    ENGINE_ASSERT(size_ > 0);
    --size_;
  }
  /// Takes out the element at `index`; the last one moves to its place.
  /// Precondition: index < size().
  constexpr void erase_unordered(std::size_t index) {
    ENGINE_ASSERT(index < size_);
    items_[index] = items_[--size_];
  }
  constexpr void clear() { size_ = 0; }

  [[nodiscard]] constexpr std::size_t size() const { return size_; }
  [[nodiscard]] static constexpr std::size_t capacity() { return N; }
  [[nodiscard]] constexpr bool empty() const { return size_ == 0; }
  [[nodiscard]] constexpr bool full() const { return size_ == N; }

  /// Precondition: index < size().
  [[nodiscard]] constexpr T& operator[](std::size_t index) {
    ENGINE_ASSERT(index < size_);
    return items_[index];
  }
  [[nodiscard]] constexpr const T& operator[](std::size_t index) const {
    ENGINE_ASSERT(index < size_);
    return items_[index];
  }
  /// Precondition: !empty().
  [[nodiscard]] constexpr T& back() { return (*this)[size_ - 1]; }
  [[nodiscard]] constexpr const T& back() const { return (*this)[size_ - 1]; }

  constexpr T* data() { return items_.data(); }
  [[nodiscard]] constexpr const T* data() const { return items_.data(); }
  constexpr T* begin() { return items_.data(); }
  constexpr T* end() { return items_.data() + size_; }
  [[nodiscard]] constexpr const T* begin() const { return items_.data(); }
  [[nodiscard]] constexpr const T* end() const { return items_.data() + size_; }
  [[nodiscard]] constexpr std::span<const T> span() const { return {items_.data(), size_}; }

 private:
  std::array<T, N> items_{};
  std::size_t size_ = 0;
};

}  // namespace rung
