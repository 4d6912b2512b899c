// What is told before a run begins: who plays, at what pace, with which pools.
#pragma once

#include <string>

#include "options.hpp"
#include "run_setup.hpp"

namespace rung {

/// Some lines, each ended. `directory`: where the results will lie.
std::string run_heading(const Options& options, const RunSetup& setup, const std::string& run_id,
                        const std::string& directory);

}  // namespace rung
