// Supervisor: leads a crew through the phases of a run. It is stepped, so that a thread that sleeps
// between steps and a simulation that jumps from event to event use the same one.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/load/collector.hpp"
#include "engine/load/crew.hpp"
#include "engine/load/phase.hpp"
#include "engine/load/snapshot.hpp"

namespace rung {

/// What a run showed at the instants that matter for its result.
struct RunRecord {
  RunSnapshot registered;  // when registration ended
  RunSnapshot measure_began;
  RunSnapshot measure_ended;
  RunSnapshot ended;
  std::vector<std::int64_t> cpu_began_ns, cpu_ended_ns;  // per worker, over the measure phase
};

class Supervisor {
 public:
  /// All outlive the supervisor. The run begins with this call, at `start`.
  Supervisor(Crew& crew, Collector& collector, const PhasePlan& plan, RunObserver& observer,
             Time start);

  /// Looks at the crew and gives orders; false when the run is done. `interrupts`: how often the
  /// user asked to stop.
  bool step(Time now, unsigned interrupts);
  /// After the last step, once no worker runs any more: takes what is left.
  void finish();

  /// A step at this instant at the latest, so that no phase lasts longer than planned.
  [[nodiscard]] Time next_change() const { return machine_.next_change(); }

  [[nodiscard]] const PhaseMachine& phases() const { return machine_; }
  [[nodiscard]] const RunRecord& record() const { return record_; }

 private:
  void enter(Phase from, Phase phase, Time now);
  [[nodiscard]] RunSnapshot snapshot(Time now) const;
  [[nodiscard]] std::vector<std::int64_t> worker_cpu() const;

  Crew& crew_;
  Collector& collector_;
  RunObserver& observer_;
  PhaseMachine machine_;
  RunRecord record_;
  Time load_start_{};
  Time next_progress_;
};

}  // namespace rung
