#include "engine/net/clock.hpp"

#include <cerrno>
#include <ctime>

namespace rung {
namespace {

constexpr std::int64_t kNanosecondsPerSecond = 1'000'000'000;

std::int64_t read_clock(clockid_t id) {
  timespec t{};
  clock_gettime(id, &t);
  return std::int64_t{t.tv_sec} * kNanosecondsPerSecond + t.tv_nsec;
}

}  // namespace

Time MonotonicClock::read() { return time_from_ns(read_clock(CLOCK_MONOTONIC)); }

Duration MonotonicClock::thread_cpu() { return Duration{read_clock(CLOCK_THREAD_CPUTIME_ID)}; }

Duration wall_offset() {
  return Duration{read_clock(CLOCK_REALTIME) - read_clock(CLOCK_MONOTONIC)};
}

std::int64_t wall_clock_ns() { return ns(MonotonicClock::read() + wall_offset()); }

void sleep_until(Time until) {
  if (ns(until) <= 0) return;
  const timespec t{ns(until) / kNanosecondsPerSecond, ns(until) % kNanosecondsPerSecond};
  while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, nullptr) == EINTR) {
  }
}

}  // namespace rung
