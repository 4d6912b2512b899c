// Finding: requirement, step, expected, actual, frame. Fixed size, so that the loop can report one
// without allocating.
#pragma once

#include <cstdint>
#include <string_view>

#include "engine/base/datagram.hpp"
#include "engine/base/ids.hpp"
#include "engine/base/time.hpp"
#include "engine/base/verdict.hpp"
#include "engine/ladder/ladder.hpp"

namespace rung {

/// Text of bounded size; longer text is cut and ends in "...".
template <std::size_t N>
struct BoundedText {
  char text[N];
  std::uint8_t size = 0;
  void assign(std::string_view value) {
    const bool cut = value.size() > N;
    size = static_cast<std::uint8_t>(cut ? N : value.size());
    for (std::size_t i = 0; i < size; ++i) text[i] = value[i];
    if (cut) text[N - 1] = text[N - 2] = text[N - 3] = '.';
  }
  [[nodiscard]] std::string_view view() const { return {text, size}; }
};

struct Finding {
  RequirementIndex requirement;
  LadderIndex ladder;
  StepIndex step;
  Verdict verdict = Verdict::none;
  Path path{};  // the offending field, when has_path
  bool has_path = false;
  std::uint32_t ue = 0;  // global number of the UE
  Time at{};
  FrameNumber frame = 0;    // of a message that shows it; 0: nothing was received
  bool never_came = false;  // a message was missing: `frame` is the last one before
  FrameOwner owner = 0;
  BoundedText<120> expected;
  BoundedText<120> actual;
};

/// Takes findings from the loop. Rare, so a virtual call is affordable.
class FindingSink {
 public:
  virtual ~FindingSink() = default;
  virtual void found(const Finding& finding) = 0;
  /// A session ended that the capture shall keep: it failed, or it is the first of its ladder that
  /// passed and shows how the ladder goes when all is well.
  virtual void keep_session(FrameOwner owner, FrameNumber first_frame, Verdict verdict,
                            LadderIndex ladder) = 0;
};

}  // namespace rung
