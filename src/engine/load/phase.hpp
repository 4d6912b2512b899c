// Phases of a run: register, warm-up, measure, drain. A pure state machine, so that the threads of
// a real run and the single thread of a simulated one obey the same text.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "engine/base/time.hpp"

namespace rung {

enum class Phase : std::uint8_t { registering, warm_up, measure, drain, done };
inline constexpr std::size_t kPhaseCount = 5;
std::string_view to_string(Phase phase);

struct PhasePlan {
  std::uint64_t ues_to_register = 0;  // 0: the mix does not need registered UEs
  Duration register_timeout{};
  Duration warm_up{};
  Duration measure{};
  Duration drain{};
  /// Load that nobody answers for this long ends the run: the SUT is gone.
  Duration silence_max{};
  /// False: only while the UEs register; a session waits for as long as its ladder says.
  bool silence_ends_load = true;
  /// The load begins once the sessions that registered the UEs have ended too: those of the last
  /// UE in time take no longer than this. 0: it begins once all UEs are registered.
  Duration rest_max{};
};

/// What the workers show at one instant.
struct Observation {
  Time now{};
  std::uint64_t registered = 0;
  std::uint64_t sessions_active = 0;
  std::uint64_t sent = 0;  // SIP messages so far
  std::uint64_t received = 0;
  unsigned interrupts = 0;  // Ctrl-C pressed so often
};

class PhaseMachine {
 public:
  PhaseMachine(const PhasePlan& plan, Time start);

  /// The phase in force after `seen`. Never goes back.
  Phase step(const Observation& seen);

  [[nodiscard]] Phase phase() const { return phase_; }
  /// When the phase in force ends at the latest, arrivals and interrupts aside; kNever when done.
  [[nodiscard]] Time next_change() const;
  /// When a phase began; kNever when the run never reached it.
  [[nodiscard]] Time began(Phase phase) const { return began_[static_cast<std::size_t>(phase)]; }
  /// From its beginning to that of the next one, zero when not reached.
  [[nodiscard]] Duration length(Phase phase) const;

  [[nodiscard]] bool registration_incomplete() const { return registration_incomplete_; }
  [[nodiscard]] bool sut_silent() const { return sut_silent_; }
  /// Nothing ever came back.
  [[nodiscard]] bool never_answered() const { return sut_silent_ && received_ == 0; }
  [[nodiscard]] bool interrupted() const { return interrupted_; }
  /// Sessions were still open when the drain ended.
  [[nodiscard]] bool drain_incomplete() const { return drain_incomplete_; }

 private:
  void enter(Phase next, Time now);
  [[nodiscard]] Duration limit(Phase phase) const;
  void watch_silence(const Observation& seen);

  PhasePlan plan_;
  Duration registering_max_;
  Phase phase_ = Phase::registering;
  std::array<Time, kPhaseCount> began_;
  std::uint64_t received_ = 0;
  std::uint64_t sent_at_answer_ = 0;
  Time last_answer_;
  bool registration_incomplete_ = false;
  bool sut_silent_ = false;
  bool interrupted_ = false;
  bool drain_incomplete_ = false;
};

}  // namespace rung
