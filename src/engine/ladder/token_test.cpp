#include "engine/ladder/token.hpp"

#include <gtest/gtest.h>

#include <array>
#include <vector>

#include "engine/wire/text.hpp"
#include "engine/wire/udh.hpp"

namespace rung {
namespace {

Token sample() {
  return {.run = 0xbeef,
          .worker = 7,
          .ticket = 0x123456,
          .generation = 0xdeadbeef,
          .sender = 1234567,
          .recipient = 7654321,
          .intended = time_from_ns(std::int64_t{123456789012345} & ~std::int64_t{1023}),
          .segment = 42};
}

/// TP-UD with a token behind `header`, under a data coding scheme, as a delivery would carry it.
struct Carried {
  std::vector<std::uint8_t> octets;
  tp::Tpdu tpdu;

  Carried(std::uint8_t data_coding, std::span<const std::uint8_t> header) {
    const tp::Alphabet alphabet = tp::alphabet(data_coding);
    const TokenPlace place = token_place(alphabet, header.size());
    octets.assign(header.begin(), header.end());
    octets.resize(place.offset + place.size);
    put_token(sample(), alphabet, header.size(), MutableOctets(octets).subspan(place.offset));
    tpdu.data_coding = data_coding;
    tpdu.has_user_data = true;
    tpdu.has_user_data_header = !header.empty();
    tpdu.user_data = octets;
    const std::size_t septets =
        (8 * header.size() + gsm7::fill_bits(header.size())) / 7 + kTokenSize;
    tpdu.user_data_length =
        static_cast<std::uint8_t>(alphabet == tp::Alphabet::gsm7 ? septets : octets.size());
  }
};

constexpr std::array<std::uint8_t, 6> kHeader8 = {5,    0, 3,
                                                  0x2a, 2, 1};  // UDHL, 8-bit concatenation
constexpr std::array<std::uint8_t, 7> kHeader16 = {6, 8, 4, 0x12, 0x34, 2, 1};  // 16-bit reference

TEST(Token, comes_back_in_every_alphabet_and_behind_every_header) {
  for (const std::uint8_t data_coding : std::array<std::uint8_t, 3>{0x00, 0x04, 0x08}) {
    for (const std::span<const std::uint8_t> header :
         {std::span<const std::uint8_t>{}, std::span<const std::uint8_t>(kHeader8),
          std::span<const std::uint8_t>(kHeader16)}) {
      const Carried carried(data_coding, header);
      Token found;

      ASSERT_EQ(find_token(carried.tpdu, found), TokenState::valid)
          << "dcs " << int{data_coding} << " header " << header.size();
      EXPECT_EQ(found, sample());
    }
  }
}

TEST(Token, leaves_the_bits_of_the_header_alone) {
  const Carried carried(0x00, kHeader8);

  EXPECT_TRUE(std::equal(kHeader8.begin(), kHeader8.end(), carried.octets.begin()));
}

TEST(Token, a_changed_character_shows_as_corruption) {
  std::array<char, kTokenSize> text;
  write_token(sample(), text);
  for (std::size_t i = 1; i < kTokenSize; ++i) {
    std::array<char, kTokenSize> changed = text;
    changed[i] = changed[i] == 'B' ? 'C' : 'B';
    Token found;

    EXPECT_EQ(read_token({changed.data(), changed.size()}, found), TokenState::corrupted) << i;
  }
}

TEST(Token, is_found_behind_a_few_characters_in_front) {
  std::array<char, kTokenSize> text;
  write_token(sample(), text);
  const std::string moved = "FWD: " + std::string(text.data(), text.size());
  tp::Tpdu tpdu;
  tpdu.data_coding = 4;
  tpdu.has_user_data = true;
  tpdu.user_data = as_octets(moved);
  Token found;

  EXPECT_EQ(find_token(tpdu, found), TokenState::valid);
  EXPECT_EQ(found, sample());
}

TEST(Token, a_foreign_text_has_none) {
  tp::Tpdu tpdu;
  tpdu.data_coding = 4;
  tpdu.has_user_data = true;
  const std::string text = "hellohello, this is a message that nobody here has written";
  tpdu.user_data = as_octets(text);
  Token found;

  EXPECT_EQ(find_token(tpdu, found), TokenState::none);
  tpdu.user_data = {};
  EXPECT_EQ(find_token(tpdu, found), TokenState::none);
}

TEST(Token, its_characters_have_the_same_code_in_gsm_7_bit) {
  std::array<char, kTokenSize> text;
  write_token(sample(), text);
  std::array<std::uint8_t, kTokenSize> septets;

  ASSERT_EQ(gsm7::from_utf8({text.data(), text.size()}, septets), kTokenSize);
  EXPECT_EQ(as_text(septets), std::string_view(text.data(), text.size()));
}

}  // namespace
}  // namespace rung
