#include "socket_wire.hpp"

#include <algorithm>

#include "engine/net/clock.hpp"
#include "engine/net/uring_tcp.hpp"
#include "engine/net/uring_udp.hpp"
#include "engine/wire/sip_framer.hpp"
#include "verbs.hpp"

namespace rung {
namespace {

/// The kernel gives the ports of an io_uring that has just ended back a little later, so a run
/// right after another one asks again for this long before it calls a port taken.
constexpr Duration kPortPatience = 1s;
constexpr Duration kPortRetry = 20ms;

template <class Wire, class WireOptions>
Result<std::unique_ptr<Wire>, NetError> open_patiently(const WireOptions& wire) {
  const Time deadline = MonotonicClock::read() + kPortPatience;
  while (true) {
    auto transport = Wire::open(wire);
    const Time now = MonotonicClock::read();
    if (transport.ok() || transport.error().code != NetErrorCode::in_use || now >= deadline)
      return transport;
    sleep_until(now + kPortRetry);
  }
}

}  // namespace

std::string SocketWire::connect(const Options& options, RunSetup& setup) {
  if (setup.target.family == AddressFamily::none) {
    const AddressFamily family = setup.workers.front().addresses.base.family;
    const int first = setup.crew.first_cpu;
    const int cpu = first < 0 ? -1 : first + static_cast<int>(options.workers);
    const std::string address = family == AddressFamily::ipv6 ? "[::1]:0" : "127.0.0.1:0";
    std::string error = gateway_.start(options, address, cpu, setup.target);
    if (!error.empty()) return error;
  }
  for (PlayConfig& play : setup.workers) {
    play.gateway = setup.target;
    if (std::string error = open_transport(options, play); !error.empty()) return error;
  }
  return {};
}

/// UEs with addresses of their own have connections of their own; those that share an address share
/// one.
std::string SocketWire::open_connections(const Options& options, const PlayConfig& play) {
  UringTcpOptions wire;
  wire.bind = play.addresses.base;
  if (!play.addresses.shared) wire.bind.address = {};
  wire.port_count = play.addresses.ports_per_host;
  wire.framer = sip::frame;
  wire.connections_max = connections_of(options, play.addresses.shared ? 1 : play.ue_count);
  auto transport = open_patiently<UringTcp>(wire);
  if (!transport.ok()) return transport.error().text;
  transports_.push_back(std::move(*transport));
  return {};
}

std::string SocketWire::open_transport(const Options& options, const PlayConfig& play) {
  if (over_tcp(options)) return open_connections(options, play);
  UringUdpOptions wire;
  wire.bind = play.addresses.base;
  if (!play.addresses.shared) wire.bind.address = {};
  wire.port_count = play.addresses.ports_per_host;
  wire.many_sources = !play.addresses.shared;
  wire.gso = options.gso;
  wire.gro = options.gro;
  auto transport = open_patiently<UringUdp>(wire);
  if (!transport.ok()) return transport.error().text;
  transports_.push_back(std::move(*transport));
  return {};
}

Time SocketWire::now() { return MonotonicClock::read(); }

Duration SocketWire::since_1970() const { return wall_offset(); }

void SocketWire::watch_gateway() {
  if (!gateway_ending_.empty()) return;
  gateway_ending_ = gateway_.ended();
  if (!gateway_ending_.empty()) complain(0, {gateway_ending_});
}

void SocketWire::play(Crew& crew, Supervisor& supervisor, const InterruptCount& interrupts) {
  MonotonicClock clock;
  crew.start_threads(clock);
  while (supervisor.step(clock.now(), interrupts())) {
    watch_gateway();
    sleep_until(std::min(clock.now() + kSupervisorTick, supervisor.next_change()));
  }
  crew.join();
  supervisor.finish();
}

}  // namespace rung
