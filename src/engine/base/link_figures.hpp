// What a SIGTRAN link did, as plain data (link_counter.def).
#pragma once

#include <cstdint>
#include <iterator>
#include <string>
#include <string_view>

namespace rung {

struct LinkCounts {
#define RUNG_LINK_COUNTER(name, help) std::uint64_t name = 0;
#include "engine/base/link_counter.def"
#undef RUNG_LINK_COUNTER
};

struct LinkCounterInfo {
  std::string_view name;
  std::string_view help;
  std::uint64_t LinkCounts::*value;
};

inline constexpr LinkCounterInfo kLinkCounterInfo[] = {
#define RUNG_LINK_COUNTER(name, help) {#name, help, &LinkCounts::name},
#include "engine/base/link_counter.def"
#undef RUNG_LINK_COUNTER
};

struct LinkFigures {
  std::string name;
  bool active = false;  // traffic may flow
  LinkCounts counts;
};

}  // namespace rung
