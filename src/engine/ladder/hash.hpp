// A 64-bit hash of short texts, for telling transactions apart. Not for untrusted tables' balance.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace rung {

namespace hash_detail {
inline std::uint64_t mix(std::uint64_t a, std::uint64_t b) {
  const auto product = static_cast<unsigned __int128>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}
}  // namespace hash_detail

inline std::uint64_t hash64(std::string_view text, std::uint64_t seed = 0x2d358dccaa6c78a5U) {
  std::uint64_t hash = seed ^ text.size();
  const char* at = text.data();
  std::size_t left = text.size();
  for (; left >= 8; left -= 8, at += 8) {
    std::uint64_t word;
    std::memcpy(&word, at, 8);
    hash = hash_detail::mix(hash ^ word, 0x8bb84b93962eacc9U);
  }
  if (left > 0) {
    std::uint64_t word = 0;
    std::memcpy(&word, at, left);
    hash = hash_detail::mix(hash ^ word, 0x4b33a62ed433d4a3U);
  }
  return hash_detail::mix(hash ^ 0x9e3779b97f4a7c15U, 0xe7037ed1a0b428dbU);
}

}  // namespace rung
