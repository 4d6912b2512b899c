// Slots: fixed-width fields of a prerendered message, and what fills them. Each put_ fills its slot
// exactly; a value that does not fit is a bug and asserts. They are inline because a message has a
// dozen slots and each costs less than the call.
#pragma once

#include <immintrin.h>

#include <array>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "engine/base/bytes.hpp"

namespace rung {

/// Place of a fixed-width field: offset within its piece.
struct Slot {
  std::uint16_t piece = 0;
  std::uint16_t offset = 0;
  std::uint16_t width = 0;
};

namespace detail {

inline constexpr std::array<std::uint64_t, 17> kPowersOfTen = [] {
  std::array<std::uint64_t, 17> powers{};
  powers[0] = 1;
  for (std::size_t i = 1; i < powers.size(); ++i) powers[i] = powers[i - 1] * 10;
  return powers;
}();
inline constexpr std::uint64_t kEightDigits = kPowersOfTen[8];

/// The decimal digits of value < 10^8 as numbers, the first one in the lowest octet: halves,
/// quarters and single digits are divided in lanes of one word, without a chain of divisions.
inline std::uint64_t eight_digits(std::uint64_t value) {
  const std::uint64_t halves = value / 10000 | (value % 10000) << 32;
  const std::uint64_t hundreds = (halves * 10486 >> 20) & 0x0000007f0000007fU;
  const std::uint64_t quarters = hundreds | (halves - 100 * hundreds) << 16;
  const std::uint64_t tens = (quarters * 103 >> 10) & 0x000f000f000f000fU;
  return tens | (quarters - 10 * tens) << 8;
}

/// Pairs of digits as swapped semi-octets, in the low four octets.
inline std::uint64_t semi_octets(std::uint64_t digits) {
  return _pext_u64(digits | digits >> 4, 0x00ff00ff00ff00ffU);
}

/// Stores the last slot.size() <= 8 octets of `word`, its highest octet last.
inline void put_tail(MutableOctets slot, std::uint64_t word) {
  const std::size_t size = slot.size();
  if (size >= 4) {
    const auto front = static_cast<std::uint32_t>(word >> (64 - 8 * size));
    const auto back = static_cast<std::uint32_t>(word >> 32);
    std::memcpy(slot.data(), &front, sizeof front);
    std::memcpy(slot.data() + size - sizeof back, &back, sizeof back);
    return;
  }
  word = word >> (8 * (7 - size)) >> 8;
  std::memcpy(slot.data(), &word, size);
}

}  // namespace detail

/// Lower case, leading zeros.
inline void put_hex(MutableOctets slot, std::uint64_t value) {
  ENGINE_ASSERT(slot.size() >= 16 || value >> (4 * slot.size()) == 0);
  const __m128i octets = _mm_cvtsi64_si128(static_cast<long long>(__builtin_bswap64(value)));
  const __m128i nibble = _mm_set1_epi8(0x0f);
  const __m128i low = _mm_and_si128(octets, nibble);
  const __m128i high = _mm_and_si128(_mm_srli_epi16(octets, 4), nibble);
  const __m128i digits =
      _mm_setr_epi8('0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f');
  const __m128i text = _mm_shuffle_epi8(digits, _mm_unpacklo_epi8(high, low));
  if (slot.size() == 16) {
    _mm_storeu_si128(reinterpret_cast<__m128i*>(slot.data()), text);
    return;
  }
  std::uint8_t all[16];
  _mm_storeu_si128(reinterpret_cast<__m128i*>(all), text);
  const std::size_t used = slot.size() < 16 ? slot.size() : 16;
  std::memset(slot.data(), '0', slot.size() - used);
  std::memcpy(slot.data() + slot.size() - used, all + 16 - used, used);
}

/// Leading zeros.
inline void put_decimal(MutableOctets slot, std::uint64_t value) {
  constexpr std::uint64_t kZeros = 0x3030303030303030;
  for (; slot.size() > 8; slot = slot.first(slot.size() - 8)) {
    detail::put_tail(slot.last(8), detail::eight_digits(value % detail::kEightDigits) + kZeros);
    value /= detail::kEightDigits;
  }
  ENGINE_ASSERT(value < detail::kPowersOfTen[slot.size()]);
  detail::put_tail(slot, detail::eight_digits(value) + kZeros);
}

/// Equal length, or padded with spaces.
void put_text(MutableOctets slot, std::string_view text);

/// The reverse of put_hex; false when an octet is no lower-case hex digit or there are over 16.
bool get_hex(std::string_view text, std::uint64_t& value);

/// Digits put_semi_octets() can write; E.164 has 15 at most.
inline constexpr std::size_t kSemiOctetDigitsMax = 17;

/// Decimal digits as swapped semi-octets, F-filled (TS 23.040 9.1.2.3): slot.size() * 2 digits less
/// the fill for an odd `digits`, at most kSemiOctetDigitsMax.
inline void put_semi_octets(MutableOctets slot, std::uint64_t value, std::size_t digits) {
  ENGINE_ASSERT(digits <= kSemiOctetDigitsMax);
  ENGINE_ASSERT(slot.size() == (digits + 1) / 2);
  if (digits % 2 != 0) {  // the last digit stands alone, fill in the high half
    slot.back() = static_cast<std::uint8_t>(0xf0U | value % 10);
    value /= 10;
  }
  slot = slot.first(digits / 2);
  ENGINE_ASSERT(value < detail::kPowersOfTen[2 * slot.size()]);
  detail::put_tail(slot, detail::semi_octets(detail::eight_digits(value / detail::kEightDigits)) |
                             detail::semi_octets(detail::eight_digits(value % detail::kEightDigits))
                                 << 32);
}

}  // namespace rung
