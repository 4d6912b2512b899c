// Prng: xoshiro256** (Blackman and Vigna), small, seeded, the same on every machine. Whoever needs
// chance is handed one of these; nothing in the engine draws from the operating system.
#pragma once

#include <array>
#include <bit>
#include <cmath>
#include <cstdint>

#include "engine/base/assert.hpp"

namespace rung {

/// One step of splitmix64: spreads a counter or a poor seed over 64 good bits.
constexpr std::uint64_t splitmix64(std::uint64_t& state) {
  state += 0x9e3779b97f4a7c15U;
  std::uint64_t z = state;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
  return z ^ (z >> 31);
}

class Prng {
 public:
  constexpr explicit Prng(std::uint64_t seed) {
    for (std::uint64_t& word : state_) word = splitmix64(seed);
  }

  /// The generator number `index` of `seed`: independent sequences for workers, UEs or purposes.
  static constexpr Prng stream(std::uint64_t seed, std::uint64_t index) {
    return Prng(splitmix64(seed) ^ index);
  }

  /// 64 uniform bits.
  constexpr std::uint64_t next() {
    const std::uint64_t result = std::rotl(state_[1] * 5, 7) * 9;
    const std::uint64_t t = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= t;
    state_[3] = std::rotl(state_[3], 45);
    return result;
  }

  /// Uniform in [0, bound) without bias (Lemire 2019). Precondition: bound > 0.
  constexpr std::uint64_t below(std::uint64_t bound) {
    ENGINE_ASSERT(bound > 0);
    Wide product = Wide{next()} * bound;
    if (static_cast<std::uint64_t>(product) < bound) {
      const std::uint64_t threshold = (0 - bound) % bound;
      while (static_cast<std::uint64_t>(product) < threshold) product = Wide{next()} * bound;
    }
    return static_cast<std::uint64_t>(product >> 64);
  }

  /// Uniform in [0, 1), 53 bits.
  constexpr double unit() { return static_cast<double>(next() >> 11) * 0x1p-53; }

  /// True with the given probability, 0 to 1.
  constexpr bool chance(double probability) { return unit() < probability; }

  /// Exponentially distributed with the given mean, in the mean's unit; finite and not negative.
  double exponential(double mean) { return -mean * std::log1p(-unit()); }

 private:
  using Wide = unsigned __int128;
  std::array<std::uint64_t, 4> state_{};
};

}  // namespace rung
