// As many connections as a lab's UEs, each with ends of its own, in one process and more than it
// may open files. RUNG_TCP_CONNECTIONS asks for another number, such as 100000.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <string>

#include "engine/net/clock.hpp"
#include "engine/net/uring_tcp.hpp"

namespace rung {
namespace {

constexpr std::uint32_t kUeHost = 0x7f400001;  // 127.64.0.1
constexpr std::uint32_t kGatewayHost = 0x7f000001;
constexpr std::uint32_t kConnections = 24'000;
/// Connections opened between two passes of the gateway: fewer than its backlog holds.
constexpr std::uint32_t kBatch = 1000;
constexpr std::size_t kMessageSize = 600;
constexpr Duration kTimeMax = 120s;

/// Messages of one size.
StreamFrame fixed_framer(Octets stream, FrameProgress&) {
  if (stream.size() < kMessageSize) return {};
  return {FrameKind::message, kMessageSize, {}};
}

std::size_t resident_octets() {
  std::ifstream file("/proc/self/statm");
  std::size_t all = 0;
  std::size_t resident = 0;
  file >> all >> resident;
  return resident * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

/// What the kernel's sockets hold, by its own word: pages of TCP memory.
std::string kernel_memory() {
  std::ifstream file("/proc/net/sockstat");
  std::string line;
  while (std::getline(file, line)) {
    if (line.starts_with("TCP:")) return line;
  }
  return {};
}

struct Ends {
  std::unique_ptr<UringTcp> ues;
  std::unique_ptr<UringTcp> gateway;
  std::uint32_t count = 0;
  Time begun{};

  [[nodiscard]] Endpoint ue(std::uint32_t n) const {
    return Endpoint::ipv4(kUeHost + n, ues->local().port);
  }
  [[nodiscard]] bool late() const { return MonotonicClock::read() - begun > kTimeMax; }

  void put(UringTcp& from, const Endpoint& local, const Endpoint& remote) const {
    TxDatagram* slot = from.tx().reserve();
    if (slot == nullptr) {
      from.tx_burst(MonotonicClock::read());
      slot = from.tx().reserve();
    }
    ASSERT_NE(slot, nullptr);
    std::fill_n(slot->buffer, kMessageSize, std::uint8_t{'x'});
    slot->size = kMessageSize;
    slot->local = local;
    slot->remote = remote;
  }

  /// The gateway answers all that came; returns the answers that reached the UEs.
  std::uint32_t pass() const {
    const Time now = MonotonicClock::read();
    while (true) {
      const auto burst = gateway->rx_burst(now);
      if (burst.empty()) break;
      for (const RxDatagram& d : burst) put(*gateway, d.local, d.remote);
    }
    gateway->tx_burst(now);
    std::uint32_t answers = 0;
    while (true) {
      const auto burst = ues->rx_burst(now);
      if (burst.empty()) return answers;
      answers += static_cast<std::uint32_t>(burst.size());
    }
  }

  /// Every UE sends one message and gets one answer; the answers that came in time.
  [[nodiscard]] std::uint32_t exchange() const {
    std::uint32_t answers = 0;
    for (std::uint32_t first = 0; first < count; first += kBatch) {
      const std::uint32_t last = std::min(count, first + kBatch);
      for (std::uint32_t n = first; n < last; ++n) put(*ues, ue(n), gateway->local());
      ues->tx_burst(MonotonicClock::read());
      while (answers < last && !late()) answers += pass();
    }
    return answers;
  }
};

TEST(UringTcpScale, every_ue_has_a_connection_and_all_are_used_again) {
  const char* asked = std::getenv("RUNG_TCP_CONNECTIONS");
  Ends ends;
  ends.count = asked == nullptr ? kConnections : static_cast<std::uint32_t>(std::atoi(asked));
  ends.begun = MonotonicClock::read();
  const auto open = [&](const Endpoint& bind) {
    auto opened = UringTcp::open(
        {.bind = bind, .framer = fixed_framer, .connections_max = ends.count, .tx_slots = 2048});
    EXPECT_TRUE(opened.ok()) << opened.error().text;
    return opened.ok() ? std::move(*opened) : nullptr;
  };
  ends.ues = open(Endpoint::ipv4(0, 0));
  ends.gateway = open(Endpoint::ipv4(kGatewayHost, 0));
  ASSERT_TRUE(ends.ues && ends.gateway);
  const std::size_t before = resident_octets();

  ASSERT_EQ(ends.exchange(), ends.count);
  const Duration opening = MonotonicClock::read() - ends.begun;
  const std::size_t after = resident_octets();
  ASSERT_EQ(ends.exchange(), ends.count);

  EXPECT_EQ(ends.ues->connections(), ends.count);
  EXPECT_EQ(ends.gateway->connections(), ends.count);
  EXPECT_EQ(ends.ues->counters().connections.opened, ends.count);
  EXPECT_EQ(ends.gateway->counters().connections.accepted, ends.count);
  const double each = static_cast<double>(after - before) / ends.count / 2;
  EXPECT_LE(each, 1024) << "octets of this process for one end of a connection";
  fmt::print(
      "{} connections opened in {:.1f} s, used again in {:.1f} s; {:.0f} octets an end here, "
      "{} blocks at most; kernel: {}\n",
      ends.count, static_cast<double>(ns(opening)) / 1e9,
      static_cast<double>(ns(MonotonicClock::read() - ends.begun - opening)) / 1e9, each,
      ends.ues->blocks_used_max() + ends.gateway->blocks_used_max(), kernel_memory());
}

}  // namespace
}  // namespace rung
