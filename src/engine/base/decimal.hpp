// Decimal digits, straight into a buffer.
#pragma once

#include <charconv>
#include <limits>

#include "engine/base/bytes.hpp"

namespace rung {

/// Writes `value` without sign or leading zeros.
inline void put_decimal(Writer& out, std::uint64_t value) {
  char digits[std::numeric_limits<std::uint64_t>::digits10 + 1];
  const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
  out.text({digits, static_cast<std::size_t>(end - digits)});
}

}  // namespace rung
