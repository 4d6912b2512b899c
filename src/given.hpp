// What ladders need of the network behind the gateway (`given sc`, `given hss`, `given ue barred`).
// The embedded gateway is set up that way; of another one only the user can know it, by the same
// options: --sc-result, --hss-result, --barred.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "engine/ladder/ladder.hpp"
#include "options.hpp"

namespace rung {

/// One thing a ladder needs and the options do not state: the option and its value.
struct UnstatedGiven {
  std::string option, value;
};

/// What `ladder` needs beyond what `options` state. Empty: it may run.
std::vector<UnstatedGiven> unstated_given(const Ladder& ladder, const Options& options);

/// Sets `options` (and what the report records of them) as all of `ladders` need it. An error names
/// the ladder that needs something else than an option of the user or another ladder says.
std::vector<std::string> apply_given(std::span<const Ladder* const> ladders, Options& options);

/// Every `given sc` and `given hss` of the book that nobody can answer, as FILE:LINE:COLUMN: what,
/// expected what.
std::vector<std::string> given_errors(const LadderBook& book);

}  // namespace rung
