// IndexTable: open addressing from a 64-bit hash to a 32-bit index, linear probing, no tombstones
// (erasing shifts the followers back). Sized once for a known number of entries.
#pragma once

#include <bit>
#include <cstdint>
#include <cstdlib>
#include <memory>

#include "engine/base/assert.hpp"
#include "gateway/pool.hpp"

namespace rung::gateway {

class IndexTable {
 public:
  /// Room for `entries` at a load of at most two thirds. The cells come as zero pages: memory is
  /// touched only as they are used.
  explicit IndexTable(std::uint32_t entries)
      : mask_(std::bit_ceil(entries + entries / 2 + 8U) - 1),
        cells_(static_cast<Cell*>(std::calloc(mask_ + std::size_t{1}, sizeof(Cell)))) {
    ENGINE_ASSERT(cells_ != nullptr);
  }

  /// The first index under `hash` for which `is_it(index)` holds, or kNone.
  template <class IsIt>
  [[nodiscard]] std::uint32_t find(std::uint64_t hash, IsIt&& is_it) const {
    const std::uint32_t tag = tag_of(hash);
    for (std::uint32_t at = tag & mask_; !cells_[at].is_free(); at = (at + 1) & mask_) {
      if (cells_[at].tag == tag && is_it(cells_[at].index())) return cells_[at].index();
    }
    return kNone;
  }
  /// Preconditions: fewer than `entries` are in; index is not kNone.
  void insert(std::uint64_t hash, std::uint32_t index) {
    const std::uint32_t tag = tag_of(hash);
    std::uint32_t at = tag & mask_;
    while (!cells_[at].is_free()) at = (at + 1) & mask_;
    cells_[at] = {tag, index + 1};
  }
  /// Precondition: `index` was inserted under `hash`.
  void erase(std::uint64_t hash, std::uint32_t index) {
    std::uint32_t at = tag_of(hash) & mask_;
    while (cells_[at].place != index + 1) {
      ENGINE_ASSERT(!cells_[at].is_free());
      at = (at + 1) & mask_;
    }
    close_gap(at);
  }

 private:
  struct Cell {
    std::uint32_t tag;
    std::uint32_t place;  // index + 1; 0: free
    [[nodiscard]] bool is_free() const { return place == 0; }
    [[nodiscard]] std::uint32_t index() const { return place - 1; }
  };
  struct Free {
    void operator()(Cell* cells) const { std::free(cells); }
  };
  static std::uint32_t tag_of(std::uint64_t hash) { return static_cast<std::uint32_t>(hash >> 32); }

  void close_gap(std::uint32_t gap) {
    for (std::uint32_t at = (gap + 1) & mask_; !cells_[at].is_free(); at = (at + 1) & mask_) {
      // A follower may move into the gap when its home is not behind the gap (cyclically).
      const std::uint32_t home = cells_[at].tag & mask_;
      if (((at - home) & mask_) < ((at - gap) & mask_)) continue;
      cells_[gap] = cells_[at];
      gap = at;
    }
    cells_[gap] = {};
  }
  std::uint32_t mask_;
  std::unique_ptr<Cell[], Free> cells_;
};

}  // namespace rung::gateway
