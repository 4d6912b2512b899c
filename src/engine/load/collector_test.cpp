#include "engine/load/collector.hpp"

#include <gtest/gtest.h>

namespace rung {
namespace {

constexpr Requirement kRows[] = {
    {.id = "first", .clause = "own", .text = "", .legs = "", .confirmed = true},
    {.id = "second", .clause = "own", .text = "", .legs = ""}};

class CollectorTest : public ::testing::Test {
 protected:
  static Finding finding(std::uint32_t requirement, FrameOwner owner = 1, FrameNumber frame = 0) {
    Finding f;
    if (requirement != kNone) f.requirement = RequirementIndex(requirement);
    f.verdict = Verdict::fail;
    f.owner = owner;
    f.frame = frame;
    f.expected.assign("202");
    f.actual.assign("200");
    return f;
  }
  static constexpr std::uint32_t kNone = UINT32_MAX;

  CounterBlock counters_;
  RequirementTable table_{kRows};
  CaptureRing ring_{CaptureRingOptions{.ring_octets = 1 << 20}};
  FindingQueue first_{counters_, &ring_, table_};
  FindingQueue second_{counters_, nullptr, table_};
};

TEST_F(CollectorTest, keeps_the_first_findings_and_counts_the_others) {
  Collector collector({&first_, &second_}, 2, table_.size());
  for (int i = 0; i < 5; ++i) first_.found(finding(0));
  second_.found(finding(0));

  collector.drain();

  EXPECT_EQ(collector.counted(), 6U);
  ASSERT_EQ(collector.kept().size(), 2U);
  EXPECT_EQ(collector.kept()[0].worker, 0U);
}

TEST_F(CollectorTest, the_first_finding_of_every_requirement_is_kept_whatever_the_bound) {
  Collector collector({&first_, &second_}, 0, table_.size());
  first_.found(finding(0));
  first_.found(finding(0));
  second_.found(finding(1));
  first_.found(finding(kNone));

  collector.drain();

  ASSERT_EQ(collector.kept().size(), 2U);
  EXPECT_EQ(collector.kept()[0].finding.requirement.value, 0U);
  EXPECT_EQ(collector.kept()[1].finding.requirement.value, 1U);
  EXPECT_EQ(collector.kept()[1].worker, 1U);
}

TEST_F(CollectorTest, what_nobody_collects_in_time_is_counted_not_waited_for) {
  for (std::size_t i = 0; i < kFindingsQueued + 10; ++i) first_.found(finding(0));
  Collector collector({&first_}, 1'000'000, table_.size());

  collector.drain();

  EXPECT_EQ(collector.counted() + counters_.read(Counter::findings_dropped), kFindingsQueued + 10);
  EXPECT_GE(collector.counted(), kFindingsQueued - 1);
}

/// Frames 1.. of the ring, all of owner 1.
void tap_frames(CaptureRing& ring, FrameNumber count) {
  std::uint8_t octets[8] = {};
  for (FrameNumber n = 1; n <= count; ++n) {
    RxDatagram d;
    d.octets = octets;
    d.frame = n;
    d.owner = 1;
    d.local = d.remote = Endpoint::ipv4(0x7f000001, 5060);
    ring.on_rx({&d, 1});
  }
}

std::string comment_of(const CaptureRing& ring, FrameNumber frame) {
  char out[600];
  for (std::size_t i = 0; i < ring.kept_count(); ++i) {
    if (ring.kept(i).frame == frame) return std::string(ring.comment(i, out));
  }
  return "not kept";
}

TEST_F(CollectorTest, a_failed_session_is_kept_with_its_findings_on_the_frame_that_shows_them) {
  tap_frames(ring_, 4);
  first_.found(finding(0, 1, 3));
  first_.found(finding(1, 1, 3));
  first_.found(finding(1, 1, 4));

  first_.keep_session(1, 1, Verdict::fail, LadderIndex(0));
  ring_.serve();

  EXPECT_EQ(ring_.kept_count(), 4U);
  EXPECT_EQ(comment_of(ring_, 3),
            "fail first: expected 202, actual 200\n"
            "fail second (unconfirmed): expected 202, actual 200");
  EXPECT_EQ(comment_of(ring_, 4), "fail second (unconfirmed): expected 202, actual 200");
}

TEST_F(CollectorTest, findings_of_other_sessions_are_not_named_in_a_comment) {
  tap_frames(ring_, 2);
  first_.found(finding(0, 99, 1));

  first_.keep_session(1, 1, Verdict::fail, LadderIndex(0));
  ring_.serve();

  EXPECT_EQ(comment_of(ring_, 2), "fail");
}

TEST_F(CollectorTest, a_comment_that_is_too_long_is_cut) {
  tap_frames(ring_, 1);
  Finding f = finding(0, 1, 1);
  f.expected.assign(std::string(120, 'e'));
  f.actual.assign(std::string(120, 'a'));
  for (int i = 0; i < 8; ++i) first_.found(f);

  first_.keep_session(1, 1, Verdict::fail, LadderIndex(0));
  ring_.serve();

  const std::string comment = comment_of(ring_, 1);
  EXPECT_EQ(comment.size(), kCommentSizeMax);
  EXPECT_TRUE(comment.starts_with("fail first: expected eee"));
}

TEST_F(CollectorTest, without_a_capture_a_failed_session_leaves_its_findings_only) {
  second_.found(finding(0));
  second_.keep_session(1, 1, Verdict::fail, LadderIndex(0));

  Finding out;
  EXPECT_TRUE(second_.pop(out));
  EXPECT_FALSE(second_.pop(out));
}

}  // namespace
}  // namespace rung
