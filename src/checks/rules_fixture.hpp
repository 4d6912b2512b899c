// Sessions as rules see them, for their tests: what came when, changed step by step.
#pragma once

#include <vector>

#include "checks/rules.hpp"
#include "engine/ladder/requirement.hpp"

namespace rung::rules {

inline constexpr std::uint8_t kAckToMs = 3;  // TS 24.011 8.2.2: RP-ACK, network to MS

/// An MO session as the ladder draws it: 0 submit, 1 answer, 2 report, 3 our answer to the report.
struct MoSession {
  std::vector<StepEvidence> steps{4};
  Evidence e;

  MoSession() {
    at(0, {.done = true, .ours = true, .request = true}, 0ms);
    at(1, {.done = true, .status = 202, .cause_mask = 1, .answers = 0}, 5ms);
    at(2, {.done = true, .request = true, .rp_mti = kAckToMs, .cause_mask = 1, .replies_to = 0},
       20ms);
    at(3, {.done = true, .ours = true, .status = 200, .cause_mask = 4, .answers = 2}, 21ms);
    e.ended = Time{30ms};
    e.reorder_max = 50ms;
    e.t1 = 500ms;
    e.t2 = 4s;
  }
  void at(std::size_t step, const StepEvidence& what, Duration when) {
    steps[step] = what;
    steps[step].first = steps[step].last = Time{when};
  }
  /// The step never happened; the session waited for it until `ended`.
  void never(std::size_t step, Duration ended = 35s) {
    steps[step].done = false;
    steps[step].status = 0;
    steps[step].rp_mti = 0xff;
    steps[step].first = steps[step].last = Time{};
    e.ended = Time{ended};
  }
  Verdict ask(Rule rule, std::uint8_t step) {
    e.steps = steps;
    e.step = step;
    return rule(e);
  }
};

/// The same with a delivery: 0 submit, 1 answer, 2 delivery, 3 our answer, 4 our delivery report.
struct MtSession : MoSession {
  MtSession() {
    steps.resize(5);
    at(4, {.done = true, .ours = true, .request = true, .cause_mask = 8, .replies_to = 2}, 25ms);
    steps[2].replies_to = 0xff;
  }
  /// We leave the delivery unanswered for `watched`; `copies` of it came, the last at `last`.
  void unanswered(Duration watched, std::uint16_t copies, Duration last) {
    never(3, watched + 1s);
    never(4, watched + 1s);
    e.copies_watched = watched;
    steps[2].copies = copies;
    steps[2].last = Time{last};
  }
};

}  // namespace rung::rules
