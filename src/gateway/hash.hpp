// Keyed hash of short text and numbers, for tables and for tags that must look alike on every copy.
// Not a cryptographic one; nonces are made with MD5.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace rung::gateway {

/// Mixes two words by the folded 128-bit product.
constexpr std::uint64_t mix(std::uint64_t a, std::uint64_t b) {
  using Wide = unsigned __int128;
  const Wide product = Wide{a ^ 0x9e3779b97f4a7c15U} * (b ^ 0xe7037ed1a0b428dbU);
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

inline std::uint64_t hash_text(std::string_view text, std::uint64_t seed) {
  std::uint64_t hash = mix(seed, text.size());
  const char* at = text.data();
  std::size_t left = text.size();
  for (; left >= 8; at += 8, left -= 8) {
    std::uint64_t word;
    std::memcpy(&word, at, 8);
    hash = mix(hash, word);
  }
  std::uint64_t tail = 0;
  if (left != 0) std::memcpy(&tail, at, left);
  return mix(hash, tail);
}

}  // namespace rung::gateway
