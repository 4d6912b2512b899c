// RunSetup: what `rung run` was asked for, read from the options and checked before anything
// starts.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/ladder/ladder.hpp"
#include "engine/ladder/play_config.hpp"
#include "engine/ladder/requirement.hpp"
#include "engine/load/crew.hpp"
#include "engine/load/harvest.hpp"
#include "engine/load/link_hub.hpp"
#include "engine/load/phase.hpp"
#include "link_setup.hpp"
#include "options.hpp"

namespace rung {

struct RunSetup {
  LadderBook book;
  std::vector<Requirement> requirement_rows;  // the catalogue and what the user's files declare
  RequirementTable requirements;
  std::vector<std::string> ladder_names;  // mix, registration and refresh
  CrewPlan crew;
  PhasePlan phases;
  ValidityLimits limits;
  std::vector<PlayConfig>
      workers;                     // one per worker; the gateway's endpoint is set when it is known
  std::size_t capture_octets = 0;  // of each worker's ring
  LinkPlans links;                 // to the network behind the gateway
  LinkHub* hub = nullptr;          // that has them open already; null: the run opens them
  Endpoint target;                 // family none: the embedded gateway
  bool simulated = false;
  Topology topology = Topology::gm;
};

/// Ladders that a run plays besides those of its mix, where its book has them.
std::vector<std::string> ladders_beside(Topology topology);

/// Fills `setup`, and in `options` what the ladders need of the network behind the embedded
/// gateway; every error at once, naming option, value and what was expected. A book that `setup`
/// has already, with its requirements, is not read again.
std::vector<std::string> set_up_run(Options& options, std::uint16_t run_id, RunSetup& setup);

}  // namespace rung
