#include "engine/load/harvest.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/load/load_rig.hpp"

namespace rung {
namespace {

using load_rig::LoadRig;
using load_rig::Options;
using ::testing::ElementsAre;
using ::testing::Ge;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::StartsWith;

TEST(Harvest, a_good_run_is_valid_and_its_figures_agree) {
  LoadRig rig;

  const RunResult r = rig.run_all();

  EXPECT_THAT(r.invalid_reasons, IsEmpty());
  EXPECT_THAT(r.notes, IsEmpty());
  EXPECT_DOUBLE_EQ(r.rates.asked_sessions, 100);
  EXPECT_NEAR(r.rates.offered_sessions, 100, 0.6);
  EXPECT_NEAR(r.rates.finished_sessions, 100, 0.6);
  EXPECT_NEAR(r.rates.sip_messages, 200, 1.5);
  EXPECT_EQ(r.pacer_lateness.count(), r.measured[Counter::sessions_offered]);
  EXPECT_EQ(r.transport_figures.tx_datagrams, 320U);
  EXPECT_EQ(r.totals[Counter::sip_received], r.totals[Counter::sip_judged]);
  EXPECT_GT(r.memory.ue_table_octets, 0U);
}

TEST(Harvest, lists_the_ladders_that_were_asked_for_or_played) {
  LoadRig rig;

  const RunResult r = rig.run_all();

  ASSERT_THAT(r.ladders, SizeIs(2));  // not the one that neither registers nor is in the mix
  EXPECT_EQ(r.ladders[0].name, "register");
  EXPECT_EQ(r.ladders[0].sessions.passed, 20U);
  EXPECT_EQ(r.ladders[1].name, "submit");
  EXPECT_EQ(r.ladders[1].sessions.started, 300U);
  EXPECT_EQ(r.ladders[1].sessions.passed, 300U);
  EXPECT_THAT(r.ladders[1].steps, SizeIs(Ge(2U)));
  EXPECT_THAT(r.ladders[1].example, StartsWith("0-")) << "worker, ticket, generation";
}

TEST(Harvest, latencies_are_those_of_the_measure_phase_and_registration_has_its_own) {
  LoadRig rig;

  const RunResult r = rig.run_all();

  ASSERT_THAT(r.ladders[1].measures, SizeIs(1));
  const MeasureResult& report = r.ladders[1].measures[0];
  EXPECT_EQ(report.name, "report");
  EXPECT_EQ(report.corrected.count(), 200U);
  EXPECT_GE(report.corrected.percentile(50), 1900us);
  EXPECT_LE(report.corrected.percentile(99), 2500us);
  EXPECT_EQ(r.registration_latency.count(), 20U);
  EXPECT_GE(r.registration_latency.min(), 2ms);
}

TEST(Harvest, outcomes_and_codes_are_counted_by_kind) {
  LoadRig rig;
  int messages = 0;
  rig.answer = [&](std::string_view request) -> std::string {
    if (request.starts_with("REGISTER")) return load_rig::good_answer(request);
    switch (++messages % 3) {
      case 0: return load_rig::response(request, "503 Service Unavailable");
      case 1: return load_rig::response(request, "200 OK");
      default: return load_rig::good_answer(request);
    }
  };

  const RunResult r = rig.run_all();

  const SessionOutcomes& s = r.ladders[1].sessions;
  EXPECT_EQ(s.refused, 100U);
  EXPECT_EQ(s.failed, 100U);
  EXPECT_EQ(s.passed, 100U);
  ASSERT_THAT(r.sip_failures, SizeIs(1));
  EXPECT_EQ(r.sip_failures[0].code, 503);
  EXPECT_EQ(r.sip_failures[0].count, 100U);
}

TEST(Harvest, a_requirement_shows_its_judgements_and_its_findings) {
  LoadRig rig;
  rig.answer = [](std::string_view request) { return load_rig::response(request, "200 OK"); };

  const RunResult r = rig.run_all();

  ASSERT_THAT(r.requirements, SizeIs(1));
  EXPECT_EQ(r.requirements[0].id, "answer-202");
  EXPECT_EQ(r.requirements[0].count(Verdict::fail), 300U);
  EXPECT_EQ(r.requirements[0].worst, Verdict::fail);
  EXPECT_TRUE(r.requirements[0].selected);
  EXPECT_EQ(r.findings_counted, 300U);
  ASSERT_THAT(r.findings, SizeIs(3));  // as many as the collector keeps
  EXPECT_EQ(r.findings[0].ladder, "submit");
  EXPECT_EQ(r.findings[0].step, "s2");
  EXPECT_EQ(r.findings[0].path, "sip.status");
  EXPECT_EQ(r.findings[0].expected, "202");
  EXPECT_EQ(r.findings[0].actual, "200");
  EXPECT_GT(r.findings[0].at, 0s);
}

TEST(Harvest, frames_of_findings_become_places_in_the_file) {
  LoadRig rig;
  rig.answer = [](std::string_view request) { return load_rig::response(request, "200 OK"); };
  RunResult r = rig.run_all();

  place_findings(rig.collector(), r, [&](std::uint32_t worker, FrameNumber frame) -> std::uint64_t {
    EXPECT_EQ(worker, 0U);
    return frame == rig.collector().kept()[1].finding.frame ? 17 : 0;
  });

  EXPECT_EQ(r.findings[0].frame_place, FramePlace::overwritten);
  EXPECT_EQ(r.findings[1].frame_place, FramePlace::in_file);
  EXPECT_EQ(r.findings[1].frame, 17U);
}

TEST(Validity, a_pacer_that_was_late_makes_the_run_invalid) {
  LoadRig rig;
  rig.pass_gap = 60ms;

  const RunResult r = rig.run_all();

  EXPECT_THAT(r.invalid_reasons, ElementsAre(HasSubstr("1 % of sessions started")));
}

TEST(Validity, a_worker_without_time_to_sleep_makes_the_run_invalid) {
  LoadRig rig;
  rig.limits.cpu_max = -1;  // whatever it was busy is more

  const RunResult r = rig.run_all();

  EXPECT_THAT(r.invalid_reasons, ElementsAre("a worker was busy 0 % of the time, limit -100 %"));
}

TEST(Validity, datagrams_our_own_socket_dropped_make_the_run_invalid) {
  Options o;
  o.packets_max = 4;
  LoadRig rig(o);
  rig.answer = [&](std::string_view request) {  // copies of answers, as a retransmitting SUT sends
    for (int i = 0; i < 8; ++i) rig.send(0, 1, load_rig::good_answer(request));
    return load_rig::good_answer(request);
  };

  const RunResult r = rig.run_all();

  EXPECT_GT(r.transport_figures.rx_dropped, 0U);
  EXPECT_THAT(r.invalid_reasons, ElementsAre(HasSubstr("dropped by our own sockets")));
}

TEST(Validity, drops_under_a_flood_of_the_sut_are_no_fault_of_ours) {
  Options o;
  o.ues = 400;
  o.packets_max = 300;
  LoadRig rig(o);
  int strangers = 0;
  rig.answer = [&](std::string_view request) {
    if (request.starts_with("REGISTER")) return load_rig::good_answer(request);
    for (int i = 0; i < 400; ++i) {
      rig.send(0, 1,
               fmt::format("SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK{}\r\nFrom: "
                           "<sip:a@b>;tag=1\r\nTo: <sip:c@d>;tag=2\r\nCall-ID: nobody\r\n"
                           "CSeq: 1 MESSAGE\r\nContent-Length: 0\r\n\r\n",
                           ++strangers));
    }
    return load_rig::good_answer(request);
  };

  const RunResult r = rig.run_all();

  EXPECT_GT(r.transport_figures.rx_dropped, 0U);
  EXPECT_THAT(r.invalid_reasons, IsEmpty());
  EXPECT_THAT(r.notes, ElementsAre(HasSubstr("the target flooded us"),
                                   "submit: s2 accepted never came in 300 sessions"));
  EXPECT_EQ(r.at_least, Verdict::inconclusive);
}

TEST(Validity, a_pool_that_ran_full_makes_the_run_invalid) {
  Options o;
  o.sessions_max = 4;
  o.delay = 100ms;
  LoadRig rig(o);

  const RunResult r = rig.run_all();

  EXPECT_THAT(r.invalid_reasons, ElementsAre(HasSubstr("pool of 4 sessions was full")));
}

TEST(Validity, sessions_that_found_no_ue_make_the_run_invalid) {
  Options o;
  o.ues = 2;
  o.delay = 400ms;
  LoadRig rig(o);

  const RunResult r = rig.run_all();

  EXPECT_THAT(r.invalid_reasons, ElementsAre(HasSubstr("no idle UE fitted, raise --ues")));
}

TEST(Validity, a_silent_sut_that_uses_up_our_ues_is_not_our_limit) {
  Options o;
  o.ues = 20;
  o.phases.measure = 20s;
  LoadRig rig(o);
  rig.answer = [](std::string_view request) {
    return request.starts_with("REGISTER") ? load_rig::good_answer(request) : std::string();
  };

  const RunResult r = rig.run_all();

  EXPECT_THAT(r.invalid_reasons, IsEmpty());
  EXPECT_THAT(r.notes, ElementsAre(HasSubstr("no idle UE fitted")));
}

TEST(Validity, a_transmit_queue_that_was_full_makes_the_run_invalid) {
  LoadRig rig;
  rig.cell().counters.bump(Counter::tx_queue_full, 7);

  const RunResult r = rig.run_all();

  EXPECT_THAT(r.invalid_reasons, ElementsAre("transmit queue was full 7 times"));
}

TEST(Validity, a_message_that_was_not_judged_makes_the_run_invalid) {
  LoadRig rig;
  rig.cell().counters.bump(Counter::sip_received);

  const RunResult r = rig.run_all();

  EXPECT_THAT(r.invalid_reasons, ElementsAre("321 messages received but 320 judged"));
}

}  // namespace
}  // namespace rung
