// How the gateway names itself to its peers: the front of its Via and its Contact.
#pragma once

#include <fmt/format.h>

#include <string>

#include "gateway/gateway_config.hpp"

namespace rung::gateway {

/// Up to the branch. `reliable`: SIP over TCP.
inline std::string via_front(const GatewayConfig& config, bool reliable) {
  return fmt::format("Via: SIP/2.0/{} {};branch=", reliable ? "TCP" : "UDP",
                     rung::to_string(config.listen));
}

/// A whole line. Without the parameter a peer may choose UDP (RFC 3263 4.1).
inline std::string contact_line(const GatewayConfig& config, bool reliable) {
  return fmt::format("Contact: <sip:{}{}>\r\n", rung::to_string(config.listen),
                     reliable ? ";transport=tcp" : "");
}

}  // namespace rung::gateway
