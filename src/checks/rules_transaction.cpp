#include <algorithm>

#include "checks/evidence_view.hpp"
#include "checks/rules.hpp"

namespace rung::rules {
namespace {

/// RFC 3261 17.1.2.2 Timer E at T1 = 0.5 s and T2 = 4 s: 0.5, 1.5, 3.5, 7.5, 11.5 ... 31.5 s.
/// Counts the copies due within `watched` even when every gap is 20 % too long.
std::uint32_t copies_due(const Evidence& e, Duration watched) {
  std::uint32_t due = 0;
  Duration gap = e.t1;
  for (Duration at = gap; at < 64 * e.t1 && at * 6 / 5 <= watched; at += gap) {
    ++due;
    gap = std::min(2 * gap, std::max(e.t2, e.t1));
  }
  return due;
}

/// A request of theirs left unanswered on purpose, over a transport that repeats.
bool left_unanswered(const Evidence& e) {
  return e.self().done && !e.self().ours && e.copies_watched > Duration{} && !e.reliable &&
         our_answer_to(e, e.step) == nullptr;
}

}  // namespace

Verdict copies_follow_timer_e(const Evidence& e) {
  const StepEvidence& request = e.self();
  if (!left_unanswered(e) || copies_due(e, e.copies_watched) == 0) return Verdict::none;
  if (request.copies_differing > 0) return Verdict::fail;
  // A new request where a copy was due, no copy at all, or copies out of time.
  const bool broken = request.repeats > 0 || request.copies == 0 || request.copies_off_schedule > 0;
  return broken ? failed_in_time(e) : Verdict::pass;
}

Verdict gm_timers_kept(const Evidence& e) {
  return e.t1 == 2s ? copies_follow_timer_e(e) : Verdict::none;
}

Verdict copies_slow_after_provisional(const Evidence& e) {
  const StepEvidence& request = e.self();
  const StepEvidence* final = our_answer_to(e, e.step);
  const auto provisional = std::ranges::find_if(e.steps, [&](const StepEvidence& step) {
    return step.answers == e.step && step.done && step.ours && step.status == 100;
  });
  if (e.reliable || !request.done || final == nullptr) return Verdict::none;
  if (provisional == e.steps.end()) return Verdict::none;
  // By then Timer E alone has fired twice, at T1 and at three of them.
  const bool in_time = provisional->first < request.first + e.t1 / 2;
  if (!in_time || final->first < request.first + 5 * e.t1) return Verdict::none;
  constexpr std::uint16_t kTimerE = 3;
  if (request.copies > kTimerE) return Verdict::none;
  return request.copies > 1 ? failed_in_time(e) : Verdict::pass;
}

// A connection repeats nothing by itself, so a copy is the gateway's whatever else went wrong.
Verdict nothing_repeated(const Evidence& e) {
  if (!e.reliable || !e.self().done || e.self().ours) return Verdict::none;
  return e.self().copies > 0 ? Verdict::fail : Verdict::pass;
}

Verdict timer_f_kept(const Evidence& e) {
  const StepEvidence& request = e.self();
  if (answered_request(e) != nullptr) return answered_in_time(e);
  // Without a copy, or with new requests in place of copies, Timer E is what was broken.
  if (!left_unanswered(e) || request.repeats > 0 || request.copies == 0) return Verdict::none;
  const bool too_long = request.last - request.first > 64 * e.t1 * 6 / 5;
  const bool too_short = request.copies < copies_due(e, e.copies_watched);
  return too_long || too_short ? failed_in_time(e) : Verdict::pass;
}

Verdict silent_after_final(const Evidence& e) {
  const StepEvidence* answer = our_answer_to(e, e.step);
  if (!e.self().done || answer == nullptr || answer->status < 200) return Verdict::none;
  // T1 is the estimate of a round trip: a copy within it may have crossed with our answer.
  const bool crossed = !e.reliable && e.self().last <= answer->first + e.t1;
  const bool silent = e.self().copies == 0 || crossed;
  if (silent) return Verdict::pass;
  return may_be_lost(e) ? Verdict::inconclusive : Verdict::fail;
}

}  // namespace rung::rules
