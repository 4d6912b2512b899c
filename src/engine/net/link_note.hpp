// One change of a link's state, for logs: written by the thread that has the link, made into text
// by the one that prints.
#pragma once

#include <string>

#include "engine/net/link.hpp"

namespace rung::m3ua {

struct LinkNote {
  Time at{};
  std::uint32_t link = 0;  // its number in the LinkSet
  bool association = false;
  SctpChange change{};             // of the association
  AspOutput::Happened happened{};  // else of the ASP, or what it heard
};

/// "association up", "own ASP state ASP-ACTIVE", "destination 2 unavailable".
std::string to_string(const LinkNote& note);

}  // namespace rung::m3ua
