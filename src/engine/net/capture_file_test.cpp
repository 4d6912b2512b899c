#include "engine/net/capture_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <string>
#include <thread>
#include <vector>

#include "engine/net/capture_stream.hpp"
#include "engine/net/pcapng.hpp"

namespace rung {
namespace {

using testing::HasSubstr;

const Endpoint kUe = Endpoint::ipv4(0x7f400001, 5070);
const Endpoint kGateway = Endpoint::ipv4(0x7f000001, 5090);
constexpr Duration kWallOffset = 1'700'000'000s;

/// A file of its own per test, removed afterwards.
class CaptureFiles : public testing::Test {
 protected:
  CaptureFiles()
      : path_(std::filesystem::temp_directory_path() /
              ("rung_" + std::to_string(getpid()) + '_' +
               testing::UnitTest::GetInstance()->current_test_info()->name() + ".pcapng")) {}
  ~CaptureFiles() override { std::filesystem::remove(path_); }

  std::string run(const std::string& command) {
    std::string out;
    FILE* pipe = popen(command.c_str(), "r");
    char buffer[4096];
    std::size_t got = 0;
    while ((got = fread(buffer, 1, sizeof buffer, pipe)) > 0) out.append(buffer, got);
    status_ = pclose(pipe);
    return out;
  }

  std::string tshark(const std::string& arguments) {
    return run("tshark -r '" + path_.string() + "' -o udp.check_checksum:TRUE " +
               "-o ip.check_checksum:TRUE " + arguments + " 2>/dev/null");
  }
  static bool has_tshark() { return system("command -v tshark >/dev/null 2>&1") == 0; }

  std::filesystem::path path_;
  int status_ = 0;
};

void receive(Tap& tap, FrameNumber frame, FrameOwner owner, const std::string& text,
             std::int64_t at_ns) {
  RxDatagram d;
  d.octets = as_octets(text);
  d.local = kUe;
  d.remote = kGateway;
  d.arrived = time_from_ns(at_ns);
  d.frame = frame;
  d.owner = owner;
  tap.on_rx({&d, 1});
}

void send(Tap& tap, FrameNumber frame, FrameOwner owner, std::string text, std::int64_t at_ns) {
  TxDatagram d;
  d.buffer = reinterpret_cast<std::uint8_t*>(text.data());
  d.size = static_cast<std::uint32_t>(text.size());
  d.local = kUe;
  d.remote = kGateway;
  d.frame = frame;
  d.owner = owner;
  tap.on_tx({&d, 1}, time_from_ns(at_ns));
}

CaptureRingOptions small() {
  CaptureRingOptions options;
  options.ring_octets = 64 << 10;
  options.kept_octets = 64 << 10;
  return options;
}

TEST_F(CaptureFiles, kept_frames_of_all_workers_are_read_back_by_tshark) {
  CaptureRing first(small());
  CaptureRing second(small());
  send(first, 1, 7, "hello", 1'000);
  receive(first, 4, 7, std::string("answer\0with NUL", 15), 3'000);
  receive(second, 1, 9, "odd", 2'000);
  first.keep(7, 1, "fail [24.011-8.2.3-a]: RP-MR differs", 4);
  second.keep(9, 1, "inconclusive");
  first.serve();
  second.serve();
  const CaptureRing* rings[] = {&first, &second};

  const auto index = write_kept(path_, "rung test", kWallOffset, rings);

  ASSERT_TRUE(index.ok()) << index.error().text;
  EXPECT_EQ(index->size(), 3U);
  EXPECT_EQ(index->number_of(0, 1), 1U);
  EXPECT_EQ(index->number_of(1, 1), 2U);
  EXPECT_EQ(index->number_of(0, 4), 3U);
  EXPECT_EQ(index->number_of(0, 2), 0U);
  if (!has_tshark()) GTEST_SKIP() << "tshark is not installed: the file was not read back";
  const std::string text = tshark(
      "-T fields -E separator='|' -e frame.number -e frame.time_epoch -e ip.src -e udp.srcport "
      "-e ip.dst -e udp.dstport -e udp.length -e ip.checksum.status -e udp.checksum.status "
      "-e frame.comment");
  EXPECT_THAT(text, HasSubstr("1|1700000000.000001000|127.64.0.1|5070|127.0.0.1|5090|13|1|1|\n"));
  EXPECT_THAT(text, HasSubstr("2|1700000000.000002000|127.0.0.1|5090|127.64.0.1|5070|11|1|1|"
                              "inconclusive\n"));
  EXPECT_THAT(text, HasSubstr("3|1700000000.000003000|127.0.0.1|5090|127.64.0.1|5070|23|1|1|"
                              "fail [24.011-8.2.3-a]: RP-MR differs\n"));
}

TEST_F(CaptureFiles, tshark_knows_direction_and_application) {
  if (!has_tshark()) GTEST_SKIP() << "tshark is not installed";
  CaptureRing ring(small());
  send(ring, 1, 7, "out", 1'000);
  receive(ring, 2, 7, "in", 2'000);
  ring.keep(7, 1, "");
  ring.serve();
  const CaptureRing* rings[] = {&ring};
  ASSERT_TRUE(write_kept(path_, "rung 0.1", kWallOffset, rings).ok());

  EXPECT_EQ(tshark("-T fields -e frame.packet_flags_direction"), "0x00000002\n0x00000001\n");
  EXPECT_THAT(run("capinfos '" + path_.string() + "' 2>&1"), HasSubstr("rung 0.1"));
}

TEST_F(CaptureFiles, ipv6_frames_are_written_too) {
  Endpoint a;
  a.family = AddressFamily::ipv6;
  a.address[15] = 1;
  a.port = 5060;
  CaptureFile file = std::move(*CaptureFile::create(path_, "rung"));
  std::vector<std::uint8_t> block(pcapng::kPacketBlockSizeMax);
  const CapturedFrame frame{as_octets("six"), a, a, time_from_ns(1), 1, 0, {}, false};
  const std::size_t size = pcapng::write_packet(frame, kWallOffset, 1, "", block);
  ASSERT_GT(size, 0U);
  EXPECT_EQ(file.append({block.data(), size}).code, NetErrorCode::none);
  EXPECT_EQ(file.close().code, NetErrorCode::none);

  if (!has_tshark()) GTEST_SKIP() << "tshark is not installed: the file was not read back";
  EXPECT_EQ(tshark("-T fields -e ipv6.src -e udp.checksum.status"), "::1\t1\n");
}

TEST_F(CaptureFiles, a_full_disk_is_an_error_that_names_file_and_reason) {
  CaptureRing ring(small());
  receive(ring, 1, 7, "x", 1);
  ring.keep(7, 1, "");
  ring.serve();
  const CaptureRing* rings[] = {&ring};
  const auto index = write_kept("/dev/full", "rung", kWallOffset, rings);

  ASSERT_FALSE(index.ok());
  EXPECT_EQ(index.error().code, NetErrorCode::file);
  EXPECT_EQ(index.error().error_number, ENOSPC);
  EXPECT_EQ(index.error().text,
            "cannot write capture file /dev/full: No space left on device (errno 28)");
  EXPECT_EQ(write_kept("/nowhere/at/all", "rung", kWallOffset, rings).error().error_number, ENOENT);
}

TEST_F(CaptureFiles, a_stream_writes_every_frame_and_finds_each_again_by_worker_and_number) {
  CaptureStreamOptions options;
  options.workers = 2;
  options.wall_offset = kWallOffset;
  auto stream = std::move(*CaptureStream::create(path_, "rung", options));
  constexpr FrameNumber kCount = 4000;
  const std::string text(700, 'm');
  std::thread other([&] {
    for (FrameNumber f = 1; f <= kCount; ++f) receive(stream->tap(1), f, f, text, 1);
  });
  for (FrameNumber f = 1; f <= kCount; ++f) send(stream->tap(0), f, f, text, 1);
  other.join();

  const NetError error = stream->finish();

  EXPECT_EQ(error.code, NetErrorCode::none) << error.text;
  EXPECT_EQ(stream->counters().frames, 2 * kCount);
  EXPECT_EQ(stream->counters().dropped, 0U);
  const std::uint64_t ids[] = {packet_id(1, 17), packet_id(0, kCount), packet_id(0, kCount + 1)};
  const auto index = index_frames(path_, ids);
  ASSERT_TRUE(index.ok()) << index.error().text;
  EXPECT_EQ(index->size(), 2U);
  EXPECT_GT(index->number_of(1, 17), 0U);
  EXPECT_EQ(index->number_of(0, kCount + 1), 0U);
  if (!has_tshark()) GTEST_SKIP() << "tshark is not installed: the file was not read back";
  const std::string lines =
      tshark("-T fields -e frame.number -Y 'udp.length == 708 && udp.checksum.status == 1'");
  EXPECT_EQ(std::count(lines.begin(), lines.end(), '\n'), static_cast<std::ptrdiff_t>(2 * kCount));
}

TEST_F(CaptureFiles, a_stream_on_a_full_disk_reports_it_and_the_run_goes_on) {
  EXPECT_EQ(CaptureStream::create("/dev/full", "rung", {}).error().error_number, ENOSPC);
}

// A pipe whose reader went away after the header stands for a disk that fills up later.
TEST_F(CaptureFiles, a_stream_that_fails_later_drops_nothing_of_the_run_but_its_own_frames) {
  ASSERT_EQ(mkfifo(path_.c_str(), 0600), 0);
  FILE* reader = nullptr;
  std::thread opening([&] { reader = fopen(path_.c_str(), "r"); });
  auto created = CaptureStream::create(path_, "rung", {});
  opening.join();
  ASSERT_TRUE(created.ok()) << created.error().text;
  fclose(reader);
  signal(SIGPIPE, SIG_IGN);
  const std::string text(1000, 'm');
  for (FrameNumber f = 1; f <= 30'000; ++f) send((*created)->tap(0), f, f, text, 1);

  const NetError error = (*created)->finish();

  EXPECT_EQ(error.code, NetErrorCode::file);
  EXPECT_EQ(error.error_number, EPIPE);
  EXPECT_THAT(error.text, HasSubstr(path_.string()));
}

TEST_F(CaptureFiles, a_quiet_wire_does_not_keep_frames_from_the_file) {
  auto stream = std::move(*CaptureStream::create(path_, "rung", {}));
  const std::string text(700, 'm');
  const auto header_size = std::filesystem::file_size(path_);
  receive(stream->tap(0), 1, 1, text, 0);

  stream->tap(0).on_pass(Time{} + 400ms);
  EXPECT_EQ(std::filesystem::file_size(path_), header_size);
  stream->tap(0).on_pass(Time{} + 501ms);

  for (int i = 0; i < 10'000'000 && std::filesystem::file_size(path_) == header_size; ++i) {
    std::this_thread::yield();
  }
  EXPECT_GT(std::filesystem::file_size(path_), header_size + text.size());
}

// A pipe, for reads of a disk cannot be interrupted; of one over the network they can.
TEST_F(CaptureFiles, a_signal_does_not_end_the_reading_of_a_file) {
  {
    auto stream = std::move(*CaptureStream::create(path_, "rung", {}));
    for (FrameNumber f = 1; f <= 20; ++f) send(stream->tap(0), f, f, "text", 1);
    ASSERT_EQ(stream->finish().code, NetErrorCode::none);
  }
  const std::string octets = run("cat '" + path_.string() + "'");
  std::filesystem::remove(path_);
  ASSERT_EQ(mkfifo(path_.c_str(), 0600), 0);
  struct sigaction handled {};
  handled.sa_handler = [](int) {};
  ASSERT_EQ(sigaction(SIGUSR1, &handled, nullptr), 0);
  const pthread_t reader = pthread_self();
  std::thread writer([&] {
    FILE* pipe = fopen(path_.c_str(), "w");
    fwrite(octets.data(), 1, octets.size() / 2, pipe);
    fflush(pipe);
    for (int i = 0; i < 2000; ++i) {
      pthread_kill(reader, SIGUSR1);
      std::this_thread::yield();
    }
    fwrite(octets.data() + octets.size() / 2, 1, octets.size() - octets.size() / 2, pipe);
    fclose(pipe);
  });

  const std::uint64_t ids[] = {packet_id(0, 1), packet_id(0, 20)};
  const auto index = index_frames(path_, ids);
  writer.join();

  ASSERT_TRUE(index.ok()) << index.error().text;
  EXPECT_EQ(index->size(), 2U);
}

}  // namespace
}  // namespace rung
