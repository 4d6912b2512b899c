// Pacer: when sessions start. Open loop and exact: the n-th start is a pure function of the curve,
// computed in integers, so a long run does not drift and a late pass catches up without losing any.
//
// A curve is a row of segments whose rate is linear in time. The area under it is counted in
// half-units of 1e-15 sessions (rate in millionths per second times nanoseconds, doubled so that a
// ramp's halves stay whole). Session n starts where the area reaches n * 2e15; a Poisson process
// draws the areas between starts from an exponential distribution instead.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/base/prng.hpp"
#include "engine/base/time.hpp"

namespace rung {

/// Rate in millionths of a session per second: 20,000/s is 20'000'000'000.
using MicroRate = std::int64_t;

struct RateSegment {
  MicroRate from = 0;
  MicroRate to = 0;
  Duration length{};
};

/// Bounds that keep the arithmetic inside 128 bits: 10 million per second, 400 days.
inline constexpr MicroRate kMicroRateMax = 10'000'000'000'000;
inline constexpr Duration kCurveLengthMax = std::chrono::hours(24 * 400);

class Pacer {
 public:
  struct Share {
    std::uint32_t index = 0;  // this worker
    std::uint32_t count = 1;  // workers in all: each takes every count-th start
  };

  /// Preconditions: rates 0..kMicroRateMax, total length up to kCurveLengthMax. `poisson`: starts
  /// are a Poisson process of that rate, from `seed`.
  Pacer(std::vector<RateSegment> curve, bool poisson, std::uint64_t seed, Share share);

  /// Instants count from here; nothing is due before.
  void start(Time now);
  /// True while a start is due at or before `now`; `intended` is its exact instant. Each is given
  /// once.
  bool due(Time now, Time& intended);
  /// The next start's instant; kNever when the curve has ended.
  [[nodiscard]] Time next() const { return next_; }
  /// Starts the whole curve holds for all workers together (the expectation, for Poisson).
  [[nodiscard]] std::uint64_t expected() const;
  [[nodiscard]] Duration length() const { return length_; }

 private:
  using Area = __int128;
  static constexpr Area kSessionArea = Area{2} * 1'000'000'000'000'000;

  void advance();
  [[nodiscard]] Time instant_of_target();

  std::vector<RateSegment> curve_;
  Prng prng_;
  Share share_;
  bool poisson_;
  Duration length_{};
  Time start_{};
  Time next_ = kNever;
  Area target_ = 0;
  std::size_t segment_ = 0;  // where target_ was last found
  Area segment_area_ = 0;    // area before that segment
  Duration segment_start_{};
};

}  // namespace rung
