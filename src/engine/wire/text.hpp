// Character sets of TS 23.038: GSM 7-bit default alphabet with its extension table, and UCS2.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "engine/base/bytes.hpp"

namespace rung::gsm7 {

/// 8 septets fill 7 octets; septet i starts at bit 7*i, least significant bit first (6.1.2.1).
/// Unpacks `septets` values starting `bit_offset` bits into `packed` (fill bits behind a user data
/// header). Returns the count, fewer when `packed` or `out` is too short; nothing outside either is
/// touched, and of `out` only that many octets are written.
std::size_t unpack(Octets packed, std::size_t bit_offset, std::size_t septets, MutableOctets out);
/// Packs into `out` from `bit_offset` on, leaving neighbouring bits alone; of each septet the low 7
/// bits count. Returns the octets touched from out's start: ceil((bit_offset + 7 * septets) / 8),
/// or 0 with nothing written when `out` is smaller.
std::size_t pack(Octets septets, std::size_t bit_offset, MutableOctets out);
/// Fill bits between a header of `header_octets` (UDHL included) and the first septet (9.2.3.24).
constexpr std::size_t fill_bits(std::size_t header_octets) {
  return (7 - (8 * header_octets) % 7) % 7;
}
/// Septets a header of `header_octets` takes with its fill bits, as TP-UDL counts them (9.2.3.16).
constexpr std::size_t header_septets(std::size_t header_octets) {
  return (8 * header_octets + 6) / 7;
}

/// Septets for UTF-8 text, escape pairs for the extension table. Returns the septet count, or
/// kUnmappable when a character is in neither table, the UTF-8 is malformed or `out` is too small.
inline constexpr std::size_t kUnmappable = static_cast<std::size_t>(-1);
std::size_t from_utf8(std::string_view text, MutableOctets out);
/// UTF-8 of septets. Behind an escape, a code the extension table lacks shows as the default
/// alphabet's character, and a second escape or none at all as a space (6.2.1.1). Returns octets
/// written; stops before a character that does not fit.
std::size_t to_utf8(Octets septets, std::span<char> out);

/// Septets of the first segment when at most `septets_max` fit: never parts an escape from its
/// code.
std::size_t segment(Octets septets, std::size_t septets_max);

}  // namespace rung::gsm7

namespace rung::ucs2 {

/// Big endian, no byte order mark; characters outside the BMP become surrogate pairs. Returns the
/// octets written, or kUnmappable when the UTF-8 is malformed or `out` is too small.
inline constexpr std::size_t kUnmappable = static_cast<std::size_t>(-1);
std::size_t from_utf8(std::string_view text, MutableOctets out);
/// Unpaired surrogates become U+FFFD; an odd last octet is passed over. Returns octets written;
/// stops before a character that does not fit.
std::size_t to_utf8(Octets units, std::span<char> out);

/// Octets of the first segment when at most `octets_max` fit: even, never parts a surrogate pair.
std::size_t segment(Octets units, std::size_t octets_max);

}  // namespace rung::ucs2
