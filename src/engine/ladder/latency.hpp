// LatencyBlock: the histograms of every measure of every ladder. Single writer; readable any time.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/base/histogram.hpp"
#include "engine/base/ids.hpp"

namespace rung {

class Program;

struct MeasureHistograms {
  Histogram corrected;    // from the session's intended instant; empty unless it starts there
  Histogram uncorrected;  // from the instant of the measure's first step
};

class LatencyBlock {
 public:
  /// One pair for each measure of the program.
  explicit LatencyBlock(const Program& program);

  /// `measure`: its position among that ladder's measures.
  [[nodiscard]] MeasureHistograms& at(LadderIndex ladder, std::size_t measure) {
    return histograms_[first_[ladder.value] + measure];
  }
  [[nodiscard]] const MeasureHistograms& at(LadderIndex ladder, std::size_t measure) const {
    return histograms_[first_[ladder.value] + measure];
  }

 private:
  std::vector<std::size_t> first_;
  std::vector<MeasureHistograms> histograms_;
};

}  // namespace rung
