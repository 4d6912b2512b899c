// A link over each carrier there is, its capture read by tshark from IP up to MAP.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>

#include "engine/net/capture_stream.hpp"
#include "engine/net/clock.hpp"
#include "engine/net/link_rig.hpp"
#include "engine/net/own_network.hpp"
#include "engine/net/raw_sctp.hpp"
#include "engine/net/unit_tap.hpp"
#include "engine/net/uring_udp.hpp"

namespace rung::m3ua {
namespace {

constexpr Duration kPatience = 20s;

class Capture {
 public:
  Capture()
      : path_(std::filesystem::temp_directory_path() /
              ("rung_link_" + std::to_string(getpid()) + ".pcapng")) {}
  Capture(const Capture&) = delete;
  Capture& operator=(const Capture&) = delete;
  ~Capture() { std::filesystem::remove(path_); }
  [[nodiscard]] std::string path() const { return path_.string(); }

  /// Lines that tshark prints of the file, every checksum looked at.
  [[nodiscard]] std::vector<std::string> read(const std::string& arguments) const {
    const std::string command =
        "tshark -n -o sctp.checksum:CRC-32c -o ip.check_checksum:TRUE -o udp.check_checksum:TRUE "
        "-r " +
        path() + " " + arguments + " 2>/dev/null";
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> pipe(popen(command.c_str(), "r"), pclose);
    std::vector<std::string> lines;
    std::array<char, 4096> line;
    while (std::fgets(line.data(), line.size(), pipe.get()) != nullptr) {
      lines.emplace_back(line.data());
      while (!lines.back().empty() && lines.back().back() == '\n') lines.back().pop_back();
    }
    return lines;
  }

 private:
  std::filesystem::path path_;
};

/// Every MAP vector, and last the one that is too long for one XUDT, made one LUDT.
std::vector<Bytes> all_messages() {
  std::vector<Bytes> messages = golden_messages("map.txt", "E");
  UnitSegments segments;
  for (const Bytes& segment : golden_messages("sigtran.txt", "_seg")) {
    const Octets whole = segments.received(segment, Time{1s});
    if (!whole.empty()) messages.emplace_back(whole.begin(), whole.end());
  }
  return messages;
}

/// All of them from one end to the other; 0 when they came as they were sent.
int exchange(Transport& left, Transport& right, const std::string& path) {
  auto capture = CaptureStream::create(
      path, "test", {.workers = 1, .wall_offset = wall_offset(), .own = {left.local()}});
  if (!capture.ok()) return 2;
  int result = 0;
  NullTap none;
  {
    SctpStack stack({}, MonotonicClock::read());
    stack.add_carrier(left, (*capture)->tap(0));
    stack.add_carrier(right, none);
    LinkTransport asp{stack, {}};
    LinkTransport sg{stack, {}};
    LinkOptions options = end_of(Role::asp, 1, 2);
    options.sctp.remote = right.local();
    Link& link = asp.open(options);
    options = end_of(Role::sg, 2, 1);
    options.sctp.carrier = 1;
    options.sctp.listen = true;
    options.sctp.remote = left.local();
    sg.open(options);
    const std::vector<Bytes> messages = all_messages();
    std::uint8_t sls = 0;
    std::vector<std::string> sent;
    std::vector<std::string> received;
    const Time end = MonotonicClock::read() + kPatience;
    while (received.size() < messages.size() && MonotonicClock::read() < end) {
      const Time now = MonotonicClock::read();
      asp.rx_burst(now);
      for (const RxDatagram& datagram : sg.rx_burst(now)) {
        ProtocolData unit;
        if (!read(datagram.octets, unit)) result = 3;
        received.emplace_back(as_text(unit.user_data));
      }
      if (link.active() && sent.size() < messages.size()) {
        const Bytes& message = messages[sent.size()];
        if (!put(asp, {.opc = 1, .dpc = 2, .sls = sls++, .user_data = message})) result = 4;
        asp.tx_burst(now);
        sent.emplace_back(as_text(message));
      }
      asp.wait(now + 1ms);
    }
    std::sort(sent.begin(), sent.end());
    std::sort(received.begin(), received.end());
    if (sent != received || sent.size() < 30) result = 5;
  }
  static_cast<void>((*capture)->finish());
  return result;
}

void expect_clean(const Capture& capture, const std::string& bottom) {
  if (std::system("tshark --version > /dev/null 2>&1") != 0) GTEST_SKIP() << "no tshark";
  const auto all = capture.read("");
  ASSERT_GT(all.size(), 40U);
  EXPECT_EQ(capture.read("-Y '" + bottom + " && sctp.checksum.status == 1'").size(), all.size());
  EXPECT_EQ(capture.read("-Y '_ws.malformed || _ws.expert.severity >= 6291456 || "
                         "sctp.checksum.status == 0 || ip.checksum.status == 0 || "
                         "udp.checksum.status == 0'"),
            std::vector<std::string>{});
  // One packet may carry several messages.
  std::size_t dialogues = 0;
  for (const std::string& line : capture.read("-Y tcap -T fields -e m3ua.protocol_data_sls")) {
    dialogues += 1 + static_cast<std::size_t>(std::count(line.begin(), line.end(), ','));
  }
  EXPECT_EQ(dialogues, all_messages().size());
  EXPECT_EQ(capture.read("-Y 'sccp.message_type == 0x11 && gsm_map'").size(), 1U)
      << "segments that tshark puts together too";
  EXPECT_FALSE(capture.read("-Y 'gsm_old.localValue == 45'").empty()) << "sendRoutingInfoForSM";
  EXPECT_FALSE(capture.read("-Y 'gsm_map.sm.sm_RP_UI'").empty());
}

TEST(LinkTshark, a_link_in_udp_is_read_clean_from_ip_up_to_map) {
  const Capture capture;
  in_a_network_of_its_own("ip link set lo up", [&] {
    auto left = UringUdp::open({.bind = Endpoint::ipv4(0x7f000001, kSctpUdpPort)});
    auto right = UringUdp::open({.bind = Endpoint::ipv4(0x7f000002, kSctpUdpPort)});
    return left.ok() && right.ok() ? exchange(**left, **right, capture.path()) : 1;
  });
  if (HasFailure() || IsSkipped()) return;
  expect_clean(capture, "udp.port == 9899");
}

TEST(LinkTshark, a_link_straight_over_ip_is_read_clean_from_ip_up_to_map) {
  if (access("/proc/net/sctp", F_OK) == 0) GTEST_SKIP() << "the kernel's own SCTP answers";
  const Capture capture;
  in_a_network_of_its_own("ip link set lo up", [&] {
    auto left = RawSctp::open({.bind = Endpoint::ipv4(0x7f000001, 0)});
    auto right = RawSctp::open({.bind = Endpoint::ipv4(0x7f000002, 0)});
    return left.ok() && right.ok() ? exchange(**left, **right, capture.path()) : 1;
  });
  if (HasFailure() || IsSkipped()) return;
  expect_clean(capture, "ip.proto == 132");
}

/// As units, each of them sent by one worker and received by another.
void show_units(const std::string& path) {
  const Endpoint own = Endpoint::ipv4(0x7f000001, kSctpUdpPort);
  const Endpoint peer = Endpoint::ipv4(0x7f000002, kSctpUdpPort);
  auto capture = CaptureStream::create(
      path, "test", {.workers = 2, .wall_offset = wall_offset(), .own = {own, own}, .tcp = true});
  ASSERT_TRUE(capture.ok());
  UnitTap sender((*capture)->tap(0), {.own = own, .peer = peer}, 0);
  UnitTap receiver((*capture)->tap(1), {.own = own}, 1);
  FrameNumber number = 0;
  for (const Bytes& message : all_messages()) {
    std::array<std::uint8_t, kDatagramSizeMax> unit;
    const auto sls = static_cast<std::uint8_t>(number);
    const std::size_t size = write({.opc = 1, .dpc = 2, .sls = sls, .user_data = message}, unit);
    RxDatagram in;
    in.octets = Octets(unit).first(size);
    in.remote = peer;
    in.arrived = MonotonicClock::read();
    in.frame = ++number;
    receiver.on_rx({&in, 1});
    TxDatagram out;
    out.buffer = unit.data();
    out.size = static_cast<std::uint32_t>(size);
    out.frame = number;
    sender.on_tx({&out, 1}, in.arrived);
  }
  EXPECT_EQ((*capture)->finish().code, NetErrorCode::none);
}

TEST(LinkTshark, units_are_shown_clean_from_ip_up_to_map_also_beside_tcp) {
  if (std::system("tshark --version > /dev/null 2>&1") != 0) GTEST_SKIP() << "no tshark";
  const Capture capture;
  show_units(capture.path());
  if (HasFailure()) return;

  const std::size_t count = 2 * all_messages().size();
  EXPECT_EQ(capture.read("").size(), count);
  EXPECT_EQ(capture.read("-Y 'm3ua && sccp && sctp.checksum.status == 1'").size(), count);
  EXPECT_EQ(capture.read("-Y tcap").size(), count);
  EXPECT_EQ(capture.read("-Y '_ws.malformed || _ws.expert.severity >= 6291456 || "
                         "sctp.retransmission || ip.checksum.status == 0'"),
            std::vector<std::string>{});
}

}  // namespace
}  // namespace rung::m3ua
