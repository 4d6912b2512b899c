// Time of the engine: nanoseconds since an arbitrary start, passed in by the caller. There is no
// now() here; only engine/net reads a clock.
#pragma once

#include <chrono>
#include <cstdint>

namespace rung {

/// A clock without now(): gives Time its own type, so that wall-clock stamps cannot mix with it.
struct EngineClock {
  using rep = std::int64_t;
  using period = std::nano;
  using duration = std::chrono::nanoseconds;
  using time_point = std::chrono::time_point<EngineClock>;
  static constexpr bool is_steady = true;
};

using Duration = EngineClock::duration;
using Time = EngineClock::time_point;

using namespace std::chrono_literals;  // 500ms, 32s: durations read as the clause writes them

/// Nanoseconds since the engine's start.
constexpr std::int64_t ns(Time t) { return t.time_since_epoch().count(); }
constexpr std::int64_t ns(Duration d) { return d.count(); }
constexpr Time time_from_ns(std::int64_t value) { return Time{Duration{value}}; }

/// Later than every instant a run can reach.
inline constexpr Time kNever = Time::max();

}  // namespace rung
