// How long a session of a ladder takes: at least where nobody is late, at most where all are as
// late as their limits allow.
#pragma once

#include "engine/ladder/ladder.hpp"
#include "engine/ladder/play_config.hpp"

namespace rung {

struct LadderLength {
  Duration min{};
  Duration max{};
};

LadderLength length_of(const Ladder& ladder, const PlayConfig& play);

}  // namespace rung
