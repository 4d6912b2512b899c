// Requirements as the ladder layer sees them. `checks` owns the catalogue and fills the table;
// `main` hands it in. Nothing here knows a clause.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "engine/base/ids.hpp"
#include "engine/base/verdict.hpp"
#include "engine/ladder/ladder.hpp"

namespace rung {

struct Evidence;

/// Judges order, uniqueness, deadlines and relations across messages when a session ends. Pure.
/// Verdict::none: this session says nothing about the requirement.
using Rule = Verdict (*)(const Evidence&);

enum class Severity : std::uint8_t { mandatory, option, informative };

/// What a failure rests on. When the generator was late or lost packets, a failure on content still
/// stands; the other two prove nothing (DESIGN section 1, "run invalid").
enum class Basis : std::uint8_t {
  content,   // octets that were received
  deadline,  // an interval or an order in time
  absence    // something that never came
};

/// What becomes of an SM that no step of a ladder draws, and yet breaks a requirement.
enum class Fate : std::uint8_t {
  corrupted,     // it came with other octets, and no session knew it
  misdelivered,  // it came to a UE that it was not for
  ghost,         // it came, and nobody had sent it
  lost           // it did not come, and no rule of its step demands it
};
inline constexpr std::size_t kFateCount = 4;
/// The id of the requirement each fate breaks, by Fate; empty: none.
using FateRows = std::array<std::string_view, kFateCount>;

struct Requirement {
  std::string_view id;      // "24.341-5.3.3.4.2-c", stable
  std::string_view clause;  // "TS 24.341 5.3.3.4"
  std::string_view text;    // one line
  Severity severity = Severity::mandatory;
  Party obliged = Party::gw;
  std::string_view legs;  // "Gm ISC"
  bool confirmed = false;
  bool on_gm = true, on_isc = true;
  Rule rule = nullptr;  // nullptr: judged by fields only
  Basis basis = Basis::content;
};

/// Whether the requirement can be judged on that topology.
[[nodiscard]] inline bool judged_on(const Requirement& requirement, Topology topology) {
  return topology == Topology::gm ? requirement.on_gm : requirement.on_isc;
}

class RequirementTable {
 public:
  RequirementTable() = default;
  explicit RequirementTable(std::span<const Requirement> entries, const FateRows& fates = {})
      : entries_(entries), fates_(fates) {}
  [[nodiscard]] std::size_t size() const { return entries_.size(); }
  [[nodiscard]] const Requirement& at(RequirementIndex index) const {
    return entries_[index.value];
  }
  [[nodiscard]] std::span<const Requirement> entries() const { return entries_; }
  [[nodiscard]] const FateRows& fates() const { return fates_; }
  /// Invalid index where that fate breaks none. Linear: for load time only.
  [[nodiscard]] RequirementIndex broken_by(Fate fate) const {
    return find(fates_[static_cast<std::size_t>(fate)]);
  }
  /// Invalid index when there is no such id. Linear: for load time only.
  [[nodiscard]] RequirementIndex find(std::string_view id) const {
    for (std::uint32_t i = 0; i < entries_.size(); ++i) {
      if (entries_[i].id == id) return RequirementIndex(i);
    }
    return {};
  }

 private:
  std::span<const Requirement> entries_;
  FateRows fates_{};
};

}  // namespace rung
