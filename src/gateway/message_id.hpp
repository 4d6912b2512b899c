// The identifiers of our requests: fixed width, unique, and readable back without a table.
//
//   branch   z9hG4bK | transaction id, 16 hex | salt, 8 hex
//   Call-ID  call id, 16 hex | stored message, 6 hex | '-' | salt, 8 hex | '@' host
//
// An id is a 40-bit sequence number above a 24-bit pool index. The salt comes from the seed, so
// that two runs do not take each other's answers for their own.
#pragma once

#include <cstdint>
#include <string_view>

#include "engine/base/bytes.hpp"

namespace rung::gateway {

inline constexpr std::string_view kMagicCookie = "z9hG4bK";
inline constexpr std::size_t kBranchSize = 7 + 16 + 8;
/// Characters of a Call-ID before its '@'.
inline constexpr std::size_t kCallIdSize = 16 + 6 + 1 + 8;

struct CallId {
  std::uint64_t id = 0;
  std::uint32_t stored = 0;  // index of the stored short message; kPoolSizeMax: none
};

constexpr std::uint64_t make_id(std::uint64_t sequence, std::uint32_t index) {
  return sequence << 24 | index;
}
constexpr std::uint32_t id_index(std::uint64_t id) {
  return static_cast<std::uint32_t>(id & 0xffffff);
}

/// The salt of a gateway with that seed.
std::uint32_t salt_of(std::uint64_t seed);

void put_branch(Writer& out, std::uint64_t id, std::uint32_t salt);
void put_call_id(Writer& out, CallId call, std::uint32_t salt, std::string_view host);
/// Sixteen hex digits.
void put_tag(Writer& out, std::uint64_t value);

/// False when the text is not one of ours.
bool read_branch(std::string_view text, std::uint32_t salt, std::uint64_t& id);
bool read_call_id(std::string_view text, std::uint32_t salt, CallId& out);

}  // namespace rung::gateway
