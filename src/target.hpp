// The gateway under test, as an address.
#pragma once

#include <string>

#include "engine/base/endpoint.hpp"

namespace rung {

/// Reads "sip:HOST:PORT", "HOST:PORT" or "HOST"; a name is looked up, which may take seconds.
/// Empty when good, else the error.
std::string resolve_target(const std::string& text, Endpoint& out);

}  // namespace rung
