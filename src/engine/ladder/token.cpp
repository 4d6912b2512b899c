#include "engine/ladder/token.hpp"

#include <algorithm>
#include <array>

#include "engine/base/assert.hpp"
#include "engine/base/crc.hpp"
#include "engine/wire/text.hpp"
#include "engine/wire/udh.hpp"

namespace rung {
namespace {

constexpr char kMagic = 'Q';
constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+-";
static_assert(kAlphabet.size() == 64);
constexpr std::size_t kCheckedSize = kTokenSize - 3;
/// Characters in front of a token that find_token() skips: a service centre may prepend a few.
constexpr std::size_t kScanMax = 16;

constexpr std::array<std::uint8_t, 256> values() {
  std::array<std::uint8_t, 256> table{};
  table.fill(0xff);
  for (std::size_t i = 0; i < kAlphabet.size(); ++i) {
    table[static_cast<unsigned char>(kAlphabet[i])] = static_cast<std::uint8_t>(i);
  }
  return table;
}
constexpr std::array<std::uint8_t, 256> kValues = values();

char* put(char* at, std::uint64_t value, std::size_t characters) {
  for (std::size_t i = characters; i-- > 0;) {
    at[i] = kAlphabet[value & 63U];
    value >>= 6;
  }
  PARANOID_ASSERT(value == 0);
  return at + characters;
}

/// Reads rising fields; ok turns false at a character that is not of the alphabet.
struct Digits {
  const char* at;
  bool ok = true;
  std::uint64_t take(std::size_t characters) {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < characters; ++i) {
      const std::uint8_t digit = kValues[static_cast<unsigned char>(*at++)];
      if (digit == 0xff) ok = false;
      value = value << 6 | (digit & 63U);
    }
    return value;
  }
};

/// The first characters of the text as octets: septets, octets, or UCS2 units narrowed (0 when
/// wide).
std::size_t characters_of(const tp::Tpdu& tpdu, std::span<std::uint8_t> out) {
  std::size_t header = 0;
  if (tpdu.has_user_data_header && !tpdu.user_data.empty())
    header = tpdu.user_data[0] + std::size_t{1};
  if (header > tpdu.user_data.size()) return 0;
  const Octets text = tpdu.user_data.subspan(header);
  switch (tp::alphabet(tpdu.data_coding)) {
    case tp::Alphabet::octets: {
      const std::size_t count = std::min(out.size(), text.size());
      std::copy_n(text.begin(), count, out.begin());
      return count;
    }
    case tp::Alphabet::ucs2: {
      const std::size_t count = std::min(out.size(), text.size() / 2);
      for (std::size_t i = 0; i < count; ++i)
        out[i] = text[2 * i] != 0 ? std::uint8_t{0} : text[2 * i + 1];
      return count;
    }
    case tp::Alphabet::gsm7: break;
  }
  const std::size_t fill = gsm7::fill_bits(header);
  const std::size_t header_septets = (8 * header + fill) / 7;
  if (tpdu.user_data_length < header_septets) return 0;
  const std::size_t count =
      std::min<std::size_t>(out.size(), tpdu.user_data_length - header_septets);
  return gsm7::unpack(text, fill, count, out);
}

}  // namespace

void write_token(const Token& token, std::span<char, kTokenSize> out) {
  PARANOID_ASSERT(token.ticket <= kTokenTicketMax);
  char* at = out.data();
  *at++ = kMagic;
  at = put(at, token.run, 3);
  at = put(at, token.worker, 2);
  at = put(at, token.ticket, 4);
  at = put(at, token.generation, 6);
  at = put(at, token.sender & kTokenUeMax, 4);
  at = put(at, token.recipient & kTokenUeMax, 4);
  at = put(
      at, static_cast<std::uint64_t>(ns(token.intended)) >> 10 & ((std::uint64_t{1} << 48) - 1), 8);
  at = put(at, token.segment & 63U, 1);
  put(at, crc16(std::string_view(out.data(), kCheckedSize)), 3);
}

TokenState read_token(std::string_view text, Token& out) {
  if (text.size() < kTokenSize || text[0] != kMagic) return TokenState::none;
  Digits digits{text.data() + 1};
  out.run = static_cast<std::uint16_t>(digits.take(3));
  out.worker = static_cast<std::uint8_t>(digits.take(2));
  out.ticket = static_cast<std::uint32_t>(digits.take(4));
  out.generation = static_cast<std::uint32_t>(digits.take(6));
  out.sender = static_cast<std::uint32_t>(digits.take(4));
  out.recipient = static_cast<std::uint32_t>(digits.take(4));
  out.intended = time_from_ns(static_cast<std::int64_t>(digits.take(8) << 10));
  out.segment = static_cast<std::uint8_t>(digits.take(1));
  const std::uint64_t check = digits.take(3);
  const bool good = digits.ok && check == crc16(text.substr(0, kCheckedSize));
  return good ? TokenState::valid : TokenState::corrupted;
}

TokenState find_token(const tp::Tpdu& tpdu, Token& out) {
  std::array<std::uint8_t, kTokenSize + kScanMax> characters;
  const std::size_t count = characters_of(tpdu, characters);
  const std::string_view text = as_text(Octets(characters.data(), count));
  const TokenState state = read_token(text, out);
  if (state == TokenState::valid) return state;
  for (std::size_t i = 1; i + kTokenSize <= count; ++i) {
    Token candidate;
    if (read_token(text.substr(i), candidate) != TokenState::valid) continue;
    out = candidate;
    return TokenState::valid;
  }
  return state;
}

TextRoom text_room(tp::Alphabet alphabet, std::size_t header_octets) {
  const std::size_t octets = tp::kUserDataSizeMax - header_octets;
  switch (alphabet) {
    case tp::Alphabet::octets: return {header_octets, octets};
    case tp::Alphabet::ucs2: return {header_octets, octets / 2};
    case tp::Alphabet::gsm7: break;
  }
  return {header_octets, (8 * octets - gsm7::fill_bits(header_octets)) / 7};
}

TokenPlace token_place(tp::Alphabet alphabet, std::size_t header_octets) {
  switch (alphabet) {
    case tp::Alphabet::octets: return {header_octets, kTokenSize};
    case tp::Alphabet::ucs2: return {header_octets, 2 * kTokenSize};
    case tp::Alphabet::gsm7: break;
  }
  return {header_octets, (gsm7::fill_bits(header_octets) + 7 * kTokenSize + 7) / 8};
}

void put_token(const Token& token, tp::Alphabet alphabet, std::size_t header_octets,
               MutableOctets at) {
  std::array<char, kTokenSize> text;
  write_token(token, text);
  const Octets octets = as_octets(std::string_view(text.data(), text.size()));
  switch (alphabet) {
    case tp::Alphabet::octets: std::copy(octets.begin(), octets.end(), at.begin()); return;
    case tp::Alphabet::ucs2:
      for (std::size_t i = 0; i < octets.size(); ++i) {
        at[2 * i] = 0;
        at[2 * i + 1] = octets[i];
      }
      return;
    case tp::Alphabet::gsm7: gsm7::pack(octets, gsm7::fill_bits(header_octets), at); return;
  }
}

}  // namespace rung
