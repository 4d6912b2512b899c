// OutcomeBlock: how sessions ended, per ladder, and which codes ended them. Single writer; readable
// any time.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "engine/base/ids.hpp"
#include "engine/ladder/tally.hpp"

namespace rung {

enum class Outcome : std::uint8_t { passed, failed, timed_out, refused, inconclusive, aborted };
inline constexpr std::size_t kOutcomeCount = 6;

class OutcomeBlock {
 public:
  static constexpr std::size_t kStatusCodes = 700;
  static constexpr std::size_t kCauses = 128;
  static constexpr std::size_t kSteps = 64;

  explicit OutcomeBlock(std::size_t ladders) : rows_(ladders) {}

  void started(LadderIndex ladder) { rows_[ladder.value].started.bump(); }
  void ended(LadderIndex ladder, Outcome outcome) {
    rows_[ladder.value].ended[static_cast<std::size_t>(outcome)].bump();
  }
  /// A session timed out and this step is what it waited for; one that is none is passed over.
  void missed(LadderIndex ladder, std::size_t step) {
    if (step < kSteps) rows_[ladder.value].missed[step].bump();
  }
  void sip_failure(std::uint16_t status) {
    if (status < kStatusCodes) statuses_[status].bump();
  }
  void rp_failure(std::uint8_t cause) { causes_[cause % kCauses].bump(); }

  [[nodiscard]] std::uint64_t started_count(LadderIndex ladder) const {
    return rows_[ladder.value].started.read();
  }
  [[nodiscard]] std::uint64_t count(LadderIndex ladder, Outcome outcome) const {
    return rows_[ladder.value].ended[static_cast<std::size_t>(outcome)].read();
  }
  [[nodiscard]] std::uint64_t missed_count(LadderIndex ladder, std::size_t step) const {
    return rows_[ladder.value].missed[step].read();
  }
  /// Final answers >= 300 received, by status.
  [[nodiscard]] std::uint64_t sip_failures(std::uint16_t status) const {
    return statuses_[status].read();
  }
  /// RP-ERROR received, by cause.
  [[nodiscard]] std::uint64_t rp_failures(std::uint8_t cause) const {
    return causes_[cause].read();
  }

 private:
  struct Row {
    RelaxedWord started;
    std::array<RelaxedWord, kOutcomeCount> ended;
    std::array<RelaxedWord, kSteps> missed;
  };
  std::vector<Row> rows_;
  std::array<RelaxedWord, kStatusCodes> statuses_;
  std::array<RelaxedWord, kCauses> causes_;
};

}  // namespace rung
