// What the gateway counts since its start. Written by the thread that calls Gateway::pass().
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace rung::gateway {

struct GatewayCounters {
#define RUNG_GATEWAY_COUNTER(id, help) std::uint64_t id = 0;
#include "gateway/gateway_counter.def"
#undef RUNG_GATEWAY_COUNTER
};

struct GatewayCounterInfo {
  std::string_view id, help;
  std::uint64_t GatewayCounters::*value;
};

inline constexpr GatewayCounterInfo kGatewayCounterInfo[] = {
#define RUNG_GATEWAY_COUNTER(id, help) {#id, help, &GatewayCounters::id},
#include "gateway/gateway_counter.def"
#undef RUNG_GATEWAY_COUNTER
};

}  // namespace rung::gateway
