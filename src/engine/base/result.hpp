// Result: a value or an error code, never both. Errors are values on every path that outside
// octets can take; an error enum's zero means success and is never stored here.
#pragma once

#include <utility>

#include "engine/base/assert.hpp"

namespace rung {

/// Holds T or E. T must be default constructible; the value is read only after ok() was true.
template <class T, class E>
class [[nodiscard]] Result {
 public:
  constexpr Result(T value) : value_(std::move(value)), ok_(true) {}  // NOLINT: implicit on purpose
  constexpr Result(E error) : error_(std::move(error)) {}             // NOLINT: implicit on purpose

  [[nodiscard]] constexpr bool ok() const { return ok_; }
  constexpr explicit operator bool() const { return ok_; }

  /// Precondition: !ok().
  [[nodiscard]] constexpr const E& error() const {
    ENGINE_ASSERT(!ok_);
    return error_;
  }
  /// Precondition: ok().
  [[nodiscard]] constexpr T& value() {
    ENGINE_ASSERT(ok_);
    return value_;
  }
  [[nodiscard]] constexpr const T& value() const {
    ENGINE_ASSERT(ok_);
    return value_;
  }
  constexpr T& operator*() { return value(); }
  constexpr const T& operator*() const { return value(); }
  constexpr T* operator->() { return &value(); }
  constexpr const T* operator->() const { return &value(); }

 private:
  T value_{};
  E error_{};
  bool ok_ = false;
};

}  // namespace rung
