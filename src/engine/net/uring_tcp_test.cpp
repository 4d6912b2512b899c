// Real sockets on loopback. Nothing here sleeps; loops are bounded by passes.
#include "engine/net/uring_tcp.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <set>
#include <string>

#include "engine/net/clock.hpp"
#include "engine/net/socket_address.hpp"

namespace rung {
namespace {

constexpr std::uint32_t kUeHost = 0x7f400001;  // 127.64.0.1
constexpr std::uint32_t kGatewayHost = 0x7f000001;

/// Bounds how long a test waits: threads of the kernel have their part in it, which may come late.
class Patience {
 public:
  [[nodiscard]] bool left() const { return MonotonicClock::read() < end_; }

 private:
  Time end_ = MonotonicClock::read() + 10s;
};

/// A protocol for tests: the message is its length in four digits and as many octets; "ping" is a
/// ping, "none" lacks a length, "long" is too long, and anything else is foreign.
StreamFrame test_framer(Octets stream, FrameProgress& progress) {
  const std::string_view text = as_text(stream);
  if (text.size() < 4) return {};
  const std::string_view head = text.substr(0, 4);
  if (head == "ping") return {FrameKind::ping, 4, as_octets("pong")};
  if (head == "none") return {FrameKind::no_length, 0, {}};
  if (head == "long") return {FrameKind::too_long, 0, {}};
  if (head.find_first_not_of("0123456789") != head.npos) return {FrameKind::foreign, 0, {}};
  progress.total = static_cast<std::uint16_t>(4 + std::stoul(std::string(head)));
  if (text.size() < progress.total) return {};
  const std::size_t size = progress.total;
  progress = {};
  return {FrameKind::message, size, {}};
}

std::string message(std::string body) {
  std::string text = std::to_string(10000 + body.size()).substr(1) + body;
  return text;
}

std::unique_ptr<UringTcp> open_at(const Endpoint& bind, UringTcpOptions options = {}) {
  options.bind = bind;
  options.framer = test_framer;
  auto opened = UringTcp::open(options);
  EXPECT_TRUE(opened.ok()) << opened.error().text;
  return opened.ok() ? std::move(*opened) : nullptr;
}

bool put(UringTcp& from, const Endpoint& local, const Endpoint& remote, const std::string& text) {
  TxDatagram* slot = from.tx().reserve();
  if (slot == nullptr) return false;
  slot->local = local;
  slot->remote = remote;
  slot->size = static_cast<std::uint32_t>(text.size());
  std::copy(text.begin(), text.end(), slot->buffer);
  return true;
}

void send(UringTcp& from, const Endpoint& local, const Endpoint& remote, const std::string& text) {
  ASSERT_TRUE(put(from, local, remote, text));
  from.tx_burst(MonotonicClock::read());
}

struct Seen {
  std::string text;
  Endpoint local;
  Endpoint remote;
  Time arrived;
};

/// Passes both ends until `count` messages came to `to`, or patience ends.
std::vector<Seen> take(UringTcp& to, UringTcp* other, std::size_t count) {
  std::vector<Seen> seen;
  for (const Patience patience; patience.left() && seen.size() < count;) {
    for (const RxDatagram& d : to.rx_burst(MonotonicClock::read())) {
      seen.push_back({std::string(as_text(d.octets)), d.local, d.remote, d.arrived});
    }
    if (other == nullptr) continue;
    EXPECT_TRUE(other->rx_burst(MonotonicClock::read()).empty());
  }
  return seen;
}

/// Passes until `done` holds; false when patience ends.
template <class Done>
bool pass_until(UringTcp& transport, Done done) {
  for (const Patience patience; patience.left();) {
    if (done()) return true;
    EXPECT_TRUE(transport.rx_burst(MonotonicClock::read()).empty());
  }
  return false;
}

/// A peer of plain sockets.
class Peer {
 public:
  explicit Peer(const Endpoint& to) : fd_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    SocketAddress address{};
    const socklen_t size = to_socket_address(to, address);
    EXPECT_EQ(connect(fd_, &address.any, size), 0);
  }
  ~Peer() {
    if (fd_ >= 0) close(fd_);
  }
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;
  void send(std::string_view text) const {
    ASSERT_EQ(::send(fd_, text.data(), text.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(text.size()));
  }
  void finish() const { ::shutdown(fd_, SHUT_WR); }
  void reset() {
    const linger at_once{1, 0};
    setsockopt(fd_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    close(fd_);
    fd_ = -1;
  }
  /// What has come by now; empty at the end of the stream too.
  [[nodiscard]] std::string received() const {
    std::string text(65536, '\0');
    const ssize_t size = recv(fd_, text.data(), text.size(), MSG_DONTWAIT);
    text.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
    return text;
  }
  [[nodiscard]] bool ended() const {
    pollfd waiting{fd_, POLLIN, 0};
    char octet = 0;
    return poll(&waiting, 1, 0) == 1 && recv(fd_, &octet, 1, MSG_DONTWAIT | MSG_PEEK) <= 0;
  }

 private:
  int fd_;
};

TEST(UringTcp, carries_messages_both_ways_on_one_connection) {
  const auto ue = open_at(Endpoint::ipv4(0, 0));
  const auto gateway = open_at(Endpoint::ipv4(kGatewayHost, 0));
  const Endpoint contact = Endpoint::ipv4(kUeHost, ue->local().port);
  const Time before = MonotonicClock::read();

  send(*ue, contact, gateway->local(), message(std::string("MESSAGE\0\r\n", 10)));
  const auto at_gateway = take(*gateway, ue.get(), 1);
  ASSERT_EQ(at_gateway.size(), 1U);
  EXPECT_EQ(at_gateway[0].text, message(std::string("MESSAGE\0\r\n", 10)));
  EXPECT_EQ(at_gateway[0].local, gateway->local());
  EXPECT_EQ(at_gateway[0].remote, contact) << "the connection leaves from the Contact's port";
  EXPECT_GE(at_gateway[0].arrived, before - 1ms);
  EXPECT_LE(at_gateway[0].arrived, MonotonicClock::read() + 1ms);

  send(*gateway, at_gateway[0].local, at_gateway[0].remote, message("202"));
  send(*gateway, {}, contact, message("a request to the Contact"));
  const auto at_ue = take(*ue, gateway.get(), 2);
  ASSERT_EQ(at_ue.size(), 2U);
  EXPECT_EQ(at_ue[0].text, message("202"));
  EXPECT_EQ(at_ue[0].local, contact);
  EXPECT_EQ(at_ue[1].text, message("a request to the Contact"));
  EXPECT_EQ(at_ue[1].remote, gateway->local()) << "the same connection";
  EXPECT_EQ(gateway->counters().connections.accepted, 1U);
  EXPECT_EQ(gateway->counters().connections.opened, 0U);
  EXPECT_EQ(ue->counters().connections.opened, 1U);
  EXPECT_EQ(ue->counters().tx_datagrams, 1U);
  EXPECT_TRUE(ue->reliable());
}

TEST(UringTcp, a_request_to_a_contact_whose_connection_is_gone_opens_a_new_one) {
  const auto gateway = open_at(Endpoint::ipv4(kGatewayHost, 0));
  const auto ue = open_at(Endpoint::ipv4(0, 0));
  const Endpoint contact = Endpoint::ipv4(kUeHost, ue->local().port);
  EXPECT_FALSE(gateway->connected({}, contact));

  send(*gateway, {}, contact, message("first"));
  const auto first = take(*ue, gateway.get(), 1);
  ASSERT_EQ(first.size(), 1U);
  EXPECT_EQ(first[0].local, contact);
  EXPECT_NE(first[0].remote, gateway->local()) << "from any port";
  send(*ue, contact, first[0].remote, message("answer"));
  const auto answer = take(*gateway, ue.get(), 1);

  ASSERT_EQ(answer.size(), 1U);
  EXPECT_EQ(answer[0].remote, contact);
  EXPECT_TRUE(gateway->connected({}, contact));
  EXPECT_EQ(gateway->counters().connections.opened, 1U);
}

TEST(UringTcp, ends_of_their_own_are_connections_and_shared_ends_one) {
  const auto gateway = open_at(Endpoint::ipv4(kGatewayHost, 0));
  const auto own = open_at(Endpoint::ipv4(0, 0));
  const auto shared = open_at(Endpoint::ipv4(kUeHost, 0));
  for (std::uint32_t ue = 0; ue < 100; ++ue) {
    put(*own, Endpoint::ipv4(kUeHost + ue, own->local().port), gateway->local(), message("own"));
    put(*shared, {}, gateway->local(), message("shared"));
  }
  own->tx_burst(MonotonicClock::read());
  shared->tx_burst(MonotonicClock::read());

  std::set<std::uint64_t> ends;
  std::size_t count = 0;
  for (const Patience patience; patience.left() && count < 200;) {
    for (const RxDatagram& d : gateway->rx_burst(MonotonicClock::read())) {
      ends.insert(std::uint64_t{d.remote.ipv4_host()} << 16 | d.remote.port);
      ++count;
    }
    (void)own->rx_burst(MonotonicClock::read());
    (void)shared->rx_burst(MonotonicClock::read());
  }
  EXPECT_EQ(count, 200U);
  EXPECT_EQ(ends.size(), 101U);
  EXPECT_EQ(own->counters().connections.opened, 100U);
  EXPECT_EQ(shared->counters().connections.opened, 1U);
}

TEST(UringTcp, joins_messages_that_drip_in_and_cuts_those_that_come_together) {
  const auto gateway = open_at(Endpoint::ipv4(kGatewayHost, 0));
  const Peer dripping(gateway->local());
  const Peer gushing(gateway->local());
  const Peer silent(gateway->local());  // half open: never says a word
  const std::string slow = message(std::string(300, 's'));
  std::string fast;
  for (int i = 0; i < 1000; ++i) fast += message(std::to_string(i));
  gushing.send(fast);

  std::vector<std::string> texts;
  std::size_t dripped = 0;
  for (const Patience patience; patience.left() && texts.size() < 1001;) {
    if (dripped < slow.size()) dripping.send(slow.substr(dripped, 3));
    dripped += 3;
    for (const RxDatagram& d : gateway->rx_burst(MonotonicClock::read())) {
      texts.emplace_back(as_text(d.octets));
    }
  }
  ASSERT_EQ(texts.size(), 1001U);
  EXPECT_EQ(texts.back(), slow) << "nobody waited for it";
  for (int i = 0; i < 1000; ++i) {
    ASSERT_EQ(texts[static_cast<std::size_t>(i)], message(std::to_string(i)));
  }
  EXPECT_LE(gateway->blocks_used_max(), 2U) << "only partial messages take memory";
}

TEST(UringTcp, a_peer_that_does_not_read_holds_a_bounded_queue_and_nobody_else_up) {
  const auto gateway = open_at(Endpoint::ipv4(kGatewayHost, 0), {.tx_slots = 64});
  const Peer deaf(gateway->local());
  const Peer other(gateway->local());
  deaf.send(message("deaf"));
  other.send(message("other"));
  const auto seen = take(*gateway, nullptr, 2);
  ASSERT_EQ(seen.size(), 2U);
  const Endpoint to_deaf = seen[seen[0].text == message("deaf") ? 0 : 1].remote;
  const Endpoint to_other = seen[seen[0].text == message("deaf") ? 1 : 0].remote;
  const std::string large = message(std::string(4000, 'x'));
  std::uint64_t given = 0;
  while (gateway->counters().connections.lost == 0 && given < 20'000) {
    for (int i = 0; i < 64; ++i, ++given) put(*gateway, {}, to_deaf, large);
    gateway->tx_burst(MonotonicClock::read());
    EXPECT_TRUE(gateway->rx_burst(MonotonicClock::read()).empty());
  }
  send(*gateway, {}, to_other, message("you"));
  EXPECT_EQ(other.received(), message("you"));
  const TransportCounters before = gateway->counters();
  EXPECT_GT(before.connections.lost, 0U) << "shed, not kept without end";
  EXPECT_LE(gateway->blocks_used_max(), UringTcp::kQueueBlocksMax + 2U);

  // Once it reads, what was queued comes whole and in order.
  std::string stream;
  const auto all = [&] {
    return stream.size() >= (given - before.connections.lost) * large.size();
  };
  EXPECT_TRUE(pass_until(*gateway, [&] {
    stream += deaf.received();
    return all();
  }));
  for (std::size_t at = 0; at < stream.size(); at += large.size()) {
    ASSERT_EQ(stream.compare(at, large.size(), large), 0) << "at " << at;
  }
  EXPECT_TRUE(pass_until(*gateway, [&] {
    return gateway->counters().tx_datagrams == given - before.connections.lost + 1;
  }));
  EXPECT_EQ(gateway->counters().tx_failed, 0U) << "the peer's doing";
}

TEST(UringTcp, peers_that_do_not_read_leave_room_for_others) {
  constexpr std::size_t kDeaf = 10;
  const auto gateway = open_at(Endpoint::ipv4(kGatewayHost, 0), {.tx_slots = 1024});
  std::vector<std::unique_ptr<Peer>> deaf;
  for (std::size_t i = 0; i < kDeaf; ++i) {
    deaf.push_back(std::make_unique<Peer>(gateway->local()));
    deaf.back()->send(message("deaf"));
  }
  const auto seen = take(*gateway, nullptr, kDeaf);
  ASSERT_EQ(seen.size(), kDeaf);
  const std::string large = message(std::string(4000, 'x'));
  for (const auto& peer : seen) {
    const TransportCounters before = gateway->counters();
    while (gateway->counters().connections.lost == before.connections.lost &&
           gateway->counters().connections.shed == before.connections.shed) {
      for (int i = 0; i < 64; ++i) put(*gateway, {}, peer.remote, large);
      gateway->tx_burst(MonotonicClock::read());
      EXPECT_TRUE(gateway->rx_burst(MonotonicClock::read()).empty());
    }
  }
  EXPECT_GT(gateway->counters().connections.lost, 0U) << "while there was room for a long queue";
  EXPECT_GT(gateway->counters().connections.shed, 0U) << "once there was not";
  EXPECT_EQ(gateway->counters().lost_by_us(), gateway->counters().connections.shed);
  EXPECT_LE(gateway->blocks_used_max(),
            UringTcp::kQueueBlocks / 2 + kDeaf * UringTcp::kScarceQueueBlocksMax);
}

TEST(UringTcp, what_waits_on_a_lost_connection_is_counted_as_lost) {
  const auto gateway = open_at(Endpoint::ipv4(kGatewayHost, 0));
  Peer deaf(gateway->local());
  deaf.send(message("here"));
  const auto seen = take(*gateway, nullptr, 1);
  ASSERT_EQ(seen.size(), 1U);
  const std::string large = message(std::string(4000, 'x'));
  std::uint64_t given = 0;
  for (; given < 2000; ++given) put(*gateway, {}, seen[0].remote, large);
  gateway->tx_burst(MonotonicClock::read());
  const std::uint64_t taken = gateway->counters().tx_datagrams;
  deaf.reset();

  EXPECT_TRUE(pass_until(*gateway, [&] { return gateway->connections() == 0; }));
  EXPECT_EQ(gateway->counters().connections.lost, given - taken);
  EXPECT_EQ(gateway->counters().connections.reset, 1U);
  EXPECT_EQ(gateway->counters().tx_failed, 0U);
  EXPECT_EQ(gateway->counters().lost_by_us(), 0U);
}

TEST(UringTcp, answers_pings) {
  const auto gateway = open_at(Endpoint::ipv4(kGatewayHost, 0));
  const Peer peer(gateway->local());
  peer.send("pin");
  EXPECT_TRUE(gateway->rx_burst(MonotonicClock::read()).empty());
  peer.send("gping" + message("a"));
  EXPECT_EQ(take(*gateway, nullptr, 1).size(), 1U);
  std::string answers;
  EXPECT_TRUE(pass_until(*gateway, [&] { return (answers += peer.received()) == "pongpong"; }));
  EXPECT_EQ(gateway->counters().connections.pings, 2U);
  EXPECT_EQ(gateway->counters().tx_datagrams, 0U) << "a pong is no message";
}

TEST(UringTcp, garbage_ends_its_connection_alone_and_is_counted_by_name) {
  const auto gateway = open_at(Endpoint::ipv4(kGatewayHost, 0));
  const Peer good(gateway->local());
  const Peer no_length(gateway->local());
  const Peer too_long(gateway->local());
  const Peer foreign(gateway->local());
  const Peer cut_short(gateway->local());
  const Peer polite(gateway->local());
  no_length.send("none");
  too_long.send("long");
  foreign.send("GET / HTTP/1.0");
  cut_short.send("0100 half of it");
  cut_short.finish();
  polite.finish();
  const ConnectionCounters& c = gateway->counters().connections;
  EXPECT_TRUE(pass_until(*gateway, [&] {
    return c.no_length == 1 && c.too_long == 1 && c.foreign == 1 && c.cut_short == 1 &&
           c.closed == 1 && gateway->connections() == 1;
  }));
  EXPECT_TRUE(foreign.ended());
  good.send(message("still here"));
  EXPECT_EQ(take(*gateway, nullptr, 1).size(), 1U);
}

TEST(UringTcp, a_refused_connection_is_counted_with_what_waited_for_it) {
  const auto ue = open_at(Endpoint::ipv4(kUeHost, 0));
  Endpoint nobody;
  {
    const auto gone = open_at(Endpoint::ipv4(kGatewayHost, 0));
    nobody = gone->local();
  }
  put(*ue, {}, nobody, message("one"));
  send(*ue, {}, nobody, message("two"));
  const TransportCounters& c = ue->counters();
  EXPECT_TRUE(pass_until(*ue, [&] { return c.connections.refused == 1; }));
  EXPECT_EQ(c.connections.lost, 2U);
  EXPECT_EQ(ue->counters().lost_by_us(), 0U);
  EXPECT_EQ(c.unreachable, 1U);
  EXPECT_EQ(c.last_error, ECONNREFUSED);
}

TEST(UringTcp, carries_ipv6) {
  Endpoint loopback = *parse_endpoint("[::1]:0", 0);
  const auto a = open_at(loopback);
  const auto b = open_at(loopback);
  send(*a, {}, b->local(), message("six"));
  const auto seen = take(*b, a.get(), 1);
  ASSERT_EQ(seen.size(), 1U);
  EXPECT_EQ(seen[0].local, b->local());
  send(*b, {}, seen[0].remote, message("answer"));
  EXPECT_EQ(take(*a, b.get(), 1).size(), 1U);
}

TEST(UringTcp, a_full_house_turns_away_and_has_room_again) {
  const auto gateway = open_at(Endpoint::ipv4(kGatewayHost, 0), {.connections_max = 2});
  const Peer first(gateway->local());
  {
    const Peer second(gateway->local());
    const Peer third(gateway->local());
    EXPECT_TRUE(pass_until(*gateway, [&] { return gateway->counters().connections.no_room == 1; }));
    EXPECT_TRUE(third.ended());
  }
  EXPECT_TRUE(pass_until(*gateway, [&] { return gateway->connections() == 1; }));
  const Peer fourth(gateway->local());
  fourth.send(message("in"));
  EXPECT_EQ(take(*gateway, nullptr, 1).size(), 1U);
}

TEST(UringTcp, many_connections_come_and_go) {
  const auto gateway = open_at(Endpoint::ipv4(kGatewayHost, 0), {.connections_max = 64});
  for (int round = 0; round < 50; ++round) {
    std::vector<std::unique_ptr<Peer>> peers;
    for (int i = 0; i < 40; ++i) {
      peers.push_back(std::make_unique<Peer>(gateway->local()));
      peers.back()->send(message(std::to_string(i)));
    }
    ASSERT_EQ(take(*gateway, nullptr, 40).size(), 40U) << "round " << round;
    peers.clear();
    ASSERT_TRUE(pass_until(*gateway, [&] { return gateway->connections() == 0; }));
  }
  EXPECT_EQ(gateway->counters().connections.accepted, 2000U);
  EXPECT_EQ(gateway->counters().connections.closed, 2000U);
}

TEST(UringTcp, the_same_ends_are_free_at_once_after_it_is_gone) {
  const auto gateway = open_at(Endpoint::ipv4(kGatewayHost, 0));
  std::uint16_t port = 0;
  for (int round = 0; round < 3; ++round) {
    const auto ue = open_at(Endpoint::ipv4(0, port));
    port = ue->local().port;
    send(*ue, Endpoint::ipv4(kUeHost, port), gateway->local(), message("again"));
    ASSERT_EQ(take(*gateway, ue.get(), 1).size(), 1U) << "round " << round;
  }
}

TEST(UringTcp, names_options_it_cannot_serve) {
  const auto refusal = [](UringTcpOptions options) {
    options.framer = test_framer;
    if (options.bind.family == AddressFamily::none) options.bind = Endpoint::ipv4(kUeHost, 0);
    auto opened = UringTcp::open(options);
    return opened.ok() ? std::string() : opened.error().text;
  };
  EXPECT_THAT(refusal({.connections_max = 0}), testing::HasSubstr("connections_max = 0"));
  EXPECT_THAT(refusal({.tx_slots = 70000}), testing::HasSubstr("tx_slots = 70000"));
  EXPECT_THAT(refusal({.port_count = 2}), testing::HasSubstr("bind port = 0"));
  const auto taken = open_at(Endpoint::ipv4(kUeHost, 0));
  EXPECT_THAT(refusal({.bind = taken->local()}), testing::HasSubstr("cannot bind TCP 127.64.0.1"));
}

}  // namespace
}  // namespace rung
