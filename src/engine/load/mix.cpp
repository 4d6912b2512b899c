#include "engine/load/mix.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "engine/base/assert.hpp"

namespace rung {
namespace {

std::string_view trim(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::string parse_entry(std::string_view text, MixEntry& entry) {
  const std::size_t equals = text.find('=');
  entry.ladder = trim(text.substr(0, equals));
  if (entry.ladder.empty()) return fmt::format("'{}' names no ladder, expected NAME=WEIGHT", text);
  if (equals == std::string_view::npos) return {};
  const std::string_view weight = trim(text.substr(equals + 1));
  const auto [end, error] =
      std::from_chars(weight.data(), weight.data() + weight.size(), entry.weight);
  const bool good = error == std::errc{} && end == weight.data() + weight.size();
  if (!good || entry.weight == 0 || entry.weight > kMixWeightMax) {
    return fmt::format("weight '{}' of '{}' is not accepted, expected 1..{}", weight, entry.ladder,
                       kMixWeightMax);
  }
  return {};
}

}  // namespace

std::string parse_mix(std::string_view text, std::vector<MixEntry>& out) {
  out.clear();
  while (true) {
    const std::size_t comma = text.find(',');
    MixEntry entry;
    if (std::string error = parse_entry(text.substr(0, comma), entry); !error.empty()) return error;
    const auto same = [&](const MixEntry& e) { return e.ladder == entry.ladder; };
    if (std::any_of(out.begin(), out.end(), same))
      return fmt::format("'{}' is named twice", entry.ladder);
    out.push_back(std::move(entry));
    if (out.size() > kMixEntriesMax) return fmt::format("more than {} ladders", kMixEntriesMax);
    if (comma == std::string_view::npos) return {};
    text.remove_prefix(comma + 1);
  }
}

Mix::Mix(std::vector<LadderIndex> ladders, const std::vector<std::uint32_t>& weights)
    : ladders_(std::move(ladders)) {
  ENGINE_ASSERT(!ladders_.empty());
  ENGINE_ASSERT(ladders_.size() == weights.size());
  std::uint64_t sum = 0;
  for (const std::uint32_t weight : weights) {
    ENGINE_ASSERT(weight > 0);
    below_.push_back(sum += weight);
  }
}

LadderIndex Mix::pick(Prng& prng) const {
  if (ladders_.size() == 1) return ladders_.front();
  const std::uint64_t point = prng.below(below_.back());
  const auto at = std::upper_bound(below_.begin(), below_.end(), point);
  return ladders_[static_cast<std::size_t>(at - below_.begin())];
}

}  // namespace rung
