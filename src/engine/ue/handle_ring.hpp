// HandleRing: rows behind handles that count up from 1; once all are in use, the oldest one has to
// go and its handle finds nothing. Room for all is reserved at start, touched as it is first used.
#pragma once

#include <cstdint>
#include <vector>

namespace rung {

/// `Row` has a member `std::uint32_t handle`, 0 in a new row.
template <class Row>
class HandleRing {
 public:
  explicit HandleRing(std::uint32_t count) : capacity_(count) { rows_.reserve(count); }

  /// A row to be written, its handle set. Precondition: capacity() > 0.
  Row& add() {
    if (++last_ == 0) last_ = 1;
    Row& row = rows_.size() < capacity_ ? rows_.emplace_back() : rows_[place_of(last_)];
    row.handle = last_;
    return row;
  }
  /// Null when the handle is 0 or its row had to go.
  [[nodiscard]] const Row* find(std::uint32_t handle) const {
    if (handle == 0 || rows_.empty()) return nullptr;
    const std::uint32_t place = place_of(handle);
    return place < rows_.size() && rows_[place].handle == handle ? &rows_[place] : nullptr;
  }

  [[nodiscard]] std::uint32_t used() const { return static_cast<std::uint32_t>(rows_.size()); }
  [[nodiscard]] std::uint32_t capacity() const { return capacity_; }

 private:
  [[nodiscard]] std::uint32_t place_of(std::uint32_t handle) const {
    return (handle - 1) % capacity_;
  }

  std::vector<Row> rows_;
  std::uint32_t capacity_;
  std::uint32_t last_ = 0;
};

}  // namespace rung
