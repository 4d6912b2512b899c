#include <algorithm>

#include "checks/evidence_view.hpp"
#include "checks/rules.hpp"

namespace rung::rules {

Verdict arrives(const Evidence& e) { return e.self().done ? Verdict::pass : missing(e); }

Verdict not_left_out(const Evidence& e) {
  if (e.self().done) return Verdict::pass;
  return causes_done(e) ? absent(e) : Verdict::none;
}

Verdict delivered_once(const Evidence& e) {
  if (!e.self().done) return Verdict::none;
  if (e.self().repeats == 0) return Verdict::pass;
  if (may_be_lost(e)) return Verdict::inconclusive;
  // A second attempt is legitimate after we refused the first (404, 480, ...), and only then.
  const StepEvidence* answer = our_answer_to(e, e.step);
  const bool taken = answer != nullptr && success(*answer);
  const bool unanswered = answer == nullptr && (e.copies_watched > Duration{} || e.self().map);
  return taken || unanswered ? Verdict::fail : Verdict::none;
}

Verdict each_action_counts_once(const Evidence& e) {
  return e.self().done ? delivered_once(e) : missing(e);
}

Verdict every_segment_once(const Evidence& e) {
  return e.self().done ? delivered_once(e) : missing(e);
}

Verdict reaches_one_device(const Evidence& e) {
  if (!e.self().done) return Verdict::none;
  if (e.self().repeats == 0) return Verdict::pass;
  return may_be_lost(e) ? Verdict::inconclusive : Verdict::fail;
}

Verdict never_delivered(const Evidence& e) {
  if (e.self().done) return Verdict::fail;
  if (!causes_done(e)) return Verdict::none;
  return may_be_lost(e) || e.unmatched ? Verdict::inconclusive : Verdict::pass;
}

Verdict not_tried_again(const Evidence& e) {
  if (!e.self().done) return never_delivered(e);
  Time refused{};
  for (std::size_t i = 0; i < e.steps.size(); ++i) {
    if ((e.self().cause_mask >> i & 1U) != 0) refused = std::max(refused, e.steps[i].first);
  }
  const bool asked_for = std::any_of(e.steps.begin(), e.steps.end(), [&](const StepEvidence& s) {
    return s.done && s.ours && s.request && s.first > refused && s.first <= e.self().first;
  });
  if (asked_for) return Verdict::none;
  return may_be_lost(e) ? Verdict::inconclusive : Verdict::fail;
}

Verdict one_at_a_time(const Evidence& e) {
  if (!e.self().done || e.reliable) return Verdict::none;
  if (e.self().out_of_turn) return Verdict::fail;
  return e.self().turn_doubtful ? Verdict::inconclusive : Verdict::pass;
}

Verdict not_before_its_causes(const Evidence& e) {
  if (!e.self().done) return Verdict::none;
  for (std::size_t i = 0; i < e.steps.size(); ++i) {
    if ((e.self().cause_mask >> i & 1U) == 0) continue;
    // An answer that is still owed tells nothing of order: what it answers does.
    const StepEvidence* asked = e.steps[i].done ? nullptr : step_at(e, e.steps[i].answers);
    const StepEvidence& cause = asked == nullptr ? e.steps[i] : *asked;
    const bool early = !cause.done || e.self().first + e.reorder_max < cause.first;
    if (early) return failed_in_time(e);
  }
  return Verdict::pass;
}

Verdict absence_told_at_once(const Evidence& e) {
  if (!e.self().map || !e.self().done) return not_before_its_causes(e);
  Time caused{};
  for (std::size_t i = 0; i < e.steps.size(); ++i) {
    if ((e.self().cause_mask >> i & 1U) != 0) caused = std::max(caused, e.steps[i].first);
  }
  return e.self().first - caused < timer_f(e) ? Verdict::pass : failed_in_time(e);
}

Verdict not_by_a_wrong_report(const Evidence& e) {
  const Verdict verdict = not_before_its_causes(e);
  if (verdict != Verdict::fail) return verdict;
  for (std::size_t i = 0; i < e.steps.size(); ++i) {
    const StepEvidence& step = e.steps[i];
    const bool other_report = step.ours && step.request && step.done && step.cause_mask != 0 &&
                              (e.self().cause_mask >> i & 1U) == 0;
    if (other_report && step.first < e.self().first) return failed_in_time(e);
  }
  return Verdict::none;
}

}  // namespace rung::rules
