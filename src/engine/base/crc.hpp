// CRC-16/CCITT (polynomial 0x1021, start 0xffff, no reflection): the check digits of the token that
// every generated short message carries.
#pragma once

#include <array>
#include <cstdint>

#include "engine/base/bytes.hpp"

namespace rung {

namespace crc_table {
constexpr std::array<std::uint16_t, 256> crc16_ccitt() {
  std::array<std::uint16_t, 256> table{};
  for (unsigned octet = 0; octet < table.size(); ++octet) {
    unsigned remainder = octet << 8;
    for (int bit = 0; bit < 8; ++bit) {
      remainder = (remainder & 0x8000U) != 0 ? remainder << 1 ^ 0x1021U : remainder << 1;
    }
    table[octet] = static_cast<std::uint16_t>(remainder & 0xffffU);
  }
  return table;
}
inline constexpr std::array<std::uint16_t, 256> kCrc16 = crc16_ccitt();
}  // namespace crc_table

/// The CRC of `octets`; pass an earlier result as `crc` to continue it over further octets.
constexpr std::uint16_t crc16(Octets octets, std::uint16_t crc = 0xffff) {
  for (const std::uint8_t octet : octets) {
    const auto index = static_cast<std::uint8_t>(crc >> 8 ^ octet);
    crc = static_cast<std::uint16_t>((crc << 8 ^ crc_table::kCrc16[index]) & 0xffff);
  }
  return crc;
}
inline std::uint16_t crc16(std::string_view text) { return crc16(as_octets(text)); }

}  // namespace rung
