#include "engine/load/supervisor.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/load/load_rig.hpp"

namespace rung {
namespace {

using load_rig::LoadRig;
using load_rig::Options;
using ::testing::ElementsAre;

TEST(Supervisor, leads_the_crew_through_all_phases) {
  LoadRig rig;

  const RunResult result = rig.run_all();

  EXPECT_THAT(rig.watcher().phases, ElementsAre(Phase::registering, Phase::warm_up, Phase::measure,
                                                Phase::drain, Phase::done));
  EXPECT_EQ(result.totals[Counter::sessions_offered], 300U);
  EXPECT_EQ(result.totals[Counter::sessions_passed], 300U);
  EXPECT_EQ(result.totals[Counter::registrations], 20U);
}

TEST(Supervisor, phases_are_exactly_as_long_as_planned) {
  LoadRig rig;

  const RunResult result = rig.run_all();

  ASSERT_EQ(result.phases.size(), 4U);
  EXPECT_EQ(result.phases[1].name, "warm_up");
  EXPECT_EQ(result.phases[1].duration, 1s);
  EXPECT_EQ(result.phases[2].name, "measure");
  EXPECT_EQ(result.phases[2].duration, 2s);
  // A session due at the very instant of the change may fall on either side.
  EXPECT_NEAR(static_cast<double>(result.measured[Counter::sessions_offered]), 200, 1);
}

TEST(Supervisor, a_warm_up_of_no_length_leaves_the_whole_load_to_the_measure_phase) {
  Options o;
  o.phases.warm_up = 0s;
  LoadRig rig(o);

  const RunResult result = rig.run_all();

  EXPECT_EQ(result.measured[Counter::sessions_offered], 200U);
  EXPECT_EQ(result.totals[Counter::sessions_offered], 200U);
}

TEST(Supervisor, tells_its_observer_every_second) {
  LoadRig rig;

  rig.run_all();

  ASSERT_GE(rig.watcher().seconds.size(), 3U);
  for (std::size_t i = 1; i < rig.watcher().seconds.size(); ++i) {
    const Duration gap = rig.watcher().seconds[i].at - rig.watcher().seconds[i - 1].at;
    EXPECT_NEAR(static_cast<double>(gap.count()), 1e9, 2e7);
  }
}

TEST(Supervisor, the_first_interrupt_drains_and_the_second_ends) {
  Options o;
  o.delay = 1500ms;  // the drain lasts
  LoadRig rig(o);
  const auto interrupts = [](Time now) {
    const Duration since = now - Time{};
    return since < 4200ms ? 0U : since < 4300ms ? 1U : 2U;
  };

  const RunResult result = rig.run_all(interrupts);

  EXPECT_TRUE(result.interrupted);
  EXPECT_EQ(rig.watcher().phases.back(), Phase::done);
  EXPECT_GT(result.totals[Counter::sessions_aborted], 0U);
  EXPECT_LT(rig.now() - Time{}, 4500ms);
}

/// Interrupts as `wanted` says once the warm-up has begun, `after` its beginning.
auto in_warm_up(LoadRig& rig, Duration after, unsigned wanted) {
  return [&rig, after, wanted](Time now) {
    const PhaseMachine& phases = rig.supervisor().phases();
    const Time began = phases.began(Phase::warm_up);
    return began != kNever && now >= began + after ? wanted : 0U;
  };
}

TEST(Supervisor, a_warm_up_that_was_interrupted_counts_nothing_as_measured) {
  LoadRig rig;

  const RunResult r = rig.run_all(in_warm_up(rig, 500ms, 1));

  ASSERT_TRUE(r.interrupted);
  ASSERT_GT(r.totals[Counter::sessions_passed], 10U);
  EXPECT_EQ(r.measured[Counter::sessions_offered], 0U);
  EXPECT_EQ(r.measured[Counter::sip_sent], 0U);
  EXPECT_EQ(r.pacer_lateness.count(), 0U);
  EXPECT_EQ(r.ladders[1].measures[0].corrected.count(), 0U);
  EXPECT_EQ(r.rates.finished_sessions, 0);
}

TEST(Supervisor, two_interrupts_at_once_end_the_measure_phase_with_what_it_measured) {
  LoadRig rig;

  const RunResult r = rig.run_all(in_warm_up(rig, 2s, 2));

  EXPECT_EQ(rig.supervisor().phases().began(Phase::drain), kNever);
  EXPECT_NEAR(static_cast<double>(r.measured[Counter::sessions_offered]), 100, 2);
}

TEST(Supervisor, registration_that_fails_is_recorded_as_it_was_when_it_ended) {
  Options o;
  o.phases.register_timeout = 3s;
  LoadRig rig(o);
  int requests = 0;
  rig.answer = [&](std::string_view request) {
    return ++requests <= 5 ? load_rig::good_answer(request)
                           : load_rig::response(request, "403 Forbidden");
  };

  rig.run_all();

  EXPECT_THAT(rig.watcher().phases, ElementsAre(Phase::registering, Phase::drain, Phase::done));
  EXPECT_EQ(rig.count(Counter::sessions_offered), 0U);
}

TEST(Crew, shares_ues_and_load_among_its_workers) {
  Options o;
  o.workers = 3;
  o.ues = 31;
  LoadRig rig(o);

  const RunResult result = rig.run_all();

  EXPECT_EQ(result.workers, 3U);
  EXPECT_EQ(result.ues, 31U);
  EXPECT_EQ(result.totals[Counter::sessions_passed], 300U);
  for (std::size_t w = 0; w < 3; ++w) {
    EXPECT_EQ(rig.cell(w).counters.read(Counter::sessions_started), 100U);
    EXPECT_EQ(rig.worker(w).player().registered(), w == 0 ? 11U : 10U);
  }
}

/// A request of the peer's own accord for UE 3, who is the first worker's.
std::string request_for_ue_3(int number = 1) {
  return fmt::format(
      "MESSAGE sip:+12125550000003@127.64.0.4:5061 SIP/2.0\r\nVia: SIP/2.0/UDP "
      "127.0.0.1;branch=z9hG4bK{0}\r\nFrom: <sip:a@b>;tag=1\r\nTo: "
      "<sip:+12125550000003@home1.net>\r\nCall-ID: {0}\r\nCSeq: 1 MESSAGE\r\n"
      "Content-Length: 0\r\n\r\n",
      number);
}

TEST(Crew, a_request_that_arrives_at_the_wrong_worker_crosses_to_its_own) {
  struct Seen final : Tap {
    void on_rx(std::span<const RxDatagram> burst) override {
      for (const RxDatagram& d : burst) locals.push_back(d.local);
    }
    void on_tx(std::span<const TxDatagram>, Time) override {}
    std::vector<Endpoint> locals;
  } tap;
  Options o;
  o.workers = 2;
  o.tap = &tap;
  LoadRig rig(o);
  rig.run(1s);
  rig.heard.clear();
  tap.locals.clear();

  // It comes to UE 3's address at the second worker's port.
  rig.send(1, 3, request_for_ue_3());
  rig.run(100ms);

  EXPECT_EQ(rig.cell(1).counters.read(Counter::sip_misdirected), 1U);
  EXPECT_EQ(rig.cell(1).counters.read(Counter::sip_received), 20U / 2);
  EXPECT_EQ(rig.cell(0).counters.read(Counter::sip_received), 20U / 2 + 1);
  EXPECT_EQ(rig.cell(0).counters.read(Counter::sip_judged), 20U / 2 + 1);
  ASSERT_EQ(rig.heard.size(), 1U);
  EXPECT_TRUE(rig.heard[0].starts_with("SIP/2.0 200 OK\r\n"));
  EXPECT_EQ(tap.locals, std::vector<Endpoint>{rig.cell(1).play.addresses.of(3)});
}

TEST(Crew, answers_that_arrive_at_the_wrong_worker_cross_and_end_their_sessions) {
  Options o;
  o.workers = 2;
  LoadRig rig(o);
  rig.answer_to = [](std::size_t w) { return 1 - w; };

  const RunResult r = rig.run_all();

  EXPECT_EQ(r.totals[Counter::registrations], 20U);
  EXPECT_EQ(r.totals[Counter::sessions_passed], 300U);
  EXPECT_EQ(r.totals[Counter::sip_misdirected], 320U);
  EXPECT_EQ(r.totals[Counter::sip_strangers], 0U);
  EXPECT_EQ(r.totals[Counter::sip_received], 320U);
  EXPECT_THAT(r.invalid_reasons, testing::IsEmpty());
}

TEST(Crew, a_full_crossing_sheds_and_the_run_is_invalid) {
  Options o;
  o.workers = 2;
  LoadRig rig(o);
  rig.begin();
  constexpr int kMore = 10;
  for (int i = 0; i < static_cast<int>(Crossing::kRingSize) + kMore; ++i) {
    rig.send(1, 3, request_for_ue_3(i));
  }
  rig.clock().advance(2ms);

  rig.worker(1).pass(rig.now());  // the other worker is away
  rig.run_all();

  EXPECT_EQ(rig.count(Counter::sip_misdirected), Crossing::kRingSize);
  EXPECT_EQ(rig.count(Counter::crossing_full), 10U);
  EXPECT_THAT(rig.finish().invalid_reasons,
              ElementsAre(testing::HasSubstr("messages received but")));
}

TEST(Crew, a_snapshot_shows_all_workers_together_while_they_run) {
  Options o;
  o.workers = 2;
  LoadRig rig(o);
  rig.run_all();

  const RunSnapshot s = rig.crew().snapshot();

  EXPECT_EQ(s.ues, 20U);
  EXPECT_EQ(s.registered, 20U);
  EXPECT_EQ(s.sessions_active, 0U);
  EXPECT_EQ(s.phase, Phase::done);
  EXPECT_EQ(s.counters[Counter::sessions_passed], 300U);
  EXPECT_EQ(s.transport.tx_datagrams, 320U);
  EXPECT_EQ(s.lateness.count(), 300U);
  ASSERT_EQ(s.measures.size(), 2U);
  EXPECT_EQ(s.measures[1].ladder, "submit");
  EXPECT_EQ(s.measures[1].name, "report");
  EXPECT_EQ(s.measures[1].corrected.count(), 300U);
}

TEST(Crew, a_worker_that_has_not_seen_its_order_counts_as_busy) {
  LoadRig rig;
  rig.crew().order(Phase::drain, rig.now());
  EXPECT_EQ(rig.crew().observe(rig.now(), 0).sessions_active, 1U);

  rig.pass();

  EXPECT_EQ(rig.crew().observe(rig.now(), 0).sessions_active, 0U);
}

TEST(Crew, says_what_rate_the_profile_asks_for_now) {
  LoadRig rig;
  rig.begin();
  EXPECT_EQ(rig.crew().snapshot().rate_asked, 0);

  rig.crew().order(Phase::measure, rig.now());
  rig.pass();

  EXPECT_EQ(rig.crew().snapshot().rate_asked, 100);
}

TEST(Crew, its_threads_end_when_the_order_is_done) {
  LoadRig rig;
  rig.crew().order(Phase::done, Time{});

  rig.crew().start_threads(rig.clock());
  rig.crew().join();

  EXPECT_EQ(rig.worker().words().passes.load(), 1U);
}

}  // namespace
}  // namespace rung
