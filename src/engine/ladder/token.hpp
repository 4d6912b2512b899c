// Token: what every generated short message says about itself, so that its fate is known wherever
// it turns up. 36 characters that have the same code in GSM 7-bit, ASCII and (widened) UCS2:
//
//   Q | run 3 | worker 2 | ticket 4 | generation 6 | sender 4 | recipient 4 | instant 8 | segment 1
//   | crc 3
//
// Numbers are written most significant first, 6 bits a character. The CRC-16 covers all before it.
#pragma once

#include <cstdint>
#include <span>

#include "engine/base/bytes.hpp"
#include "engine/base/time.hpp"
#include "engine/wire/tpdu.hpp"

namespace rung {

inline constexpr std::size_t kTokenSize = 36;
/// Bounds of the fixed-width fields.
inline constexpr std::uint32_t kTokenTicketMax = (1U << 24) - 1;
inline constexpr std::uint32_t kTokenUeMax = (1U << 24) - 1;

struct Token {
  std::uint16_t run = 0;
  std::uint8_t worker = 0;
  std::uint32_t ticket = 0;
  std::uint32_t generation = 0;
  std::uint32_t sender = 0;  // global numbers of the UEs
  std::uint32_t recipient = 0;
  Time intended{};           // kept to 1.024 us
  std::uint8_t segment = 0;  // step of the ladder that submitted it, 0..63
  friend bool operator==(const Token&, const Token&) = default;
};

/// Precondition: the fields are within their widths.
void write_token(const Token& token, std::span<char, kTokenSize> out);

enum class TokenState : std::uint8_t { none, valid, corrupted };

/// Reads a token from characters. `corrupted`: it begins as one, yet the check digits disagree; the
/// fields are then what the characters say, if they are of the alphabet at all.
TokenState read_token(std::string_view text, Token& out);

/// Looks for a token at the front of TP-UD, behind a user data header if there is one, in the
/// alphabet that TP-DCS names.
TokenState find_token(const tp::Tpdu& tpdu, Token& out);

/// Characters of the text alone (no header) that TP-UD holds when the token must fit in.
struct TextRoom {
  std::size_t header = 0;      // octets of the user data header
  std::size_t characters = 0;  // at most, under that alphabet
};
TextRoom text_room(tp::Alphabet alphabet, std::size_t header_octets);

/// Octets of TP-UD that a token covers, and where they begin, behind `header_octets` of header.
struct TokenPlace {
  std::size_t offset = 0;
  std::size_t size = 0;
};
TokenPlace token_place(tp::Alphabet alphabet, std::size_t header_octets);

/// Writes the token's characters into TP-UD octets, leaving all other bits alone. `at` is the place
/// token_place() names.
void put_token(const Token& token, tp::Alphabet alphabet, std::size_t header_octets,
               MutableOctets at);

}  // namespace rung
