// SimulatedWire: worker, gateway and supervisor in one thread, joined by a wire that loses, repeats
// and reorders by a seed, and where the ladders need one, by a link that does not. Time jumps to
// whatever is due next, so that a run repeats exactly.
#pragma once

#include "engine/net/sim.hpp"
#include "gateway/gateway.hpp"
#include "run_wire.hpp"

namespace rung {

class SimulatedWire final : public RunWire {
 public:
  explicit SimulatedWire(std::int64_t started_wall_ns) : started_wall_ns_(started_wall_ns) {}

  std::string connect(const Options& options, RunSetup& setup) override;
  [[nodiscard]] Transport& transport(std::size_t) override { return network_->a(); }
  [[nodiscard]] UnitWire units(std::size_t) override;
  [[nodiscard]] Time now() override { return clock_.now(); }
  [[nodiscard]] Duration since_1970() const override { return Duration{started_wall_ns_}; }
  void play(Crew& crew, Supervisor& supervisor, const InterruptCount& interrupts) override;

 private:
  void link_up(const Options& options, const LinkPlans& links);

  std::int64_t started_wall_ns_;
  Duration step_min_{};  // time passes at least this much from event to event
  SimClock clock_;
  std::unique_ptr<SimNetwork> network_;
  std::unique_ptr<SimNetwork> links_;  // of units; null: the run has no links
  m3ua::UnitEnds ends_{};
  std::unique_ptr<gateway::Gateway> gateway_;
};

}  // namespace rung
