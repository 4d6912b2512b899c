// The report for people: the verdict first, then why, then the figures.
#pragma once

#include <string>

#include "engine/base/run_result.hpp"

namespace rung {

/// The whole report. `colours`: ANSI sequences for a terminal; without, the text is the same.
/// Precondition: result.verdict is set (judged()).
std::string report_text(const RunResult& result, bool colours);

/// Two results side by side: verdicts and requirements that differ, then rates, latencies and costs
/// of `a` and `b` with b / a. For people, without colours.
std::string compare_text(const RunResult& a, const RunResult& b);

}  // namespace rung
