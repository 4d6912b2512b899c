// Units between the ports of several players and one association to a gateway.
#include "engine/load/link_hub.hpp"

#include <gtest/gtest.h>

#include "engine/net/clock.hpp"
#include "engine/net/link_rig.hpp"
#include "engine/net/sim.hpp"
#include "engine/wire/bcd.hpp"
#include "engine/wire/tcap_writer.hpp"

namespace rung {
namespace {

using m3ua::LinkOptions;
using m3ua::LinkTransport;
using m3ua::Role;

/// A link with a hub at one end and a bare transport at the other, over a simulated wire.
class LinkHubTest : public testing::Test {
 protected:
  LinkHubTest() {
    stack.add_carrier(wire.a(), none);
    stack.add_carrier(wire.b(), none);
    LinkOptions options = m3ua::end_of(Role::asp, 1, 2);
    options.sctp.remote = wire.b().local();
    own.open(options);
    options = m3ua::end_of(Role::sg, 2, 1);
    options.sctp.carrier = 1;
    options.sctp.listen = true;
    options.sctp.remote = wire.a().local();
    peer.open(options);
    hub = std::make_unique<LinkHub>(own);
    first = hub->attach({kFirst, 1000, 500000, 100});
    second = hub->attach({kSecond, 1100, 500100, 100});
    for (int i = 0; i < 2000 && !hub->state(0).active; ++i) pass();
  }
  void pass() {
    clock.advance(1ms);
    hub->pass(clock.now());
    for (const RxDatagram& unit : peer.rx_burst(clock.now())) {
      arrived.emplace_back(unit.octets.begin(), unit.octets.end());
    }
  }
  void settle() {
    for (int i = 0; i < 100; ++i) pass();
  }
  /// A TCAP message from the gateway; a Begin is a readyForSM for an IMSI.
  void send(tcap::Type type, std::uint32_t otid, std::string_view imsi = "") {
    send(type, otid, tcap::TransactionId{}, imsi);
  }
  void send(tcap::Type type, std::uint32_t otid, const tcap::TransactionId& dtid,
            std::string_view imsi = "") {
    std::array<std::uint8_t, 256> room;
    tcap::Writer writer(room);
    if (!imsi.empty()) {
      std::array<std::uint8_t, 16> digits;
      map::ReadyForSmArg argument;
      argument.imsi = Octets(digits).first(bcd::encode_digits(imsi, digits));
      write_parameter(argument, writer);
      writer.invoke(1, static_cast<std::int32_t>(map::Operation::ready_for_sm));
    }
    const auto begins = otid == 0 ? tcap::TransactionId{} : tcap::TransactionId::of(otid);
    sccp::Message message;
    message.called.ssn = message.calling.ssn = 8;
    message.called.route_on_ssn = message.calling.route_on_ssn = true;
    message.data = writer.finish(type, begins, dtid, {});
    std::array<std::uint8_t, 512> octets;
    const auto size = sccp::encode(message, octets);
    ASSERT_TRUE(size.ok());
    ASSERT_TRUE(m3ua::put(peer, {.opc = 2, .dpc = 1, .user_data = Octets(octets).first(*size)}));
    peer.tx_burst(clock.now());
    settle();
  }
  static constexpr TransactionIds::Player kFirst{7, 0, 2, 64};
  static constexpr TransactionIds::Player kSecond{7, 1, 2, 64};
  [[nodiscard]] static tcap::TransactionId dialogue_of(const TransactionIds::Player& player) {
    const TransactionIds ids(player);
    return ids.id_of(5, ids.first_use());
  }
  [[nodiscard]] static std::size_t received(LinkPort* port) {
    std::size_t count = 0;
    for (std::size_t n = 1; n != 0; count += n) n = port->rx_burst(Time{}).size();
    return count;
  }

  SimClock clock;
  NullTap none;
  SimNetwork wire{{.a_local = Endpoint::ipv4(0x7f000001, kSctpUdpPort),
                   .b_local = Endpoint::ipv4(0x7f000002, kSctpUdpPort)},
                  clock};
  SctpStack stack{{}, clock.now()};
  LinkTransport own{stack, {}};
  LinkTransport peer{stack, {}};
  std::unique_ptr<LinkHub> hub;
  LinkPort* first = nullptr;
  LinkPort* second = nullptr;
  std::vector<std::vector<std::uint8_t>> arrived;
};

TEST_F(LinkHubTest, tells_when_its_link_is_active) {
  EXPECT_TRUE(hub->state(0).active);
  EXPECT_EQ(hub->state(0).association, SctpState::up);
}

TEST_F(LinkHubTest, counts_each_link_by_name_and_tells_its_changes) {
  send(tcap::Type::end, 0, dialogue_of(kFirst));

  const auto figures = hub->figures();
  ASSERT_EQ(figures.size(), 1U);
  EXPECT_TRUE(figures[0].active);
  EXPECT_EQ(figures[0].counts.received, 1U);
  EXPECT_EQ(figures[0].counts.ups, 1U);
  const auto changes = hub->changes(Time{});
  ASSERT_FALSE(changes.empty());
  EXPECT_NE(changes.front().text.find("association up"), std::string::npos);
  EXPECT_TRUE(hub->changes(clock.now() + 1s).empty());
}

TEST_F(LinkHubTest, what_each_port_sends_leaves_on_the_one_association) {
  const auto message = m3ua::sccp_message(sccp::Type::udt, 20);
  for (LinkPort* port : {first, second, first}) {
    ASSERT_TRUE(m3ua::put(*port, {.opc = 1, .dpc = 2, .user_data = message}));
    port->tx_burst(clock.now());
  }

  settle();

  EXPECT_EQ(arrived.size(), 3U);
  EXPECT_EQ(first->counters().tx_datagrams, 2U);
}

TEST_F(LinkHubTest, a_begin_comes_to_the_port_of_the_subscriber_it_names) {
  send(tcap::Type::begin, 7, "500150");
  EXPECT_EQ(received(first), 0U);
  EXPECT_EQ(received(second), 1U);

  send(tcap::Type::begin, 8, "500050");
  EXPECT_EQ(received(first), 1U);
}

TEST_F(LinkHubTest, a_begin_for_nobody_comes_to_the_first_port) {
  send(tcap::Type::begin, 7, "700000");
  EXPECT_EQ(received(first), 1U);
  EXPECT_EQ(received(second), 0U);
}

TEST_F(LinkHubTest, an_answer_comes_to_the_port_whose_dialogue_it_is) {
  send(tcap::Type::end, 0, dialogue_of(kSecond));
  EXPECT_EQ(received(first), 0U);
  EXPECT_EQ(received(second), 1U);

  send(tcap::Type::end, 0, dialogue_of(kFirst));
  EXPECT_EQ(received(first), 1U);
}

TEST_F(LinkHubTest, runs_side_by_side_are_told_apart) {
  const TransactionIds::Player other{8, 0, 1, 64};
  LinkPort* third = hub->attach({other, 1200, 500200, 100});
  send(tcap::Type::end, 0, dialogue_of(other));
  EXPECT_EQ(received(third), 1U);
  EXPECT_EQ(received(first), 0U);
}

TEST_F(LinkHubTest, what_no_link_brings_to_the_peer_is_told_to_the_port_that_sent_it) {
  peer.links()[0].announce(2, m3ua::DestinationStatus::unavailable, clock.now());
  settle();
  ASSERT_TRUE(m3ua::put(*second,
                        {.opc = 1, .dpc = 2, .user_data = m3ua::sccp_message(sccp::Type::udt, 9)}));
  second->tx_burst(clock.now());
  settle();
  static_cast<void>(received(first) + received(second));

  EXPECT_EQ(second->counters().unreachable, 1U);
  EXPECT_EQ(first->counters().unreachable, 0U);
  EXPECT_EQ(hub->figures()[0].counts.unavailable, 1U);
}

TEST_F(LinkHubTest, a_port_that_left_gets_nothing_more) {
  hub->detach(*first);
  send(tcap::Type::end, 0, dialogue_of(kFirst));
  EXPECT_EQ(received(second), 1U) << "it counts as a stranger there";
}

TEST_F(LinkHubTest, what_the_ring_has_no_room_for_waits_and_leaves_in_its_order) {
  constexpr std::size_t kUnits = 500;
  for (std::size_t i = 0; i < kUnits; ++i) {
    const auto message = m3ua::sccp_message(sccp::Type::udt, 20 + i % 100);
    ASSERT_TRUE(m3ua::put(*first, {.opc = 1, .dpc = 2, .user_data = message}));
  }
  first->tx_burst(clock.now());
  EXPECT_FALSE(first->tx().pending().empty());

  for (int i = 0; i < 100; ++i) {
    first->tx_burst(clock.now());
    pass();
  }
  ASSERT_EQ(arrived.size(), kUnits);
  for (std::size_t i = 1; i < kUnits; ++i) {
    const bool shorter = arrived[i].size() < arrived[i - 1].size();
    EXPECT_EQ(shorter, i % 100 == 0) << i;
  }
  EXPECT_EQ(first->counters().tx_datagrams, kUnits);
  EXPECT_EQ(first->counters().tx_failed, 0U);
}

/// As many as a network's subscribers register at once, each answered by whoever takes it, who is
/// slower than the hub. Both ends have one stack here, so the peer takes little at a time.
TEST_F(LinkHubTest, a_hundred_thousand_begins_in_one_go_are_all_taken_and_answered) {
  constexpr std::uint32_t kBegins = 100'000;
  const auto message = m3ua::sccp_message(sccp::Type::udt, 120);
  std::uint32_t begun = 0;
  std::uint64_t taken = 0;
  std::uint64_t answered = 0;
  std::uint64_t waited = 0;
  const auto take = [&] {  // as a worker: no more than it can answer
    while (first->tx().free() >= kBurstMax) {
      const auto burst = first->rx_burst(clock.now());
      if (burst.empty()) break;
      taken += burst.size();
      for (std::size_t i = 0; i < burst.size(); ++i) {
        EXPECT_TRUE(m3ua::put(*first, {.opc = 1, .dpc = 2, .sls = 3, .user_data = message}));
      }
      first->tx_burst(clock.now());
    }
    first->tx_burst(clock.now());
  };
  for (int ms = 0; ms < 60000 && answered < kBegins; ++ms) {
    clock.advance(1ms);
    while (begun < kBegins &&
           m3ua::put(peer, {.opc = 2, .dpc = 1, .sls = 3, .user_data = message})) {
      ++begun;
    }
    peer.tx_burst(clock.now());
    for (int turn = 0; turn < 12; ++turn) {
      hub->pass(clock.now());
      waited += first->takes_burst() ? 0 : 1;
      if (turn % 2 == 1) take();
    }
    for (std::size_t count = kBurstMax; count == kBurstMax; answered += count) {
      count = peer.rx_burst(clock.now()).size();
    }
  }
  EXPECT_EQ(taken, kBegins);
  EXPECT_EQ(answered, kBegins);
  EXPECT_GT(waited, 100U) << "there was more than the port had room for";
  EXPECT_EQ(first->counters().lost_by_us(), 0U);
  EXPECT_EQ(peer.counters().lost_by_us(), 0U);
}

/// Else no acknowledgement would be read, and two ends that wait for room would wait for ever.
TEST_F(LinkHubTest, packets_are_taken_while_a_port_has_no_room_and_units_wait) {
  const auto message = m3ua::sccp_message(sccp::Type::udt, 20);
  const auto offer = [&](std::size_t units) {
    for (std::size_t i = 0; i < units; ++i) {
      ASSERT_TRUE(m3ua::put(peer, {.opc = 2, .dpc = 1, .user_data = message}));
    }
    peer.tx_burst(clock.now());
  };
  const auto turns = [&](int count) {
    for (int i = 0; i < count; ++i) {
      clock.advance(1ms);
      hub->pass(clock.now());
    }
  };
  offer(300);
  turns(50);
  ASSERT_FALSE(first->takes_burst());

  const std::uint64_t before = stack.counters().packets_received;
  offer(100);
  turns(50);

  EXPECT_GT(stack.counters().packets_received, before);
  std::size_t taken = 0;
  for (int i = 0; i < 20; ++i) {
    taken += received(first);
    turns(1);
  }
  EXPECT_EQ(taken, 400U);
  EXPECT_EQ(hub->figures()[0].counts.dropped, 0U);
}

TEST_F(LinkHubTest, a_port_that_takes_nothing_is_not_waited_for_for_long) {
  for (int i = 0; i < 300; ++i) {
    send(tcap::Type::end, 0, dialogue_of(kFirst));
    if (received(second) != 0) ADD_FAILURE() << i;
  }
  send(tcap::Type::end, 0, dialogue_of(kSecond));
  EXPECT_EQ(received(second), 1U) << "the others get theirs";

  EXPECT_EQ(received(first), 256U);
  (void)first->rx_burst(Time{});
  EXPECT_EQ(first->counters().rx_dropped, 44U);
  EXPECT_EQ(hub->figures()[0].counts.dropped, 44U);
  EXPECT_EQ(second->counters().rx_dropped, 0U);
}

}  // namespace
}  // namespace rung
