// Rules: verdicts on order, uniqueness, deadlines and relations across messages. Each is a pure
// function of what one session saw, asked at the step that names the requirement.
//
// What rests on absence, spacing or order is inconclusive where the path may have lost, repeated or
// reordered packets. Verdict::none: the session says nothing, as when the step was never reached.
// A rule judges one disease only: where another requirement explains the evidence it says none, so
// that a single fault does not turn foreign requirements red.
#pragma once

#include "engine/base/time.hpp"
#include "engine/base/verdict.hpp"
#include "engine/ladder/evidence.hpp"

namespace rung::rules {

/// How long a submit may wait for its 202 (catalogue, 24.341-5.3.3.4.1-a: the load target).
inline constexpr Duration kAcceptedWithin = 500ms;
/// More than this within a session's hold is a report without end: the clause names no number.
inline constexpr std::uint32_t kReportAttemptsMax = 5;
/// TS 24.011 10.1: TR1M is longer than 35 s, so a report within 35 s is always in time.
inline constexpr Duration kTr1mMin = 35s;

// Asked at an answer of the gateway (Evidence::self().answers names our request).

/// 24.341-5.3.3.4.1-a: the answer came within kAcceptedWithin. Silence until Timer F fails too.
Verdict accepted_at_once(const Evidence& e);
/// The answer came within 64*T1; silence fails.
Verdict answered_in_time(const Evidence& e);
/// 24.341-5.3.3.4.4-a: the same, and a valid delivery report is not refused but for overload.
Verdict delivery_report_taken(const Evidence& e);
/// SIP-MO-1, SIP-MO-3: a valid submit or RP-SMMA of a registered UE is refused for overload only.
/// Says nothing of an acceptance, whose status is a field, nor of 408, which TX-408 judges.
Verdict valid_request_taken(const Evidence& e);
/// Any final answer came, drawn on the ladder or not; silence until Timer F fails.
Verdict answered(const Evidence& e);
/// What nobody may accept: any final refusal will do, and silence until Timer F.
Verdict never_accepted(const Evidence& e);
/// RFC 4320 4.2: the answer is not 408.
Verdict never_408(const Evidence& e);
/// RFC 4320 4.1: no provisional answer before it but a 100 once Timer E has reached T2.
Verdict provisional_is_late(const Evidence& e);
/// RFC 3261 17.2.2: copies of our request got the same answer as the request itself.
Verdict copies_answered_alike(const Evidence& e);

/// 24.341-5.3.3.2-a, -c: a third-party REGISTER is answered within 64*T1 and refused for overload
/// only.
Verdict register_taken(const Evidence& e);
/// 24.229-5.4.1.7-f: the answer is no challenge and no 403.
Verdict never_challenged(const Evidence& e);
/// 24.341-5.3.3.2-e: at an answer, our NOTIFY got its 200; at a SUBSCRIBE, the refresh came.
Verdict subscription_kept(const Evidence& e);

// Asked at a submit report (Evidence::self().replies_to names our submit).

/// 24.341-5.3.3.4.2-i: not before the answer to the submit; up to reorder_max is the path's doing.
Verdict report_not_before_answer(const Evidence& e);
/// 24.341-5.3.3.4.2-j: one and no other; a second one on a lossy path is inconclusive, and
/// what a report was that named another session too. None at all says nothing when the answer held
/// the outcome.
Verdict exactly_one_report(const Evidence& e);
/// 24.341-5.3.3.4.2-l: a refused report is tried kReportAttemptsMax times at most while the session
/// is open.
Verdict repeats_end(const Evidence& e);
/// 24.341-5.3.3.4.2-c, of two submits in flight: In-Reply-To names the other one although the
/// RP-MRs of all reports are right; inconclusive where one is not. Says nothing of any other
/// In-Reply-To, which is a field.
Verdict reply_names_its_own(const Evidence& e);
/// 24.341-5.3.3.4.2-k: a report that came, came within kTr1mMin.
Verdict report_within_tr1m(const Evidence& e);
/// 24.341-5.3.3.4.2-a: the outcome is not folded into the answer to the submit.
Verdict report_is_a_request(const Evidence& e);

// Asked at a delivery.

/// It came, as its causes demand.
Verdict arrives(const Evidence& e);
/// The same, whatever else ended the session in its place.
Verdict not_left_out(const Evidence& e);
/// It came, and after we had taken it no second one followed.
Verdict each_action_counts_once(const Evidence& e);
/// The same for one segment of a concatenated message.
Verdict every_segment_once(const Evidence& e);
/// No second MESSAGE followed one that we took or left unanswered. Says nothing if none came.
Verdict delivered_once(const Evidence& e);
/// No second device got it.
Verdict reaches_one_device(const Evidence& e);
/// It must not come at all.
Verdict never_delivered(const Evidence& e);
/// SIP-MT-3 to -10: what we refused is not tried again before another request of ours follows, such
/// as the REGISTER of a recipient who is back.
Verdict not_tried_again(const Evidence& e);
/// 3428-f: no other one to the same UE, whichever session that is of, still had no final answer of
/// ours when it came. Says nothing over a reliable transport.
Verdict one_at_a_time(const Evidence& e);
/// It did not come before the steps that cause it.
Verdict not_before_its_causes(const Evidence& e);
/// 24.341-5.3.3.4.3-l: the same; and of MAP, that it did not wait as long as for the answer to a
/// MESSAGE, which nobody may have sent.
Verdict absence_told_at_once(const Evidence& e);

/// 24.341-5.3.3.4.4-b, 24.011-9.3-a: the same of an outcome that the right report causes, where a
/// wrong one went before it. What came before both, 24.341-5.3.3.4.3-j judges.
Verdict not_by_a_wrong_report(const Evidence& e);

// Asked at any request of the gateway.

/// RFC 3261 17.1.2.2: an unanswered request is repeated as Timer E says, octet for octet, within
/// 20 %. Judged only where it was left unanswered on purpose, long enough for a copy.
Verdict copies_follow_timer_e(const Evidence& e);
/// TS 24.229 7.7: the same, where T1 is the 2 s of Gm; elsewhere it says nothing.
Verdict gm_timers_kept(const Evidence& e);
/// RFC 3261 17.1.2.2: after our 100 the copy that was due, then none before T2. Says nothing where
/// there are more than Timer E has, which copies_follow_timer_e() judges.
Verdict copies_slow_after_provisional(const Evidence& e);
/// RFC 3261 17.1.2.2: over a reliable transport no copy comes; elsewhere it says nothing.
Verdict nothing_repeated(const Evidence& e);
/// RFC 3261 17.1.2.2, Timer F. At an unanswered request: repeated neither longer than 64*T1 nor
/// given up early. At an answer: the same as answered_in_time().
Verdict timer_f_kept(const Evidence& e);
/// RFC 3261 17.1.2.2, Timer K: not repeated once our final answer had time to arrive.
Verdict silent_after_final(const Evidence& e);

// Asked at a step of ours: never fails, because the breach would be our own.

/// TS 24.341 5.3.2.3: we answered the delivery before we reported on it; otherwise inconclusive.
Verdict our_report_follows_answer(const Evidence& e);

}  // namespace rung::rules
