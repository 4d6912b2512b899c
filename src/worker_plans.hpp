// What each worker plays: its UEs, their addresses and its pools, from the options.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/ladder/play_config.hpp"
#include "options.hpp"
#include "pool_sizes.hpp"

namespace rung {

/// One PlayConfig per worker; the gateway's endpoint is set when it is known. Appends to `errors`,
/// and returns nothing then.
std::vector<PlayConfig> worker_plans(const Options& options, std::uint16_t run_id,
                                     const PoolSizes& pools, std::vector<std::string>& errors);

/// The first core workers are kept to; -1 when this process may not use as many cores as workers
/// and an embedded gateway need, so that the scheduler has to share them out.
int first_cpu(const Options& options);

}  // namespace rung
