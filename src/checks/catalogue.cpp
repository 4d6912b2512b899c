#include "checks/catalogue.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "checks/rules.hpp"

namespace rung {
namespace {

struct Topologies {
  bool gm, isc;
};
constexpr Topologies both{true, true};
constexpr Topologies gm_only{true, false};
constexpr Topologies isc_only{false, true};
constexpr bool confirmed = true;
constexpr bool unconfirmed = false;

namespace rule_names {
using namespace rules;
constexpr Rule none = nullptr;
}  // namespace rule_names

constexpr Requirement kRequirements[] = {
#define RUNG_REQUIREMENT(id, clause, obliged, legs, severity, sureness, where, basis, rule, text) \
  {id,       clause,     text,        Severity::severity, Party::obliged, legs,                   \
   sureness, (where).gm, (where).isc, rule_names::rule,   Basis::basis},
#include "checks/requirements.def"
#undef RUNG_REQUIREMENT
};

/// In the order of Fate. A delivery that no SM stands behind is one too many for
/// 24.341-5.3.3.4.3-n; one at the wrong UE has that UE in To, and not the receiver.
constexpr FateRows kFateRows = {"23.040-tp-f", "24.341-5.3.3.4.3-c", "24.341-5.3.3.4.3-n",
                                "23.204-6.4-a"};

/// Whether the topology's own leg shows it, or where no SIP leg does a link: there is one on
/// either. A row of an operator's own names no legs: any does.
bool shown_on(const Requirement& requirement, Topology topology) {
  const auto names = [&](std::string_view leg) {
    return requirement.legs.find(leg) != std::string_view::npos;
  };
  if (requirement.legs.empty()) return true;
  if (!judged_on(requirement, topology)) return false;
  if (!names("Gm") && !names("ISC")) return true;
  return names(topology == Topology::gm ? "Gm" : "ISC");
}

/// The legs of a row in one order, so that rows of the same legs say the same: "ISC, HSS and SC" of
/// "ISC SC HSS".
std::string legs_text(std::string_view legs) {
  const std::string words = fmt::format(" {} ", legs);
  std::vector<std::string_view> found;
  for (const std::string_view leg : {"Gm", "ISC", "HSS", "SC"}) {
    if (words.find(fmt::format(" {} ", leg)) != std::string::npos) found.push_back(leg);
  }
  std::string text(found.front());
  for (std::size_t i = 1; i < found.size(); ++i)
    text += fmt::format("{}{}", i + 1 == found.size() ? " and " : ", ", found[i]);
  return text;
}

}  // namespace

RequirementTable requirement_table() { return RequirementTable(kRequirements, kFateRows); }

Unproved why_unproved(const Requirement& requirement, Topology topology) {
  struct Row {
    std::string_view id;
    ProofGap gap;
    std::string_view why;
  };
  static constexpr Row kRows[] = {
#define RUNG_UNPROVED(id, gap, why) {id, ProofGap::gap, why},
#include "checks/unproved.def"
#undef RUNG_UNPROVED
  };
  if (!shown_on(requirement, topology)) {
    return {ProofGap::leg, fmt::format("shows on {} alone", legs_text(requirement.legs))};
  }
  for (const Row& row : kRows) {
    if (row.id == requirement.id) return {row.gap, std::string(row.why)};
  }
  if (binds_our_side(requirement, topology)) return {ProofGap::ours, "no ladder comes to it"};
  return {ProofGap::open, "no ladder judges it"};
}

std::string_view to_string(ProofGap gap) {
  constexpr std::array<std::string_view, kGapCount> names = {
      "",
      "seen only on legs that are not played",
      "binds our own side",
      "judged under another row",
      "cannot be observed",
      "not yet"};
  return names[static_cast<std::size_t>(gap)];
}

std::string_view to_string(Severity severity) {
  constexpr std::array<std::string_view, 3> names = {"mandatory", "option", "informative"};
  return names[static_cast<std::size_t>(severity)];
}

std::string_view to_string(Basis basis) {
  constexpr std::array<std::string_view, 3> names = {"content", "deadline", "absence"};
  return names[static_cast<std::size_t>(basis)];
}

bool binds_our_side(const Requirement& requirement, Topology topology) {
  if (requirement.obliged == Party::gw) return false;
  return requirement.obliged != Party::cscf || topology == Topology::isc;
}

}  // namespace rung
