// Harvest: what a finished run leaves, gathered from the crew into the plain RunResult that every
// report writer reads.
#pragma once

#include "engine/base/run_result.hpp"
#include "engine/ladder/requirement.hpp"
#include "engine/load/collector.hpp"
#include "engine/load/supervisor.hpp"

namespace rung {

/// When the generator, not the SUT, counts as the limit.
struct ValidityLimits {
  Duration lateness_max = 20ms;  // 99 % of sessions start at most this late
  double cpu_max = 0.97;         // of one core, by the busiest worker
};

/// Fills everything a run measured and judged: phases, totals, rates, ladders, requirements,
/// findings, figures, pools, invalid_reasons. Frame numbers stay the worker's own until
/// place_findings(). Preconditions: no worker runs any more, and result.judged_one_in says what was
/// asked for.
void harvest(const Crew& crew, const Supervisor& supervisor, const Collector& collector,
             const RequirementTable& requirements, const ValidityLimits& limits, RunResult& result);

/// Notes what sessions that timed out waited for, a line for each ladder; behind all that says why.
void note_missed_steps(const Crew& crew, RunResult& result);

/// Turns the frame numbers of the findings into places in the capture file. `place_of` gives the
/// number of (worker, frame) in the file, 0 when it was overwritten.
template <class PlaceOf>
void place_findings(const Collector& collector, RunResult& result, PlaceOf&& place_of) {
  for (std::size_t i = 0; i < result.findings.size(); ++i) {
    const KeptFinding& kept = collector.kept()[i];
    if (kept.finding.frame == 0) continue;
    const std::uint64_t number = place_of(kept.worker, kept.finding.frame);
    result.findings[i].frame = number;
    result.findings[i].frame_place = number == 0 ? FramePlace::overwritten : FramePlace::in_file;
  }
}

}  // namespace rung
