#include "engine/load/phase.hpp"

namespace rung {

std::string_view to_string(Phase phase) {
  constexpr std::string_view names[kPhaseCount] = {"register", "warm_up", "measure", "drain",
                                                   "done"};
  return names[static_cast<std::size_t>(phase)];
}

PhaseMachine::PhaseMachine(const PhasePlan& plan, Time start)
    : plan_(plan), registering_max_(plan.register_timeout), last_answer_(start) {
  began_.fill(kNever);
  began_[0] = start;
}

Duration PhaseMachine::length(Phase phase) const {
  const std::size_t at = static_cast<std::size_t>(phase);
  if (began_[at] == kNever) return {};
  for (std::size_t next = at + 1; next < kPhaseCount; ++next) {
    if (began_[next] != kNever) return began_[next] - began_[at];
  }
  return {};
}

Duration PhaseMachine::limit(Phase phase) const {
  const Duration limits[kPhaseCount] = {registering_max_, plan_.warm_up, plan_.measure, plan_.drain,
                                        Duration{}};
  return limits[static_cast<std::size_t>(phase)];
}

Time PhaseMachine::next_change() const {
  return phase_ == Phase::done ? kNever : began(phase_) + limit(phase_);
}

void PhaseMachine::enter(Phase next, Time now) {
  phase_ = next;
  began_[static_cast<std::size_t>(next)] = now;
}

void PhaseMachine::watch_silence(const Observation& seen) {
  if (seen.received != received_ || seen.sent == sent_at_answer_) {
    received_ = seen.received;
    sent_at_answer_ = seen.sent;
    last_answer_ = seen.now;
  } else if (seen.now - last_answer_ >= plan_.silence_max &&
             (plan_.silence_ends_load || phase_ == Phase::registering)) {
    sut_silent_ = true;
  }
}

Phase PhaseMachine::step(const Observation& seen) {
  if (phase_ == Phase::done) return phase_;
  watch_silence(seen);
  if (seen.interrupts > 0) interrupted_ = true;
  const bool loading = phase_ < Phase::drain;
  if (seen.interrupts > 1 || (sut_silent_ && !loading)) {
    drain_incomplete_ = seen.sessions_active > 0;
    enter(Phase::done, seen.now);
    return phase_;
  }
  if (loading && (interrupted_ || sut_silent_)) {
    if (phase_ == Phase::registering)
      registration_incomplete_ = seen.registered < plan_.ues_to_register;
    enter(Phase::drain, seen.now);
  }
  const Time began = began_[static_cast<std::size_t>(phase_)];
  const bool at_rest = plan_.rest_max == Duration{} || seen.sessions_active == 0;
  const bool registered = seen.registered >= plan_.ues_to_register;
  switch (phase_) {
    case Phase::registering:
      if (registered) registering_max_ = plan_.register_timeout + plan_.rest_max;
      if (!(registered && at_rest) && seen.now - began < registering_max_) break;
      registration_incomplete_ = !registered;
      if (!registered && seen.sent > 0 && seen.received == 0) sut_silent_ = true;
      enter(registered ? Phase::warm_up : Phase::drain, seen.now);
      break;
    case Phase::warm_up:
      if (seen.now - began >= plan_.warm_up) enter(Phase::measure, seen.now);
      break;
    case Phase::measure:
      if (seen.now - began >= plan_.measure) enter(Phase::drain, seen.now);
      break;
    case Phase::drain:
      if (seen.sessions_active != 0 && seen.now - began < plan_.drain) break;
      drain_incomplete_ = seen.sessions_active != 0;
      enter(Phase::done, seen.now);
      break;
    case Phase::done: break;
  }
  return phase_;
}

}  // namespace rung
