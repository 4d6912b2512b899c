// TP-VP of a SUBMIT (TS 23.040 9.2.3.12): how long the service centre keeps the short message.
#pragma once

#include <cstdint>

#include "engine/base/time.hpp"
#include "engine/wire/tpdu.hpp"

namespace rung::gateway {

/// What the service centre grants where the sender names no period, or one it cannot read; also the
/// longest it keeps anything.
inline constexpr Duration kValidityMax = 63 * 7 * 24h;

/// The period from now on; zero where it has passed. `wall_clock_s`: now, seconds since 1970.
Duration validity_period(const tp::Tpdu& submit, std::int64_t wall_clock_s);

}  // namespace rung::gateway
