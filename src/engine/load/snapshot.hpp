// RunSnapshot: what all workers of a run show at one instant, merged. Plain data for the live
// screen, the exporter and the result; taken by reading published words, never by stopping anyone.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "engine/base/counter.hpp"
#include "engine/base/histogram.hpp"
#include "engine/base/run_result.hpp"
#include "engine/base/time.hpp"
#include "engine/load/phase.hpp"

namespace rung {

/// One measured interval of one ladder; names live as long as the program.
struct MeasureSnapshot {
  std::string_view ladder, name;
  HistogramSnapshot corrected;    // from the intended instant
  HistogramSnapshot uncorrected;  // from the instant of its first step
};

struct RunSnapshot {
  Time at{};
  Phase phase = Phase::registering;
  std::uint64_t ues = 0;
  std::uint64_t registered = 0;
  std::uint64_t sessions_active = 0;
  double rate_asked = 0;  // sessions per second now
  CounterSnapshot counters;
  std::vector<MeasureSnapshot> measures;
  HistogramSnapshot lateness;
  TransportFigures transport;
  std::vector<CodeCount> sip_failures;  // final answers >= 300, by status
  std::vector<CodeCount> rp_failures;   // RP-ERROR received, by cause
  std::vector<LinkFigures> links;
};

/// Where snapshots come from, for readers that must not know the workers.
class SnapshotSource {
 public:
  virtual ~SnapshotSource() = default;
  /// Any thread, at any time.
  [[nodiscard]] virtual RunSnapshot snapshot() const = 0;
};

/// Told about a run while it lasts, by the supervisor's thread.
class RunObserver {
 public:
  virtual ~RunObserver() = default;
  virtual void phase_began(Phase phase, const RunSnapshot& now) = 0;
  /// About once a second.
  virtual void progress(const RunSnapshot& now) = 0;
};

}  // namespace rung
