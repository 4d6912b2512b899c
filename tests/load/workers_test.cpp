// Several workers on loopback sockets: the thread sanitizer's test of the crew as well.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include "engine/net/socket_address.hpp"
#include "whole_loop.hpp"

namespace rung::whole_loop {
namespace {

std::string free_port() { return "--ue-port=" + std::to_string(20'000 + getpid() % 30'000); }

TEST(Workers, each_plays_its_own_ues_and_together_they_offer_the_load) {
  const std::string port = free_port();
  WholeLoop loop(
      {"--workers=2", "--ues=401", "--rate=400", "--warm-up=200ms", "--duration=1s", port.c_str()});
  Watch nobody;

  const RunResult r = loop.run_on_loopback(nobody, {});

  EXPECT_EQ(r.workers, 2U);
  EXPECT_EQ(r.totals[Counter::registrations], 401U);
  EXPECT_EQ(r.totals[Counter::sessions_offered], 480U);
  EXPECT_EQ(r.totals[Counter::sessions_passed], 480U);
  EXPECT_EQ(r.totals[Counter::sm_delivered], 480U);
  for (const auto& cell : loop.crew().cells()) {
    EXPECT_EQ(cell->counters.read(Counter::sessions_passed), 240U);
  }
}

TEST(Workers, nothing_arrives_at_the_wrong_one) {
  const std::string port = free_port();
  WholeLoop loop(
      {"--workers=3", "--ues=300", "--rate=300", "--warm-up=0s", "--duration=1s", port.c_str()});
  Watch nobody;

  const RunResult r = loop.run_on_loopback(nobody, {});

  EXPECT_EQ(r.totals[Counter::sip_strangers], 0U);
  EXPECT_EQ(r.totals[Counter::sm_misdelivered], 0U);
  EXPECT_EQ(r.totals[Counter::sip_received], r.totals[Counter::sip_judged]);
  for (const RequirementTally& row : r.requirements)
    EXPECT_EQ(row.count(Verdict::fail), 0U) << row.id;
}

/// Sends requests for the second worker's last UE to the first worker's port when the load begins.
class Misdirected final : public Watch {
 public:
  explicit Misdirected(std::uint16_t port) : port_(port) {}
  ~Misdirected() override {
    if (socket_ >= 0) close(socket_);
  }
  Misdirected(const Misdirected&) = delete;
  Misdirected& operator=(const Misdirected&) = delete;
  void enter() override {
    if (sent_.exchange(true)) return;
    socket_ = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    SocketAddress to{};
    const socklen_t size = to_socket_address(Endpoint::ipv4(0x7f400064, port_), to);
    for (int i = 0; i < kCount; ++i) {
      const std::string text = fmt::format(
          "MESSAGE sip:+12125000099@127.64.0.100 SIP/2.0\r\nVia: SIP/2.0/UDP "
          "127.0.0.1;branch=z9hG4bKlost{0};rport\r\nFrom: <sip:a@b>;tag=1\r\nTo: "
          "<sip:+12125000099@home1.net>\r\nCall-ID: lost{0}\r\nCSeq: 1 MESSAGE\r\n"
          "Content-Length: 0\r\n\r\n",
          i);
      EXPECT_GT(sendto(socket_, text.data(), text.size(), 0, &to.any, size), 0);
    }
  }
  /// Answers that came back.
  int answers() const {
    int count = 0;
    char octets[2048];
    while (recv(socket_, octets, sizeof octets, MSG_DONTWAIT) > 0) ++count;
    return count;
  }

  static constexpr int kCount = 30;

 private:
  std::uint16_t port_;
  std::atomic<bool> sent_{false};
  int socket_ = -1;
};

TEST(Workers, what_arrives_at_the_wrong_one_crosses_to_its_own_while_both_run) {
  const std::string port = free_port();
  const auto first = static_cast<std::uint16_t>(std::stoi(port.substr(port.find('=') + 1)));
  WholeLoop loop(
      {"--workers=2", "--ues=100", "--rate=200", "--warm-up=0s", "--duration=1s", port.c_str()});
  Misdirected stray(first);

  const RunResult r = loop.run_on_loopback(stray, {});

  EXPECT_EQ(r.totals[Counter::sip_misdirected], std::uint64_t{Misdirected::kCount});
  EXPECT_EQ(loop.crew().cells()[1]->counters.read(Counter::sip_strangers),
            std::uint64_t{Misdirected::kCount});
  EXPECT_EQ(r.totals[Counter::sip_received], r.totals[Counter::sip_judged]);
  EXPECT_EQ(r.totals[Counter::sessions_passed], 200U);
  EXPECT_EQ(stray.answers(), Misdirected::kCount);
}

}  // namespace
}  // namespace rung::whole_loop
