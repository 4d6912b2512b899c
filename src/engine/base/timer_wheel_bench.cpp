// What a timer costs when most of them are cancelled before they fire, as transaction timers are.
#include <benchmark/benchmark.h>

#include "engine/base/prng.hpp"
#include "engine/base/timer_wheel.hpp"

namespace rung {
namespace {

void arm_and_cancel(benchmark::State& state) {
  const auto nodes = static_cast<std::uint32_t>(state.range(0));
  TimerWheel wheel(nodes);
  Prng random(1);
  Time now{};
  for (auto _ : state) {
    const auto node = static_cast<std::uint32_t>(random.below(nodes));
    wheel.schedule(node, now + 500ms);
    wheel.cancel(node);
  }
}
BENCHMARK(arm_and_cancel)->Arg(20'000)->Arg(1'000'000);

// A registered population: every UE has a refresh timer, and each pass moves the clock by 1 ms.
void pass_over_armed_timers(benchmark::State& state) {
  const auto nodes = static_cast<std::uint32_t>(state.range(0));
  TimerWheel wheel(nodes);
  Prng random(1);
  const auto delay = [&] { return 1ms * static_cast<std::int64_t>(1 + random.below(600'000)); };
  for (std::uint32_t node = 0; node < nodes; ++node) wheel.schedule(node, Time{} + delay());
  Time now{};
  std::size_t fired = 0;
  for (auto _ : state) {
    now += 1ms;
    fired += wheel.advance(now, [&](std::uint32_t node) { wheel.schedule(node, now + delay()); });
  }
  state.counters["fired_per_pass"] =
      benchmark::Counter(static_cast<double>(fired), benchmark::Counter::kAvgIterations);
}
BENCHMARK(pass_over_armed_timers)->Arg(20'000)->Arg(1'000'000)->Arg(10'000'000);

void idle_pass(benchmark::State& state) {
  TimerWheel wheel(16);
  wheel.schedule(0, Time{} + 24h);
  Time now{};
  for (auto _ : state) {
    now += 1us;
    benchmark::DoNotOptimize(wheel.advance(now, [](std::uint32_t) {}));
  }
}
BENCHMARK(idle_pass);

}  // namespace
}  // namespace rung
