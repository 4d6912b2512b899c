// Recognises a header field name in one 32-octet register: hash its length and first four octets
// into a table without collisions, lower the case, compare all octets at once. Inside the parser
// only; others call header_by_name().
#pragma once

#include <immintrin.h>

#include <array>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "engine/wire/sip_header.hpp"

namespace rung::sip::detail {

/// Octets of a name that are looked at; every name in the table is shorter.
inline constexpr std::size_t kNameWindow = 32;
inline constexpr std::size_t kNameSlots = 256;

struct NameTable {
  /// Lower case, a colon behind it.
  alignas(kNameWindow) std::array<std::array<std::uint8_t, kNameWindow>, kHeaderCount + 1> lower{};
  std::array<std::uint8_t, kNameSlots> slots{};
  std::uint32_t multiplier = 0;
};

/// `first_four` holds the first octets of the name in lower case, the first one lowest, zero behind
/// its end.
constexpr std::size_t name_slot(std::uint32_t first_four, std::size_t size,
                                std::uint32_t multiplier) {
  return ((first_four + static_cast<std::uint32_t>(size)) * multiplier) >> 24;
}

constexpr std::uint32_t first_four(std::string_view name) {
  std::uint32_t word = 0;
  for (std::size_t i = 0; i < 4 && i < name.size(); ++i) {
    word |= static_cast<std::uint32_t>(static_cast<unsigned char>(name[i]) | 0x20U) << (8 * i);
  }
  return word;
}

struct NameEntry {
  std::string_view name;
  char compact;
};
inline constexpr std::array<NameEntry, kHeaderCount> kNames = {{
#define RUNG_SIP_HEADER(id, name, compact) {name, compact},
#include "engine/wire/sip_header.def"
#undef RUNG_SIP_HEADER
}};

constexpr char lower_case(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }

/// Places every name in a slot of its own; false when two share one.
constexpr bool fill_slots(NameTable& table) {
  for (auto& slot : table.slots) slot = static_cast<std::uint8_t>(Header::other);
  for (std::size_t h = 0; h < kHeaderCount; ++h) {
    const std::string_view name = kNames[h].name;
    auto& slot = table.slots[name_slot(first_four(name), name.size(), table.multiplier)];
    if (slot != static_cast<std::uint8_t>(Header::other)) return false;
    slot = static_cast<std::uint8_t>(h);
  }
  return true;
}

/// Tries multipliers until no two names collide. Does not end for names that agree in their first
/// four octets and in length; the compiler's limit on constant evaluation then says so.
constexpr NameTable make_name_table() {
  NameTable table;
  for (std::size_t h = 0; h < kHeaderCount; ++h) {
    const std::string_view name = kNames[h].name;
    for (std::size_t i = 0; i < name.size(); ++i) {
      table.lower[h][i] = static_cast<std::uint8_t>(lower_case(name[i]));
    }
    table.lower[h][name.size()] = ':';
  }
  table.lower[kHeaderCount].fill(0xff);  // equals no name: what an empty slot points at
  table.multiplier = 0x9e3779b1;
  while (!fill_slots(table)) table.multiplier = table.multiplier * 0x915f77f5U + 2;
  return table;
}
inline constexpr NameTable kNameTable = make_name_table();

/// Header of each compact form, by its lower-case letter - 'a'.
constexpr std::array<Header, 26> make_compact_table() {
  std::array<Header, 26> table{};
  table.fill(Header::other);
  for (std::size_t h = 0; h < kHeaderCount; ++h) {
    if (kNames[h].compact != 0) {
      table[static_cast<std::size_t>(kNames[h].compact - 'a')] = static_cast<Header>(h);
    }
  }
  return table;
}
inline constexpr std::array<Header, 26> kCompactTable = make_compact_table();

/// Header named by the first `size` octets of a window whose octets were or-ed with 0x20; it must
/// hold a colon there. Precondition: no CR was among them, which that takes for '-'.
inline Header match_long_name(__m256i lower, std::size_t size) {
  const std::uint32_t first = _bzhi_u32(static_cast<std::uint32_t>(_mm256_cvtsi256_si32(lower)),
                                        static_cast<std::uint32_t>(8 * size));
  const std::size_t candidate = kNameTable.slots[name_slot(first, size, kNameTable.multiplier)];
  const __m256i expected =
      _mm256_load_si256(reinterpret_cast<const __m256i*>(kNameTable.lower[candidate].data()));
  const auto equal =
      static_cast<std::uint32_t>(_mm256_movemask_epi8(_mm256_cmpeq_epi8(lower, expected)));
  const bool all = _bzhi_u32(~equal, static_cast<std::uint32_t>(size + 1)) == 0;
  return all ? static_cast<Header>(candidate) : Header::other;
}

inline Header match_compact_name(std::uint8_t letter) {
  const unsigned at = (letter | 0x20U) - 'a';
  return at < kCompactTable.size() ? kCompactTable[at] : Header::other;
}

/// Row l, bit h: the character h * 16 + l is one of token (RFC 3261 25.1).
alignas(16) inline constexpr auto kTokenRows = [] {
  std::array<std::uint8_t, 16> rows{};
  for (unsigned c = 0x21; c < 0x7f; ++c) {
    const char text = static_cast<char>(c);
    const bool token = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                       std::string_view("-.!%*_+`'~").find(text) != std::string_view::npos;
    if (token) rows[c % 16] = static_cast<std::uint8_t>(rows[c % 16] | 1U << (c / 16));
  }
  return rows;
}();

/// True when the first `size` octets of `window` are token characters. size <= kNameWindow.
inline bool is_token(__m256i window, std::size_t size) {
  const __m256i rows = _mm256_broadcastsi128_si256(
      _mm_load_si128(reinterpret_cast<const __m128i*>(kTokenRows.data())));
  const __m256i bits = _mm256_broadcastsi128_si256(
      _mm_setr_epi8(1, 2, 4, 8, 16, 32, 64, -128, 0, 0, 0, 0, 0, 0, 0, 0));
  const __m256i nibble = _mm256_set1_epi8(0x0f);
  const __m256i row = _mm256_shuffle_epi8(rows, _mm256_and_si256(window, nibble));
  const __m256i bit =
      _mm256_shuffle_epi8(bits, _mm256_and_si256(_mm256_srli_epi16(window, 4), nibble));
  const __m256i foreign = _mm256_cmpeq_epi8(_mm256_and_si256(row, bit), _mm256_setzero_si256());
  const auto mask = static_cast<std::uint32_t>(_mm256_movemask_epi8(foreign));
  return size == kNameWindow ? mask == 0 : _bzhi_u32(mask, static_cast<std::uint32_t>(size)) == 0;
}

/// The octets from `at`; those behind `end` are read as zero.
inline __m256i load_window(const std::uint8_t* at, const std::uint8_t* end) {
  if (static_cast<std::size_t>(end - at) >= kNameWindow) [[likely]] {
    return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at));
  }
  alignas(kNameWindow) std::uint8_t window[kNameWindow] = {};
  std::memcpy(window, at, static_cast<std::size_t>(end - at));
  return _mm256_load_si256(reinterpret_cast<const __m256i*>(window));
}

}  // namespace rung::sip::detail
