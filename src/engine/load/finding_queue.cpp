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

}  // namespace

void FindingQueue::found(const Finding& finding) {
  recent_[recent_next_++ % kFindingsRemembered] = finding;
  if (!ring_.push(finding)) counters_.bump(Counter::findings_dropped);
}

std::string_view FindingQueue::comment(FrameOwner owner, Verdict verdict) {
  CommentWriter out(comment_);
  bool named = false;
  for (const Finding& finding : recent_) {
    if (finding.owner != owner || !finding.requirement.valid() || finding.verdict != verdict)
      continue;
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

FrameNumber FindingQueue::shown_at(FrameOwner owner, Verdict verdict) const {
  for (const Finding& finding : recent_) {
    if (finding.owner == owner && finding.verdict == verdict && finding.frame != 0)
      return finding.frame;
  }
  return 0;
}

FrameOwner FindingQueue::example(LadderIndex ladder) const {
  return ladder.value < kExamplesMax ? examples_[ladder.value] : 0;
}

void FindingQueue::keep_session(FrameOwner owner, FrameNumber first_frame, Verdict verdict,
                                LadderIndex ladder) {
  if (verdict == Verdict::pass && ladder.value < kExamplesMax) examples_[ladder.value] = owner;
  if (capture_ == nullptr) return;
  capture_->keep(owner, first_frame, comment(owner, verdict), shown_at(owner, verdict));
}

}  // namespace rung
