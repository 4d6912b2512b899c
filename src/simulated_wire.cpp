#include "simulated_wire.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "gateway_setup.hpp"
#include "network_setup.hpp"

namespace rung {
namespace {

constexpr const char* kGatewayAddress = "127.0.0.1:5060";
/// Datagrams on their way in one direction; more are dropped and counted, as a full queue would.
constexpr std::uint32_t kPacketsMax = 1U << 17;
constexpr std::uint32_t kUnitsMax = 1U << 14;  // likewise, on links
/// Events of one tick are handled together, as a real loop does.
constexpr int kStepsPerTick = 10;

SimWire wire_of(const Options& options) {
  return {.loss = options.loss,
          .duplication = options.duplication,
          .reordering = options.reordering,
          .delay_min = options.delay,
          .delay_max = options.delay + options.delay / 10,
          .reorder_delay = std::max<Duration>(options.reorder_max / 2, 1us)};
}

/// Associations lose nothing and keep the order of each stream.
SimWire association_of(const Options& options) {
  return {.delay_min = options.delay, .delay_max = options.delay + options.delay / 10};
}

}  // namespace

std::string SimulatedWire::connect(const Options& options, RunSetup& setup) {
  Options with_address = options;
  with_address.listen = kGatewayAddress;
  with_address.links = other_ends(options.links);
  gateway::GatewayConfig config;
  if (const auto errors = set_up_gateway(with_address, config); !errors.empty()) {
    return fmt::format("{}", fmt::join(errors, "; "));
  }
  PlayConfig& play = setup.workers.front();
  play.gateway = setup.target = config.listen;
  step_min_ = options.tick / kStepsPerTick;
  network_ = std::make_unique<SimNetwork>(SimOptions{.seed = options.seed,
                                                     .a_to_b = wire_of(options),
                                                     .b_to_a = wire_of(options),
                                                     .a_local = play.addresses.base,
                                                     .b_local = config.listen,
                                                     .packets_max = kPacketsMax,
                                                     .reliable = over_tcp(options)},
                                          clock_);
  if (play.network.linked) link_up(options, setup.links);
  gateway_ = std::make_unique<gateway::Gateway>(config, network_->b(), clock_.now(),
                                                links_ ? &links_->b() : nullptr);
  return {};
}

/// Units go straight from player to gateway and back: no association, no M3UA.
void SimulatedWire::link_up(const Options& options, const LinkPlans& links) {
  links_ = std::make_unique<SimNetwork>(SimOptions{.seed = options.seed + 1,
                                                   .a_to_b = association_of(options),
                                                   .b_to_a = association_of(options),
                                                   .packets_max = kUnitsMax,
                                                   .reliable = true},
                                        clock_);
  ends_ = ends_of(links, 0);
}

UnitWire SimulatedWire::units(std::size_t) {
  return {links_ ? &links_->a() : nullptr, nullptr, ends_};
}

void SimulatedWire::play(Crew& crew, Supervisor& supervisor, const InterruptCount& interrupts) {
  Worker& worker = crew.cells().front()->worker;
  Time look = clock_.now();
  for (bool going = true; going;) {
    const Time at = clock_.now();
    worker.pass(at);
    gateway_->pass(at, (started_wall_ns_ + ns(at)) / 1'000'000'000);
    Time next =
        std::min({worker.next_due(), gateway_->next_due(), network_->next_delivery(), look});
    if (links_) next = std::min(next, links_->next_delivery());
    if (at >= look) {
      going = supervisor.step(at, interrupts());
      look = std::min(at + kSupervisorTick, supervisor.next_change());
      next = at;  // the worker carries out what it was ordered at once
    }
    clock_.set(std::max(next, at + step_min_));
  }
  worker.pass(clock_.now());  // carries out Phase::done
  supervisor.finish();
}

}  // namespace rung
