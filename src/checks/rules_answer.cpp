#include "checks/evidence_view.hpp"
#include "checks/rules.hpp"

namespace rung::rules {
namespace {

/// No answer at all; before Timer F none is due.
Verdict silence(const Evidence& e, const StepEvidence& request) {
  return request.gave_up ? absent(e) : Verdict::none;
}

/// The report on the same request came first: then order is what was broken, and
/// 24.341-5.3.3.4.2-i judges that.
bool overtaken_by_report(const Evidence& e) {
  for (const StepEvidence& step : e.steps) {
    const bool reports = step.done && !step.ours && step.replies_to == e.self().answers;
    if (reports && e.self().done && step.first + e.reorder_max < e.self().first) return true;
  }
  return false;
}

/// Refusals that a valid request may meet under overload (catalogue, SIP-MO-8).
bool overload(std::uint16_t status) { return status == 503 || status == 500 || status == 480; }

Verdict answered_within(const Evidence& e, Duration limit) {
  const StepEvidence* request = answered_request(e);
  if (request == nullptr || !request->done || is_refusal(e)) return Verdict::none;
  if (!e.self().done) return silence(e, *request);
  return e.self().first - request->first <= limit ? Verdict::pass : failed_in_time(e);
}

/// `refused` where the request met a refusal that overload does not explain.
Verdict refused_without_overload(const Evidence& e, Verdict refused) {
  const std::uint16_t status = e.self().status;
  return status >= 300 && !overload(status) ? refused : Verdict::none;
}

}  // namespace

Verdict accepted_at_once(const Evidence& e) {
  const Verdict verdict = answered_within(e, kAcceptedWithin);
  return verdict == Verdict::fail && overtaken_by_report(e) ? Verdict::none : verdict;
}

Verdict answered_in_time(const Evidence& e) { return answered_within(e, timer_f(e)); }

Verdict delivery_report_taken(const Evidence& e) {
  return is_refusal(e) ? refused_without_overload(e, failed_on_time(e)) : answered_in_time(e);
}

Verdict register_taken(const Evidence& e) {
  return is_refusal(e) ? refused_without_overload(e, Verdict::fail) : answered_in_time(e);
}

Verdict never_challenged(const Evidence& e) {
  const std::uint16_t status = e.self().status;
  if (status == 401 || status == 403 || status == 407) return Verdict::fail;
  return e.self().done ? Verdict::pass : Verdict::none;
}

Verdict subscription_kept(const Evidence& e) {
  if (answered_request(e) == nullptr) return e.self().done ? Verdict::pass : missing(e);
  // A subscription that a lost message ended on one side only is nobody's fault.
  const Verdict verdict = register_taken(e);
  return verdict == Verdict::fail && may_be_lost(e) ? Verdict::inconclusive : verdict;
}

Verdict valid_request_taken(const Evidence& e) {
  const std::uint16_t status = e.self().status;
  if (!is_refusal(e) || status < 300 || status == 408) return Verdict::none;
  return overload(status) ? Verdict::none : Verdict::fail;
}

Verdict answered(const Evidence& e) {
  const StepEvidence* request = answered_request(e);
  if (request == nullptr || !request->done) return Verdict::none;
  if (e.self().done || e.refused) return Verdict::pass;
  return silence(e, *request);
}

Verdict never_accepted(const Evidence& e) {
  const StepEvidence* request = answered_request(e);
  if (request == nullptr || !request->done) return Verdict::none;
  const std::uint16_t status = e.self().status;
  if (status >= 200 && status < 300) return Verdict::fail;
  return status >= 300 || request->gave_up ? Verdict::pass : Verdict::none;
}

Verdict never_408(const Evidence& e) {
  if (e.self().status == 408) return Verdict::fail;
  return e.self().done ? Verdict::pass : Verdict::none;
}

Verdict provisional_is_late(const Evidence& e) {
  const StepEvidence* request = answered_request(e);
  if (request == nullptr || !e.self().done) return Verdict::none;
  return request->hasty_provisional ? failed_on_time(e) : Verdict::pass;
}

Verdict copies_answered_alike(const Evidence& e) {
  const StepEvidence& answer = e.self();
  const StepEvidence* request = answered_request(e);
  if (request == nullptr || !answer.done) return Verdict::none;
  if (answer.copies_differing > 0) return Verdict::fail;
  if (answer.copies > 0) return Verdict::pass;
  // A copy that left before the answer came was absorbed with right; one that left later is owed an
  // answer, for which T1 (the estimate of a round trip) is time enough.
  const bool copied_later = request->copies > 0 && request->last > answer.first + e.reorder_max;
  if (!copied_later || e.ended < request->last + e.t1) return Verdict::none;
  return absent(e);
}

}  // namespace rung::rules
