#include "ladder_length.hpp"

#include <algorithm>
#include <map>

namespace rung {

LadderLength length_of(const Ladder& ladder, const PlayConfig& play) {
  const Duration t1 = play.timers.t1;
  std::map<std::string_view, LadderLength> ends;  // when each step is done, by its id
  LadderLength whole;
  for (const Step& step : ladder.steps) {
    LadderLength at;
    for (const std::string& cause : step.after) {
      at.min = std::max(at.min, ends[cause].min);
      at.max = std::max(at.max, ends[cause].max);
    }
    if (step.from == Party::gw) {
      at.max += step.has_within ? duration_of(step.within, t1) : play.step_wait;
    } else {
      const Duration wait = duration_of({step.wait_timer, step.wait}, t1);
      at.min += wait;
      at.max += wait;
    }
    ends[step.id] = at;
    whole.min = std::max(whole.min, at.min);
    whole.max = std::max(whole.max, at.max);
  }
  const Duration hold = duration_of({ladder.hold_timer, ladder.hold}, t1);
  return {whole.min + hold, whole.max + hold};
}

}  // namespace rung
