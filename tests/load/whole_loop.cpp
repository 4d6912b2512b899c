#include "whole_loop.hpp"

#include <gtest/gtest.h>

#include "engine/net/clock.hpp"
#include "engine/net/uring_udp.hpp"
#include "gateway_setup.hpp"
#include "run_wire.hpp"

namespace rung::whole_loop {
namespace {

/// 2026-03-14 15:09:26 GMT, the catalogue's date.
constexpr std::int64_t kWallClock = 1773500966;
constexpr Duration kTick = 1ms;

class Silent final : public RunObserver {
 public:
  void phase_began(Phase, const RunSnapshot&) override {}
  void progress(const RunSnapshot&) override {}
};
Silent silent;

/// Marks the thread that reads it: a worker reads the clock at both ends of each pass.
class WatchedClock final : public Clock {
 public:
  WatchedClock(const Crew& crew, Watch& watch) : crew_(crew), watch_(watch) {}
  Time now() override {
    const Phase phase = crew_.phase();
    if (phase == Phase::registering) return MonotonicClock::read();
    phase == Phase::done ? watch_.leave() : watch_.enter();
    return MonotonicClock::read();
  }
  Duration thread_cpu() override { return MonotonicClock().thread_cpu(); }

 private:
  const Crew& crew_;
  Watch& watch_;
};

/// The gateway in a thread of its own, from construction to destruction.
class GatewayThread {
 public:
  GatewayThread(gateway::GatewayConfig config, const std::atomic<const Crew*>& crew, Duration nap)
      : transport_(open(config)), gateway_(config, *transport_), crew_(crew), nap_(nap) {
    thread_ = std::thread([this] { serve(); });
  }
  ~GatewayThread() {
    stop_ = true;
    thread_.join();
  }
  [[nodiscard]] Endpoint listening() const { return transport_->local(); }

 private:
  static std::unique_ptr<UringUdp> open(gateway::GatewayConfig& config) {
    UringUdpOptions options;
    options.bind = config.listen;
    auto transport = UringUdp::open(options);
    if (!transport.ok()) throw std::runtime_error(transport.error().text);
    config.listen = (*transport)->local();
    return std::move(*transport);
  }
  void serve() {
    bool rested = nap_.count() == 0;
    while (!stop_) {
      const Time now = MonotonicClock::read();
      gateway_.pass(now, kWallClock);
      Time next = now + kTick;
      const Crew* crew = crew_;
      if (!rested && crew != nullptr && crew->phase() == Phase::measure) {
        rested = true;
        next = now + nap_;
      }
      transport_->wait(next);
    }
  }

  std::unique_ptr<UringUdp> transport_;
  gateway::Gateway gateway_;
  const std::atomic<const Crew*>& crew_;
  Duration nap_;
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

}  // namespace

WholeLoop::WholeLoop(std::vector<const char*> words) {
  words.insert(words.begin(), {"rung", "run"});
  auto errors = parse_options(static_cast<int>(words.size()), words.data(), options_);
  if (errors.empty()) errors = set_up_run(options_, 0x1234, setup_);
  options_.listen = "127.0.0.1:0";
  if (errors.empty()) errors = set_up_gateway(options_, gateway_config_);
  for (const std::string& error : errors) ADD_FAILURE() << error;
  if (!errors.empty()) throw std::runtime_error("bad options of a test");
}

void WholeLoop::make_crew(const std::vector<Transport*>& transports, Time start) {
  std::vector<std::unique_ptr<Cell>> cells;
  for (std::size_t w = 0; w < setup_.workers.size(); ++w) {
    const PlayConfig& play = setup_.workers[w];
    auto program =
        Program::compile(setup_.book, setup_.ladder_names, Topology::gm, setup_.requirements, play);
    if (!program.ok()) throw std::runtime_error(program.error().front());
    auto ring = std::make_unique<CaptureRing>(
        CaptureRingOptions{.ring_octets = setup_.capture_octets, .own = play.addresses.base});
    cells.push_back(std::make_unique<Cell>(
        setup_.crew, play, std::move(*program), setup_.requirements, *transports[w],
        std::move(ring), nullptr, static_cast<std::uint32_t>(setup_.workers.size()), start));
  }
  crew_ = std::make_unique<Crew>(setup_.crew, std::move(cells));
  collector_ = std::make_unique<Collector>(crew_->queues(), options_.findings_max,
                                           setup_.requirements.size());
}

RunResult WholeLoop::finish() {
  supervisor_->finish();
  RunResult result;
  harvest(*crew_, *supervisor_, *collector_, setup_.requirements, setup_.limits, result);
  return result;
}

RunResult WholeLoop::run_simulated(Watch& watch) {
  SimClock clock;
  const SimWire wire{
      .loss = options_.loss, .delay_min = options_.delay, .delay_max = options_.delay};
  gateway_config_.listen = Endpoint::ipv4(0x7f000001, 5060);
  PlayConfig& play = setup_.workers.front();
  play.gateway = gateway_config_.listen;
  SimNetwork network({.seed = options_.seed,
                      .a_to_b = wire,
                      .b_to_a = wire,
                      .a_local = play.addresses.base,
                      .b_local = gateway_config_.listen,
                      .reliable = false},
                     clock);
  gateway::Gateway gateway(gateway_config_, network.b(), clock.now());
  make_crew({&network.a()}, clock.now());
  supervisor_ =
      std::make_unique<Supervisor>(*crew_, *collector_, setup_.phases, silent, clock.now());
  Worker& worker = crew_->cells().front()->worker;
  for (bool going = true; going; clock.advance(kTick)) {
    const bool loading = crew_->phase() != Phase::registering;
    if (loading) watch.enter();
    worker.pass(clock.now());
    if (loading) watch.leave();
    gateway.pass(clock.now(), kWallClock);
    going = supervisor_->step(clock.now(), 0);
  }
  worker.pass(clock.now());
  return finish();
}

void WholeLoop::supervise(Clock& clock) {
  MonotonicClock own;
  supervisor_ = std::make_unique<Supervisor>(*crew_, *collector_, setup_.phases, silent, own.now());
  crew_->start_threads(clock);
  while (supervisor_->step(own.now(), 0)) {
    sleep_until(std::min(own.now() + kSupervisorTick, supervisor_->next_change()));
  }
  crew_->join();
}

RunResult WholeLoop::run_on_loopback(Watch& watch, Duration nap) {
  std::atomic<const Crew*> seen{nullptr};
  std::vector<std::unique_ptr<UringUdp>> wires;
  std::vector<Transport*> transports;
  UringUdpOptions wire;
  wire.many_sources = true;
  GatewayThread gateway(gateway_config_, seen, nap);
  for (PlayConfig& play : setup_.workers) {
    play.gateway = gateway.listening();
    wire.bind = Endpoint::ipv4(0, play.addresses.base.port);
    auto opened = UringUdp::open(wire);
    if (!opened.ok()) throw std::runtime_error(opened.error().text);
    wires.push_back(std::move(*opened));
    transports.push_back(wires.back().get());
  }
  make_crew(transports, MonotonicClock::read());
  seen = crew_.get();
  WatchedClock clock(*crew_, watch);
  supervise(clock);
  return finish();
}

}  // namespace rung::whole_loop
