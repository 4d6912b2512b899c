// The embedded gateway as the options describe it, checked before it starts.
#pragma once

#include <string>
#include <vector>

#include "engine/ladder/play_config.hpp"
#include "gateway/gateway_config.hpp"
#include "options.hpp"

namespace rung {

/// Fills `config`; every error at once, naming option, value and what was expected. The links of
/// the options are the gateway's own.
std::vector<std::string> set_up_gateway(const Options& options, gateway::GatewayConfig& config);

/// T1, T2 and T4 by the value of --timers.
TimerConfig timers_of(const std::string& choice);

}  // namespace rung
