// Pool sizes: how much of each bounded pool a run needs, from its rates and its ladders.
#pragma once

#include <cstddef>
#include <cstdint>

#include "engine/ladder/ladder.hpp"
#include "engine/ladder/play_config.hpp"
#include "engine/load/crew.hpp"
#include "options.hpp"

namespace rung {

/// Of one worker.
struct PoolSizes {
  std::uint32_t sessions = 0;
  std::uint32_t tombstones = 0;
  std::uint32_t foreign_texts = 0;
  std::uint32_t dialogues = 0;  // TCAP
  std::size_t capture_octets = 0;
};

/// Sizes for the mix and the curve of `plan`: sessions at the peak rate for as long as one may
/// last, tombstones until their linger ends or for all the run can offer, dialogues for all that
/// such sessions begin, capture for their frames; within the bounds of --sessions-max and
/// --capture-size.
PoolSizes pool_sizes(const Options& options, const CrewPlan& plan, const LadderBook& book,
                     const TimerConfig& timers);

}  // namespace rung
