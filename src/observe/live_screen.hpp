// LiveScreen: a run as it goes, one line a second: redrawn in place on a terminal, with a last line
// left for each phase; plain lines elsewhere.
//
//      time  phase           offered/s     done/s        SIP/s   in flight      p50      p99 late
//      failures
#pragma once

#include <cstdio>
#include <string>

#include "engine/load/snapshot.hpp"

namespace rung {

/// The registration phase: a bar, the share done, the rate since `before`, the time it still takes
/// at that rate.
std::string registration_line(const RunSnapshot& before, const RunSnapshot& now);

/// The columns of load_line().
std::string load_header();
/// A load phase since `before`: sessions offered and done and SIP messages per second, sessions in
/// flight, latency end to end from the intended instant, lateness of the pacer; failures by kind
/// since the run's start. `share`: of the phase that is over, 0 to 1; negative: it has no set
/// length.
std::string load_line(const RunSnapshot& before, const RunSnapshot& now, double share);

class LiveScreen final : public RunObserver {
 public:
  /// `in_place`: the stream is a terminal, and lines overwrite each other.
  LiveScreen(std::FILE* stream, bool in_place, const PhasePlan& plan)
      : stream_(stream), in_place_(in_place), plan_(plan) {}
  ~LiveScreen() override;

  void phase_began(Phase phase, const RunSnapshot& now) override;
  void progress(const RunSnapshot& now) override;

 private:
  void show(const RunSnapshot& now);
  void show_drain(const RunSnapshot& now);
  void print(const std::string& line);
  void end_line();
  [[nodiscard]] std::string time_text(const RunSnapshot& now) const;
  [[nodiscard]] double share(const RunSnapshot& now) const;

  std::FILE* stream_;
  bool in_place_;
  PhasePlan plan_;
  bool started_ = false;
  bool header_shown_ = false;
  bool line_open_ = false;  // the cursor stands at the end of a line that may be redrawn
  Time start_{};
  Time phase_start_{};
  Phase phase_ = Phase::registering;
  RunSnapshot before_;
};

}  // namespace rung
