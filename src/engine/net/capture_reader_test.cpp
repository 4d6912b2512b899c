#include "engine/net/capture_reader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

#include "engine/net/capture_file.hpp"
#include "engine/net/pcapng.hpp"

namespace rung {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

const Endpoint kUe = Endpoint::ipv4(0x7f400001, 5070);
const Endpoint kGateway = Endpoint::ipv4(0x7f000001, 5090);
constexpr Duration kWallOffset = 1'700'000'000s;
constexpr FrameOwner kOwner = FrameOwner{0x1f} << 32 | 3;

class CaptureReading : public testing::Test {
 protected:
  CaptureReading()
      : path_(std::filesystem::temp_directory_path() /
              ("rung_reader_" + std::to_string(getpid()) + ".pcapng")) {}
  ~CaptureReading() override { std::filesystem::remove(path_); }

  /// One frame of a session of worker 1, or of nobody's.
  void write(CaptureFile& file, FrameNumber number, FrameOwner owner, std::string_view text,
             std::string_view comment = {}, bool outgoing = false) {
    CapturedFrame frame{as_octets(text), kGateway, kUe, time_from_ns(5), number, owner};
    frame.mark = {2, Verdict::fail};
    frame.outgoing = outgoing;
    std::vector<std::uint8_t> block(pcapng::kPacketBlockSizeMax);
    const std::size_t size =
        pcapng::write_packet(frame, kWallOffset, packet_id(1, number), comment, block);
    file.append({block.data(), size});
  }

  std::filesystem::path path_;
};

TEST_F(CaptureReading, gives_the_frames_of_the_sessions_asked_for_with_all_that_was_noted) {
  CaptureFile file = std::move(*CaptureFile::create(path_, "rung"));
  write(file, 11, 0, "nobody's");
  write(file, 12, kOwner, "one", "fail x: expected 0, actual 1");
  write(file, 13, kOwner + 1, "another session's");
  write(file, 14, kOwner, "three", "", true);
  ASSERT_EQ(file.close().code, NetErrorCode::none);

  const auto frames = read_sessions(path_, {session_key(1, kOwner)});

  ASSERT_TRUE(frames.ok());
  ASSERT_THAT(*frames, SizeIs(2));
  const RecordedFrame& first = (*frames)[0];
  EXPECT_EQ(first.number, 2U);
  EXPECT_EQ(first.session, "1-1f-3");
  EXPECT_EQ(as_text(first.octets), "one");
  EXPECT_EQ(first.comment, "fail x: expected 0, actual 1");
  EXPECT_EQ(to_string(first.source), to_string(kGateway));
  EXPECT_EQ(to_string(first.destination), to_string(kUe));
  EXPECT_EQ(ns(first.at), ns(kWallOffset) + 5);
  EXPECT_EQ(first.mark.step, 2);
  EXPECT_EQ(first.mark.verdict, Verdict::fail);
  EXPECT_FALSE(first.outgoing);
  EXPECT_EQ((*frames)[1].number, 4U);
  EXPECT_TRUE((*frames)[1].outgoing);
}

TEST_F(CaptureReading, a_file_cut_off_anywhere_gives_the_whole_frames_before) {
  CaptureFile file = std::move(*CaptureFile::create(path_, "rung"));
  write(file, 1, kOwner, "one");
  const std::size_t whole = std::filesystem::file_size(path_);
  write(file, 2, kOwner, "two");
  ASSERT_EQ(file.close().code, NetErrorCode::none);
  for (std::size_t size = std::filesystem::file_size(path_) - 1; size >= whole; --size) {
    std::filesystem::resize_file(path_, size);
    EXPECT_THAT(*read_sessions(path_, {session_key(1, kOwner)}), SizeIs(1)) << size;
  }
}

TEST_F(CaptureReading, octets_changed_anywhere_do_no_harm) {
  CaptureFile file = std::move(*CaptureFile::create(path_, "rung"));
  write(file, 1, kOwner, "one", "a comment");
  ASSERT_EQ(file.close().code, NetErrorCode::none);
  std::ifstream in(path_, std::ios::binary);
  const std::string good{std::istreambuf_iterator<char>(in), {}};
  for (std::size_t i = 0; i < good.size(); ++i) {
    std::string bad = good;
    bad[i] = static_cast<char>(~bad[i]);
    std::ofstream(path_, std::ios::binary) << bad;
    const auto frames = read_sessions(path_, {session_key(1, kOwner)});
    ASSERT_TRUE(frames.ok());
    EXPECT_LE(frames->size(), 1U) << i;
  }
}

TEST_F(CaptureReading, a_session_that_never_ends_is_cut_at_its_bound) {
  CaptureFile file = std::move(*CaptureFile::create(path_, "rung"));
  for (FrameNumber i = 1; i <= kFramesPerSessionMax + 5; ++i) write(file, i, kOwner, "again");
  ASSERT_EQ(file.close().code, NetErrorCode::none);

  EXPECT_THAT(*read_sessions(path_, {session_key(1, kOwner)}), SizeIs(kFramesPerSessionMax));
}

TEST_F(CaptureReading, no_file_is_an_error_and_no_session_is_nothing) {
  EXPECT_THAT(read_sessions("/nowhere", {"0-1-1"}).error().text, HasSubstr("/nowhere"));
  EXPECT_EQ(session_key(4, 0), "");
}

}  // namespace
}  // namespace rung
