// The verdicts of a suite: of its ladders, its requirements and the whole, from the results of its
// runs. Pure: results in, results out. A verdict only worsens.
#pragma once

#include "engine/base/run_result.hpp"
#include "engine/base/suite_result.hpp"

namespace rung {

/// What the run of one ladder says of `tally`'s requirement: its worst judgement, except that where
/// some judgements are conclusive the others are not counted.
Verdict verdict_of(const RequirementTally& tally);

/// Takes the run of `suite.ladders[ladder]` in: its judgements, its findings, its notes and its
/// verdict, which counts the selected requirements only. `strict`: options count as mandatory ones.
/// Preconditions: suite.requirements has the rows of the run's table in the same order, with
/// `selected` set; `run` is judged().
void add_run(SuiteResult& suite, std::size_t ladder, const RunResult& run, bool strict);

/// The suite's verdict, once every ladder has its own: the worst of them; inconclusive at least
/// where the target was lost or nothing proved anything. fail at least where it was lost after it
/// had answered.
Verdict suite_verdict(const SuiteResult& suite);

/// 130 when interrupted; 3 when the target never answered; else 4 when the tester was the limit;
/// else by verdict.
int exit_code(const SuiteResult& suite);

}  // namespace rung
