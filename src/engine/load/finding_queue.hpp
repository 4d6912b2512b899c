// FindingQueue: findings on their way from a worker to the collector, without a lock. The worker
// pushes, the collector pops; what does not fit is counted, never waited for.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "engine/base/counter.hpp"
#include "engine/base/spsc_ring.hpp"
#include "engine/ladder/finding.hpp"
#include "engine/ladder/requirement.hpp"
#include "engine/net/capture_ring.hpp"

namespace rung {

/// Findings that may wait for the collector's next look.
inline constexpr std::size_t kFindingsQueued = 4096;
/// Findings of one session that its packet comment can name.
inline constexpr std::size_t kFindingsRemembered = 8;
/// Ladders of which an example is remembered.
inline constexpr std::size_t kExamplesMax = 256;

class FindingQueue final : public FindingSink {
 public:
  /// `capture` may be nullptr: no frames are kept then. All references outlive the queue.
  FindingQueue(CounterBlock& counters, CaptureRing* capture, const RequirementTable& requirements)
      : ring_(kFindingsQueued),
        counters_(counters),
        capture_(capture),
        requirements_(requirements) {}

  void found(const Finding& finding) override;
  void keep_session(FrameOwner owner, FrameNumber first_frame, Verdict verdict,
                    LadderIndex ladder) override;

  /// A session of that ladder that passed and was kept; 0: none. Once the worker stopped.
  [[nodiscard]] FrameOwner example(LadderIndex ladder) const;

  /// The collector's side.
  bool pop(Finding& finding) { return ring_.pop(finding); }

 private:
  /// "fail 24.341-5.3.3.4.2-c: expected ..., actual ...", one line per finding of that session that
  /// the frame shows.
  std::string_view comment(FrameOwner owner, Verdict verdict, FrameNumber frame);

  SpscRing<Finding> ring_;
  CounterBlock& counters_;
  CaptureRing* capture_;
  const RequirementTable& requirements_;
  std::array<Finding, kFindingsRemembered> recent_{};
  std::size_t recent_next_ = 0;
  std::array<char, kCommentSizeMax> comment_{};
  std::array<FrameOwner, kExamplesMax> examples_{};  // by ladder
};

}  // namespace rung
