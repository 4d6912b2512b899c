// The player's own time per session and per message, the gateway's and the wire's left out.
//
// Each iteration is one tick of 1 ms with `rate / 1000` sessions of mo_to_mt started; manual time
// counts receive(), advance() and start() alone.
#include <benchmark/benchmark.h>

#include <chrono>

#include "checks/catalogue.hpp"
#include "engine/ladder/player.hpp"
#include "engine/ladder/reader.hpp"
#include "engine/net/sim.hpp"
#include "gateway/gateway.hpp"
#include "scenarios/scenarios.hpp"

namespace rung {
namespace {

constexpr int kStartsPerTick = 40;

class NoFindings final : public FindingSink {
 public:
  void found(const Finding&) override { ++count; }
  void keep_session(FrameOwner, FrameNumber, Verdict, LadderIndex) override {}
  std::uint64_t count = 0;
};

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

struct Bench {
  SimClock clock;
  Endpoint address = Endpoint::ipv4(0x7f000001, 5060);
  SimNetwork network{{.b_local = address, .packets_max = 65536, .reliable = false}, clock};
  RequirementTable table = requirement_table();
  PlayConfig config;
  Program program;
  CounterBlock counters;
  std::unique_ptr<LatencyBlock> latency;
  Tally tally{table.size()};
  NoFindings findings;
  std::unique_ptr<Player> player;
  std::unique_ptr<gateway::Gateway> gateway;

  explicit Bench(std::uint32_t ues) {
    LadderBook book;
    std::vector<TextError> errors;
    for (const ScenarioFile& file : built_in_scenarios()) {
      read_ladders(file.text, file.name, book, errors);
    }
    resolve(book, errors);
    config.ue_count = ues;
    config.addresses = {Endpoint::ipv4(0x7f400001, 5060), ues, 1, false};
    config.gateway = address;
    config.sessions_max = 16384;
    config.tombstones_max = 1U << 20;
    config.foreign_texts_max = 65536;
    config.text_septets = 160;
    const std::vector<std::string> names{"register", "mo_to_mt"};
    program = std::move(Program::compile(book, names, Topology::gm, table, config).value());
    latency = std::make_unique<LatencyBlock>(program);
    player = std::make_unique<Player>(program, config, table, network.a().tx(), counters, *latency,
                                      tally, findings, clock.now());
    gateway::GatewayConfig gateway_config;
    gateway_config.listen = address;
    gateway_config.users_max = ues + 10;
    gateway = std::make_unique<gateway::Gateway>(gateway_config, network.b(), clock.now());
  }

  /// One tick; returns the seconds the player took.
  template <class Start>
  double tick(Start&& start) {
    const Time now = clock.now();
    double taken = 0;
    for (;;) {
      const std::span<RxDatagram> burst = network.a().rx_burst(now);
      if (burst.empty()) break;
      const auto begin = std::chrono::steady_clock::now();
      for (RxDatagram& datagram : burst) player->receive(datagram, now);
      taken += seconds_since(begin);
      network.a().tx_burst(now);
    }
    const auto begin = std::chrono::steady_clock::now();
    player->advance(now);
    start(now);
    taken += seconds_since(begin);
    network.a().tx_burst(now);
    gateway->pass(now, 1773500966);
    clock.advance(1ms);
    return taken;
  }
};

void mo_to_mt(benchmark::State& state) {
  const auto ues = static_cast<std::uint32_t>(state.range(0));
  Bench bench(ues);
  std::uint32_t next = 0;
  while (bench.player->registered() < ues) {
    bench.tick([&](Time now) {
      for (int i = 0; i < 200 && next < ues; ++i) {
        bench.player->start_on(LadderIndex(0), UeIndex(next++), now, now);
      }
    });
  }
  const std::uint64_t before =
      bench.counters.read(Counter::sip_received) + bench.counters.read(Counter::sip_sent);
  for (auto _ : state) {
    state.SetIterationTime(bench.tick([&](Time now) {
      for (int i = 0; i < kStartsPerTick; ++i) bench.player->start(LadderIndex(1), now, now);
    }));
  }
  const std::uint64_t messages =
      bench.counters.read(Counter::sip_received) + bench.counters.read(Counter::sip_sent) - before;
  if (bench.counters.read(Counter::sip_received) != bench.counters.read(Counter::sip_judged) ||
      bench.findings.count != 0) {
    state.SkipWithError("not every message was judged, or a good gateway has findings");
  }
  state.counters["messages"] =
      benchmark::Counter(static_cast<double>(messages), benchmark::Counter::kIsRate);
  state.SetItemsProcessed(state.iterations() * kStartsPerTick);
}
BENCHMARK(mo_to_mt)->Arg(1000)->Arg(100000)->UseManualTime();

}  // namespace
}  // namespace rung
