// Tally: how often each requirement came out with each verdict. Single writer; readable any time.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <vector>

#include "engine/base/ids.hpp"
#include "engine/base/verdict.hpp"

namespace rung {

/// One word of a block that one thread writes and any thread may read.
class RelaxedWord {
 public:
  void bump(std::uint64_t by = 1) {
    word_.store(word_.load(std::memory_order_relaxed) + by, std::memory_order_relaxed);
  }
  [[nodiscard]] std::uint64_t read() const { return word_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> word_{0};
};

using VerdictCounts = std::array<std::uint64_t, kVerdictCount>;

class Tally {
 public:
  explicit Tally(std::size_t requirements) : rows_(requirements) {}

  void count(RequirementIndex requirement, Verdict verdict) {
    rows_[requirement.value][static_cast<std::size_t>(verdict)].bump();
  }
  [[nodiscard]] std::uint64_t read(RequirementIndex requirement, Verdict verdict) const {
    return rows_[requirement.value][static_cast<std::size_t>(verdict)].read();
  }
  /// One row per requirement of the table.
  [[nodiscard]] std::vector<VerdictCounts> snapshot() const {
    std::vector<VerdictCounts> copy(rows_.size());
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      for (std::size_t v = 0; v < kVerdictCount; ++v) copy[i][v] = rows_[i][v].read();
    }
    return copy;
  }
  [[nodiscard]] std::size_t size() const { return rows_.size(); }

 private:
  std::vector<std::array<RelaxedWord, kVerdictCount>> rows_;
};

}  // namespace rung
