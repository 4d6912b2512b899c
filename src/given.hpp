// What ladders need of the gateway and the network behind it (`given gw digest`, `given sc`,
// `given hss`, `given ue barred`), and how their UEs are called (`given ue named`).
// The embedded gateway is set up that way; of another one only the user can know it, by the same
// options: --digest, --sc-result, --status-reports, --hss-result, --barred, --impu-user. That a
// gateway is `open` or `msisdn_less` no option says.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/ladder/ladder.hpp"
#include "options.hpp"

namespace rung {

/// One thing a ladder needs and the options do not state: the option and its value.
struct UnstatedGiven {
  std::string option, value;
};

/// The kind of gateway that the ladder needs and the embedded one is not: "a gateway that serves
/// UEs that are not registered"; empty where it will do.
std::string_view foreign_gateway(const Ladder& ladder);

/// What `ladder` needs beyond what `options` state. Empty: it may run.
std::vector<UnstatedGiven> unstated_given(const Ladder& ladder, const Options& options);

/// Sets `options` (and what the report records of them) as all of `ladders` need it. An error names
/// the ladder that needs something else than an option of the user or another ladder says.
std::vector<std::string> apply_given(std::span<const Ladder* const> ladders, Options& options);

/// Every `given sc` and `given hss` of the book that nobody can answer, as FILE:LINE:COLUMN: what,
/// expected what.
std::vector<std::string> given_errors(const LadderBook& book);

/// True when the ladder repeats messages of ours: over a reliable transport nobody does (RFC 3261
/// 17.1.2.2, 17.2.2).
bool sends_copies(const Ladder& ladder);

}  // namespace rung
