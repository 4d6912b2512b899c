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
    first = hub->attach({0, 1000, 500000, 100});
    second = hub->attach({1, 1100, 500100, 100});
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
  void send(tcap::Type type, std::uint32_t otid, std::uint32_t dtid, std::string_view imsi = "") {
    std::array<std::uint8_t, 256> room;
    tcap::Writer writer(room);
    if (!imsi.empty()) {
      std::array<std::uint8_t, 16> digits;
      map::ReadyForSmArg argument;
      argument.imsi = Octets(digits).first(bcd::encode_digits(imsi, digits));
      write_parameter(argument, writer);
      writer.invoke(1, static_cast<std::int32_t>(map::Operation::ready_for_sm));
    }
    const auto id = [](std::uint32_t value) {
      return value == 0 ? tcap::TransactionId{} : tcap::TransactionId::of(value);
    };
    sccp::Message message;
    message.called.ssn = message.calling.ssn = 8;
    message.called.route_on_ssn = message.calling.route_on_ssn = true;
    message.data = writer.finish(type, id(otid), id(dtid), {});
    std::array<std::uint8_t, 512> octets;
    const auto size = sccp::encode(message, octets);
    ASSERT_TRUE(size.ok());
    ASSERT_TRUE(m3ua::put(peer, {.opc = 2, .dpc = 1, .user_data = Octets(octets).first(*size)}));
    peer.tx_burst(clock.now());
    settle();
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
  send(tcap::Type::end, 0, 5U << 8);

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
  send(tcap::Type::begin, 7, 0, "500150");
  EXPECT_EQ(received(first), 0U);
  EXPECT_EQ(received(second), 1U);

  send(tcap::Type::begin, 8, 0, "500050");
  EXPECT_EQ(received(first), 1U);
}

TEST_F(LinkHubTest, a_begin_for_nobody_comes_to_the_first_port) {
  send(tcap::Type::begin, 7, 0, "700000");
  EXPECT_EQ(received(first), 1U);
  EXPECT_EQ(received(second), 0U);
}

TEST_F(LinkHubTest, an_answer_comes_to_the_port_whose_dialogue_it_is) {
  send(tcap::Type::end, 0, 1U << 28 | 5U << 8);
  EXPECT_EQ(received(first), 0U);
  EXPECT_EQ(received(second), 1U);

  send(tcap::Type::end, 0, 5U << 8);
  EXPECT_EQ(received(first), 1U);
}

TEST_F(LinkHubTest, a_port_that_left_gets_nothing_more) {
  hub->detach(*first);
  send(tcap::Type::end, 0, 5U << 8);
  EXPECT_EQ(received(second), 1U) << "it counts as a stranger there";
}

TEST_F(LinkHubTest, more_than_a_port_takes_is_counted_as_lost) {
  for (int i = 0; i < 300; ++i) send(tcap::Type::end, 0, 5U << 8);
  EXPECT_EQ(received(first), 256U);
  (void)first->rx_burst(Time{});
  EXPECT_EQ(first->counters().rx_dropped, 44U);
}

}  // namespace
}  // namespace rung
