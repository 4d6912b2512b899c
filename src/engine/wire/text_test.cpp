#include "engine/wire/text.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

#include "engine/base/hex.hpp"
#include "engine/base/prng.hpp"
#include "engine/wire/guard_page.hpp"

namespace rung {
namespace {

using Bytes = std::vector<std::uint8_t>;

/// Packing one bit after the other, straight from TS 23.038 6.1.2.1: what the fast one must equal.
void pack_bit_by_bit(const Bytes& septets, std::size_t bit_offset, Bytes& out) {
  for (std::size_t i = 0; i < 7 * septets.size(); ++i) {
    const std::size_t at = bit_offset + i;
    const unsigned bit = septets[i / 7] >> (i % 7) & 1U;
    const unsigned mask = 1U << (at % 8);
    out[at / 8] = static_cast<std::uint8_t>((out[at / 8] & ~mask) | (bit != 0 ? mask : 0));
  }
}

Bytes random_octets(Prng& prng, std::size_t size, std::uint64_t bound) {
  Bytes octets(size);
  for (std::uint8_t& octet : octets) octet = static_cast<std::uint8_t>(prng.below(bound));
  return octets;
}

TEST(Gsm7Pack, equals_the_bit_by_bit_definition_at_every_length_and_offset) {
  Prng prng{23038};
  for (std::size_t count = 0; count <= 170; ++count) {
    for (std::size_t offset = 0; offset < 24; ++offset) {
      const Bytes septets = random_octets(prng, count, 128);
      const std::size_t size = (offset + 7 * count + 7) / 8;
      const Bytes before = random_octets(prng, size, 256);
      Bytes expected = before;
      pack_bit_by_bit(septets, offset, expected);
      const GuardedCopy out{before};  // ends at the guard page, and has neighbouring bits set

      ASSERT_EQ(gsm7::pack(septets, offset, out.writable()), size);

      ASSERT_EQ(to_hex(out.octets()), to_hex(expected)) << count << " at bit " << offset;
      const GuardedCopy back{Bytes(count)};
      ASSERT_EQ(gsm7::unpack(out.octets(), offset, count, back.writable()), count);
      ASSERT_EQ(to_hex(back.octets()), to_hex(septets)) << count << " at bit " << offset;
    }
  }
}

TEST(Gsm7Pack, uses_the_low_seven_bits_of_a_septet) {
  Bytes out(1);
  ASSERT_EQ(gsm7::pack(Bytes{0xff}, 0, out), 1U);
  EXPECT_EQ(out[0], 0x7f);
}

TEST(Gsm7Pack, writes_nothing_when_it_does_not_fit) {
  Bytes out(2, 0xaa);
  EXPECT_EQ(gsm7::pack(Bytes{1, 2, 3}, 0, out), 0U);
  EXPECT_EQ(out, Bytes(2, 0xaa));
}

TEST(Gsm7Pack, unpacks_no_more_than_the_octets_or_the_output_hold) {
  const Bytes packed = {0x31, 0xd9, 0x8c, 0x56, 0xb3, 0xdd, 0x70};
  Bytes out(20, 0xaa);
  EXPECT_EQ(gsm7::unpack(packed, 0, 20, out), 8U);
  EXPECT_EQ(out[8], 0xaa);
  EXPECT_EQ(gsm7::unpack(packed, 1, 20, out), 7U);
  EXPECT_EQ(gsm7::unpack(packed, 56, 20, out), 0U);
  EXPECT_EQ(gsm7::unpack(packed, 1000, 20, out), 0U);
  EXPECT_EQ(gsm7::unpack({}, 0, 20, out), 0U);
  Bytes three(3);
  EXPECT_EQ(gsm7::unpack(packed, 0, 8, three), 3U);
  EXPECT_EQ(three, (Bytes{'1', '2', '3'}));
}

TEST(Gsm7Pack, reads_nothing_past_the_end_at_any_length) {
  Prng prng{7};
  for (std::size_t size = 0; size <= 141; ++size) {
    const GuardedCopy packed{random_octets(prng, size, 256)};
    for (std::size_t offset = 0; offset < 16; ++offset) {
      std::array<std::uint8_t, 200> out;
      const std::size_t bits = 8 * size;
      EXPECT_EQ(gsm7::unpack(packed.octets(), offset, 200, out),
                bits > offset ? (bits - offset) / 7 : 0);
    }
  }
}

TEST(Gsm7Fill, text_behind_a_header_starts_on_a_septet) {
  // 9.2.3.24: 6 octets leave 1 fill bit before 153 septets, 7 leave none before 152.
  EXPECT_EQ(gsm7::fill_bits(6), 1U);
  EXPECT_EQ(gsm7::fill_bits(7), 0U);
  EXPECT_EQ(160 - gsm7::header_septets(6), 153U);
  EXPECT_EQ(160 - gsm7::header_septets(7), 152U);
  for (std::size_t header = 0; header <= 140; ++header) {
    EXPECT_EQ(8 * header + gsm7::fill_bits(header), 7 * gsm7::header_septets(header));
  }
}

std::string septets_to_text(const Bytes& septets) {
  std::array<char, 600> out;
  return {out.data(), gsm7::to_utf8(septets, out)};
}

TEST(Gsm7Alphabet, every_code_of_both_tables_goes_there_and_back) {
  for (unsigned code = 0; code < 128; ++code) {
    if (code == 0x1b) continue;
    const Bytes plain = {static_cast<std::uint8_t>(code)};
    const std::string text = septets_to_text(plain);
    Bytes back(2);
    ASSERT_EQ(gsm7::from_utf8(text, back), 1U) << code;
    EXPECT_EQ(back[0], code);
  }
  const std::string extension = "\f^{}\\[~]|€";
  Bytes septets(40);
  const std::size_t count = gsm7::from_utf8(extension, septets);
  ASSERT_EQ(count, 20U);
  septets.resize(count);
  // TS 23.038 6.2.1.1.
  EXPECT_EQ(to_hex(septets), "1b 0a 1b 14 1b 28 1b 29 1b 2f 1b 3c 1b 3d 1b 3e 1b 40 1b 65");
  EXPECT_EQ(septets_to_text(septets), extension);
}

TEST(Gsm7Alphabet, first_rows_read_as_the_clause_prints_them) {
  Bytes rows(32);
  for (std::size_t i = 0; i < rows.size(); ++i) rows[i] = static_cast<std::uint8_t>(i);
  rows[0x1b] = 0x20;
  EXPECT_EQ(septets_to_text(rows), "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ ÆæßÉ");
  EXPECT_EQ(septets_to_text(
                {0x24, 0x40, 0x5b, 0x5c, 0x5d, 0x5e, 0x5f, 0x60, 0x7b, 0x7c, 0x7d, 0x7e, 0x7f}),
            "¤¡ÄÖÑÜ§¿äöñüà");
}

TEST(Gsm7Alphabet, unlisted_escapes_show_the_main_table_and_lone_ones_a_space) {
  EXPECT_EQ(septets_to_text({0x1b, 'A'}), "A");
  EXPECT_EQ(septets_to_text({0x1b, 0x1b, 'A'}), " A");
  EXPECT_EQ(septets_to_text({'A', 0x1b}), "A ");
}

TEST(Gsm7Alphabet, refuses_foreign_characters_and_malformed_text) {
  Bytes out(20);
  for (const char* text : {"Ж", "ç", "`", "😀", "\x80", "\xc3", "\xc0\x80", "\xed\xa0\x80",
                           "\xf4\x90\x80\x80", "a\xff"}) {
    EXPECT_EQ(gsm7::from_utf8(text, out), gsm7::kUnmappable) << text;
  }
  Bytes one(1);
  EXPECT_EQ(gsm7::from_utf8("ab", one), gsm7::kUnmappable);
  EXPECT_EQ(gsm7::from_utf8("€", one), gsm7::kUnmappable);
  EXPECT_EQ(gsm7::from_utf8("", one), 0U);
}

TEST(Gsm7Alphabet, output_that_does_not_fit_stops_before_the_character) {
  std::array<char, 3> out;
  EXPECT_EQ(gsm7::to_utf8(Bytes{'a', 'b', 0x01, 'c'}, out), 2U);  // the pound sign takes two octets
}

TEST(Gsm7Segment, never_parts_an_escape_from_its_code) {
  const Bytes text = {'a', 0x1b, 0x65, 'b', 0x1b, 0x1b, 0x1b, 0x65};
  EXPECT_EQ(gsm7::segment(text, 8), 8U);
  EXPECT_EQ(gsm7::segment(text, 1), 1U);
  EXPECT_EQ(gsm7::segment(text, 2), 1U);
  EXPECT_EQ(gsm7::segment(text, 3), 3U);
  EXPECT_EQ(gsm7::segment(text, 5), 4U);
  EXPECT_EQ(gsm7::segment(text, 6), 6U);  // two escapes are a pair of their own
  EXPECT_EQ(gsm7::segment(text, 7), 6U);
}

std::string units_to_text(const Bytes& units) {
  std::array<char, 100> out;
  return {out.data(), ucs2::to_utf8(units, out)};
}

TEST(Ucs2, big_endian_with_surrogate_pairs) {
  Bytes out(20);
  const std::size_t size = ucs2::from_utf8("Aж€😀", out);
  ASSERT_EQ(size, 10U);
  out.resize(size);
  EXPECT_EQ(to_hex(out), "00 41 04 36 20 ac d8 3d de 00");
  EXPECT_EQ(units_to_text(out), "Aж€😀");
}

TEST(Ucs2, unpaired_surrogates_become_replacement_characters) {
  EXPECT_EQ(units_to_text({0xd8, 0x3d}), "\uFFFD");
  EXPECT_EQ(units_to_text({0xd8, 0x3d, 0x00, 0x41}), "\uFFFDA");
  EXPECT_EQ(units_to_text({0xde, 0x00, 0xd8, 0x3d}), "\uFFFD\uFFFD");
  EXPECT_EQ(units_to_text({0xd8, 0x3d, 0xd8, 0x3d, 0xde, 0x00}), "\uFFFD😀");
  EXPECT_EQ(units_to_text({0x00, 0x41, 0x00}), "A");
}

TEST(Ucs2, every_scalar_value_comes_back) {
  for (char32_t c = 1; c < 0x110000; c += c < 0x3000 ? 1 : 97) {
    if (c >= 0xd800 && c < 0xe000) continue;
    Bytes units;
    if (c >= 0x10000) {
      const char32_t high = 0xd800 + ((c - 0x10000) >> 10);
      units = {static_cast<std::uint8_t>(high >> 8), static_cast<std::uint8_t>(high & 0xff)};
    }
    const char32_t low = c < 0x10000 ? c : 0xdc00 + ((c - 0x10000) & 0x3ff);
    units.push_back(static_cast<std::uint8_t>(low >> 8));
    units.push_back(static_cast<std::uint8_t>(low & 0xff));
    Bytes back(4);
    ASSERT_EQ(ucs2::from_utf8(units_to_text(units), back), units.size()) << std::uint32_t{c};
    back.resize(units.size());
    ASSERT_EQ(back, units) << std::uint32_t{c};
  }
}

TEST(Ucs2, refuses_malformed_text_and_short_output) {
  Bytes out(3);
  EXPECT_EQ(ucs2::from_utf8("ab", out), ucs2::kUnmappable);
  EXPECT_EQ(ucs2::from_utf8("😀", out), ucs2::kUnmappable);
  EXPECT_EQ(ucs2::from_utf8("\xff", out), ucs2::kUnmappable);
  EXPECT_EQ(ucs2::from_utf8("a", out), 2U);
}

TEST(Ucs2, segment_is_even_and_never_parts_a_pair) {
  Bytes units(10);
  ASSERT_EQ(ucs2::from_utf8("Aж€😀", units), 10U);
  EXPECT_EQ(ucs2::segment(units, 10), 10U);
  EXPECT_EQ(ucs2::segment(units, 9), 6U);
  EXPECT_EQ(ucs2::segment(units, 8), 6U);
  EXPECT_EQ(ucs2::segment(units, 7), 6U);
  EXPECT_EQ(ucs2::segment(units, 5), 4U);
  EXPECT_EQ(ucs2::segment(units, 1), 0U);
}

TEST(Text, nothing_is_read_past_the_end) {
  const std::string text = "ab€😀";
  for (std::size_t size = 0; size <= text.size(); ++size) {
    const GuardedCopy cut{std::string_view(text).substr(0, size)};
    Bytes out(40);
    EXPECT_EQ(ucs2::from_utf8(cut.text(), out) == ucs2::kUnmappable,
              size == 3 || size == 4 || (size > 5 && size < 9));
    gsm7::from_utf8(cut.text(), out);
    std::array<char, 40> back;
    EXPECT_LE(ucs2::to_utf8(cut.octets(), back), back.size());
    EXPECT_LE(gsm7::to_utf8(cut.octets(), back), back.size());
  }
}

}  // namespace
}  // namespace rung
