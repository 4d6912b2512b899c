// Real sockets on loopback. Nothing here sleeps: what a loopback datagram needs to arrive is done
// when the send returns, and loops are bounded by passes.
#include "engine/net/uring_udp.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <map>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "engine/net/clock.hpp"
#include "engine/net/socket_address.hpp"

namespace rung {
namespace {

constexpr std::uint32_t kClientHost = 0x7f400001;  // 127.64.0.1
constexpr std::uint32_t kServerHost = 0x7f400002;
constexpr std::uint32_t kFirstUeHost = 0x7f410000;
constexpr int kPassesMax = 20'000;
constexpr int kSmallBuffer = 1 << 20;

std::unique_ptr<UringUdp> open_at(const Endpoint& bind, UringUdpOptions options = {}) {
  options.bind = bind;
  auto opened = UringUdp::open(options);
  EXPECT_TRUE(opened.ok()) << opened.error().text;
  return opened.ok() ? std::move(*opened) : nullptr;
}

void put(UringUdp& from, const Endpoint& local, const Endpoint& remote, const std::string& text) {
  TxDatagram* slot = from.tx().reserve();
  ASSERT_NE(slot, nullptr);
  slot->local = local;
  slot->remote = remote;
  slot->size = static_cast<std::uint32_t>(text.size());
  std::copy(text.begin(), text.end(), slot->buffer);
}

struct Seen {
  std::string text;
  Endpoint local;
  Endpoint remote;
  Time arrived;
  FrameNumber frame;
  bool truncated;
};

/// Polls until `count` datagrams came, or the bound of passes is reached.
std::vector<Seen> take(UringUdp& from, std::size_t count) {
  std::vector<Seen> seen;
  for (int pass = 0; pass < kPassesMax && seen.size() < count; ++pass) {
    for (const RxDatagram& d : from.rx_burst(MonotonicClock::read())) {
      seen.push_back(
          {std::string(as_text(d.octets)), d.local, d.remote, d.arrived, d.frame, d.truncated});
    }
  }
  return seen;
}

std::string numbered(int number, std::size_t size) {
  std::string text = std::to_string(number) + ' ';
  text.resize(size, 'x');
  return text;
}

TEST(UringUdp, carries_datagrams_both_ways_with_addresses_and_arrival_stamps) {
  const auto a = open_at(Endpoint::ipv4(kClientHost, 0));
  const auto b = open_at(Endpoint::ipv4(kServerHost, 0));

  const Time before = MonotonicClock::read();
  put(*a, {}, b->local(), std::string("MESSAGE\0\r\n", 10));
  a->tx_burst(before);
  const auto at_b = take(*b, 1);
  ASSERT_EQ(at_b.size(), 1U);
  put(*b, {}, at_b[0].remote, "202");
  b->tx_burst(before);
  const auto at_a = take(*a, 1);

  ASSERT_EQ(at_a.size(), 1U);
  EXPECT_EQ(at_b[0].text, std::string("MESSAGE\0\r\n", 10));
  EXPECT_EQ(at_b[0].local, b->local());
  EXPECT_EQ(at_b[0].remote, a->local());
  EXPECT_EQ(at_a[0].text, "202");
  EXPECT_EQ(at_a[0].remote, b->local());
  EXPECT_GE(at_b[0].arrived, before - 1ms);
  EXPECT_LE(at_b[0].arrived, MonotonicClock::read() + 1ms);
  EXPECT_EQ(a->counters().tx_datagrams, 1U);
  EXPECT_EQ(b->counters().rx_octets, 10U);
}

TEST(UringUdp, carries_ipv6) {
  Endpoint loopback;
  loopback.family = AddressFamily::ipv6;
  loopback.address[15] = 1;
  Endpoint any;
  any.family = AddressFamily::ipv6;
  UringUdpOptions options;
  options.many_sources = true;
  const auto a = open_at(any, options);
  const auto b = open_at(loopback);

  for (int i = 0; i < 5; ++i) put(*a, loopback, b->local(), numbered(i, 500));
  a->tx_burst({});
  const auto at_b = take(*b, 5);
  ASSERT_EQ(at_b.size(), 5U);
  put(*b, {}, at_b[0].remote, "answer");
  b->tx_burst({});
  const auto at_a = take(*a, 1);

  ASSERT_EQ(at_a.size(), 1U);
  loopback.port = a->local().port;
  EXPECT_EQ(at_a[0].local, loopback);
  EXPECT_EQ(at_b[4].text, numbered(4, 500));
  EXPECT_EQ(a->counters().tx_segmented, 5U);
}

struct Way {
  bool gso;
  bool gro;
  SendPath path;
};

class UringUdpWays : public testing::TestWithParam<Way> {};

// What is sent is what arrives, in the order it was sent per pair, whichever way it leaves.
TEST_P(UringUdpWays, bursts_arrive_whole_and_in_order) {
  UringUdpOptions options;
  options.gso = GetParam().gso;
  options.gro = GetParam().gro;
  options.send_path = GetParam().path;
  const auto a = open_at(Endpoint::ipv4(kClientHost, 0), options);
  const auto b = open_at(Endpoint::ipv4(kServerHost, 0), options);
  constexpr int kCount = 1000;

  for (int i = 0; i < kCount; ++i) {
    put(*a, {}, b->local(), numbered(i, i % 10 == 9 ? 233 : 600));
  }
  a->tx_burst({});
  const auto seen = take(*b, kCount);

  ASSERT_EQ(seen.size(), static_cast<std::size_t>(kCount));
  for (int i = 0; i < kCount; ++i) {
    ASSERT_EQ(seen[static_cast<std::size_t>(i)].text, numbered(i, i % 10 == 9 ? 233 : 600));
  }
  EXPECT_EQ(a->counters().tx_datagrams, static_cast<std::uint64_t>(kCount));
  EXPECT_EQ(a->counters().tx_segmented, GetParam().gso ? static_cast<std::uint64_t>(kCount) : 0U);
  EXPECT_EQ(b->counters().rx_datagrams, static_cast<std::uint64_t>(kCount));
  EXPECT_EQ(a->counters().tx_failed, 0U);
  EXPECT_EQ(b->counters().rx_dropped, 0U);
  for (std::size_t i = 1; i < seen.size(); ++i) ASSERT_EQ(seen[i].frame, seen[i - 1].frame + 1);
}

INSTANTIATE_TEST_SUITE_P(
    AllWays, UringUdpWays,
    testing::Values(Way{false, false, SendPath::sendmmsg}, Way{true, false, SendPath::sendmmsg},
                    Way{true, true, SendPath::sendmmsg}, Way{false, true, SendPath::ring},
                    Way{false, false, SendPath::ring}, Way{true, true, SendPath::ring}));

std::uint32_t host_of_ue(const std::string& number) {
  return kFirstUeHost + static_cast<std::uint32_t>(std::stoul(number));
}

TEST(UringUdp, every_ue_has_its_own_source_and_answers_come_back_to_it) {
  UringUdpOptions options;
  options.many_sources = true;
  const auto ues = open_at(Endpoint::ipv4(0, 0), options);
  const auto gateway = open_at(Endpoint::ipv4(kServerHost, 0));
  constexpr std::uint32_t kUes = 2000;

  for (std::uint32_t n = 0; n < kUes; ++n) {
    put(*ues, Endpoint::ipv4(kFirstUeHost + n, ues->local().port), gateway->local(),
        std::to_string(n));
  }
  ues->tx_burst({});
  std::set<std::uint32_t> sources;
  for (const Seen& seen : take(*gateway, kUes)) {
    EXPECT_EQ(seen.remote.ipv4_host(), host_of_ue(seen.text));
    sources.insert(seen.remote.ipv4_host());
    put(*gateway, {}, seen.remote, seen.text);
  }
  gateway->tx_burst({});

  EXPECT_EQ(sources.size(), kUes);
  const auto answers = take(*ues, kUes);
  EXPECT_EQ(answers.size(), kUes);
  for (const Seen& seen : answers) {
    ASSERT_EQ(seen.local.ipv4_host(), host_of_ue(seen.text));
  }
}

class UringUdpPorts : public testing::TestWithParam<SendPath> {};

TEST_P(UringUdpPorts, consecutive_ports_are_sources_and_destinations) {
  UringUdpOptions options;
  options.port_count = 16;
  options.send_path = GetParam();
  const std::uint16_t first = 23'400;
  const auto ues = open_at(Endpoint::ipv4(kClientHost, first), options);
  const auto gateway = open_at(Endpoint::ipv4(kServerHost, 0));

  for (std::uint16_t n = 0; n < 64; ++n) {
    const auto port = static_cast<std::uint16_t>(first + n % 16);
    put(*ues, Endpoint::ipv4(kClientHost, port), gateway->local(), std::to_string(port));
  }
  ues->tx_burst({});
  for (const Seen& seen : take(*gateway, 64)) {
    ASSERT_EQ(std::to_string(seen.remote.port), seen.text);
    put(*gateway, {}, seen.remote, seen.text);
  }
  gateway->tx_burst({});

  const auto answers = take(*ues, 64);
  EXPECT_EQ(answers.size(), 64U);
  for (const Seen& seen : answers) ASSERT_EQ(std::to_string(seen.local.port), seen.text);
}

INSTANTIATE_TEST_SUITE_P(BothPaths, UringUdpPorts,
                         testing::Values(SendPath::sendmmsg, SendPath::automatic));

TEST(UringUdp, a_datagram_over_the_buffer_arrives_cut_and_flagged) {
  const auto b = open_at(Endpoint::ipv4(kServerHost, 0));
  SocketAddress to{};
  const socklen_t size = to_socket_address(b->local(), to);
  const int fd = socket(AF_INET, SOCK_DGRAM, 0);
  const std::string large(kDatagramSizeMax + 1, 'l');
  const std::string fits(kDatagramSizeMax, 'f');
  ASSERT_GT(sendto(fd, large.data(), large.size(), 0, &to.any, size), 0);
  ASSERT_GT(sendto(fd, fits.data(), fits.size(), 0, &to.any, size), 0);
  ASSERT_EQ(sendto(fd, fits.data(), 0, 0, &to.any, size), 0);
  close(fd);

  const auto seen = take(*b, 3);

  ASSERT_EQ(seen.size(), 3U);
  EXPECT_TRUE(seen[0].truncated);
  EXPECT_EQ(seen[0].text.size(), kDatagramSizeMax);
  EXPECT_FALSE(seen[1].truncated);
  EXPECT_EQ(seen[1].text.size(), kDatagramSizeMax);
  EXPECT_EQ(seen[2].text.size(), 0U);
  EXPECT_EQ(b->counters().rx_truncated, 1U);
}

TEST(UringUdp, drops_for_want_of_socket_buffer_are_counted_though_nothing_follows_them) {
  UringUdpOptions small;
  small.socket_buffer_octets = 16 << 10;
  small.receive_buffers = 64;
  UringUdpOptions singly;
  singly.gso = false;
  const auto a = open_at(Endpoint::ipv4(kClientHost, 0), singly);
  const auto b = open_at(Endpoint::ipv4(kServerHost, 0), small);
  constexpr std::uint64_t kSent = 2000;

  for (std::uint64_t i = 0; i < kSent; ++i) put(*a, {}, b->local(), numbered(1, 600));
  a->tx_burst({});
  for (int pass = 0; pass < 100; ++pass) static_cast<void>(b->rx_burst({}));

  EXPECT_GT(b->counters().rx_dropped, 0U);
  EXPECT_GT(b->counters().rx_datagrams, 0U);
  EXPECT_EQ(b->counters().rx_datagrams + b->counters().rx_dropped, kSent);
}

TEST(UringUdp, running_out_of_ring_buffers_delays_but_loses_nothing) {
  UringUdpOptions few;
  few.receive_buffers = 64;
  const auto a = open_at(Endpoint::ipv4(kClientHost, 0));
  const auto b = open_at(Endpoint::ipv4(kServerHost, 0), few);

  for (int i = 0; i < 1000; ++i) put(*a, {}, b->local(), numbered(i, 300));
  a->tx_burst({});
  const auto seen = take(*b, 1000);

  ASSERT_EQ(seen.size(), 1000U);
  for (int i = 0; i < 1000; ++i) {
    ASSERT_EQ(seen[static_cast<std::size_t>(i)].text, numbered(i, 300));
  }
  EXPECT_GT(b->ring_counters().shortages, 0U);
}

class UringUdpUnreachable : public testing::TestWithParam<SendPath> {};

// ICMP tells of a closed port on the next call, whoever that call is for: it must cost nobody else
// a datagram.
TEST_P(UringUdpUnreachable, is_counted_and_costs_no_other_peer_a_datagram) {
  UringUdpOptions options;
  options.send_path = GetParam();
  const auto a = open_at(Endpoint::ipv4(kClientHost, 0), options);
  const auto b = open_at(Endpoint::ipv4(kServerHost, 0));
  Endpoint closed = b->local();
  closed.address[3] = 99;

  for (int i = 0; i < 20; ++i) {
    put(*a, {}, closed, "nobody");
    put(*a, {}, b->local(), std::to_string(i));
    a->tx_burst({});
    static_cast<void>(a->rx_burst({}));
  }
  const auto seen = take(*b, 20);
  put(*b, {}, a->local(), "still here");
  b->tx_burst({});
  const auto answer = take(*a, 1);

  EXPECT_EQ(seen.size(), 20U);
  EXPECT_EQ(answer.size(), 1U);
  EXPECT_GT(a->counters().unreachable, 0U);
  EXPECT_EQ(a->counters().tx_failed, 0U);
  EXPECT_EQ(a->counters().last_error, ECONNREFUSED);
}

INSTANTIATE_TEST_SUITE_P(BothPaths, UringUdpUnreachable,
                         testing::Values(SendPath::sendmmsg, SendPath::ring));

TEST(UringUdp, a_source_that_is_not_ours_is_refused_and_counted) {
  UringUdpOptions options;
  options.many_sources = true;
  for (const SendPath path : {SendPath::sendmmsg, SendPath::ring}) {
    options.send_path = path;
    const auto a = open_at(Endpoint::ipv4(0, 0), options);
    const auto b = open_at(Endpoint::ipv4(kServerHost, 0));
    put(*a, Endpoint::ipv4(kClientHost, 0), b->local(), "first");
    put(*a, Endpoint::ipv4(0xf0000001, 0), b->local(), "class E");
    put(*a, Endpoint::ipv4(kClientHost, 0), b->local(), "last");
    a->tx_burst({});

    const auto seen = take(*b, 2);
    EXPECT_EQ(seen.size(), 2U);
    EXPECT_EQ(a->counters().tx_failed, 1U);
    EXPECT_NE(a->counters().last_error, 0);
    EXPECT_EQ(a->segment_max(), kDatagramSizeMax);
  }
}

TEST(UringUdp, a_taken_port_is_an_error_that_names_it) {
  const auto a = open_at(Endpoint::ipv4(kClientHost, 0));
  const auto again = UringUdp::open({.bind = a->local()});

  ASSERT_FALSE(again.ok());
  EXPECT_EQ(again.error().code, NetErrorCode::in_use);
  EXPECT_EQ(again.error().error_number, EADDRINUSE);
  EXPECT_THAT(again.error().text, testing::HasSubstr(to_string(a->local())));
}

TEST(UringUdp, a_port_is_free_again_once_its_transport_is_gone) {
  UringUdpOptions options;
  options.port_count = 100;
  for (int i = 0; i < 5; ++i) {
    const auto a = open_at(Endpoint::ipv4(kClientHost, 23'500), options);
    ASSERT_NE(a, nullptr);
    static_cast<void>(a->rx_burst({}));
  }
}

TEST(UringUdp, bad_options_are_errors_that_name_option_value_and_range) {
  const Endpoint bind = Endpoint::ipv4(kClientHost, 0);
  EXPECT_EQ(UringUdp::open({}).error().code, NetErrorCode::range);
  EXPECT_EQ(UringUdp::open({.bind = bind, .receive_buffers = 1000}).error().text,
            "receive_buffers = 1000: must be a power of two up to 32768");
  EXPECT_EQ(UringUdp::open({.bind = bind, .tx_slots = 0}).error().text,
            "tx_slots = 0: must be 1 to 65536");
  EXPECT_EQ(UringUdp::open({.bind = bind, .port_count = 4}).error().text,
            "bind port = 0: must be 1 to 65532");
  EXPECT_EQ(UringUdp::open({.bind = Endpoint::ipv4(0x08080808, 5060)}).error().code,
            NetErrorCode::not_available);
}

TEST(UringUdp, says_which_buffers_were_granted) {
  UringUdpOptions options;
  options.socket_buffer_octets = kSmallBuffer;
  const auto a = open_at(Endpoint::ipv4(kClientHost, 0), options);
  EXPECT_GT(a->grants().receive_buffer_octets, 0);
  EXPECT_LE(a->grants().receive_buffer_octets, kSmallBuffer);
}

// The supervisor opens, a worker runs, the supervisor destroys: meanwhile another transport lives
// on the supervisor's own thread.
TEST(UringUdp, may_be_opened_and_destroyed_by_another_thread_than_the_one_that_runs_it) {
  const auto mine = open_at(Endpoint::ipv4(kServerHost, 0));
  static_cast<void>(mine->rx_burst({}));
  auto workers = open_at(Endpoint::ipv4(kClientHost, 0));

  std::thread worker([&] {
    static_cast<void>(workers->rx_burst({}));
    put(*workers, {}, mine->local(), "from the worker");
    workers->tx_burst({});
  });
  worker.join();
  workers.reset();

  EXPECT_EQ(take(*mine, 1).size(), 1U);
}

TEST(UringUdp, wait_returns_no_sooner_than_asked) {
  const auto a = open_at(Endpoint::ipv4(kClientHost, 0));
  const Time until = MonotonicClock::read() + 200us;
  a->wait(until);
  EXPECT_GE(MonotonicClock::read(), until);
  a->wait(until);
}

// The report of an earlier datagram refuses the next send: were that one sent again behind those
// that left meanwhile, its peer would see them in another order.
TEST(UringUdp, a_late_report_reorders_nothing_between_a_pair) {
  UringUdpOptions options;
  options.gso = false;
  options.send_path = SendPath::ring;
  const auto a = open_at(Endpoint::ipv4(kClientHost, 0), options);
  const auto b = open_at(Endpoint::ipv4(kServerHost, 0));
  Endpoint closed = b->local();
  closed.address[3] = 99;
  put(*a, {}, closed, "nobody");
  a->tx_burst({});

  put(*a, {}, b->local(), "first");
  put(*a, {}, b->local(), "second");
  a->tx_burst({});
  put(*a, {}, b->local(), "third");
  a->tx_burst({});

  const auto seen = take(*b, 2);
  ASSERT_EQ(seen.size(), 2U);
  EXPECT_EQ(seen[0].text, "second");
  EXPECT_EQ(seen[1].text, "third");
  EXPECT_EQ(a->counters().tx_failed, 1U);
  EXPECT_EQ(a->counters().tx_datagrams, 3U);
}

TEST(UringRing, names_the_sockets_that_failed_and_no_other) {
  std::vector<UdpSocket> sockets;
  std::vector<int> fds;
  for (int i = 0; i < 3; ++i) {
    auto opened = UdpSocket::open({.bind = Endpoint::ipv4(kClientHost, 0)});
    ASSERT_TRUE(opened.ok()) << opened.error().text;
    sockets.push_back(std::move(*opened));
    fds.push_back(sockets.back().fd());
  }
  auto ring = UringRing::open({.fds = fds, .buffers = 8, .payload_octets = 64, .name_octets = 16});
  ASSERT_TRUE(ring.ok()) << ring.error().text;
  ring->poll();
  SocketAddress closed{};
  const socklen_t size = to_socket_address(Endpoint::ipv4(kServerHost, 9), closed);

  ASSERT_EQ(sendto(fds[1], "x", 1, 0, &closed.any, size), 1);
  for (int pass = 0; pass < kPassesMax && ring->failed().empty(); ++pass) ring->poll();

  EXPECT_THAT(ring->failed(), testing::ElementsAre(1U));
  ring->forget_failed();
  EXPECT_TRUE(ring->failed().empty());
}

}  // namespace
}  // namespace rung
