#include "engine/load/collector.hpp"

namespace rung {

void Collector::drain() {
  for (std::uint32_t worker = 0; worker < queues_.size(); ++worker) {
    Finding finding;
    while (queues_[worker]->pop(finding)) {
      ++counted_;
      const std::size_t row =
          finding.requirement.valid() ? finding.requirement.value : seen_.size();
      const bool first = row < seen_.size() && !seen_[row];
      if (!first && kept_.size() >= kept_max_) continue;
      if (first) seen_[row] = true;
      kept_.push_back({finding, worker});
    }
  }
}

}  // namespace rung
