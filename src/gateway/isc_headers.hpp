// Header lines of the gateway's requests on ISC.
#pragma once

#include <string_view>

#include "engine/base/bytes.hpp"
#include "gateway/message_id.hpp"

namespace rung::gateway {

/// "Route: <uri;lr>": by way of the user's S-CSCF, a loose router (TS 24.341 B.6).
void put_route(Writer& out, std::string_view uri);
/// "P-Charging-Vector" of a request the gateway originates: its icid and the Type 3 orig-ioi
/// (TS 24.229 5.7.3, 7.2A.5.2).
void put_charging_vector(Writer& out, CallId call, std::uint32_t salt, std::string_view domain);

}  // namespace rung::gateway
