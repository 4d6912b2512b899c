// RouteTable: the Route header fields that UEs learnt when they registered, behind a 32-bit handle.
// Equal ones are one row, and most cores give all their UEs the same. Bounded: the oldest goes
// first, and its UEs' requests go without until they register again, which the player counts.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "engine/ue/handle_ring.hpp"

namespace rung {

class RouteTable {
 public:
  explicit RouteTable(std::uint32_t count);

  /// The handle of that text; 0 when it is empty or longer than a row. Copies the text.
  std::uint32_t intern(std::string_view text);
  /// Empty when the handle is 0 or its text had to go. The view lives until the next intern().
  [[nodiscard]] std::string_view find(std::uint32_t handle) const;

  /// Rows in use.
  [[nodiscard]] std::uint32_t used() const { return rows_.used(); }
  [[nodiscard]] std::uint32_t capacity() const { return rows_.capacity(); }

  static constexpr std::size_t kTextMax = 506;

 private:
  struct Row {
    std::uint32_t handle = 0;
    std::uint16_t size = 0;
    char text[kTextMax];
  };
  static_assert(sizeof(Row) == 512);

  HandleRing<Row> rows_;
  std::vector<std::uint32_t> newest_;  // by hash: the handle of the text last interned there
};

}  // namespace rung
