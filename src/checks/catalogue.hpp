// The catalogue: every requirement the checker knows, from requirements.def, with the rules that
// judge what no single field can show.
#pragma once

#include <string_view>

#include "engine/ladder/requirement.hpp"

namespace rung {

/// The built-in table. Its entries and texts live as long as the program; an index stays valid
/// across calls, but only an id is stable across versions.
RequirementTable requirement_table();

/// Why no ladder proves the row: from unproved.def, or because only legs show it that are not
/// played. Empty when nothing stands in the way.
std::string_view why_unproved(const Requirement& requirement);

std::string_view to_string(Severity severity);
std::string_view to_string(Basis basis);

/// True when the obliged party is one of ours on that topology, so that a breach is our own and
/// makes the verdict inconclusive (DESIGN section 3, rule 6). The S-CSCF is ours on `isc` only.
bool binds_our_side(const Requirement& requirement, Topology topology);

}  // namespace rung
