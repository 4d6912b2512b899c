#include "engine/load/finding_queue.hpp"

#include <algorithm>
#include <cstring>

namespace rung {
namespace {

/// Appends what fits; a comment that is cut is still a comment.
class CommentWriter {
 public:
  explicit CommentWriter(std::span<char> out) : out_(out) {}
  CommentWriter& operator<<(std::string_view text) {
    const std::size_t size = std::min(text.size(), out_.size() - size_);
    std::memcpy(out_.data() + size_, text.data(), size);
    size_ += size;
    return *this;
  }
  [[nodiscard]] std::string_view text() const { return {out_.data(), size_}; }

 private:
  std::span<char> out_;
  std::size_t size_ = 0;
};

bool shows(const Finding& finding, FrameOwner owner, Verdict verdict, FrameNumber frame) {
  return finding.owner == owner && finding.verdict == verdict && finding.frame == frame;
}

}  // namespace

void FindingQueue::found(const Finding& finding) {
  recent_[recent_next_++ % kFindingsRemembered] = finding;
  if (!ring_.push(finding)) counters_.bump(Counter::findings_dropped);
}

std::string_view FindingQueue::comment(FrameOwner owner, Verdict verdict, FrameNumber frame) {
  CommentWriter out(comment_);
  bool named = false;
  for (const Finding& finding : recent_) {
    if (!finding.requirement.valid() || !shows(finding, owner, verdict, frame)) continue;
    const Requirement& requirement = requirements_.at(finding.requirement);
    out << (named ? "\n" : "") << to_string(finding.verdict) << " " << requirement.id
        << (requirement.confirmed ? "" : " (unconfirmed)") << ": expected "
        << finding.expected.view() << ", actual " << finding.actual.view();
    named = true;
  }
  if (!named)
    out << to_string(verdict) << (verdict == Verdict::pass ? ": the first of its ladder" : "");
  return out.text();
}

FrameOwner FindingQueue::example(LadderIndex ladder) const {
  return ladder.value < kExamplesMax ? examples_[ladder.value] : 0;
}

void FindingQueue::keep_session(FrameOwner owner, FrameNumber first_frame, Verdict verdict,
                                LadderIndex ladder) {
  if (verdict == Verdict::pass && ladder.value < kExamplesMax) examples_[ladder.value] = owner;
  if (capture_ == nullptr) return;
  // A comment stands where the eye has to go: on each frame that shows a finding.
  std::array<FrameNumber, kFindingsRemembered> frames{};
  std::size_t count = 0;
  for (const Finding& finding : recent_) {
    if (!shows(finding, owner, verdict, finding.frame)) continue;
    const auto end = frames.begin() + static_cast<std::ptrdiff_t>(count);
    if (std::find(frames.begin(), end, finding.frame) == end) frames[count++] = finding.frame;
  }
  if (count == 0) count = 1;  // nothing to show: on its newest frame
  for (std::size_t i = 0; i < count; ++i) {
    capture_->keep(owner, first_frame, comment(owner, verdict, frames[i]), frames[i]);
  }
}

}  // namespace rung
