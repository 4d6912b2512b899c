// Which parameters each M3UA message of RFC 4666 clause 3 has, in the order of its figure: what the
// decoder checks and the encoder writes.
#pragma once

#include <cstdint>
#include <span>

#include "engine/wire/m3ua.hpp"

namespace rung::m3ua {

struct Grammar {
  static constexpr std::size_t kOrderMax = 6;

  Type type{};
  std::uint32_t permitted = 0;  // a bit each Parameter
  std::uint32_t mandatory = 0;
  std::uint32_t repeated = 0;  // those that may stand more than once
  std::array<Parameter, kOrderMax> parameters{};
  std::uint8_t count = 0;

  [[nodiscard]] std::span<const Parameter> order() const { return {parameters.data(), count}; }
};

/// Null for what is no message of RFC 4666.
const Grammar* grammar_of(Type type);

}  // namespace rung::m3ua
