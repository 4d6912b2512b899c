// ResourceMeter: what the generator itself cost, read as the phases change and handed on to the
// observer behind it.
#pragma once

#include "engine/base/run_result.hpp"
#include "engine/load/snapshot.hpp"

namespace rung {

class ResourceMeter final : public RunObserver {
 public:
  explicit ResourceMeter(RunObserver& next) : next_(next) {}

  void phase_began(Phase phase, const RunSnapshot& now) override;
  void progress(const RunSnapshot& now) override { next_.progress(now); }

  /// Fills CPU over the measure phase and resident memory.
  void report(RunResult& result) const;

 private:
  RunObserver& next_;
  double cpu_began_s_ = 0;
  double cpu_ended_s_ = 0;
  std::uint64_t resident_octets_ = 0;
  bool measuring_ = false;  // an interrupted warm-up is left without having measured
};

}  // namespace rung
