#include "checks/catalogue.hpp"

#include <array>

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

}  // namespace

RequirementTable requirement_table() { return RequirementTable(kRequirements, kFateRows); }

std::string_view why_unproved(const Requirement& requirement) {
  struct Row {
    std::string_view id, why;
  };
  static constexpr Row kRows[] = {
#define RUNG_UNPROVED(id, why) {id, why},
#include "checks/unproved.def"
#undef RUNG_UNPROVED
  };
  for (const Row& row : kRows) {
    if (row.id == requirement.id) return row.why;
  }
  const bool sip = requirement.legs.find("Gm") != std::string_view::npos ||
                   requirement.legs.find("ISC") != std::string_view::npos;
  return sip ? std::string_view{} : "only the SC or HSS leg shows it, and they are not played";
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
