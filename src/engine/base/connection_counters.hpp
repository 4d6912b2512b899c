// What a transport of connections counted since its start (connection_counter.def).
#pragma once

#include <cstdint>
#include <string_view>

namespace rung {

struct ConnectionCounters {
#define RUNG_CONNECTION_COUNTER(name, help) std::uint64_t name = 0;
#include "engine/base/connection_counter.def"
#undef RUNG_CONNECTION_COUNTER
};

struct ConnectionCounterInfo {
  std::string_view name;
  std::string_view help;
  std::uint64_t ConnectionCounters::*value;
};

inline constexpr ConnectionCounterInfo kConnectionCounterInfo[] = {
#define RUNG_CONNECTION_COUNTER(name, help) {#name, help, &ConnectionCounters::name},
#include "engine/base/connection_counter.def"
#undef RUNG_CONNECTION_COUNTER
};

}  // namespace rung
