// rung gateway: the embedded IP-SM-GW on a socket, until a signal ends it.
#include <fmt/format.h>

#include "engine/net/clock.hpp"
#include "engine/net/uring_udp.hpp"
#include "gateway/gateway.hpp"
#include "gateway_setup.hpp"
#include "signals.hpp"
#include "verbs.hpp"

namespace rung {
namespace {

std::int64_t wall_seconds(Time now) { return (ns(now) + ns(wall_offset())) / 1'000'000'000; }

void serve(gateway::Gateway& gateway, Transport& transport, Duration tick) {
  Time next = MonotonicClock::read();
  std::int64_t wall = wall_seconds(next);
  while (interrupts() == 0) {
    const Time now = MonotonicClock::read();
    if (now >= next) wall = wall_seconds(now);
    gateway.pass(now, wall);
    next = std::max(next + tick, MonotonicClock::read());
    transport.wait(next);
  }
}

}  // namespace

int verb_gateway(const Options& options) {
  gateway::GatewayConfig config;
  if (const auto errors = set_up_gateway(options, config); !errors.empty())
    return complain(kExitUsage, errors);
  count_interrupts();
  UringUdpOptions wire;
  wire.bind = config.listen;
  wire.gso = options.gso;
  wire.gro = options.gro;
  auto transport = UringUdp::open(wire);
  if (!transport.ok()) return complain(kExitEnvironment, {transport.error().text});
  config.listen = (*transport)->local();
  gateway::Gateway gateway(config, **transport);
  fmt::print("rung gateway listening on {}\n", to_string(config.listen));
  std::fflush(stdout);
  serve(gateway, **transport, options.tick);
  for (const gateway::GatewayCounterInfo& counter : gateway::kGatewayCounterInfo) {
    const std::uint64_t value = gateway.counters().*counter.value;
    if (value != 0) fmt::print("{:>14}  {}\n", value, counter.help);
  }
  return kExitPass;
}

}  // namespace rung
