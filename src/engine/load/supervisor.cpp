#include "engine/load/supervisor.hpp"

namespace rung {

Supervisor::Supervisor(Crew& crew, Collector& collector, const PhasePlan& plan,
                       RunObserver& observer, Time start)
    : crew_(crew),
      collector_(collector),
      observer_(observer),
      machine_(plan, start),
      next_progress_(start + 1s) {
  crew_.order(Phase::registering, start);
  observer_.phase_began(Phase::registering, snapshot(start));
}

/// The crew's words at `now`: before its first pass a worker shows no instant of its own.
RunSnapshot Supervisor::snapshot(Time now) const {
  RunSnapshot s = crew_.snapshot();
  s.at = now;
  return s;
}

bool Supervisor::step(Time now, unsigned interrupts) {
  collector_.drain();
  const Observation seen = crew_.observe(now, interrupts);
  Phase phase = machine_.phase();
  for (bool entered = true; entered;) {
    const Phase before = phase;
    phase = machine_.step(seen);
    if (phase != before) enter(before, phase, now);
    // A warm-up of no length is left at once, so that measuring begins with the load. A drain is
    // not: what was seen before it says nothing about the sessions that wait.
    entered = phase != before && phase < Phase::drain;
  }
  if (now >= next_progress_) {
    next_progress_ = now + 1s;
    observer_.progress(snapshot(now));
  }
  return phase != Phase::done;
}

void Supervisor::enter(Phase from, Phase phase, Time now) {
  if (phase == Phase::warm_up) load_start_ = now;
  crew_.order(phase, load_start_);
  RunSnapshot seen = snapshot(now);
  observer_.phase_began(phase, seen);
  if (from == Phase::registering) record_.registered = seen;
  if (phase == Phase::measure) {
    record_.measure_began = std::move(seen);
    record_.cpu_began_ns = worker_cpu();
  } else if (from == Phase::measure) {
    record_.measure_ended = std::move(seen);
    record_.cpu_ended_ns = worker_cpu();
  }
}

std::vector<std::int64_t> Supervisor::worker_cpu() const {
  std::vector<std::int64_t> values;
  for (const auto& cell : crew_.cells()) {
    values.push_back(cell->worker.words().cpu_ns.load(std::memory_order_relaxed));
  }
  return values;
}

void Supervisor::finish() {
  collector_.drain();
  record_.ended = crew_.snapshot();
  if (machine_.began(Phase::measure) != kNever) return;
  // An interrupted warm-up is no measurement, nor is what of it ended in the drain.
  record_.measure_began = record_.measure_ended = record_.ended;
}

}  // namespace rung
