// rung gateway: the embedded IP-SM-GW on a socket, until a signal ends it.
#include <fmt/format.h>

#include "engine/net/clock.hpp"
#include "engine/net/uring_tcp.hpp"
#include "engine/net/uring_udp.hpp"
#include "engine/wire/sip_framer.hpp"
#include "gateway/gateway.hpp"
#include "gateway_setup.hpp"
#include "link_setup.hpp"
#include "signals.hpp"
#include "verbs.hpp"

namespace rung {
namespace {

/// With an eighth more 131,072 and the spare ones.
constexpr std::uint64_t kConnectionsDefault = 116'280;

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

Result<std::unique_ptr<Transport>, NetError> open_transport(const Options& options,
                                                            const Endpoint& listen) {
  if (over_tcp(options)) {
    UringTcpOptions wire;
    wire.bind = listen;
    wire.framer = sip::frame;
    wire.connections_max = connections_of(options, kConnectionsDefault);
    auto transport = UringTcp::open(wire);
    if (!transport.ok()) return transport.error();
    return std::unique_ptr<Transport>(std::move(*transport));
  }
  UringUdpOptions wire;
  wire.bind = listen;
  wire.gso = options.gso;
  wire.gro = options.gro;
  auto transport = UringUdp::open(wire);
  if (!transport.ok()) return transport.error();
  return std::unique_ptr<Transport>(std::move(*transport));
}

}  // namespace

int verb_gateway(const Options& options) {
  gateway::GatewayConfig config;
  auto errors = set_up_gateway(options, config);
  if (is_simulated(options)) {
    errors.push_back(fmt::format("--transport: {} for a gateway of its own, expected udp or tcp",
                                 options.transport));
  }
  if (!errors.empty()) return complain(kExitUsage, errors);
  count_interrupts();
  auto transport = open_transport(options, config.listen);
  if (!transport.ok()) return complain(kExitEnvironment, {transport.error().text});
  config.listen = (*transport)->local();
  const auto plans = plan_links(options.links);  // good: set_up_gateway() has checked them
  NullTap no_tap;
  std::unique_ptr<LinkWire> links;
  if (!options.links.empty()) {
    const std::vector<Tap*> taps(plans->carriers.size(), &no_tap);
    auto opened = LinkWire::open(*plans, taps, MonotonicClock::read());
    if (!opened.ok()) return complain(kExitEnvironment, {opened.error()});
    links = std::move(*opened);
  }
  gateway::Gateway gateway(config, **transport, {}, links ? &links->transport() : nullptr);
  fmt::print("rung gateway listening on {}\n", to_string(config.listen));
  std::fflush(stdout);
  serve(gateway, **transport, options.tick);
  if (links) links->close();
  for (const gateway::GatewayCounterInfo& counter : gateway::kGatewayCounterInfo) {
    const std::uint64_t value = gateway.counters().*counter.value;
    if (value != 0) fmt::print("{:>14}  {}\n", value, counter.help);
  }
  for (const ConnectionCounterInfo& counter : kConnectionCounterInfo) {
    const std::uint64_t value = (*transport)->counters().connections.*counter.value;
    if (value != 0) fmt::print("{:>14}  {}\n", value, counter.help);
  }
  return kExitPass;
}

}  // namespace rung
