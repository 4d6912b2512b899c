// The reports of a suite: for people as text, for a lab's CI as JUnit XML. suite.json is written by
// result_json.hpp.
#pragma once

#include <string>

#include "engine/base/suite_result.hpp"

namespace rung {

/// The verdict first, then the ladders, what failed with its findings, what is undecided, what
/// nobody proves, and the policies in force. `colours`: ANSI sequences for a terminal; without, the
/// text is the same.
std::string suite_text(const SuiteResult& suite, bool colours);

/// What became of each requirement and ladder in `b` where that differs from `a`, as of two
/// releases of a gateway.
std::string compare_text(const SuiteResult& a, const SuiteResult& b);

/// One line for a ladder that has ended: its verdict, its name, how long it took, and why it is not
/// a pass. `done` of `total` have ended.
std::string suite_progress_line(const SuiteLadder& ladder, std::size_t done, std::size_t total,
                                bool colours);

/// JUnit XML as Ant defined it: a testsuite for each ladder, a testcase for each requirement it
/// judged. A failure is a requirement that fails the suite, an error one that could not be judged;
/// a ladder that was not run is a testcase that was skipped. `host` ran the suite.
std::string suite_junit(const SuiteResult& suite, const std::string& host);

}  // namespace rung
