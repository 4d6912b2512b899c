#include "checks/suite_verdict.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "checks/run_verdict.hpp"
#include "engine/base/assert.hpp"

namespace rung {
namespace {

std::uint64_t count_of(const RequirementTally& tally, Verdict v) {
  return tally.counts[static_cast<std::size_t>(v)];
}

void set(RunResult& run, Counter counter, std::uint64_t value) {
  run.totals.values[static_cast<std::size_t>(counter)] = value;
}

/// The run as far as the selection asks for it. A session that failed on something else is no
/// reason to doubt what it says of the selected requirements.
RunResult narrowed(const RunResult& run, const SuiteResult& suite, bool strict) {
  RunResult out = run;
  out.requirements.clear();
  bool others_failed = false;
  for (std::size_t i = 0; i < run.requirements.size(); ++i) {
    const RequirementTally& tally = run.requirements[i];
    if (suite.requirements[i].selected) {
      out.requirements.push_back(tally);
      // Demanded rows are those whose failure counts; one that this ladder never came to is left
      // to the others.
      out.requirements.back().demanded = strict && verdict_of(tally) == Verdict::fail;
    } else {
      others_failed = others_failed || count_of(tally, Verdict::fail) > 0;
    }
  }
  if (others_failed) set(out, Counter::sessions_failed, 0);
  // That the session passed proves what was not asked for.
  if (out.requirements.size() < run.requirements.size()) set(out, Counter::sessions_passed, 0);
  return out;
}

/// Why a run that is not conclusive is not: the first thing that says so.
std::string doubt(const RunResult& run, const SuiteLadder& ladder) {
  if (run.invalid()) return run.invalid_reasons.front();
  if (!run.notes.empty()) return run.notes.front();
  for (const SuiteJudgement& cell : ladder.judgements) {
    if (cell.verdict == Verdict::inconclusive) {
      return fmt::format("{} could not be judged", cell.requirement);
    }
  }
  const SessionOutcomes& s = ladder.sessions;
  if (s.started == 0) return "no session of it began";
  if (s.failed > 0) return "a field that no requirement names is not as drawn";
  if (s.aborted > 0) return "cut off before its end";
  return "nothing was judged";
}

void add_judgement(SuiteRequirement& row, SuiteLadder& ladder, const RequirementTally& tally,
                   bool strict) {
  const Verdict verdict = verdict_of(tally);
  if (verdict == Verdict::none) return;
  ladder.judgements.push_back({tally.id, verdict, tally.counts});
  row.verdict = worse(row.verdict, verdict);
  for (std::size_t v = 0; v < kVerdictCount; ++v) row.counts[v] += tally.counts[v];
  RequirementTally asked = tally;
  asked.demanded = strict;
  row.warning = row.verdict == Verdict::fail && !fails_run(asked);
}

void add_findings(SuiteResult& suite, const SuiteLadder& ladder, const RunResult& run) {
  for (const FindingRecord& finding : run.findings) {
    suite.findings.push_back({finding, ladder.capture});
  }
  suite.findings_counted += run.findings_counted;
}

}  // namespace

Verdict verdict_of(const RequirementTally& tally) {
  for (const Verdict v : {Verdict::error, Verdict::fail, Verdict::pass, Verdict::inconclusive,
                          Verdict::unsupported}) {
    if (count_of(tally, v) > 0) return v;
  }
  return Verdict::none;
}

void add_run(SuiteResult& suite, std::size_t ladder, const RunResult& run, bool strict) {
  ENGINE_ASSERT(ladder < suite.ladders.size());
  ENGINE_ASSERT(run.requirements.size() == suite.requirements.size());
  SuiteLadder& row = suite.ladders[ladder];
  for (const LadderResult& played : run.ladders) {
    if (played.name == row.name) row.sessions = played.sessions;
  }
  for (std::size_t i = 0; i < run.requirements.size(); ++i) {
    add_judgement(suite.requirements[i], row, run.requirements[i], strict);
  }
  add_findings(suite, row, run);
  row.notes = run.notes;
  for (const std::string& reason : run.invalid_reasons) {
    suite.invalid_reasons.push_back(fmt::format("{}: {}", row.name, reason));
  }
  row.verdict = run_verdict(narrowed(run, suite, strict));
  // What registered its UEs may have been judged, the ladder was not.
  if (row.sessions.started == 0) row.verdict = worse(row.verdict, Verdict::inconclusive);
  const bool told =
      std::any_of(row.judgements.begin(), row.judgements.end(),
                  [&](const SuiteJudgement& cell) { return cell.verdict == row.verdict; });
  const bool untold = row.verdict >= Verdict::fail && !told;
  if (row.verdict == Verdict::inconclusive || untold) row.reason = doubt(run, row);
}

Verdict suite_verdict(const SuiteResult& suite) {
  Verdict verdict = Verdict::none;
  for (const SuiteLadder& ladder : suite.ladders) verdict = worse(verdict, ladder.verdict);
  if (suite.target_unreachable) return Verdict::inconclusive;
  if (suite.target_lost) return worse(verdict, Verdict::fail);
  if (verdict == Verdict::none || verdict == Verdict::unsupported) return Verdict::inconclusive;
  return verdict;
}

int exit_code(const SuiteResult& suite) {
  if (suite.interrupted) return kExitInterrupted;
  if (suite.target_unreachable) return kExitUnreachable;
  if (suite.invalid() || suite.verdict == Verdict::error) return kExitInvalid;
  if (suite.verdict == Verdict::fail) return kExitFailed;
  return suite.verdict == Verdict::pass ? kExitPassed : kExitInconclusive;
}

}  // namespace rung
