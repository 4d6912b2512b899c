#include "checks/evidence_view.hpp"
#include "checks/rules.hpp"

namespace rung::rules {
namespace {

constexpr std::uint8_t kNoRpdu = 0xff;

/// The outcome came inside the answer to the submit: 3428-c and 24.341-5.3.3.4.2-a judge that.
bool folded_into_answer(const Evidence& e) {
  const StepEvidence* answer = answer_to(e, e.self().replies_to);
  return answer != nullptr && answer->done && answer->rp_mti != kNoRpdu;
}

}  // namespace

Verdict report_not_before_answer(const Evidence& e) {
  const StepEvidence& report = e.self();
  const StepEvidence* submit = step_at(e, report.replies_to);
  const StepEvidence* answer = answer_to(e, report.replies_to);
  if (!report.done || submit == nullptr || answer == nullptr) return Verdict::none;
  if (!answer->done) return e.refused ? Verdict::none : Verdict::inconclusive;
  if (report.first + e.reorder_max >= answer->first) return Verdict::pass;
  // Once the submit was repeated, the answer seen may be the second one.
  if (submit->copies > 0) return Verdict::inconclusive;
  return failed_in_time(e);
}

Verdict exactly_one_report(const Evidence& e) {
  const StepEvidence& report = e.self();
  if (e.disputed) return Verdict::inconclusive;
  // Where our 200 to the first may have been lost, another attempt is legal (24.341-5.3.3.4.2-l).
  if (report.repeats > 0) return may_be_lost(e) ? Verdict::inconclusive : Verdict::fail;
  if (report.done) return Verdict::pass;
  if (folded_into_answer(e)) return Verdict::none;
  const StepEvidence* answer = answer_to(e, report.replies_to);
  if (answer != nullptr && !answer->done && !e.refused) return Verdict::inconclusive;
  return missing(e);
}

Verdict repeats_end(const Evidence& e) {
  if (!e.self().done) return Verdict::none;
  return e.self().repeats < kReportAttemptsMax ? Verdict::pass : Verdict::fail;
}

Verdict reply_names_its_own(const Evidence& e) {
  if (!e.self().done || !e.self().replied_elsewhere) return Verdict::none;
  for (const StepEvidence& step : e.steps) {
    if (step.done && step.reference_wrong) return Verdict::inconclusive;
  }
  return Verdict::fail;
}

Verdict report_within_tr1m(const Evidence& e) {
  const StepEvidence* submit = step_at(e, e.self().replies_to);
  if (!e.self().done || submit == nullptr) return Verdict::none;
  return e.self().first - submit->first < kTr1mMin ? Verdict::pass : failed_in_time(e);
}

Verdict report_is_a_request(const Evidence& e) {
  if (e.self().done) return Verdict::pass;
  return folded_into_answer(e) ? Verdict::fail : Verdict::none;
}

Verdict our_report_follows_answer(const Evidence& e) {
  const StepEvidence* answer = our_answer_to(e, e.self().replies_to);
  if (!e.self().done || answer == nullptr) return Verdict::none;
  return answer->first <= e.self().first ? Verdict::pass : Verdict::inconclusive;
}

}  // namespace rung::rules
