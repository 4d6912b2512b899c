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
