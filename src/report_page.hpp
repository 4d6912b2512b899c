// The HTML report of what lies in a run directory or in a suite's: results, captures, and the
// ladder files that were given.
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "engine/base/suite_result.hpp"

namespace rung {

/// The page of the run in `directory`, whose result.json said `run`. A capture that is gone costs
/// the messages, not the page.
std::string run_page(const std::filesystem::path& directory, const RunResult& run);

/// What the runs of a suite came to, by ladder.
using SuiteRuns = std::map<std::string, RunResult>;
/// The results in the run directories of the suite's ladders; those that cannot be read are left
/// out.
SuiteRuns load_runs(const std::filesystem::path& directory, const SuiteResult& suite);
/// The page of the suite in `directory`, with the captures of its ladders in it.
std::string suite_page(const std::filesystem::path& directory, const SuiteResult& suite,
                       const SuiteRuns& runs);

}  // namespace rung
