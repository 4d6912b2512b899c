#include "engine/load/pacer.hpp"

#include <cmath>

#include "engine/base/assert.hpp"

namespace rung {
namespace {

using Area = __int128;

/// Doubled area under a segment after `t` nanoseconds: 2at + (b - a)t^2 / D, rounded down.
Area area_after(const RateSegment& s, std::int64_t t) {
  const Area linear = Area{2} * s.from * t;
  if (s.from == s.to || s.length == Duration{}) return linear;
  // (b - a) t^2 can pass 128 bits for the longest ramps; t * t / D keeps it inside.
  const Area square = Area{t} * t;
  const Area length = ns(s.length);
  const Area whole = square / length, part = square % length;
  return linear + Area{s.to - s.from} * whole + Area{s.to - s.from} * part / length;
}

/// The smallest t whose area reaches `area`. Precondition: the whole segment's area does.
std::int64_t time_reaching(const RateSegment& s, Area area) {
  if (area <= 0) return 0;
  if (s.from == s.to) {
    const Area rate = Area{2} * s.from;
    return static_cast<std::int64_t>((area + rate - 1) / rate);
  }
  std::int64_t low = 0, high = ns(s.length);
  while (low < high) {
    const std::int64_t middle = low + (high - low) / 2;
    if (area_after(s, middle) >= area) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return low;
}

}  // namespace

Pacer::Pacer(std::vector<RateSegment> curve, bool poisson, std::uint64_t seed, Share share)
    : curve_(std::move(curve)),
      prng_(Prng::stream(seed, share.index)),
      share_(share),
      poisson_(poisson) {
  ENGINE_ASSERT(share.index < share.count);
  for (const RateSegment& s : curve_) {
    ENGINE_ASSERT(s.from >= 0 && s.from <= kMicroRateMax);
    ENGINE_ASSERT(s.to >= 0 && s.to <= kMicroRateMax);
    length_ += s.length;
  }
  ENGINE_ASSERT(length_ <= kCurveLengthMax);
}

void Pacer::start(Time now) {
  start_ = now;
  segment_ = 0;
  segment_area_ = 0;
  segment_start_ = {};
  target_ = poisson_ ? Area{0} : kSessionArea * share_.index;
  if (poisson_) {
    advance();
  } else {
    next_ = instant_of_target();
  }
}

bool Pacer::due(Time now, Time& intended) {
  if (next_ > now || next_ == kNever) return false;
  intended = next_;
  advance();
  return true;
}

void Pacer::advance() {
  if (poisson_) {
    // Thinning a Poisson process gives Poisson processes: each worker draws its own at its share.
    const double sessions = prng_.exponential(static_cast<double>(share_.count));
    target_ += static_cast<Area>(sessions * static_cast<double>(kSessionArea));
  } else {
    target_ += kSessionArea * share_.count;
  }
  next_ = instant_of_target();
}

Time Pacer::instant_of_target() {
  for (; segment_ < curve_.size(); ++segment_) {
    const RateSegment& s = curve_[segment_];
    const Area whole = area_after(s, ns(s.length));
    // An instant at the very end of a segment belongs to the next one: lengths are half open.
    if (target_ - segment_area_ < whole) {
      return start_ + segment_start_ + Duration{time_reaching(s, target_ - segment_area_)};
    }
    segment_area_ += whole;
    segment_start_ += s.length;
  }
  return kNever;
}

std::uint64_t Pacer::expected() const {
  Area area = 0;
  for (const RateSegment& s : curve_) area += area_after(s, ns(s.length));
  return static_cast<std::uint64_t>((area + kSessionArea - 1) / kSessionArea);
}

}  // namespace rung
