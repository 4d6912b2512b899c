// What the reader of a result must know before any figure: how the run ended, and what that means
// for its verdict.
#pragma once

#include <string>

#include "engine/base/run_result.hpp"
#include "engine/load/supervisor.hpp"

namespace rung {

/// Adds the notes to `result` and worsens its floor; after harvest(). `gateway_ending`: how the
/// embedded gateway ended by itself, empty when it did not.
void note_ending(const Supervisor& supervisor, const std::string& gateway_ending,
                 RunResult& result);

}  // namespace rung
