// Indexes, counts and handles are different words and different types.
#pragma once

#include <compare>
#include <cstdint>
#include <limits>

namespace rung {

/// A 32-bit index into the table that Tag names. Default: none.
template <class Tag>
struct Index {
  static constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();
  std::uint32_t value = kNone;

  constexpr Index() = default;
  constexpr explicit Index(std::uint32_t v) : value(v) {}
  [[nodiscard]] constexpr bool valid() const { return value != kNone; }
  friend constexpr auto operator<=>(Index, Index) = default;
};

using UeIndex = Index<struct UeTag>;                    // row of this worker's UE table
using SessionIndex = Index<struct SessionTag>;          // slot of the session pool
using LadderIndex = Index<struct LadderTag>;            // position in the run's list of ladders
using StepIndex = Index<struct StepTag>;                // 0 .. 63 within one ladder
using RequirementIndex = Index<struct RequirementTag>;  // position in the run's requirement table

}  // namespace rung
