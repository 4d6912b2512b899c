#include "checks/rules.hpp"

#include <gtest/gtest.h>

#include "checks/rules_fixture.hpp"

namespace rung::rules {
namespace {

TEST(AcceptedAtOnce, passes_within_half_a_second) {
  MoSession s;
  EXPECT_EQ(s.ask(accepted_at_once, 1), Verdict::pass);
  s.steps[1].first = Time{500ms};
  EXPECT_EQ(s.ask(accepted_at_once, 1), Verdict::pass);
}

TEST(AcceptedAtOnce, fails_when_the_answer_is_held_back_however_many_copies_we_sent) {
  MoSession s;
  s.steps[1].first = Time{1s};
  s.steps[2].first = Time{1001ms};
  s.steps[0].copies = 1;
  EXPECT_EQ(s.ask(accepted_at_once, 1), Verdict::fail);
}

TEST(AcceptedAtOnce, leaves_an_answer_that_the_report_overtook_to_the_rule_on_order) {
  MoSession s;
  s.steps[2].first = Time{2s};
  s.steps[1].first = Time{2250ms};
  EXPECT_EQ(s.ask(accepted_at_once, 1), Verdict::none);
  EXPECT_EQ(s.ask(report_not_before_answer, 2), Verdict::fail);
  s.steps[1].first = Time{2040ms};
  EXPECT_EQ(s.ask(accepted_at_once, 1), Verdict::fail) << "the path may have exchanged the two";
}

TEST(AcceptedAtOnce, is_inconclusive_when_the_path_loses_packets_or_we_were_late) {
  MoSession s;
  s.steps[1].first = Time{1s};
  s.e.lossy = true;
  EXPECT_EQ(s.ask(accepted_at_once, 1), Verdict::inconclusive);
  s.e.lossy = false;
  s.e.generator_late = true;
  EXPECT_EQ(s.ask(accepted_at_once, 1), Verdict::inconclusive);
}

TEST(AcceptedAtOnce, fails_on_silence_only_after_timer_f) {
  MoSession s;
  s.never(1, 32s);
  EXPECT_EQ(s.ask(accepted_at_once, 1), Verdict::none);
  s.steps[0].gave_up = true;
  EXPECT_EQ(s.ask(accepted_at_once, 1), Verdict::fail);
  s.e.lossy = true;
  EXPECT_EQ(s.ask(accepted_at_once, 1), Verdict::inconclusive);
}

TEST(AcceptedAtOnce, says_nothing_of_a_refusal_or_of_a_step_that_answers_nothing) {
  MoSession s;
  s.never(1);
  s.steps[0].gave_up = true;
  s.e.refused = true;
  EXPECT_EQ(s.ask(accepted_at_once, 1), Verdict::none);
  EXPECT_EQ(s.ask(accepted_at_once, 2), Verdict::none);
  s.steps[1].done = true;
  s.steps[1].status = 503;
  EXPECT_EQ(s.ask(accepted_at_once, 1), Verdict::none) << "overload may be said";
}

TEST(AcceptedAtOnce, says_nothing_before_the_submit_left) {
  MoSession s;
  s.never(0);
  EXPECT_EQ(s.ask(accepted_at_once, 1), Verdict::none);
}

TEST(AnsweredInTime, allows_timer_f_and_no_more) {
  MoSession s;
  s.steps[1].first = Time{32s};
  EXPECT_EQ(s.ask(answered_in_time, 1), Verdict::pass);
  s.steps[1].first = Time{32001ms};
  EXPECT_EQ(s.ask(answered_in_time, 1), Verdict::fail);
}

TEST(DeliveryReportTaken, fails_on_a_refusal_that_is_no_overload) {
  MoSession s;
  EXPECT_EQ(s.ask(delivery_report_taken, 1), Verdict::pass);
  s.e.refused = true;
  s.steps[1].status = 481;
  EXPECT_EQ(s.ask(delivery_report_taken, 1), Verdict::fail);
  s.steps[1].done = false;
  EXPECT_EQ(s.ask(delivery_report_taken, 1), Verdict::fail);
  s.steps[1].status = 503;
  EXPECT_EQ(s.ask(delivery_report_taken, 1), Verdict::none);
  s.steps[1].status = 480;
  EXPECT_EQ(s.ask(delivery_report_taken, 1), Verdict::none);
}

TEST(DeliveryReportTaken, fails_on_silence_and_not_on_another_steps_refusal) {
  MoSession s;
  s.e.refused = true;
  EXPECT_EQ(s.ask(delivery_report_taken, 1), Verdict::pass)
      << "it was 202; something else was refused";
  s.e.refused = false;
  s.never(1, 32s);
  s.steps[0].gave_up = true;
  EXPECT_EQ(s.ask(delivery_report_taken, 1), Verdict::fail);
}

TEST(DeliveryReportTaken, takes_no_other_server_failure_for_overload) {
  MoSession s;
  s.e.refused = true;
  for (const int code : {501, 504, 600}) {
    s.steps[1].status = static_cast<std::uint16_t>(code);
    EXPECT_EQ(s.ask(delivery_report_taken, 1), Verdict::fail) << code;
  }
}

TEST(ValidRequestTaken, fails_on_any_final_refusal_but_overload) {
  MoSession s;
  s.never(1);
  s.e.refused = true;
  for (const int code : {302, 400, 403, 404, 415, 481, 501, 504, 600, 603}) {
    s.steps[1].status = static_cast<std::uint16_t>(code);
    EXPECT_EQ(s.ask(valid_request_taken, 1), Verdict::fail) << code;
  }
  for (const int code : {480, 500, 503}) {
    s.steps[1].status = static_cast<std::uint16_t>(code);
    EXPECT_EQ(s.ask(valid_request_taken, 1), Verdict::none) << code;
  }
}

TEST(ValidRequestTaken, leaves_acceptance_silence_408_and_other_refusals_to_their_own_rows) {
  MoSession s;
  EXPECT_EQ(s.ask(valid_request_taken, 1), Verdict::none);
  s.e.refused = true;  // by a report that holds RP-ERROR
  EXPECT_EQ(s.ask(valid_request_taken, 1), Verdict::none);
  s.never(1, 32s);
  s.steps[0].gave_up = true;
  EXPECT_EQ(s.ask(valid_request_taken, 1), Verdict::none);
  s.steps[1].status = 408;
  EXPECT_EQ(s.ask(valid_request_taken, 1), Verdict::none);
}

TEST(Answered, takes_a_refusal_for_an_answer_and_silence_for_a_failure) {
  MoSession s;
  EXPECT_EQ(s.ask(answered, 1), Verdict::pass);
  s.never(1, 32s);
  EXPECT_EQ(s.ask(answered, 1), Verdict::none);
  s.steps[0].gave_up = true;
  EXPECT_EQ(s.ask(answered, 1), Verdict::fail);
  s.e.refused = true;
  EXPECT_EQ(s.ask(answered, 1), Verdict::pass);
  s.never(0);
  EXPECT_EQ(s.ask(answered, 1), Verdict::none);
}

TEST(NeverAccepted, fails_on_2xx_alone_and_takes_silence_for_a_refusal) {
  MoSession s;
  EXPECT_EQ(s.ask(never_accepted, 1), Verdict::fail);
  s.e.refused = true;
  s.steps[1].status = 400;
  EXPECT_EQ(s.ask(never_accepted, 1), Verdict::pass);
  s.e.refused = false;
  s.never(1, 32s);
  EXPECT_EQ(s.ask(never_accepted, 1), Verdict::none);
  s.steps[0].gave_up = true;
  EXPECT_EQ(s.ask(never_accepted, 1), Verdict::pass);
}

TEST(GmTimersKept, asks_for_timer_e_where_t1_is_2_s) {
  MtSession s;
  s.unanswered(8s, 2, 6020ms);
  EXPECT_EQ(s.ask(gm_timers_kept, 2), Verdict::none);
  s.e.t1 = 2s;
  s.e.t2 = 16s;
  EXPECT_EQ(s.ask(gm_timers_kept, 2), Verdict::pass);
  s.steps[2].copies_off_schedule = 1;
  EXPECT_EQ(s.ask(gm_timers_kept, 2), Verdict::fail);
}

TEST(Never408, fails_on_408_alone) {
  MoSession s;
  EXPECT_EQ(s.ask(never_408, 1), Verdict::pass);
  s.steps[1].status = 408;
  EXPECT_EQ(s.ask(never_408, 1), Verdict::fail);
  s.never(1);
  EXPECT_EQ(s.ask(never_408, 1), Verdict::none);
}

TEST(CopiesAnsweredAlike, fails_on_a_different_answer_even_on_a_lossy_path) {
  MoSession s;
  s.steps[0].copies = 1;
  s.steps[1].copies = 1;
  EXPECT_EQ(s.ask(copies_answered_alike, 1), Verdict::pass);
  s.steps[1].copies_differing = 1;
  s.e.lossy = true;
  EXPECT_EQ(s.ask(copies_answered_alike, 1), Verdict::fail);
}

TEST(CopiesAnsweredAlike, says_nothing_where_nobody_sent_a_copy) {
  MoSession s;
  EXPECT_EQ(s.ask(copies_answered_alike, 1), Verdict::none);
  s.never(1);
  EXPECT_EQ(s.ask(copies_answered_alike, 1), Verdict::none);
}

TEST(CopiesAnsweredAlike, does_not_ask_an_answer_for_a_copy_that_came_before_the_final_one) {
  MoSession s;
  s.steps[0].copies = 1;
  s.steps[0].last = Time{500ms};
  s.steps[1].first = s.steps[1].last = Time{900ms};
  s.e.ended = Time{10s};
  EXPECT_EQ(s.ask(copies_answered_alike, 1), Verdict::none);
}

TEST(CopiesAnsweredAlike, fails_when_a_later_copy_stays_without_answer) {
  MoSession s;
  s.steps[0].copies = 1;
  s.steps[0].last = Time{1s};
  s.e.ended = Time{1400ms};
  EXPECT_EQ(s.ask(copies_answered_alike, 1), Verdict::none) << "its answer may still come";
  s.e.ended = Time{2s};
  EXPECT_EQ(s.ask(copies_answered_alike, 1), Verdict::fail);
  s.e.lossy = true;
  EXPECT_EQ(s.ask(copies_answered_alike, 1), Verdict::inconclusive);
}

TEST(ReportNotBeforeAnswer, passes_in_order_and_within_what_the_path_may_reorder) {
  MoSession s;
  EXPECT_EQ(s.ask(report_not_before_answer, 2), Verdict::pass);
  s.steps[1].first = Time{70ms};
  EXPECT_EQ(s.ask(report_not_before_answer, 2), Verdict::pass);
}

TEST(ReportNotBeforeAnswer, fails_beyond_that) {
  MoSession s;
  s.steps[1].first = Time{71ms};
  EXPECT_EQ(s.ask(report_not_before_answer, 2), Verdict::fail);
  s.e.lossy = true;
  EXPECT_EQ(s.ask(report_not_before_answer, 2), Verdict::inconclusive);
}

TEST(ReportNotBeforeAnswer, is_inconclusive_once_the_submit_was_copied) {
  MoSession s;
  s.steps[1].first = Time{600ms};
  s.steps[0].copies = 1;
  EXPECT_EQ(s.ask(report_not_before_answer, 2), Verdict::inconclusive);
}

TEST(ReportNotBeforeAnswer, needs_both_messages) {
  MoSession s;
  s.never(1);
  EXPECT_EQ(s.ask(report_not_before_answer, 2), Verdict::inconclusive);
  s.e.refused = true;
  EXPECT_EQ(s.ask(report_not_before_answer, 2), Verdict::none);
  MoSession unreported;
  unreported.never(2);
  EXPECT_EQ(unreported.ask(report_not_before_answer, 2), Verdict::none);
}

TEST(ExactlyOneReport, passes_on_one_and_fails_on_two_unless_our_200_may_have_been_lost) {
  MoSession s;
  EXPECT_EQ(s.ask(exactly_one_report, 2), Verdict::pass);
  s.steps[2].copies = 3;  // copies within a transaction are one report
  EXPECT_EQ(s.ask(exactly_one_report, 2), Verdict::pass);
  s.steps[2].repeats = 1;
  EXPECT_EQ(s.ask(exactly_one_report, 2), Verdict::fail);
  s.e.lossy = true;
  EXPECT_EQ(s.ask(exactly_one_report, 2), Verdict::inconclusive);
}

TEST(ExactlyOneReport, fails_on_none_when_everything_else_is_conclusive) {
  MoSession s;
  s.never(2);
  EXPECT_EQ(s.ask(exactly_one_report, 2), Verdict::fail);
}

TEST(ExactlyOneReport, is_inconclusive_on_none_where_absence_proves_nothing) {
  const auto with = [](auto change) {
    MoSession s;
    s.never(2);
    change(s);
    return s.ask(exactly_one_report, 2);
  };
  EXPECT_EQ(with([](MoSession& s) { s.e.lossy = true; }), Verdict::inconclusive);
  EXPECT_EQ(with([](MoSession& s) { s.e.generator_missed = true; }), Verdict::inconclusive);
  EXPECT_EQ(with([](MoSession& s) { s.e.generator_late = true; }), Verdict::fail)
      << "what waited meanwhile was read later";
  EXPECT_EQ(with([](MoSession& s) { s.e.unmatched = true; }), Verdict::inconclusive);
  EXPECT_EQ(with([](MoSession& s) { s.never(1); }), Verdict::inconclusive);
}

TEST(ExactlyOneReport, is_not_due_after_a_refusal_or_when_the_answer_held_the_outcome) {
  MoSession refused;
  refused.never(1);
  refused.never(2);
  refused.e.refused = true;
  EXPECT_EQ(refused.ask(exactly_one_report, 2), Verdict::none);
  MoSession folded;
  folded.never(2);
  folded.steps[1].rp_mti = kAckToMs;
  EXPECT_EQ(folded.ask(exactly_one_report, 2), Verdict::none);
}

TEST(ReportIsARequest, fails_only_when_the_outcome_came_inside_the_answer) {
  MoSession s;
  EXPECT_EQ(s.ask(report_is_a_request, 2), Verdict::pass);
  s.never(2);
  EXPECT_EQ(s.ask(report_is_a_request, 2), Verdict::none);
  s.steps[1].rp_mti = kAckToMs;
  EXPECT_EQ(s.ask(report_is_a_request, 2), Verdict::fail);
}

TEST(NotTriedAgain, blames_an_attempt_that_nothing_of_ours_asked_for) {
  MtSession s;
  const auto refused_at_21_ms = static_cast<std::uint32_t>(1U << 3U);
  s.at(4, {.done = true, .request = true, .cause_mask = refused_at_21_ms}, 40ms);
  EXPECT_EQ(s.ask(not_tried_again, 4), Verdict::fail);
  s.e.lossy = true;
  EXPECT_EQ(s.ask(not_tried_again, 4), Verdict::inconclusive);
  s.e.lossy = false;
  s.steps.push_back({.done = true, .ours = true, .request = true});
  s.steps[5].first = Time{30ms};
  EXPECT_EQ(s.ask(not_tried_again, 4), Verdict::none) << "the recipient is back";
  s.steps[4].done = false;
  EXPECT_EQ(s.ask(not_tried_again, 4), Verdict::pass);
}

TEST(RepeatsEnd, allows_some_attempts_and_no_endless_ones) {
  MoSession s;
  s.steps[2].repeats = 4;
  EXPECT_EQ(s.ask(repeats_end, 2), Verdict::pass);
  s.steps[2].repeats = 5;
  EXPECT_EQ(s.ask(repeats_end, 2), Verdict::fail);
  s.never(2);
  EXPECT_EQ(s.ask(repeats_end, 2), Verdict::none);
}

TEST(ReportWithinTr1m, judges_a_report_that_came_and_no_other) {
  MoSession s;
  s.steps[2].first = Time{34999ms};
  EXPECT_EQ(s.ask(report_within_tr1m, 2), Verdict::pass);
  s.steps[2].first = Time{35s};
  EXPECT_EQ(s.ask(report_within_tr1m, 2), Verdict::fail);
  s.e.lossy = true;
  EXPECT_EQ(s.ask(report_within_tr1m, 2), Verdict::inconclusive);
  s.never(2);
  EXPECT_EQ(s.ask(report_within_tr1m, 2), Verdict::none);
}

TEST(Arrives, fails_when_its_causes_are_done_and_it_never_came) {
  MtSession s;
  EXPECT_EQ(s.ask(arrives, 2), Verdict::pass);
  s.never(2);
  EXPECT_EQ(s.ask(arrives, 2), Verdict::fail);
  s.e.unmatched = true;
  EXPECT_EQ(s.ask(arrives, 2), Verdict::inconclusive) << "what came may have been it";
}

TEST(Arrives, says_nothing_when_a_cause_is_missing_or_the_session_was_refused) {
  MtSession s;
  s.never(2);
  s.never(0);
  EXPECT_EQ(s.ask(arrives, 2), Verdict::none);
  MtSession refused;
  refused.never(2);
  refused.e.refused = true;
  EXPECT_EQ(refused.ask(arrives, 2), Verdict::none);
}

TEST(Arrives, is_not_due_where_a_cause_of_ours_got_no_answer) {
  MtSession s;
  s.never(2);
  s.steps[0].gave_up = true;
  EXPECT_EQ(s.ask(arrives, 2), Verdict::none);
}

TEST(DeliveredOnce, fails_on_a_second_message_after_we_took_the_first) {
  MtSession s;
  EXPECT_EQ(s.ask(delivered_once, 2), Verdict::pass);
  s.steps[2].repeats = 1;
  EXPECT_EQ(s.ask(delivered_once, 2), Verdict::fail);
  s.e.lossy = true;
  EXPECT_EQ(s.ask(delivered_once, 2), Verdict::inconclusive);
}

TEST(DeliveredOnce, fails_on_a_second_message_in_place_of_a_copy) {
  MtSession s;
  s.unanswered(34s, 0, 20ms);
  s.steps[2].repeats = 1;
  EXPECT_EQ(s.ask(delivered_once, 2), Verdict::fail);
}

TEST(DeliveredOnce, allows_another_attempt_after_we_refused_the_first) {
  MtSession s;
  s.steps[3].status = 480;
  s.steps[2].repeats = 1;
  EXPECT_EQ(s.ask(delivered_once, 2), Verdict::none);
}

TEST(DeliveredOnce, says_nothing_of_a_delivery_that_never_came) {
  MtSession s;
  s.never(2);
  EXPECT_EQ(s.ask(delivered_once, 2), Verdict::none);
}

TEST(EachActionCountsOnce, fails_when_an_action_was_swallowed_or_doubled) {
  MtSession s;
  EXPECT_EQ(s.ask(each_action_counts_once, 2), Verdict::pass);
  EXPECT_EQ(s.ask(every_segment_once, 2), Verdict::pass);
  s.steps[2].repeats = 1;
  EXPECT_EQ(s.ask(each_action_counts_once, 2), Verdict::fail);
  EXPECT_EQ(s.ask(every_segment_once, 2), Verdict::fail);
  s.steps[2].repeats = 0;
  s.never(2);
  EXPECT_EQ(s.ask(each_action_counts_once, 2), Verdict::fail);
  EXPECT_EQ(s.ask(every_segment_once, 2), Verdict::fail);
}

TEST(ReachesOneDevice, fails_when_a_second_device_gets_it) {
  MtSession s;
  EXPECT_EQ(s.ask(reaches_one_device, 2), Verdict::pass);
  s.steps[2].repeats = 1;
  EXPECT_EQ(s.ask(reaches_one_device, 2), Verdict::fail);
  s.e.lossy = true;
  EXPECT_EQ(s.ask(reaches_one_device, 2), Verdict::inconclusive);
  s.never(2);
  EXPECT_EQ(s.ask(reaches_one_device, 2), Verdict::none);
}

TEST(NeverDelivered, fails_when_it_came_and_passes_when_it_did_not) {
  MtSession s;
  EXPECT_EQ(s.ask(never_delivered, 2), Verdict::fail);
  s.never(2);
  EXPECT_EQ(s.ask(never_delivered, 2), Verdict::pass);
  s.e.lossy = true;
  EXPECT_EQ(s.ask(never_delivered, 2), Verdict::inconclusive);
  s.never(0);
  EXPECT_EQ(s.ask(never_delivered, 2), Verdict::none);
}

TEST(NotBeforeItsCauses, asks_for_the_request_where_its_answer_is_still_owed) {
  MtSession s;
  s.at(2, {.done = true, .request = true, .cause_mask = 2}, 20ms);
  s.steps[1].first = Time{2s};
  EXPECT_EQ(s.ask(not_before_its_causes, 2), Verdict::fail) << "the answer came, and later";
  s.never(1);
  EXPECT_EQ(s.ask(not_before_its_causes, 2), Verdict::pass) << "the request left before";
  s.steps[0].first = Time{2s};
  EXPECT_EQ(s.ask(not_before_its_causes, 2), Verdict::fail);
}

/// 0 our wrong report, 1 our right one, 2 the outcome, which the right one causes.
TEST(NotByAWrongReport, fails_only_where_a_wrong_report_went_before) {
  MtSession s;
  s.at(0, {.done = true, .ours = true, .request = true, .cause_mask = 8}, 500ms);
  s.at(1, {.done = true, .ours = true, .request = true, .cause_mask = 1}, 1000ms);
  s.at(2, {.done = true, .request = true, .cause_mask = 2}, 1001ms);
  EXPECT_EQ(s.ask(not_by_a_wrong_report, 2), Verdict::pass);
  s.steps[2].first = Time{501ms};
  EXPECT_EQ(s.ask(not_by_a_wrong_report, 2), Verdict::fail);
  s.steps[2].first = Time{20ms};
  EXPECT_EQ(s.ask(not_by_a_wrong_report, 2), Verdict::none) << "no report at all was out yet";
}

TEST(ReplyNamesItsOwn, fails_while_the_references_of_all_reports_are_right) {
  MoSession s;
  EXPECT_EQ(s.ask(reply_names_its_own, 2), Verdict::none) << "the field says it";
  s.steps[2].replied_elsewhere = true;
  EXPECT_EQ(s.ask(reply_names_its_own, 2), Verdict::fail);
  s.at(3, {.done = true, .request = true, .reference_wrong = true}, 21ms);
  EXPECT_EQ(s.ask(reply_names_its_own, 2), Verdict::inconclusive) << "either may be the wrong one";
  s.never(2);
  EXPECT_EQ(s.ask(reply_names_its_own, 2), Verdict::none);
}

TEST(NotBeforeItsCauses, fails_when_it_came_first_beyond_reordering) {
  MtSession s;
  EXPECT_EQ(s.ask(not_before_its_causes, 2), Verdict::pass);
  s.steps[0].first = Time{60ms};
  EXPECT_EQ(s.ask(not_before_its_causes, 2), Verdict::pass);
  s.steps[0].first = Time{2s};
  EXPECT_EQ(s.ask(not_before_its_causes, 2), Verdict::fail);
  s.never(0);
  EXPECT_EQ(s.ask(not_before_its_causes, 2), Verdict::fail);
  s.e.lossy = true;
  EXPECT_EQ(s.ask(not_before_its_causes, 2), Verdict::inconclusive);
  s.never(2);
  EXPECT_EQ(s.ask(not_before_its_causes, 2), Verdict::none);
}

TEST(TimerE, passes_on_the_copies_of_the_clause) {
  MtSession s;
  s.unanswered(34s, 10, 31520ms);
  EXPECT_EQ(s.ask(copies_follow_timer_e, 2), Verdict::pass);
  EXPECT_EQ(s.ask(timer_f_kept, 2), Verdict::pass);
}

TEST(TimerE, fails_on_no_copy_on_wrong_gaps_and_on_copies_that_differ) {
  MtSession silent;
  silent.unanswered(34s, 0, 20ms);
  EXPECT_EQ(silent.ask(copies_follow_timer_e, 2), Verdict::fail);
  MtSession uneven;
  uneven.unanswered(34s, 60, 31s);
  uneven.steps[2].copies_off_schedule = 58;
  EXPECT_EQ(uneven.ask(copies_follow_timer_e, 2), Verdict::fail);
  uneven.e.lossy = true;
  EXPECT_EQ(uneven.ask(copies_follow_timer_e, 2), Verdict::inconclusive);
  uneven.steps[2].copies_differing = 1;
  EXPECT_EQ(uneven.ask(copies_follow_timer_e, 2), Verdict::fail) << "octets prove it";
}

TEST(TimerE, a_new_request_in_place_of_a_copy_breaks_timer_e_and_not_timer_f) {
  MtSession s;
  s.unanswered(34s, 0, 20ms);
  s.steps[2].repeats = 10;
  EXPECT_EQ(s.ask(copies_follow_timer_e, 2), Verdict::fail);
  EXPECT_EQ(s.ask(timer_f_kept, 2), Verdict::none);
}

TEST(TimerE, says_nothing_of_what_was_answered_or_not_watched_long_enough) {
  MtSession answered_one;
  EXPECT_EQ(answered_one.ask(copies_follow_timer_e, 2), Verdict::none);
  answered_one.e.copies_watched = 34s;
  EXPECT_EQ(answered_one.ask(copies_follow_timer_e, 2), Verdict::none);
  MtSession brief;
  brief.unanswered(550ms, 0, 20ms);
  EXPECT_EQ(brief.ask(copies_follow_timer_e, 2), Verdict::none);
  MtSession reliable;
  reliable.unanswered(34s, 0, 20ms);
  reliable.e.reliable = true;
  EXPECT_EQ(reliable.ask(copies_follow_timer_e, 2), Verdict::none);
}

TEST(TimerF, fails_when_copies_go_on_or_end_too_soon) {
  MtSession endless;
  endless.unanswered(60s, 16, 55520ms);
  EXPECT_EQ(endless.ask(timer_f_kept, 2), Verdict::fail);
  MtSession faint;
  faint.unanswered(34s, 1, 520ms);
  EXPECT_EQ(faint.ask(timer_f_kept, 2), Verdict::fail);
  EXPECT_EQ(faint.ask(copies_follow_timer_e, 2), Verdict::pass) << "the gap itself was right";
  faint.e.lossy = true;
  EXPECT_EQ(faint.ask(timer_f_kept, 2), Verdict::inconclusive);
}

TEST(TimerF, at_an_answer_asks_for_it_within_64_t1) {
  MoSession s;
  EXPECT_EQ(s.ask(timer_f_kept, 1), Verdict::pass);
  s.never(1, 32s);
  s.steps[0].gave_up = true;
  EXPECT_EQ(s.ask(timer_f_kept, 1), Verdict::fail);
}

TEST(TimerF, says_nothing_of_a_request_that_was_answered) {
  MtSession s;
  EXPECT_EQ(s.ask(timer_f_kept, 2), Verdict::none);
}

TEST(SilentAfterFinal, passes_when_no_copy_follows_our_answer) {
  MtSession s;
  EXPECT_EQ(s.ask(silent_after_final, 2), Verdict::pass);
  s.steps[2].copies = 1;
  s.steps[2].last = Time{521ms};
  EXPECT_EQ(s.ask(silent_after_final, 2), Verdict::pass) << "it crossed with our answer";
}

TEST(SilentAfterFinal, fails_when_copies_go_on) {
  MtSession s;
  s.steps[2].copies = 3;
  s.steps[2].last = Time{3520ms};
  EXPECT_EQ(s.ask(silent_after_final, 2), Verdict::fail);
  s.e.lossy = true;
  EXPECT_EQ(s.ask(silent_after_final, 2), Verdict::inconclusive);
}

TEST(SilentAfterFinal, says_nothing_before_our_final_answer) {
  MtSession s;
  s.steps[3].status = 100;
  EXPECT_EQ(s.ask(silent_after_final, 2), Verdict::none);
  s.never(3);
  EXPECT_EQ(s.ask(silent_after_final, 2), Verdict::none);
}

TEST(OurReportFollowsAnswer, is_inconclusive_when_we_broke_it_and_never_fails) {
  MtSession s;
  EXPECT_EQ(s.ask(our_report_follows_answer, 4), Verdict::pass);
  s.steps[4].first = Time{20ms};
  EXPECT_EQ(s.ask(our_report_follows_answer, 4), Verdict::inconclusive);
  s.never(4);
  EXPECT_EQ(s.ask(our_report_follows_answer, 4), Verdict::none);
}

}  // namespace
}  // namespace rung::rules
