#include "engine/base/crc.hpp"

#include <gtest/gtest.h>

namespace rung {
namespace {

// The check value that catalogues of CRCs list for this variant (CRC-16/IBM-3740).
TEST(Crc16, gives_the_published_check_value) { EXPECT_EQ(crc16("123456789"), 0x29b1); }

TEST(Crc16, of_nothing_is_the_start_value) { EXPECT_EQ(crc16(""), 0xffff); }

TEST(Crc16, continues_over_pieces) {
  EXPECT_EQ(crc16(as_octets("56789"), crc16("1234")), crc16("123456789"));
}

TEST(Crc16, every_single_bit_error_shows) {
  std::uint8_t octets[20] = {'t', 'o', 'k', 'e', 'n'};
  const std::uint16_t good = crc16(Octets(octets));
  for (unsigned bit = 0; bit < 8 * sizeof octets; ++bit) {
    octets[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
    EXPECT_NE(crc16(Octets(octets)), good);
    octets[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
  }
}

constexpr std::uint8_t kConstantInput[] = {'1', '2', '3', '4', '5', '6', '7', '8', '9'};
static_assert(crc16(Octets(kConstantInput)) == 0x29b1);

}  // namespace
}  // namespace rung
