// Questions that several rules ask of one session's evidence. Pointers are into the evidence.
#pragma once

#include "engine/base/verdict.hpp"
#include "engine/ladder/evidence.hpp"

namespace rung::rules {

inline const StepEvidence* step_at(const Evidence& e, std::uint8_t step) {
  return step < e.steps.size() ? &e.steps[step] : nullptr;
}

/// The request that the step in question answers; null when it is no answer.
inline const StepEvidence* answered_request(const Evidence& e) {
  return step_at(e, e.self().answers);
}

/// The final answer to the request at `request`: a step that came or left, else one that did not,
/// else null when the ladder draws none.
inline const StepEvidence* answer_to(const Evidence& e, std::uint8_t request) {
  const StepEvidence* found = nullptr;
  for (const StepEvidence& step : e.steps) {
    if (step.answers != request || (step.status >= 100 && step.status < 200)) continue;
    if (step.done) return &step;
    found = &step;
  }
  return found;
}

/// The same, sent by us and already out.
inline const StepEvidence* our_answer_to(const Evidence& e, std::uint8_t request) {
  const StepEvidence* answer = answer_to(e, request);
  return answer != nullptr && answer->done && answer->ours ? answer : nullptr;
}

inline bool success(const StepEvidence& answer) {
  return answer.status >= 200 && answer.status < 300;
}

/// True when the step in question is an answer that refuses where the ladder draws acceptance.
/// The player may or may not count such an answer as the step it stands for.
inline bool is_refusal(const Evidence& e) {
  return e.refused && (!e.self().done || e.self().status >= 300);
}

/// RFC 3261 17.1.2.2: 64*T1, over a reliable transport too.
inline Duration timer_f(const Evidence& e) { return 64 * e.t1; }

/// True when every step that causes the one in question is done; a request of ours that no answer
/// came to has caused nothing.
inline bool causes_done(const Evidence& e) {
  for (std::size_t i = 0; i < e.steps.size(); ++i) {
    if ((e.self().cause_mask >> i & 1U) == 0) continue;
    if (!e.steps[i].done || e.steps[i].gave_up) return false;
  }
  return true;
}

// What excuses the target is said here and nowhere else; rules choose by what they rest on.

/// Packets may have been lost or repeated, on the path or by us: what did not come may have been on
/// its way, and what came again may be what a lost answer of ours asked for.
inline bool may_be_lost(const Evidence& e) { return e.lossy || e.generator_missed; }

/// A failure that rests on packets' order or spacing, or on when they came: worth less too when we
/// were late ourselves.
inline Verdict failed_in_time(const Evidence& e) {
  return may_be_lost(e) || e.generator_late ? Verdict::inconclusive : Verdict::fail;
}

/// A failure that we may have asked for by being late.
inline Verdict failed_on_time(const Evidence& e) {
  return e.generator_late ? Verdict::inconclusive : Verdict::fail;
}

/// The verdict where something due never came: what no session could claim may have been it.
inline Verdict absent(const Evidence& e) {
  return e.unmatched || may_be_lost(e) ? Verdict::inconclusive : Verdict::fail;
}

/// The verdict on a step that its causes demand and that never came.
inline Verdict missing(const Evidence& e) {
  return e.refused || !causes_done(e) ? Verdict::none : absent(e);
}

}  // namespace rung::rules
