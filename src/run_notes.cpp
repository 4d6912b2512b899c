#include "run_notes.hpp"

#include <fmt/format.h>

namespace rung {
namespace {

void note(RunResult& result, std::string text, Verdict at_least) {
  result.notes.push_back(std::move(text));
  result.at_least = worse(result.at_least, at_least);
}

void note_silence(const PhaseMachine& phases, RunResult& result) {
  if (phases.never_answered()) {
    note(result, fmt::format("{} never answered", result.target), Verdict::none);
    result.target_unreachable = true;
  } else if (phases.sut_silent()) {
    note(result, fmt::format("{} stopped answering; the run ended early", result.target),
         Verdict::fail);
  }
}

/// What the target said instead: final answers and RP-ERRORs by code, and what was no SIP message.
std::string answers_text(const RunResult& result) {
  std::vector<std::string> said;
  for (const CodeCount& f : result.sip_failures) {
    said.push_back(fmt::format("{} x {}", f.count, f.code));
  }
  for (const CodeCount& f : result.rp_failures) {
    said.push_back(fmt::format("{} x RP-Cause {}", f.count, f.code));
  }
  if (const std::uint64_t malformed = result.totals[Counter::sip_malformed]; malformed != 0) {
    said.push_back(fmt::format("{} x no SIP message", malformed));
  }
  return said.empty() ? "" : fmt::format(" ({})", fmt::join(said, ", "));
}

/// A ladder that is only refused was never played to an end that proves anything.
void note_refusals(RunResult& result) {
  for (const LadderResult& ladder : result.ladders) {
    const SessionOutcomes& s = ladder.sessions;
    if (s.passed + s.failed != 0 || s.refused == 0) continue;
    note(result,
         fmt::format("no session of {} passed: {} refused{}", ladder.name, s.refused,
                     answers_text(result)),
         Verdict::inconclusive);
  }
}

/// Whichever name is the wrong one, a report was: a run with one of these does not pass.
void note_contradictions(RunResult& result) {
  const std::uint64_t count = result.totals[Counter::sip_contradictions];
  if (count == 0) return;
  note(result,
       fmt::format("{} reports had the RP-MR of one session and the In-Reply-To of another: "
                   "neither session proves anything",
                   count),
       Verdict::inconclusive);
}

}  // namespace

void note_ending(const Supervisor& supervisor, const std::string& gateway_ending,
                 RunResult& result) {
  const PhaseMachine& phases = supervisor.phases();
  if (!gateway_ending.empty()) note(result, gateway_ending, Verdict::fail);
  note_silence(phases, result);
  if (phases.registration_incomplete()) {
    note(result,
         fmt::format("registration did not complete: {} of {} UEs{}",
                     supervisor.record().registered.registered, result.ues, answers_text(result)),
         Verdict::inconclusive);
  }
  note_refusals(result);
  note_contradictions(result);
  if (phases.drain_incomplete() && result.totals[Counter::sessions_aborted] != 0) {
    note(result,
         fmt::format("{} sessions were still open when the drain ended",
                     result.totals[Counter::sessions_aborted]),
         Verdict::none);
  }
}

}  // namespace rung
