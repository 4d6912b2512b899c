// The verdict of a whole run and the exit code it ends with. Pure: results in, results out.
#pragma once

#include "engine/base/run_result.hpp"
#include "engine/ladder/requirement.hpp"

namespace rung {

/// Exit codes of DESIGN section 5 that a result decides.
inline constexpr int kExitPassed = 0;
inline constexpr int kExitFailed = 1;
inline constexpr int kExitUnreachable = 3;
inline constexpr int kExitInvalid = 4;
inline constexpr int kExitInconclusive = 5;
inline constexpr int kExitInterrupted = 130;

/// True when a failure of this requirement fails the run: the mandatory ones, and an option where
/// the user demanded it. Other failures are warnings.
bool fails_run(const RequirementTally& tally);

/// `result` with its verdict set, and with what connections ended for judged (RFC 3261 18.3); and,
/// where the run was invalid, with failures that rest on time or absence turned into inconclusive
/// ones. A failure on content stays: one of a content row, one that names a field, or one of an
/// absence row with a message to show, such as a second report. Such failures stay as far as their
/// findings were kept whole. Precondition: the findings have their frame_place.
RunResult judged(RunResult result, const RequirementTable& table);

/// error: the checker itself failed. fail: a requirement that fails the run did. inconclusive: a
/// requirement that was selected or demanded has no conclusive judgement though it was judged or
/// demanded, or nothing at all was conclusive; also where sessions were cut off, failed on what no
/// requirement names, or a ladder only timed out. Never better than result.at_least. What
/// result.verdict held before counts for nothing.
Verdict run_verdict(const RunResult& result);

/// 130 when interrupted; else 4 when the run was invalid or the checker failed; else by verdict.
int exit_code(const RunResult& result);

}  // namespace rung
