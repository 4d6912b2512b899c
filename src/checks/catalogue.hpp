// The catalogue: every requirement the checker knows, from requirements.def, with the rules that
// judge what no single field can show.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/ladder/requirement.hpp"

namespace rung {

/// The built-in table. Its entries and texts live as long as the program; an index stays valid
/// across calls, but only an id is stable across versions.
RequirementTable requirement_table();

/// Why a requirement is not judged: the group it is listed under.
enum class ProofGap : std::uint8_t {
  none,       // nothing stands in the way
  leg,        // only legs show it that are not played
  ours,       // it binds our own side
  other_row,  // a gateway that breaks it fails another row
  unseen,     // no message shows it
  open        // a ladder could, and there is none yet
};
inline constexpr std::size_t kGapCount = 6;

struct Unproved {
  ProofGap gap = ProofGap::none;
  std::string why;  // one line
};

/// Why no ladder proves the row on that topology. Precondition: none does.
Unproved why_unproved(const Requirement& requirement, Topology topology);

/// "seen only on legs that are not played"; empty for none.
std::string_view to_string(ProofGap gap);

std::string_view to_string(Severity severity);
std::string_view to_string(Basis basis);

/// True when the obliged party is one of ours on that topology, so that a breach is our own and
/// makes the verdict inconclusive (DESIGN section 3, rule 6). The S-CSCF is ours on `isc` only.
bool binds_our_side(const Requirement& requirement, Topology topology);

}  // namespace rung
