// Policies: where the specifications disagree, or leave a choice, an option says what is demanded,
// and the report says which choice was in force and why.
#pragma once

#include <string>
#include <vector>

#include "engine/base/suite_result.hpp"
#include "engine/ladder/ladder.hpp"
#include "options.hpp"

namespace rung {

/// Makes the messages of `book` demand what the policies say. Precondition: the book is resolved.
void apply_policies(const Options& options, LadderBook& book);

/// Every policy with the choice in force, its default and the reason.
std::vector<SuitePolicy> policies_in_force(const Options& options);

}  // namespace rung
