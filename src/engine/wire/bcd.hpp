// Address values as RP (TS 24.011 8.2.5.1) and MAP carry them: one octet `1 TTT NNNN`, then digits
// as swapped semi-octets, the low nibble first, an odd count filled with F.
//
//   91 21 21 55 05 00 F0   international, E.164: 12125550000
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "engine/base/bytes.hpp"

namespace rung::bcd {

/// TON international, NPI E.164.
inline constexpr std::uint8_t kInternationalE164 = 0x91;
inline constexpr std::size_t kDigitsMax = 20;
/// No semi-octet, and no digit: returned by nibble_of() and digit_of() for what they do not know.
inline constexpr std::uint8_t kNoNibble = 0xff;

/// Semi-octet of a digit, of '*', '#', or of 'a', 'b', 'c' (TS 23.040 9.1.2.3); else kNoNibble.
std::uint8_t nibble_of(char digit);
/// The reverse; '\0' for 15, the fill.
char digit_of(std::uint8_t nibble);

/// Writes digits as swapped semi-octets with fill F. Returns the octets written, (digits + 1) / 2;
/// 0 when there is no digit, one is unknown, or they do not fit.
std::size_t encode_digits(std::string_view digits, MutableOctets out);
/// At most `count` digits of `octets` into `out`; stops at a fill. Returns how many.
std::size_t decode_digits(Octets octets, std::size_t count, std::span<char> out);

/// Writes an address value, such as the international E.164 form (0x91) of "12125550000". Returns
/// the octets written, 2 to 11; 0 when there is no digit, more than 20, an unknown one, or `out` is
/// too small.
std::size_t encode_address(std::string_view digits, MutableOctets out,
                           std::uint8_t ton_npi = kInternationalE164);
/// Digits of such a value into `out` (at most 20); the count. '*', '#', 'a'..'c' as
/// TS 23.040 9.1.2.3.
std::size_t decode_address(Octets value, std::span<char> out);
/// True when the value's digits are exactly `digits`, whatever the TON/NPI.
bool address_equals(Octets value, std::string_view digits);

}  // namespace rung::bcd
