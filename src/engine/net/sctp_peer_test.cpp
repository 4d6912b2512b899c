// A stranger at the other end: Debian's usrsctp programs with their own UDP encapsulation, in a
// network of their own, and tshark to read the packets down to SCTP's checksum.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <initializer_list>
#include <memory>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "engine/net/capture_stream.hpp"
#include "engine/net/clock.hpp"
#include "engine/net/own_network.hpp"
#include "engine/net/sctp_rig.hpp"
#include "engine/net/uring_udp.hpp"
#include "engine/wire/m3ua_data.hpp"

namespace rung {
namespace {

constexpr const char* kEchoServer = "/usr/lib/usrsctp/echo_server";
constexpr const char* kClient = "/usr/lib/usrsctp/client";
constexpr std::uint16_t kEchoPort = 7;
constexpr std::size_t kMessages = 300;
constexpr Duration kPatience = 20s;

std::vector<std::uint8_t> data_message(std::uint8_t sls) {
  const m3ua::DataHeader header(
      {.opc = 1, .dpc = 2, .ni = 2, .routing_context = 100, .network_appearance = {}});
  constexpr std::size_t kUserDataSize = 132;
  std::vector<std::uint8_t> message(header.message_size(kUserDataSize), 0x55);
  header.write(sls, kUserDataSize, message);
  return message;
}

/// Debian's program, ended with this object. Its UDP port is 9899, ours 9900.
class Peer {
 public:
  explicit Peer(std::initializer_list<const char*> words) {
    if (pipe(input_) != 0) return;
    process_ = fork();
    if (process_ != 0) return;
    dup2(input_[0], STDIN_FILENO);
    ::close(input_[1]);
    static_cast<void>(std::freopen("/dev/null", "w", stdout));
    static_cast<void>(std::freopen("/dev/null", "w", stderr));
    std::vector<char*> arguments;
    for (const char* word : words) arguments.push_back(const_cast<char*>(word));
    arguments.push_back(nullptr);
    execv(arguments[0], arguments.data());
    _exit(1);
  }
  ~Peer() {
    if (process_ <= 0) return;
    kill(process_, SIGKILL);
    waitpid(process_, nullptr, 0);
  }
  bool type(std::string_view text) const {
    return write(input_[1], text.data(), text.size()) == static_cast<ssize_t>(text.size());
  }
  /// Ends its input, after which the client shuts its association down.
  void end_input() const { ::close(input_[1]); }

 private:
  pid_t process_ = -1;
  int input_[2] = {-1, -1};
};

/// Sends M3UA DATA to the echo server and waits until all are back; 0 when all went well.
int exchange(const std::string& capture) {
  const Peer peer{kEchoServer, "9899", "9900"};
  auto transport = UringUdp::open({.bind = Endpoint::ipv4(0x7f000001, 9900)});
  if (!transport.ok()) return 2;
  auto stream = CaptureStream::create(
      capture, "test",
      {.workers = 1, .wall_offset = wall_offset(), .own = {(*transport)->local()}});
  if (!stream.ok()) return 3;
  SctpRecorder user;
  int result = 0;
  {
    SctpStack stack({}, MonotonicClock::read());
    stack.add_carrier(**transport, (*stream)->tap(0));
    // The peer may take a while to listen: a refusal is tried again.
    SctpAssociation& association = stack.open({.remote = Endpoint::ipv4(0x7f000001, kSctpUdpPort),
                                               .local_port = 5000,
                                               .remote_port = kEchoPort,
                                               .back_off_min = 100ms,
                                               .back_off_max = 100ms},
                                              user);
    const Time end = MonotonicClock::read() + kPatience;
    const auto done = [&] {
      return association.counters().sent == kMessages && user.messages.size() >= kMessages;
    };
    while (!done() && MonotonicClock::read() < end) {
      const Time now = MonotonicClock::read();
      stack.poll(now);
      for (int i = 0; i < 10 && association.counters().sent < kMessages; ++i) {
        const auto sls = static_cast<std::uint8_t>(association.counters().sent % 8);
        const auto sid = static_cast<std::uint16_t>(1 + sls % 8);
        if (association.send(sid, m3ua::kPpid, data_message(sls)) != SctpSend::sent) break;
      }
      stack.flush(now);
      (*transport)->wait(now + 1ms);
    }
    if (!done()) result = 4;
    for (const auto& message : user.messages) {
      const auto sls = static_cast<std::uint8_t>(message.stream - 1);
      if (message.octets != as_text(data_message(sls)) || message.ppid != m3ua::kPpid) result = 5;
    }
    association.close();
    for (int i = 0; i < 50; ++i) {
      stack.poll(MonotonicClock::read());
      (*transport)->wait(MonotonicClock::read() + 1ms);
    }
    if (stack.counters().bad_checksum != 0) result = 6;
  }
  static_cast<void>((*stream)->finish());
  return result;
}

/// Debian's client connects to us, says two lines, hears them again and ends in order; 0 when so.
int serve() {
  auto transport = UringUdp::open({.bind = Endpoint::ipv4(0x7f000001, 9900)});
  if (!transport.ok()) return 2;
  NullTap tap;
  SctpRecorder user;
  user.echo = true;
  SctpStack stack({}, MonotonicClock::read());
  stack.add_carrier(**transport, tap);
  stack.open({.local_port = m3ua::kPort, .listen = true}, user);
  const Peer peer{kClient, "127.0.0.1", "2905", "5000", "9899", "9900"};
  if (!peer.type("from a stranger\n")) return 3;
  const Time end = MonotonicClock::read() + kPatience;
  const auto until = [&](auto done) {
    while (!done() && MonotonicClock::read() < end) {
      stack.poll(MonotonicClock::read());
      (*transport)->wait(MonotonicClock::read() + 1ms);
    }
    return done();
  };
  if (!until([&] { return user.messages.size() == 1; })) return 4;
  if (user.messages[0].octets != "from a stranger\n") return 5;
  if (!peer.type("once more\n") || !until([&] { return user.messages.size() == 2; })) return 6;
  peer.end_input();
  if (!until([&] { return user.changes.size() == 2; })) return 7;
  const bool in_order =
      user.changes[0] == SctpChange::up && user.changes[1] == SctpChange::shut_down;
  return in_order ? 0 : 8;
}

std::string tshark(const std::string& capture, const std::string& arguments) {
  const std::string command =
      "tshark -n -o sctp.checksum:CRC-32c -r " + capture + " " + arguments + " 2>/dev/null";
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> pipe(popen(command.c_str(), "r"), pclose);
  std::string output;
  std::array<char, 4096> chunk;
  while (const std::size_t size = std::fread(chunk.data(), 1, chunk.size(), pipe.get())) {
    output.append(chunk.data(), size);
  }
  return output;
}

std::size_t lines(const std::string& text) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

class Capture {
 public:
  Capture()
      : path_(std::filesystem::temp_directory_path() /
              ("rung_sctp_" + std::to_string(getpid()) + ".pcapng")) {}
  ~Capture() { std::filesystem::remove(path_); }
  [[nodiscard]] std::string path() const { return path_.string(); }

 private:
  std::filesystem::path path_;
};

TEST(SctpPeer, debians_echo_server_takes_and_returns_our_messages_and_tshark_reads_them_clean) {
  if (access(kEchoServer, X_OK) != 0) GTEST_SKIP() << "no libusrsctp-examples";
  const Capture capture;

  in_a_network_of_its_own("ip link set lo up", [&] { return exchange(capture.path()); });

  if (HasFailure() || IsSkipped()) return;
  if (std::system("tshark --version > /dev/null 2>&1") != 0) GTEST_SKIP() << "no tshark";
  const std::size_t packets = lines(tshark(capture.path(), "-Y sctp"));
  EXPECT_GE(packets, 20U);
  EXPECT_EQ(lines(tshark(capture.path(), "")), packets) << "every packet is SCTP";
  EXPECT_EQ(lines(tshark(capture.path(), "-Y 'sctp.checksum.status == 1'")), packets);
  EXPECT_EQ(tshark(capture.path(), "-Y '_ws.malformed || sctp.checksum.status == 0'"), "");
  // Two DATA chunks a message: ours and the echo. A packet may hold several.
  std::istringstream fields(
      tshark(capture.path(), "-Y m3ua -T fields -E occurrence=a -e m3ua.protocol_data_sls"));
  std::size_t messages = 0;
  for (std::string line; std::getline(fields, line);) {
    messages += 1 + static_cast<std::size_t>(std::count(line.begin(), line.end(), ','));
  }
  EXPECT_EQ(messages, 2 * kMessages);
}

TEST(SctpPeer, debians_client_finds_us_listening_and_its_end_is_one_in_order) {
  if (access(kClient, X_OK) != 0) GTEST_SKIP() << "no libusrsctp-examples";
  in_a_network_of_its_own("ip link set lo up", serve);
}

}  // namespace
}  // namespace rung
