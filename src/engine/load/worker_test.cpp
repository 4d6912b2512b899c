#include "engine/load/worker.hpp"

#include <gtest/gtest.h>

#include <map>

#include "engine/load/load_rig.hpp"

namespace rung {
namespace {

using load_rig::LoadRig;
using load_rig::Options;

/// Without registration: UEs count as registered.
Options loading(MicroRate rate) {
  Options o;
  o.registering = false;
  o.rate = rate;
  o.phases.warm_up = 0s;
  o.phases.measure = 1s;
  return o;
}

void pretend_registered(LoadRig& rig, std::size_t w = 0) {
  UeTable& ues = rig.worker(w).player().ues();
  for (std::uint32_t i = 0; i < ues.count(); ++i) ues.set_registered(UeIndex(i), true);
}

TEST(Worker, starts_exactly_what_the_pacer_asks_for) {
  LoadRig rig(loading(1'000'000'000));
  pretend_registered(rig);

  rig.worker().order(Phase::measure, rig.now());
  rig.run(500ms);
  const std::uint64_t half = rig.count(Counter::sessions_offered);
  rig.run(2s);

  EXPECT_NEAR(static_cast<double>(half), 500, 1);
  EXPECT_EQ(rig.count(Counter::sessions_offered), 1000U);
  EXPECT_EQ(rig.count(Counter::sessions_started), 1000U);
  EXPECT_EQ(rig.count(Counter::sessions_passed), 1000U);
  EXPECT_LE(rig.worker().lateness().snapshot().max(), 200us);
}

TEST(Worker, catches_up_after_a_late_pass_and_says_how_late_it_was) {
  LoadRig rig(loading(1'000'000'000));
  pretend_registered(rig);
  rig.pass_gap = 50ms;

  rig.worker().order(Phase::measure, rig.now());
  rig.run(3s);

  EXPECT_EQ(rig.count(Counter::sessions_offered), 1000U);
  EXPECT_GE(rig.worker().lateness().snapshot().percentile(99), 45ms);
}

TEST(Worker, flushes_a_full_queue_rather_than_shed) {
  Options o = loading(2'000'000'000);
  o.ues = 1000;
  o.sessions_max = 4096;
  o.tx_slots = kSendsPerCall + 8;
  LoadRig rig(o);
  pretend_registered(rig);
  rig.pass_gap = 200ms;

  rig.worker().order(Phase::measure, rig.now());
  rig.run(3s);

  EXPECT_EQ(rig.count(Counter::sessions_started), 2000U);
  EXPECT_EQ(rig.count(Counter::sessions_shed_tx), 0U);
  EXPECT_EQ(rig.count(Counter::tx_queue_full), 0U);
}

TEST(Worker, registers_everybody_at_the_rate_asked_for) {
  Options o;
  o.ues = 100;
  o.register_rate = 50'000'000;
  LoadRig rig(o);

  rig.worker().order(Phase::registering, rig.now());
  rig.run(1s);
  const std::uint32_t half = rig.worker().player().registered();
  rig.run(1100ms);

  EXPECT_NEAR(half, 50, 1);
  EXPECT_EQ(rig.worker().player().registered(), 100U);
  EXPECT_EQ(rig.count(Counter::registrations), 100U);
}

TEST(Worker, gives_refused_ues_another_turn_a_second_after_the_round) {
  LoadRig rig;
  std::map<std::string, int> tries;
  rig.answer = [&](std::string_view request) {
    const bool first = ++tries[load_rig::header(request, "From").substr(0, 30)] == 1;
    return load_rig::response(request, first ? "503 Service Unavailable" : "200 OK");
  };

  rig.worker().order(Phase::registering, rig.now());
  rig.run(900ms);
  const std::uint64_t failed = rig.count(Counter::registrations_failed);
  const std::uint32_t registered_in_first_round = rig.worker().player().registered();
  rig.run(1s);

  EXPECT_EQ(failed, 20U);
  EXPECT_EQ(registered_in_first_round, 0U);
  EXPECT_EQ(rig.worker().player().registered(), 20U);
}

TEST(Worker, keeps_no_more_registrations_in_flight_than_the_pool_holds) {
  Options o;
  o.ues = 200;
  o.sessions_max = 8;
  o.delay = 20ms;
  LoadRig rig(o);

  rig.worker().order(Phase::registering, rig.now());
  rig.run(5s);

  EXPECT_EQ(rig.worker().player().registered(), 200U);
  EXPECT_EQ(rig.count(Counter::session_pool_full), 0U);
}

TEST(Worker, a_drain_starts_nothing_and_lets_sessions_end) {
  Options o = loading(1'000'000'000);
  o.delay = 30ms;
  LoadRig rig(o);
  pretend_registered(rig);
  rig.worker().order(Phase::measure, rig.now());
  rig.run(50500us);  // between two starts
  const std::uint64_t started = rig.count(Counter::sessions_started);
  ASSERT_GT(rig.worker().player().sessions_active(), 0U);

  rig.worker().order(Phase::drain, rig.now());
  rig.run(1s);

  EXPECT_EQ(rig.count(Counter::sessions_started), started);
  EXPECT_EQ(rig.worker().player().sessions_active(), 0U);
  EXPECT_EQ(rig.count(Counter::sessions_passed), started);
}

TEST(Worker, starts_what_fell_due_before_the_order_to_drain) {
  LoadRig rig(loading(1'000'000'000));
  pretend_registered(rig);
  rig.worker().order(Phase::measure, rig.now());
  rig.pass();

  rig.clock().advance(1s);  // the worker was away, and comes back to the order
  rig.worker().order(Phase::drain, rig.now());
  rig.run(100ms);

  EXPECT_EQ(rig.count(Counter::sessions_offered), 1000U);
  EXPECT_EQ(rig.count(Counter::sessions_passed), rig.count(Counter::sessions_started));
}

TEST(Worker, the_order_to_end_aborts_what_is_open) {
  LoadRig rig(loading(100'000'000));
  pretend_registered(rig);
  rig.answer = [](std::string_view) { return std::string(); };
  rig.worker().order(Phase::measure, rig.now());
  rig.run(100ms);
  const std::uint64_t started = rig.count(Counter::sessions_started);

  rig.worker().order(Phase::done, rig.now());
  rig.pass();

  EXPECT_EQ(rig.count(Counter::sessions_aborted), started);
  EXPECT_EQ(rig.worker().words().sessions_active.load(), 0U);
}

TEST(Worker, says_when_it_has_something_to_do) {
  LoadRig rig(loading(10'000'000));
  pretend_registered(rig);
  rig.worker().order(Phase::measure, rig.now() + 5s);
  rig.pass();
  EXPECT_EQ(rig.worker().next_due(), rig.now() + 5s);

  rig.run(10s);
  EXPECT_EQ(rig.count(Counter::sessions_passed), 10U);
  EXPECT_EQ(rig.worker().next_due(), kNever);
}

TEST(Worker, the_tap_sees_what_arrived_before_what_it_caused) {
  struct Order final : Tap {
    void on_rx(std::span<const RxDatagram> burst) override {
      for (const RxDatagram& d : burst) frames.push_back(d.frame);
    }
    void on_tx(std::span<const TxDatagram> burst, Time) override { sent += burst.size(); }
    std::vector<FrameNumber> frames;
    std::size_t sent = 0;
  } tap;
  Options o = loading(1'000'000);
  o.tap = &tap;
  o.tx_slots = kSendsPerCall;
  LoadRig rig(o);
  rig.run(1ms);
  for (int i = 0; i < 40; ++i) {
    rig.send(0, 3,
             fmt::format("MESSAGE sip:+1@127.64.0.4 SIP/2.0\r\nVia: SIP/2.0/UDP "
                         "127.0.0.1;branch=z9hG4bK{}\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:c@d>\r\n"
                         "Call-ID: stranger{}\r\nCSeq: 1 MESSAGE\r\nContent-Length: 0\r\n\r\n",
                         i, i));
  }
  rig.run(10ms);

  EXPECT_EQ(tap.frames.size(), 40U);
  EXPECT_TRUE(std::is_sorted(tap.frames.begin(), tap.frames.end()));
  EXPECT_EQ(tap.sent, 40U);
  EXPECT_EQ(rig.count(Counter::sip_strangers), 40U);
}

/// Ends the worker's run at an instant, and lets each look at the clock cost time, of which the
/// thread has the processor for a quarter.
class EndingClock final : public Clock {
 public:
  EndingClock(SimClock& clock, Worker& worker, Time end, Duration cost)
      : clock_(clock), worker_(worker), end_(end), cost_(cost) {}
  Time now() override {
    if (clock_.now() >= end_) worker_.order(Phase::done, Time{});
    clock_.advance(cost_);
    used_ += cost_ / 4;
    return clock_.now();
  }
  Duration thread_cpu() override { return used_; }

 private:
  Duration used_{};
  SimClock& clock_;
  Worker& worker_;
  Time end_;
  Duration cost_;
};

TEST(Worker, sleeps_to_each_tick_and_publishes_the_processor_time_it_had) {
  LoadRig rig(loading(100'000'000));
  EndingClock clock(rig.clock(), rig.worker(), rig.now() + 100ms, 200us);

  rig.worker().run(clock);

  const WorkerWords& words = rig.worker().words();
  EXPECT_NEAR(static_cast<double>(words.passes.load()), 100, 3);
  // Looks: one before the first pass, two a pass, the last of which comes behind its publication.
  EXPECT_EQ(words.cpu_ns.load(), static_cast<std::int64_t>(words.passes.load()) * 100'000);
}

}  // namespace
}  // namespace rung
