// The network behind the gateway as the options describe it: for the players that play it, and for
// the MAP legs of the embedded gateway, which has the other end of the same links.
#pragma once

#include <string>
#include <vector>

#include "engine/ladder/play_config.hpp"
#include "gateway/network_config.hpp"
#include "link_setup.hpp"
#include "options.hpp"

namespace rung {

/// A link to the embedded gateway number `gateway` of this process, where the user gives none: at
/// addresses of loopback that no other process of this program has, in UDP.
LinkSettings embedded_link(const Options& options, std::size_t gateway = 0);
/// The same link as the gateway at its other end has it.
LinkSettings other_end(const LinkSettings& link);
std::vector<LinkSettings> other_ends(const std::vector<LinkSettings>& links);

/// The IMSI that follows `base` after so many; `base` where it is no IMSI.
std::string imsi_after(const std::string& base, std::uint64_t count);

/// What is played: numbers from the options, point codes from the links, which must agree on them;
/// linked where there are links. Appends to `errors`, each naming option, value and what was
/// expected.
NetworkConfig played_network(const Options& options, const LinkPlans& links,
                             std::vector<std::string>& errors);

/// What the gateway at the end of such links knows. Likewise.
gateway::NetworkConfig gateway_network(const Options& options, const LinkPlans& links,
                                       std::vector<std::string>& errors);

}  // namespace rung
