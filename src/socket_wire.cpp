#include "socket_wire.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "engine/net/clock.hpp"
#include "engine/net/uring_tcp.hpp"
#include "engine/net/uring_udp.hpp"
#include "engine/wire/sip_framer.hpp"
#include "network_setup.hpp"
#include "verbs.hpp"

namespace rung {
namespace {

/// The kernel gives the ports of an io_uring that has just ended back a little later, so a run
/// right after another one asks again for this long before it calls a port taken.
constexpr Duration kPortPatience = 1s;
constexpr Duration kPortRetry = 20ms;
/// Changes of links that a report tells one by one.
constexpr std::size_t kChangesNotedMax = 20;

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
    Options embedded = options;
    embedded.links = other_ends(options.links);
    std::string error = gateway_.start(embedded, address, cpu, setup.target);
    if (!error.empty()) return error;
  }
  for (PlayConfig& play : setup.workers) {
    play.gateway = setup.target;
    if (std::string error = open_transport(options, play); !error.empty()) return error;
  }
  return setup.workers.front().network.linked ? attach_links(options, setup) : "";
}

SocketWire::~SocketWire() {
  for (LinkPort* port : ports_) hub_->detach(*port);
}

/// A port for each worker, at the hub of the suite or at the run's own.
std::string SocketWire::attach_links(const Options& options, RunSetup& setup) {
  hub_ = setup.hub;
  if (hub_ == nullptr) {
    auto opened = LinkService::open(setup.links);
    if (!opened.ok()) return opened.error();
    links_ = std::move(*opened);
    hub_ = &links_->hub();
    if (std::string error = links_->await_active(options.link_timeout); !error.empty()) {
      return error;
    }
  }
  ends_ = ends_of(setup.links, 0);
  for (const LinkPlan& link : setup.links.links) link_names_.emplace_back(link.options.name);
  for (const PlayConfig& play : setup.workers) {
    UnitAudience audience;
    audience.player = play.dialogues();
    audience.msisdn_first = play.msisdn_base + play.ue_first;
    audience.imsi_first = play.network.imsi_base + play.ue_first;
    audience.subscribers = play.ue_count;
    LinkPort* port = hub_->attach(audience);
    if (port == nullptr) return "no port of the links is left";
    ports_.push_back(port);
  }
  return {};
}

UnitWire SocketWire::units(std::size_t worker) {
  if (ports_.empty()) return {};
  return {ports_[worker], hub_, ends_};
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

void SocketWire::report_links(RunResult& result) const {
  if (hub_ == nullptr) return;
  const auto ours = [&](std::string_view name) {
    return std::ranges::find(link_names_, name) != link_names_.end();
  };
  const std::vector<LinkFigures> ended = hub_->figures();
  for (std::size_t i = 0; i < links_began_.size(); ++i) {
    if (!ours(ended[i].name)) continue;
    LinkFigures& figures = result.links.emplace_back(ended[i]);
    for (const LinkCounterInfo& counter : kLinkCounterInfo) {
      figures.counts.*counter.value -= links_began_[i].counts.*counter.value;
    }
  }
  const std::vector<LinkHub::Change> changes = hub_->changes(began_);
  for (std::size_t i = 0; i < changes.size() && i < kChangesNotedMax; ++i) {
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(changes[i].at - began_);
    result.notes.push_back(
        fmt::format("after {:.3f} s, {}", static_cast<double>(ms.count()) / 1000, changes[i].text));
  }
  if (changes.size() > kChangesNotedMax) {
    result.notes.push_back(
        fmt::format("{} further changes of links", changes.size() - kChangesNotedMax));
  }
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
  began_ = clock.now();
  if (hub_ != nullptr) links_began_ = hub_->figures();
  crew.start_threads(clock);
  while (supervisor.step(clock.now(), interrupts())) {
    watch_gateway();
    sleep_until(std::min(clock.now() + kSupervisorTick, supervisor.next_change()));
  }
  crew.join();
  supervisor.finish();
}

}  // namespace rung
