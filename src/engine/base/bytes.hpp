// Bounded cursors over octets. A Reader or Writer that would pass the end fails, stays failed and
// never touches an octet outside its span.
#pragma once

#include <cstdint>
#include <cstring>
#include <limits>
#include <span>
#include <string_view>
#include <type_traits>

#include "engine/base/assert.hpp"

namespace rung {

using Octets = std::span<const std::uint8_t>;
using MutableOctets = std::span<std::uint8_t>;

/// Narrows with a check: a length is never truncated in silence.
template <class To, class From>
constexpr To narrow(From value) {
  static_assert(std::is_integral_v<To> && std::is_integral_v<From>);
  const To result = static_cast<To>(value);
  ENGINE_ASSERT(static_cast<From>(result) == value);
  ENGINE_ASSERT((result < To{}) == (value < From{}));
  return result;
}

inline std::string_view as_text(Octets octets) {
  return {reinterpret_cast<const char*>(octets.data()), octets.size()};
}
inline Octets as_octets(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

/// Reads big-endian fields from the front. After the first short read ok() is false and every
/// further read gives zero or an empty span.
class Reader {
 public:
  constexpr explicit Reader(Octets octets) : octets_(octets) {}

  [[nodiscard]] constexpr bool ok() const { return ok_; }
  [[nodiscard]] constexpr std::size_t left() const { return octets_.size(); }

  constexpr std::uint8_t u8() {
    const Octets o = take(1);
    return o.empty() ? std::uint8_t{0} : o[0];
  }
  constexpr std::uint16_t u16() {
    const Octets o = take(2);
    return o.empty() ? std::uint16_t{0} : static_cast<std::uint16_t>(o[0] << 8 | o[1]);
  }
  constexpr std::uint32_t u32() {
    const std::uint32_t high = u16();
    return high << 16 | u16();
  }
  /// The next `size` octets, or an empty span (and !ok()) when fewer are left.
  constexpr Octets take(std::size_t size) {
    if (size > octets_.size()) {
      ok_ = false;
      octets_ = {};
      return {};
    }
    const Octets front = octets_.first(size);
    octets_ = octets_.subspan(size);
    return front;
  }
  /// All that is left.
  constexpr Octets rest() { return take(octets_.size()); }

 private:
  Octets octets_;
  bool ok_ = true;
};

/// Writes big-endian fields into a fixed span. size() counts what was written.
class Writer {
 public:
  constexpr explicit Writer(MutableOctets out) : out_(out) {}

  [[nodiscard]] constexpr bool ok() const { return ok_; }
  [[nodiscard]] constexpr std::size_t size() const { return size_; }
  [[nodiscard]] constexpr MutableOctets written() const { return out_.first(size_); }

  constexpr void u8(std::uint8_t value) {
    if (reserve(1)) out_[size_++] = value;
  }
  constexpr void u16(std::uint16_t value) {
    u8(static_cast<std::uint8_t>(value >> 8));
    u8(static_cast<std::uint8_t>(value & 0xff));
  }
  constexpr void u32(std::uint32_t value) {
    u16(static_cast<std::uint16_t>(value >> 16));
    u16(static_cast<std::uint16_t>(value & 0xffff));
  }
  void octets(Octets octets) {
    if (octets.empty() || !reserve(octets.size())) return;
    std::memcpy(out_.data() + size_, octets.data(), octets.size());
    size_ += octets.size();
  }
  void text(std::string_view text) { octets(as_octets(text)); }
  /// The last `count` octets may still be patched, such as a length known only afterwards.
  constexpr std::uint8_t& at(std::size_t offset) {
    ENGINE_ASSERT(offset < size_);
    return out_[offset];
  }

 private:
  constexpr bool reserve(std::size_t count) {
    if (!ok_ || count > out_.size() - size_) ok_ = false;
    return ok_;
  }
  MutableOctets out_;
  std::size_t size_ = 0;
  bool ok_ = true;
};

}  // namespace rung
