// Collector: takes findings from all workers while the run lasts and keeps the first ones whole.
// The first finding of every requirement is kept whatever the bound, so that no verdict lacks its
// proof.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/load/finding_queue.hpp"

namespace rung {

struct KeptFinding {
  Finding finding;
  std::uint32_t worker = 0;
};

class Collector {
 public:
  /// `kept_max`: findings kept whole besides the first of each requirement.
  Collector(std::vector<FindingQueue*> queues, std::size_t kept_max, std::size_t requirements)
      : queues_(std::move(queues)), kept_max_(kept_max), seen_(requirements, false) {}

  /// Empties all queues. One thread at a time.
  void drain();

  [[nodiscard]] const std::vector<KeptFinding>& kept() const { return kept_; }
  [[nodiscard]] std::uint64_t counted() const { return counted_; }

 private:
  std::vector<FindingQueue*> queues_;
  std::size_t kept_max_;
  std::vector<bool> seen_;
  std::vector<KeptFinding> kept_;
  std::uint64_t counted_ = 0;
};

}  // namespace rung
