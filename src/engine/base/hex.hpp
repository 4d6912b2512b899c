// Octets as hexadecimal text and back, for tests, findings and reports. Allocates: not for the
// hot path.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/bytes.hpp"
#include "engine/base/result.hpp"

namespace rung {

/// "01 0a ff": two lower-case digits an octet, one space between.
std::string to_hex(Octets octets);

/// Lines of 16 octets: offset, hexadecimal, printable ASCII (a dot for the rest).
std::string hex_dump(Octets octets);

enum class HexError : std::uint8_t {
  none = 0,
  bad_digit,  // neither a hexadecimal digit nor white space
  half_octet  // an octet of one digit: white space or the end came too early
};

/// Reads digits in pairs; white space may stand between octets, upper and lower case may mix.
Result<std::vector<std::uint8_t>, HexError> parse_hex(std::string_view text);

}  // namespace rung
