#include "engine/net/link_transport.hpp"

#include <gtest/gtest.h>

#include <string>

#include "engine/net/link_rig.hpp"
#include "engine/net/sctp_rig.hpp"

namespace rung::m3ua {
namespace {

struct Unit {
  ProtocolData label;
  std::string message;
  RxDatagram datagram;
};

class LinkTransportTest : public testing::Test {
 protected:
  Link& connect(LinkOptions options) {
    options.sctp.carrier = 0;
    options.sctp.remote = rig_.network.b().local();
    return left_.open(options);
  }
  Link& listen(LinkOptions options) {
    options.sctp.carrier = 1;
    options.sctp.listen = true;
    return right_.open(options);
  }
  static void take(LinkTransport& transport, Time now, std::vector<Unit>& out) {
    for (;;) {
      const auto burst = transport.rx_burst(now);
      if (burst.empty()) return;
      EXPECT_LE(burst.size(), kBurstMax);
      for (const RxDatagram& datagram : burst) {
        Unit unit;
        EXPECT_TRUE(read(datagram.octets, unit.label));
        unit.message = as_text(unit.label.user_data);
        unit.datagram = datagram;
        out.push_back(unit);
      }
    }
  }
  template <class Done>
  bool run(Done done, Duration longest = 60s) {
    const Time end = rig_.clock.now() + longest;
    while (!done() && rig_.clock.now() < end) {
      take(left_, rig_.clock.now(), at_left_);
      take(right_, rig_.clock.now(), at_right_);
      const Time due = std::min(left_.next_timer(), right_.next_timer());
      const Time next = std::min({rig_.network.next_delivery(), due, end});
      rig_.clock.set(std::max(rig_.clock.now(), next));
    }
    return done();
  }
  bool both_active() {
    return run([this] { return left_.links()[0].active() && right_.links()[0].active(); });
  }

  SctpRig rig_;
  LinkTransport left_{*rig_.stack, {}};
  LinkTransport right_{*rig_.stack, {}};
  std::vector<Unit> at_left_;
  std::vector<Unit> at_right_;
};

TEST_F(LinkTransportTest, units_cross_with_their_label_and_the_stamp_of_their_packet) {
  connect(end_of(Role::asp, 1, 2));
  listen(end_of(Role::sg, 2, 1));
  ASSERT_TRUE(both_active());
  const Bytes message = sccp_message(sccp::Type::udt, 120);
  const Time sent_at = rig_.clock.now();
  for (std::uint8_t sls = 0; sls < 16; ++sls) {
    ASSERT_TRUE(put(left_, {.opc = 1, .dpc = 2, .sls = sls, .user_data = message}));
  }
  left_.tx_burst(sent_at);
  ASSERT_TRUE(run([this] { return at_right_.size() == 16; }));

  std::array<bool, 16> seen{};
  FrameNumber frame = 0;
  for (const Unit& unit : at_right_) {
    EXPECT_EQ(unit.label.opc, 1U);
    EXPECT_EQ(unit.label.dpc, 2U);
    EXPECT_EQ(unit.label.si, kServiceSccp);
    EXPECT_EQ(unit.label.ni, 2) << "the link's";
    EXPECT_EQ(unit.message, as_text(message));
    EXPECT_EQ(unit.datagram.arrived, sent_at + 1ms);
    EXPECT_EQ(unit.datagram.remote, rig_.network.a().local());
    EXPECT_EQ(unit.datagram.local, rig_.network.b().local());
    EXPECT_GT(unit.datagram.frame, std::exchange(frame, unit.datagram.frame));
    seen.at(unit.label.sls) = true;
  }
  EXPECT_EQ(std::count(seen.begin(), seen.end(), true), 16);
  EXPECT_EQ(left_.counters().tx_datagrams, 16U);
  EXPECT_EQ(right_.counters().rx_datagrams, 16U);
  EXPECT_EQ(right_.counters().rx_octets, left_.counters().tx_octets);
  EXPECT_TRUE(left_.tx().pending().empty());
}

TEST_F(LinkTransportTest, a_long_message_leaves_in_segments_and_arrives_whole) {
  connect(end_of(Role::asp, 1, 2));
  listen(end_of(Role::sg, 2, 1));
  ASSERT_TRUE(both_active());
  const Bytes longest = sccp_message(sccp::Type::ludt, 2000);
  const Bytes fits = sccp_message(sccp::Type::ludt, 100);
  ASSERT_TRUE(put(left_, {.opc = 1, .dpc = 2, .sls = 3, .user_data = longest}));
  ASSERT_TRUE(put(left_, {.opc = 1, .dpc = 2, .sls = 3, .user_data = fits}));
  left_.tx_burst(rig_.clock.now());
  ASSERT_TRUE(run([this] { return at_right_.size() == 2; }));

  EXPECT_EQ(at_right_[0].message, as_text(longest));
  EXPECT_EQ(at_right_[1].message, as_text(sccp_message(sccp::Type::xudt, 100)));
  EXPECT_EQ(left_.segment_counters().segments_sent, 9U) << "of 245 octets";
  EXPECT_EQ(right_.segment_counters().segments_received, 9U);
  EXPECT_EQ(right_.segment_counters().reassembled, 1U);
  EXPECT_EQ(left_.links()[0].counters().sent, 10U);
  EXPECT_EQ(left_.counters().tx_datagrams, 2U);
}

/// The two segments of tests/golden/ss7 come from outside: what they carry together is one Begin.
TEST_F(LinkTransportTest, segments_of_another_stack_become_one_message) {
  UnitSegments segments;
  Bytes data;
  Octets whole;
  sccp::Message message;
  for (const Bytes& segment : golden_messages("sigtran.txt", "_seg")) {
    ASSERT_EQ(sccp::decode(segment, message), sccp::Error::none);
    data.insert(data.end(), message.data.begin(), message.data.end());
    EXPECT_TRUE(whole.empty()) << "the last one completes it";
    whole = segments.received(segment, Time{1s});
  }
  ASSERT_FALSE(data.empty());
  ASSERT_EQ(sccp::decode(whole, message), sccp::Error::none);
  EXPECT_EQ(message.type, sccp::Type::ludt);
  EXPECT_EQ(as_text(message.data), as_text(data));
  EXPECT_EQ(data[0], 0x62) << "TCAP Begin";
}

TEST_F(LinkTransportTest, what_cannot_leave_is_counted_by_its_reason) {
  connect(end_of(Role::asp, 1, 2));
  const Bytes message = sccp_message(sccp::Type::udt, 10);
  ASSERT_TRUE(put(left_, {.opc = 1, .dpc = 2, .user_data = message}));
  left_.tx_burst(rig_.clock.now());
  EXPECT_EQ(left_.counters().unreachable, 1U) << "the link is not up";
  EXPECT_EQ(left_.link_counters().not_active, 1U);
  EXPECT_EQ(left_.counters().tx_failed, 0U);

  listen(end_of(Role::sg, 2, 1));
  ASSERT_TRUE(both_active());
  ASSERT_TRUE(put(left_, {.opc = 9, .dpc = 2, .user_data = message}));
  left_.tx_burst(rig_.clock.now());
  EXPECT_EQ(left_.link_counters().no_link, 1U);
  TxDatagram* slot = left_.tx().reserve();
  ASSERT_NE(slot, nullptr);
  slot->size = 5;
  left_.tx_burst(rig_.clock.now());
  EXPECT_EQ(left_.link_counters().no_link, 2U);
  const Bytes broken{0x13, 0x80, 0x0f, 0xff};
  ASSERT_TRUE(put(left_, {.opc = 1, .dpc = 2, .user_data = broken}));
  left_.tx_burst(rig_.clock.now());
  EXPECT_EQ(left_.counters().tx_failed, 3U);
  EXPECT_EQ(left_.counters().last_error, EMSGSIZE);
}

TEST_F(LinkTransportTest, what_an_association_has_no_room_for_waits_in_its_order) {
  constexpr std::uint32_t kUnits = 600;  // some five times the send buffer
  LinkOptions options = end_of(Role::asp, 1, 2);
  options.sctp.send_buffer = 16384;
  connect(options);
  listen(end_of(Role::sg, 2, 1));
  ASSERT_TRUE(both_active());
  for (std::uint32_t i = 0; i < kUnits; ++i) {
    const Bytes message = sccp_message(sccp::Type::udt, 100 + i % 100);
    ASSERT_TRUE(put(left_, {.opc = 1, .dpc = 2, .sls = 3, .user_data = message}));
  }
  left_.tx_burst(rig_.clock.now());
  EXPECT_FALSE(left_.tx().pending().empty());
  EXPECT_GT(left_.links()[0].counters().full, 0U);

  ASSERT_TRUE(run([this] {
    left_.tx_burst(rig_.clock.now());
    return at_right_.size() == kUnits;
  }));
  for (std::uint32_t i = 0; i < kUnits; ++i) {
    EXPECT_EQ(at_right_[i].message, as_text(sccp_message(sccp::Type::udt, 100 + i % 100))) << i;
  }
  EXPECT_EQ(left_.counters().tx_datagrams, kUnits);
  EXPECT_EQ(left_.counters().tx_failed, 0U);
}

TEST_F(LinkTransportTest, links_between_the_same_machines_are_told_apart_by_their_point_codes) {
  connect(end_of(Role::asp, 1, 2, 3001));
  connect(end_of(Role::asp, 3, 2, 3002));
  listen(end_of(Role::sg, 2, 1, 3001));
  listen(end_of(Role::sg, 2, 3, 3002));
  ASSERT_TRUE(both_active());
  ASSERT_TRUE(run([this] { return left_.links()[1].active(); }));
  const Bytes message = sccp_message(sccp::Type::udt, 10);
  ASSERT_TRUE(put(left_, {.opc = 3, .dpc = 2, .user_data = message}));
  left_.tx_burst(rig_.clock.now());
  ASSERT_TRUE(run([this] { return at_right_.size() == 1; }));
  EXPECT_EQ(at_right_[0].label.opc, 3U);
  EXPECT_EQ(right_.links()[1].counters().received, 1U);
}

TEST_F(LinkTransportTest, a_link_that_is_lost_comes_back_and_each_change_is_noted) {
  connect(end_of(Role::asp, 1, 2));
  Link& peer = listen(end_of(Role::sg, 2, 1));
  ASSERT_TRUE(both_active());
  peer.reset(rig_.clock.now());
  ASSERT_TRUE(run([this] { return !left_.links()[0].active(); }));
  const Time lost = rig_.clock.now();
  ASSERT_TRUE(both_active());
  EXPECT_GE(rig_.clock.now() - lost, 990ms) << "the pause of its options";
  std::string text;
  Time before{};
  for (LinkNote note; left_.notes().pop(note);) {
    EXPECT_EQ(note.link, 0U);
    EXPECT_GE(note.at, std::exchange(before, note.at));
    text += to_string(note) + "\n";
  }
  EXPECT_EQ(text,
            "association up\nown ASP state ASP-INACTIVE\nnotified AS-INACTIVE\n"
            "own ASP state ASP-ACTIVE\nnotified AS-ACTIVE\n"
            "association lost\nown ASP state ASP-DOWN\n"
            "association up\nown ASP state ASP-INACTIVE\nnotified AS-PENDING\n"
            "own ASP state ASP-ACTIVE\nnotified AS-ACTIVE\n");
}

TEST(LinkTransportLimits, units_that_find_no_room_are_dropped_and_counted) {
  SctpRig rig{SimWire{}};
  LinkTransport left{*rig.stack, {}};
  LinkTransport right{*rig.stack, {.units_max = 8, .unit_octets = kDatagramSizeMax}};
  LinkOptions options = end_of(Role::asp, 1, 2);
  options.sctp.remote = rig.network.b().local();
  Link& link = left.open(options);
  options = end_of(Role::sg, 2, 1);
  options.sctp.carrier = 1;
  options.sctp.listen = true;
  right.open(options);
  for (int i = 0; i < 1000 && !link.active(); ++i) {
    rig.clock.advance(1ms);
    left.rx_burst(rig.clock.now());
  }
  ASSERT_TRUE(link.active());
  const Bytes message = sccp_message(sccp::Type::udt, 10);
  for (int i = 0; i < 20; ++i) {
    ASSERT_TRUE(put(left, {.opc = 1, .dpc = 2, .user_data = message}));
  }
  left.tx_burst(rig.clock.now());
  rig.clock.advance(1ms);
  EXPECT_EQ(right.rx_burst(rig.clock.now()).size(), 8U);
  EXPECT_EQ(right.counters().rx_dropped, 12U);
}

}  // namespace
}  // namespace rung::m3ua
