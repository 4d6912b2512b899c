#include "engine/base/hex.hpp"

#include <gtest/gtest.h>

namespace rung {
namespace {

TEST(Hex, writes_two_digits_an_octet) {
  const std::uint8_t octets[] = {0x00, 0x0a, 0xff};
  EXPECT_EQ(to_hex(octets), "00 0a ff");
  EXPECT_EQ(to_hex({}), "");
}

TEST(Hex, reads_what_it_writes) {
  std::vector<std::uint8_t> octets;
  for (unsigned i = 0; i < 256; ++i) octets.push_back(static_cast<std::uint8_t>(i));
  const auto read = parse_hex(to_hex(octets));
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(*read, octets);
}

TEST(Hex, reads_any_white_space_and_either_case) {
  const auto read = parse_hex(" 0A\t0b0C\n\r ");
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(*read, (std::vector<std::uint8_t>{0x0a, 0x0b, 0x0c}));
}

TEST(Hex, refuses_half_an_octet) {
  EXPECT_EQ(parse_hex("0").error(), HexError::half_octet);
  EXPECT_EQ(parse_hex("01 2").error(), HexError::half_octet);
  EXPECT_EQ(parse_hex("0 1").error(), HexError::half_octet);
}

TEST(Hex, refuses_what_is_no_digit) {
  EXPECT_EQ(parse_hex("0g").error(), HexError::bad_digit);
  EXPECT_EQ(parse_hex("0x01").error(), HexError::bad_digit);
  EXPECT_EQ(parse_hex(std::string_view("01\0", 3)).error(), HexError::bad_digit);
}

TEST(Hex, dumps_lines_of_sixteen_with_their_text) {
  EXPECT_EQ(hex_dump(as_octets("MESSAGE sip:a@b\r\n")),
            "0000  4d 45 53 53 41 47 45 20  73 69 70 3a 61 40 62 0d  MESSAGE sip:a@b.\n"
            "0010  0a                                                .\n");
  EXPECT_EQ(hex_dump({}), "");
}

}  // namespace
}  // namespace rung
