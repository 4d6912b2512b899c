// The HTML report of what lies in a run directory or in a suite's: results, captures, and the
// ladder files that were given.
#pragma once

#include <filesystem>
#include <string>

#include "engine/base/suite_result.hpp"

namespace rung {

/// The page of the run in `directory`, whose result.json said `run`. A capture that is gone costs
/// the messages, not the page.
std::string run_page(const std::filesystem::path& directory, const RunResult& run);

/// The page of the suite in `directory`, with the run directories of its ladders in it.
std::string suite_page(const std::filesystem::path& directory, const SuiteResult& suite);

}  // namespace rung
