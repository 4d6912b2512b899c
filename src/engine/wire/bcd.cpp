#include "engine/wire/bcd.hpp"

#include <algorithm>
#include <array>

namespace rung::bcd {
namespace {

constexpr std::uint8_t kFill = 0x0f;
constexpr char kDigits[] = "0123456789*#abc";

constexpr std::array<std::uint8_t, 256> make_nibbles() {
  std::array<std::uint8_t, 256> table{};
  for (std::uint8_t& entry : table) entry = kNoNibble;
  for (std::uint8_t i = 0; i < kFill; ++i) table[static_cast<std::uint8_t>(kDigits[i])] = i;
  return table;
}
constexpr std::array<std::uint8_t, 256> kNibbles = make_nibbles();

}  // namespace

std::uint8_t nibble_of(char digit) { return kNibbles[static_cast<std::uint8_t>(digit)]; }

char digit_of(std::uint8_t nibble) { return nibble < kFill ? kDigits[nibble] : '\0'; }

std::size_t encode_digits(std::string_view digits, MutableOctets out) {
  const std::size_t size = (digits.size() + 1) / 2;
  if (size > out.size()) return 0;
  for (std::size_t i = 0; i < size; ++i) {
    const std::uint8_t low = nibble_of(digits[2 * i]);
    const std::uint8_t high = 2 * i + 1 < digits.size() ? nibble_of(digits[2 * i + 1]) : kFill;
    if (low == kNoNibble || high == kNoNibble) return 0;
    out[i] = static_cast<std::uint8_t>(high << 4 | low);
  }
  return size;
}

std::size_t decode_digits(Octets octets, std::size_t count, std::span<char> out) {
  const std::size_t limit = std::min({count, 2 * octets.size(), out.size()});
  for (std::size_t i = 0; i < limit; ++i) {
    const std::uint8_t octet = octets[i / 2];
    const char digit = digit_of((i & 1) == 0 ? octet & 0x0f : octet >> 4);
    if (digit == '\0') return i;
    out[i] = digit;
  }
  return limit;
}

std::size_t encode_address(std::string_view digits, MutableOctets out, std::uint8_t ton_npi) {
  if (digits.empty() || digits.size() > kDigitsMax || out.empty()) return 0;
  const std::size_t size = encode_digits(digits, out.subspan(1));
  if (size == 0) return 0;
  out[0] = ton_npi;
  return 1 + size;
}

std::size_t decode_address(Octets value, std::span<char> out) {
  if (value.empty()) return 0;
  return decode_digits(value.subspan(1), kDigitsMax, out);
}

bool address_equals(Octets value, std::string_view digits) {
  if (value.empty() || value.size() - 1 != (digits.size() + 1) / 2) return false;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    const std::uint8_t octet = value[1 + i / 2];
    if (nibble_of(digits[i]) != ((i & 1) == 0 ? octet & 0x0f : octet >> 4)) return false;
  }
  return digits.size() % 2 == 0 || value.back() >> 4 == kFill;
}

}  // namespace rung::bcd
