#include "engine/net/capture_ring.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

namespace rung {
namespace {

const Endpoint kUe = Endpoint::ipv4(0x7f400001, 5060);
const Endpoint kGateway = Endpoint::ipv4(0x7f000001, 5060);

CaptureRingOptions small() {
  CaptureRingOptions options;
  options.ring_octets = 64 << 10;
  options.kept_octets = 64 << 10;
  options.kept_frames_max = 64;
  options.own = kUe;
  return options;
}

void receive(CaptureRing& ring, FrameNumber frame, FrameOwner owner, std::string_view text,
             Time at = {}) {
  RxDatagram d;
  d.octets = as_octets(text);
  d.local = kUe;
  d.remote = kGateway;
  d.arrived = at;
  d.frame = frame;
  d.owner = owner;
  ring.on_rx({&d, 1});
}

void send(CaptureRing& ring, FrameNumber frame, FrameOwner owner, std::string text, Time at = {}) {
  TxDatagram d;
  d.buffer = reinterpret_cast<std::uint8_t*>(text.data());
  d.size = static_cast<std::uint32_t>(text.size());
  d.remote = kGateway;
  d.frame = frame;
  d.owner = owner;
  ring.on_tx({&d, 1}, at);
}

std::vector<FrameNumber> kept_frames(const CaptureRing& ring) {
  std::vector<FrameNumber> frames;
  for (std::size_t i = 0; i < ring.kept_count(); ++i) frames.push_back(ring.kept(i).frame);
  std::sort(frames.begin(), frames.end());
  return frames;
}

std::string comment_of(const CaptureRing& ring, FrameNumber frame) {
  std::array<char, 1024> out;
  for (std::size_t i = 0; i < ring.kept_count(); ++i) {
    if (ring.kept(i).frame == frame) return std::string(ring.comment(i, out));
  }
  return "not kept";
}

std::string pattern(FrameNumber frame) {
  return std::string(frame * 37 % 1500, static_cast<char>('a' + frame % 26));
}

TEST(CaptureRing, keeps_a_sessions_frames_and_nobody_elses) {
  CaptureRing ring(small());
  send(ring, 1, 7, "MESSAGE");
  send(ring, 2, 8, "other");
  receive(ring, 3, 7, "202");
  receive(ring, 4, 0, "stranger");
  ring.keep(7, 1, "fail: RP-MR differs", 3);
  send(ring, 5, 7, "200, sent in the pass that kept");

  EXPECT_EQ(kept_frames(ring), (std::vector<FrameNumber>{1, 3, 5}));
  EXPECT_EQ(comment_of(ring, 3), "fail: RP-MR differs");
  EXPECT_EQ(comment_of(ring, 1), "");
  for (std::size_t i = 0; i < ring.kept_count(); ++i) {
    const CapturedFrame f = ring.kept(i);
    EXPECT_EQ(f.outgoing, f.frame != 3);
    EXPECT_EQ(f.source, f.outgoing ? kUe : kGateway);
    EXPECT_EQ(f.destination, f.outgoing ? kGateway : kUe);
    EXPECT_EQ(as_text(f.octets) == "202", f.frame == 3);
  }
}

TEST(CaptureRing, a_second_finding_adds_its_comment_and_no_second_copy) {
  CaptureRing ring(small());
  receive(ring, 1, 7, "MESSAGE");
  receive(ring, 2, 7, "report");
  ring.keep(7, 1, "first", 2);
  ring.keep(7, 1, "second", 2);
  ring.keep(7, 1, "where its frame is gone: on the newest", 99);
  ring.serve();

  EXPECT_EQ(kept_frames(ring), (std::vector<FrameNumber>{1, 2}));
  EXPECT_EQ(comment_of(ring, 2), "first; second; where its frame is gone: on the newest");
}

TEST(CaptureRing, an_earlier_session_of_the_same_owner_number_is_left_out) {
  CaptureRing ring(small());
  receive(ring, 1, 7, "before");
  receive(ring, 2, 7, "now");
  ring.keep(7, 2, "");
  ring.serve();
  EXPECT_EQ(kept_frames(ring), (std::vector<FrameNumber>{2}));
}

TEST(CaptureRing, a_stranger_is_kept_by_its_frame_alone) {
  CaptureRing ring(small());
  receive(ring, 1, 0, "stranger");
  receive(ring, 2, 0, "another");
  ring.keep(0, 1, "nobody asked for this");
  ring.serve();
  EXPECT_EQ(kept_frames(ring), (std::vector<FrameNumber>{1}));
  EXPECT_EQ(comment_of(ring, 1), "nobody asked for this");
}

// 64 KiB hold some 90 frames of 600 octets; the ring is filled many times over.
TEST(CaptureRing, keeps_all_it_holds_once_and_with_the_comments_there_are) {
  CaptureRing ring(small());
  receive(ring, 1, 7, "of a session");
  receive(ring, 2, 0, "of nobody");
  send(ring, 3, 9, "of another session");
  ring.keep(7, 1, "fail X");
  ring.serve();
  ring.keep_all();
  EXPECT_EQ(kept_frames(ring), (std::vector<FrameNumber>{1, 2, 3}));
  EXPECT_EQ(comment_of(ring, 1), "fail X");
  EXPECT_EQ(comment_of(ring, 2), "");
  ring.keep_all();
  EXPECT_EQ(ring.kept_count(), 3U);
}

TEST(CaptureRing, keeps_all_of_a_ring_that_has_wrapped) {
  CaptureRing ring(small());
  for (FrameNumber frame = 1; frame <= 500; ++frame) {
    receive(ring, frame, 1, std::string(frame * 37 % 300, 'x'));
  }
  const FrameNumber oldest = ring.oldest();
  ASSERT_GT(oldest, 1U);
  ring.keep_all();
  const std::vector<FrameNumber> kept = kept_frames(ring);
  ASSERT_EQ(kept.size(), 64U) << "the kept store has room for so many frames";
  EXPECT_EQ(kept.front(), oldest);
}

TEST(CaptureRing, holds_the_newest_and_says_what_it_lost_and_how_long_it_reaches_back) {
  CaptureRing ring(small());
  const std::string text(601, 'x');
  constexpr FrameNumber kCount = 5000;
  for (FrameNumber f = 1; f <= kCount; ++f) {
    receive(ring, f, f, text, time_from_ns(static_cast<std::int64_t>(f) * 1'000'000));
    ASSERT_GE(ring.oldest(), 1U);
  }
  const FrameNumber oldest = ring.oldest();

  EXPECT_GT(oldest, kCount - 100);
  EXPECT_LT(oldest, kCount - 50);
  EXPECT_EQ(ring.counters().overwritten, oldest - 1);
  EXPECT_EQ(ring.held(), Duration{static_cast<std::int64_t>(kCount - oldest) * 1'000'000});
  ring.keep(oldest - 1, oldest - 1, "too late");
  ring.keep(oldest, oldest, "just in time");
  ring.serve();
  EXPECT_EQ(kept_frames(ring), (std::vector<FrameNumber>{oldest}));
  EXPECT_EQ(ring.counters().incomplete, 1U);
}

TEST(CaptureRing, every_frame_still_held_comes_back_octet_for_octet_whatever_the_sizes) {
  CaptureRing ring(small());
  FrameNumber frame = 1;
  for (int lap = 0; lap < 3000; ++lap, ++frame) {
    receive(ring, frame, frame, pattern(frame));
  }
  for (FrameNumber f = ring.oldest(); f < frame; ++f) ring.keep(f, f, "");
  ring.serve();

  ASSERT_GT(ring.kept_count(), 40U);
  for (std::size_t i = 0; i < ring.kept_count(); ++i) {
    const CapturedFrame f = ring.kept(i);
    ASSERT_EQ(as_text(f.octets), pattern(f.frame));
  }
}

TEST(CaptureRing, a_full_kept_store_refuses_and_counts) {
  CaptureRingOptions options = small();
  options.kept_frames_max = 2;
  CaptureRing ring(options);
  for (FrameNumber f = 1; f <= 5; ++f) receive(ring, f, 7, "x");
  ring.keep(7, 1, "");
  ring.serve();
  EXPECT_EQ(ring.kept_count(), 2U);
  EXPECT_EQ(ring.counters().refused, 3U);
}

TEST(CaptureRing, more_requests_than_may_wait_are_served_early_and_none_is_lost) {
  CaptureRingOptions options = small();
  options.kept_frames_max = 200;
  CaptureRing ring(options);
  for (FrameNumber f = 1; f <= 150; ++f) receive(ring, f, f, "x");
  for (FrameNumber f = 1; f <= 150; ++f) ring.keep(f, f, "");
  ring.serve();
  EXPECT_EQ(ring.kept_count(), 150U);
}

}  // namespace
}  // namespace rung
