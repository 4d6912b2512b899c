#include "engine/wire/bcd.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

namespace rung::bcd {
namespace {

std::string decoded(std::vector<std::uint8_t> value) {
  std::array<char, kDigitsMax> digits;
  return {digits.data(), decode_address(value, digits)};
}

TEST(Bcd, address_swaps_semi_octets_and_fills_an_odd_count) {
  std::array<std::uint8_t, 11> out;

  const std::size_t size = encode_address("12125550000", out);

  const std::vector<std::uint8_t> expected = {0x91,  // TON international, NPI E.164
                                              0x21, 0x21, 0x55, 0x05, 0x00, 0xf0};
  EXPECT_EQ(std::vector<std::uint8_t>(out.begin(), out.begin() + static_cast<long>(size)),
            expected);
  EXPECT_EQ(decoded(expected), "12125550000");
}

TEST(Bcd, every_digit_count_up_to_twenty_comes_back) {
  const std::string digits = "01234567890123456789";
  for (std::size_t count = 1; count <= digits.size(); ++count) {
    std::array<std::uint8_t, 11> out;
    const std::string_view some = std::string_view(digits).substr(0, count);

    const std::size_t size = encode_address(some, out, 0x81);

    ASSERT_EQ(size, 1 + (count + 1) / 2);
    const Octets value = Octets{out}.first(size);
    EXPECT_EQ(decoded({value.begin(), value.end()}), some);
    EXPECT_TRUE(address_equals(value, some));
    EXPECT_FALSE(address_equals(value, std::string(some.substr(1)) + "9"));
    EXPECT_FALSE(address_equals(value, std::string(some) + "0"));
    EXPECT_FALSE(address_equals(value, some.substr(1)));
  }
}

TEST(Bcd, letters_of_the_semi_octet_alphabet_have_codes) {
  // TS 23.040 9.1.2.3: * 1010, # 1011, a 1100, b 1101, c 1110.
  EXPECT_EQ(decoded({0x91, 0xba, 0xdc, 0xfe}), "*#abc");
  std::array<std::uint8_t, 4> out;
  ASSERT_EQ(encode_address("*#abc", out), 4U);
  EXPECT_EQ(out, (std::array<std::uint8_t, 4>{0x91, 0xba, 0xdc, 0xfe}));
}

TEST(Bcd, refuses_what_no_address_can_hold) {
  std::array<std::uint8_t, 11> out;
  EXPECT_EQ(encode_address("", out), 0U);
  EXPECT_EQ(encode_address("123456789012345678901", out), 0U);
  EXPECT_EQ(encode_address("12d4", out), 0U);
  EXPECT_EQ(encode_address("+123", out), 0U);
  EXPECT_EQ(encode_address("1234", MutableOctets{out}.first(2)), 0U);
  EXPECT_EQ(encode_address("1234", {}), 0U);
}

TEST(Bcd, decoding_stops_at_a_fill_and_at_the_end) {
  EXPECT_EQ(decoded({}), "");
  EXPECT_EQ(decoded({0x91}), "");
  EXPECT_EQ(decoded({0x91, 0x21, 0xff, 0x43}), "12");
  std::array<char, 3> three;
  const std::vector<std::uint8_t> value = {0x91, 0x21, 0x43};
  EXPECT_EQ(decode_address(value, three), 3U);
  EXPECT_FALSE(address_equals({}, ""));
}

}  // namespace
}  // namespace rung::bcd
