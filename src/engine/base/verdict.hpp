// Verdicts only worsen, per session and per requirement (TTCN-3's order with "unsupported" added).
#pragma once

#include <algorithm>
#include <cstdint>
#include <string_view>

namespace rung {

enum class Verdict : std::uint8_t { none, pass, unsupported, inconclusive, fail, error };
inline constexpr std::size_t kVerdictCount = 6;

constexpr Verdict worse(Verdict a, Verdict b) { return std::max(a, b); }

constexpr std::string_view to_string(Verdict v) {
  constexpr std::string_view names[kVerdictCount] = {"none",         "pass", "unsupported",
                                                     "inconclusive", "fail", "error"};
  return names[static_cast<std::size_t>(v)];
}

}  // namespace rung
