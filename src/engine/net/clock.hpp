// MonotonicClock: the engine's clock on a real machine. Its Time is CLOCK_MONOTONIC as it stands,
// so the arrival stamps of UringUdp and the passes of a worker share one origin.
#pragma once

#include "engine/base/time.hpp"
#include "engine/net/transport.hpp"

namespace rung {

class MonotonicClock final : public Clock {
 public:
  [[nodiscard]] Time now() override { return read(); }
  /// A system call, some 200 ns.
  [[nodiscard]] Duration thread_cpu() override;
  /// CLOCK_MONOTONIC; about 20 ns.
  static Time read();
};

/// What to add to an engine Time to get nanoseconds since 1970 (CLOCK_REALTIME). The wall clock may
/// be set while a run lasts: measure it near its use.
Duration wall_offset();

/// Nanoseconds since 1970.
std::int64_t wall_clock_ns();

/// Sleeps the calling thread until `until` on CLOCK_MONOTONIC; returns at once when that is past.
void sleep_until(Time until);

}  // namespace rung
