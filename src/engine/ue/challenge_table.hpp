// ChallengeTable: digest challenges behind a 32-bit handle. Bounded: the oldest goes first, which
// costs its UE one more challenge and nothing else.
#pragma once

#include <cstdint>
#include <string_view>

#include "engine/ue/handle_ring.hpp"

namespace rung {

/// What of a challenge is needed to answer it again.
struct StoredChallenge {
  std::string_view realm{}, nonce{}, opaque{};
  bool has_opaque = false;
  bool qop_auth = false;
};

class ChallengeTable {
 public:
  explicit ChallengeTable(std::uint32_t count) : rows_(count) {}

  /// The handle, or 0 when the texts are longer than a row. Copies the texts.
  std::uint32_t store(const StoredChallenge& challenge);
  /// False when the handle is 0 or its challenge had to go. The views live until the next store().
  [[nodiscard]] bool find(std::uint32_t handle, StoredChallenge& out) const;

  static constexpr std::size_t kTextMax = 248;

 private:
  struct Row {
    std::uint32_t handle = 0;
    std::uint8_t realm = 0, nonce = 0, opaque = 0;
    std::uint8_t flags = 0;
    char text[kTextMax];
  };
  static_assert(sizeof(Row) == 256);

  HandleRing<Row> rows_;
};

}  // namespace rung
