// Mix: ladders with weights, picked per session.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/ids.hpp"
#include "engine/base/prng.hpp"

namespace rung {

struct MixEntry {
  std::string ladder;
  std::uint32_t weight = 1;
};

/// Weights sum to at most this, and one mix names at most this many ladders.
inline constexpr std::uint32_t kMixWeightMax = 1'000'000;
inline constexpr std::size_t kMixEntriesMax = 64;

/// Reads "mo_to_mt=70, mo_sms=30"; a name alone weighs 1. Returns the error's text, empty when
/// good.
std::string parse_mix(std::string_view text, std::vector<MixEntry>& out);

class Mix {
 public:
  /// One index and weight per ladder. Precondition: weights are positive and there is at least one.
  Mix(std::vector<LadderIndex> ladders, const std::vector<std::uint32_t>& weights);
  [[nodiscard]] LadderIndex pick(Prng& prng) const;
  [[nodiscard]] const std::vector<LadderIndex>& ladders() const { return ladders_; }

 private:
  std::vector<LadderIndex> ladders_;
  std::vector<std::uint64_t> below_;  // cumulative weights
};

}  // namespace rung
