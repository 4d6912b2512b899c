// The gateway under test, as an address.
#pragma once

#include <string>

#include "engine/base/endpoint.hpp"

namespace rung {

/// Reads "sip:HOST:PORT", "HOST:PORT" or "HOST"; a name is looked up, which may take seconds.
/// A transport that the text names must be the one asked for: TCP, or UDP. Empty when good, else
/// the error.
std::string resolve_target(const std::string& text, bool tcp, Endpoint& out);

}  // namespace rung
