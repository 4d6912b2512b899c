#include "engine/net/sctp.hpp"

#include <gtest/gtest.h>
#include <usrsctp.h>

#include "engine/base/prng.hpp"
#include "engine/net/sctp_checksum.hpp"
#include "engine/net/sctp_rig.hpp"

namespace rung {
namespace {

constexpr std::uint32_t kPpid = 3;

std::vector<std::uint8_t> numbered(std::uint32_t number, std::size_t size = 164) {
  std::vector<std::uint8_t> octets(size);
  for (std::size_t i = 0; i < size; ++i) octets[i] = static_cast<std::uint8_t>(number * 31 + i);
  return octets;
}

TEST(SctpChecksum, is_the_one_usrsctp_computes) {
  Prng prng{9260};
  for (std::size_t size = kSctpHeaderSize; size < 200; ++size) {
    std::vector<std::uint8_t> packet(size);
    for (std::uint8_t& octet : packet) octet = static_cast<std::uint8_t>(prng.below(256));
    put_sctp_checksum(packet);
    EXPECT_TRUE(sctp_checksum_good(packet));
    std::uint32_t stored;
    std::memcpy(&stored, packet.data() + 8, 4);
    std::memset(packet.data() + 8, 0, 4);
    EXPECT_EQ(stored, usrsctp_crc32c(packet.data(), packet.size()));
    put_sctp_checksum(packet);
    packet[prng.below(size)] ^= 1;
    EXPECT_FALSE(sctp_checksum_good(packet));
  }
  EXPECT_FALSE(sctp_checksum_good(std::vector<std::uint8_t>(11)));
}

/// An INIT (RFC 9260 3.3.2) that nobody follows up.
std::vector<std::uint8_t> sctp_init(std::uint16_t source, std::uint16_t destination) {
  std::array<std::uint8_t, 32> packet;
  Writer writer{packet};
  writer.u16(source);
  writer.u16(destination);
  writer.u32(0);           // verification tag: none yet
  writer.u32(0);           // checksum
  writer.u32(0x01000014);  // INIT, no flags, 20 octets
  writer.u32(0x12345678);  // initiate tag
  writer.u32(65536);       // receiver window
  writer.u16(17);          // outbound streams
  writer.u16(17);          // inbound streams
  writer.u32(1);           // initial TSN
  put_sctp_checksum(packet);
  return {packet.begin(), packet.end()};
}

class SctpTest : public testing::Test {
 protected:
  bool both_up() {
    return rig_.run(
        [this] { return client_->state() == SctpState::up && server_->state() == SctpState::up; });
  }
  void open(const SctpAssociationOptions& options = {}) {
    server_ = &rig_.listen(at_server_, options);
    client_ = &rig_.connect(at_client_, options);
  }

  SctpRecorder at_client_;
  SctpRecorder at_server_;
  SctpRig rig_;
  SctpAssociation* client_ = nullptr;
  SctpAssociation* server_ = nullptr;
};

TEST_F(SctpTest, an_association_carries_messages_on_their_streams_both_ways) {
  at_server_.echo = true;
  open();
  ASSERT_TRUE(both_up());
  EXPECT_EQ(client_->streams_out(), 17);
  EXPECT_EQ(server_->streams_out(), 17);

  for (std::uint32_t i = 0; i < 100; ++i) {
    const auto stream = static_cast<std::uint16_t>(1 + i % 16);
    ASSERT_EQ(client_->send(stream, kPpid, numbered(i)), SctpSend::sent);
  }
  ASSERT_TRUE(rig_.run([this] { return at_client_.messages.size() == 100; }));

  EXPECT_EQ(at_client_.changes, std::vector{SctpChange::up});
  std::array<std::uint32_t, 17> next{};  // order holds within a stream only
  for (const auto& message : at_server_.messages) {
    const std::uint32_t number = next.at(message.stream)++ * 16 + message.stream - 1;
    EXPECT_EQ(message.octets, as_text(numbered(number)));
    EXPECT_EQ(message.ppid, kPpid);
  }
  EXPECT_EQ(client_->counters().sent, 100U);
  EXPECT_EQ(client_->counters().received, 100U);
  EXPECT_EQ(rig_.stack->counters().bad_checksum, 0U);
}

TEST_F(SctpTest, sending_is_refused_before_it_is_up_and_on_streams_it_has_not) {
  open({.streams = 4});
  EXPECT_EQ(client_->send(1, kPpid, numbered(0)), SctpSend::not_up);
  ASSERT_TRUE(both_up());
  EXPECT_EQ(client_->streams_out(), 4);
  EXPECT_EQ(client_->send(4, kPpid, numbered(0)), SctpSend::refused);
  EXPECT_EQ(client_->send(3, kPpid, numbered(0)), SctpSend::sent);
}

TEST_F(SctpTest, a_full_send_buffer_refuses_counts_and_drains) {
  at_server_.echo = false;
  open({.send_buffer = 32768});
  ASSERT_TRUE(both_up());
  std::size_t queued = 0;
  while (client_->send(1, kPpid, numbered(0, 1000)) == SctpSend::sent) ++queued;
  EXPECT_GE(queued, 16U);
  EXPECT_LE(queued, 64U);
  EXPECT_EQ(client_->counters().full, 1U);
  ASSERT_TRUE(rig_.run([&] { return at_server_.messages.size() == queued; }));
  EXPECT_EQ(client_->send(1, kPpid, numbered(0, 1000)), SctpSend::sent);
}

TEST_F(SctpTest, an_aborted_association_is_reported_and_set_up_again_after_the_pause) {
  open();
  ASSERT_TRUE(both_up());
  const Time lost_at = rig_.clock.now();
  client_->reset(lost_at);
  ASSERT_TRUE(rig_.run([this] { return at_client_.changes.size() == 3; }));
  const auto expected = std::vector{SctpChange::up, SctpChange::lost, SctpChange::up};
  EXPECT_EQ(at_client_.changes, expected);
  EXPECT_EQ(at_server_.changes, expected);
  EXPECT_GE(rig_.clock.now() - lost_at, client_->options().back_off_min);
  EXPECT_EQ(client_->counters().downs, 1U);
}

TEST_F(SctpTest, a_peer_that_ends_in_order_is_told_from_one_that_is_lost) {
  open();
  ASSERT_TRUE(both_up());
  client_->close();
  ASSERT_TRUE(rig_.run([this] { return at_server_.changes.size() == 2; }));
  EXPECT_EQ(at_server_.changes[1], SctpChange::shut_down);
  EXPECT_EQ(server_->state(), SctpState::listening);
  EXPECT_FALSE(rig_.run([this] { return client_->state() != SctpState::closed; }, 40s));
}

TEST_F(SctpTest, back_off_doubles_while_nobody_answers) {
  client_ = &rig_.connect(at_client_, {.back_off_min = 1s, .back_off_max = 4s});
  std::vector<Duration> pauses;
  Time refused{};
  for (std::size_t i = 1; i <= 4; ++i) {
    ASSERT_TRUE(rig_.run([&] { return at_client_.changes.size() == i; }));
    EXPECT_EQ(at_client_.changes.back(), SctpChange::refused);
    refused = rig_.clock.now();
    ASSERT_TRUE(rig_.run([&] { return client_->counters().attempts == i + 1; }));
    pauses.push_back(rig_.clock.now() - refused);
  }
  for (std::size_t i = 0; i < 4; ++i) {
    const Duration expected = std::min<Duration>(1s * (1 << i), 4s);
    EXPECT_GE(pauses[i], expected - 20ms) << i;
    EXPECT_LE(pauses[i], expected + 40ms) << i;
  }
}

TEST_F(SctpTest, several_associations_share_a_carrier_by_their_ports) {
  SctpRecorder other_server;
  SctpRecorder other_client;
  open();
  rig_.listen(other_server, {.local_port = 2906});
  SctpAssociation& other = rig_.connect(other_client, {.local_port = 2906, .remote_port = 2906});
  ASSERT_TRUE(both_up());
  ASSERT_TRUE(rig_.run([&] { return other.state() == SctpState::up; }));
  ASSERT_EQ(other.send(1, kPpid, numbered(1)), SctpSend::sent);
  ASSERT_EQ(client_->send(1, kPpid, numbered(2)), SctpSend::sent);
  ASSERT_TRUE(
      rig_.run([&] { return at_server_.messages.size() + other_server.messages.size() == 2; }));
  EXPECT_EQ(at_server_.messages.at(0).octets, as_text(numbered(2)));
  EXPECT_EQ(other_server.messages.at(0).octets, as_text(numbered(1)));
}

TEST_F(SctpTest, packets_of_both_ends_are_as_long_as_the_path_allows_and_no_longer) {
  at_server_.echo = true;
  for (const std::uint32_t path_mtu : {600U, 1400U, 4096U}) {
    SctpAssociationOptions options{.path_mtu = path_mtu};
    options.local_port = options.remote_port = narrow<std::uint16_t>(path_mtu);
    open(options);
    ASSERT_TRUE(both_up());
    rig_.tap_a.longest = rig_.tap_b.longest = 0;
    at_client_.messages.clear();
    ASSERT_EQ(client_->send(1, kPpid, numbered(0, 20000)), SctpSend::sent);
    ASSERT_TRUE(rig_.run([this] { return at_client_.messages.size() == 1; }));
    EXPECT_EQ(at_client_.messages[0].octets, as_text(numbered(0, 20000)));
    for (const std::uint32_t longest : {rig_.tap_a.longest, rig_.tap_b.longest}) {
      EXPECT_LE(longest, path_mtu);
      EXPECT_GT(longest, path_mtu - 64);
    }
  }
}

TEST_F(SctpTest, of_two_peers_that_come_at_once_the_last_stays) {
  open();
  SctpRecorder second;
  SctpAssociation& other = rig_.connect(second, {.local_port = 3000});
  ASSERT_TRUE(rig_.run([&] {
    return server_->counters().ups > 0 &&
           (client_->state() == SctpState::up) != (other.state() == SctpState::up);
  }));
  EXPECT_EQ(server_->state(), SctpState::up);
  SctpAssociation& stays = client_->state() == SctpState::up ? *client_ : other;
  ASSERT_EQ(stays.send(1, kPpid, numbered(1)), SctpSend::sent);
  EXPECT_TRUE(rig_.run([this] { return at_server_.messages.size() == 1; }));
}

/// Each round begins one packet later to abort, so that the abort meets every state of the setting
/// up, and lies in one burst with the packet before it.
TEST_F(SctpTest, an_abort_at_any_moment_leaves_a_listener_that_takes_the_next_association) {
  for (int step = 0; step < 24; ++step) {
    const int polls = step / 2;
    const bool in_one_burst = step % 2 == 0;
    SctpAssociationOptions options{.back_off_min = 200ms};
    options.local_port = options.remote_port = narrow<std::uint16_t>(4000 + step);
    open(options);
    for (int i = 0; i < polls; ++i) {
      rig_.stack->poll(rig_.clock.now());
      if (i + 1 < polls || !in_one_burst) rig_.clock.advance(500us);
    }
    client_->reset(rig_.clock.now());
    rig_.stack->flush(rig_.clock.now());
    ASSERT_TRUE(both_up()) << step;
    ASSERT_EQ(client_->send(1, kPpid, numbered(7)), SctpSend::sent);
    const std::size_t before = at_server_.messages.size();
    ASSERT_TRUE(rig_.run([&] { return at_server_.messages.size() == before + 1; })) << step;
    client_->close();
    server_->close();
  }
}

/// A second peer comes just when the first one's association is reset: each round one packet later.
TEST_F(SctpTest, the_end_of_a_reset_association_is_told_before_the_next_one_is_up) {
  for (int polls = 1; polls < 12; ++polls) {
    SctpAssociationOptions options;
    options.local_port = options.remote_port = narrow<std::uint16_t>(4100 + polls);
    at_server_.changes.clear();
    open(options);
    ASSERT_TRUE(both_up());
    SctpRecorder at_second;
    options.local_port = narrow<std::uint16_t>(4200 + polls);
    SctpAssociation& second = rig_.connect(at_second, options);
    for (int i = 0; i < polls; ++i) {
      rig_.stack->poll(rig_.clock.now());
      rig_.clock.advance(500us);
    }
    server_->reset(rig_.clock.now());
    ASSERT_TRUE(rig_.run([&] { return server_->state() == SctpState::up; })) << polls;
    for (std::size_t i = 0; i < at_server_.changes.size(); ++i) {
      EXPECT_EQ(at_server_.changes[i], i % 2 == 0 ? SctpChange::up : SctpChange::lost) << polls;
    }
    client_->close();
    second.close();
    server_->close();
    rig_.run([] { return false; }, 1s);
  }
}

TEST(SctpLimits, a_full_list_of_arrivals_sheds_messages_and_never_a_change) {
  SctpRecorder at_client;
  SctpRecorder at_server;
  SctpRig rig({}, 1, {.arrivals_max = 4});
  SctpAssociation& server = rig.listen(at_server);
  SctpAssociation& client = rig.connect(at_client);
  ASSERT_TRUE(
      rig.run([&] { return client.state() == SctpState::up && server.state() == SctpState::up; }));
  for (std::uint32_t i = 0; i < 8; ++i) client.send(1, kPpid, numbered(i));
  client.reset(rig.clock.now());
  rig.stack->flush(rig.clock.now());
  ASSERT_TRUE(rig.run([&] { return at_server.changes.size() >= 2; }, 1s));
  EXPECT_EQ(at_server.changes[1], SctpChange::lost);
  EXPECT_EQ(at_server.messages.size(), 4U);
  EXPECT_EQ(rig.stack->counters().arrivals_shed, 4U);
}

TEST(SctpLimits, a_listener_for_which_there_is_no_path_says_so_and_takes_one_that_becomes_free) {
  SctpRecorder first_user;
  SctpRecorder second_user;
  SctpRig rig({}, 1, {.paths_max = 1});
  SctpAssociation& first = rig.listen(first_user, {.remote = Endpoint::ipv4(0x0a000001, 1)});
  SctpAssociation& second =
      rig.listen(second_user, {.remote = Endpoint::ipv4(0x0a000002, 1), .back_off_max = 1s});
  EXPECT_FALSE(rig.run([&] { return second.state() != SctpState::closed; }, 3s));
  EXPECT_EQ(first.state(), SctpState::listening);
  EXPECT_EQ(second_user.changes.front(), SctpChange::refused);
  EXPECT_EQ(second_user.changes.size(), 3U) << "once each pause";
  EXPECT_EQ(rig.stack->counters().paths_full, 3U);
  first.close();
  EXPECT_TRUE(rig.run([&] { return second.state() == SctpState::listening; }, 3s));
}

/// Each comes from an address of its own and stays away after it.
TEST(SctpLimits, more_peers_than_paths_are_taken_one_after_another) {
  SctpRecorder at_server;
  SctpRig rig({.delay_min = 1ms, .delay_max = 1ms}, 1, {.paths_max = 3});
  SctpAssociation& server = rig.listen(at_server);
  for (std::uint32_t peer = 0; peer < 5; ++peer) {
    TxDatagram* slot = rig.network.a().tx().reserve();
    const std::vector<std::uint8_t> init = sctp_init(2905, 2905);
    std::memcpy(slot->buffer, init.data(), init.size());
    slot->size = static_cast<std::uint32_t>(init.size());
    slot->local = Endpoint::ipv4(0x0a000001 + peer, 1);
    slot->remote = rig.network.b().local();
    rig.network.a().tx_burst(rig.clock.now());
    ASSERT_TRUE(
        rig.run([&] { return server.remote() == Endpoint::ipv4(0x0a000001 + peer, 1); }, 1s))
        << peer;
  }
  EXPECT_EQ(rig.stack->counters().paths_full, 0U);
  SctpRecorder at_client;
  SctpAssociation& client = rig.connect(at_client);
  EXPECT_TRUE(rig.run([&] { return client.state() == SctpState::up; }));
}

/// Nothing is lost, doubled or out of its stream's order on a wire that does all three.
TEST(SctpLossy, every_message_arrives_once_and_in_order_whatever_the_wire_does) {
  for (const std::uint64_t seed : {1U, 2U, 3U}) {
    SctpRecorder at_client;
    SctpRecorder at_server;
    SctpRig rig(
        {.loss = 0.05, .duplication = 0.05, .reordering = 0.1, .delay_min = 1ms, .delay_max = 3ms},
        seed);
    rig.listen(at_server);
    SctpAssociation& client = rig.connect(at_client);
    ASSERT_TRUE(rig.run([&] { return client.state() == SctpState::up; }));
    for (std::uint32_t i = 0; i < 500; ++i) {
      ASSERT_EQ(client.send(static_cast<std::uint16_t>(1 + i % 4), kPpid, numbered(i)),
                SctpSend::sent);
    }
    ASSERT_TRUE(rig.run([&] { return at_server.messages.size() >= 500; }, 300s)) << seed;
    std::array<std::uint32_t, 5> next{};
    for (const auto& message : at_server.messages) {
      const std::uint32_t index = next.at(message.stream)++;
      const std::uint32_t number = index * 4 + message.stream - 1;
      EXPECT_EQ(message.octets, as_text(numbered(number))) << seed;
    }
    EXPECT_EQ(at_server.messages.size(), 500U);
    EXPECT_GT(rig.network.a().sent().lost, 0U);
  }
}

TEST_F(SctpTest, octets_that_are_no_packet_and_strangers_are_counted) {
  open();
  ASSERT_TRUE(both_up());
  const auto put = [&](Octets octets, const Endpoint& source) {
    TxDatagram* slot = rig_.network.a().tx().reserve();
    std::memcpy(slot->buffer, octets.data(), octets.size());
    slot->size = static_cast<std::uint32_t>(octets.size());
    slot->local = source;
    slot->remote = rig_.network.b().local();
    rig_.network.a().tx_burst(rig_.clock.now());
  };
  std::vector<std::uint8_t> packet(40, 0x11);
  put(packet, rig_.network.a().local());
  put(Octets{packet}.first(3), rig_.network.a().local());
  put_sctp_checksum(packet);
  put(packet, Endpoint::ipv4(0x0a000001, 1));
  put(packet, rig_.network.a().local());  // a chunk that no association knows
  ASSERT_TRUE(rig_.run([&] { return rig_.stack->counters().strangers == 1; }));
  EXPECT_EQ(rig_.stack->counters().bad_checksum, 2U);
  EXPECT_EQ(client_->state(), SctpState::up);
  EXPECT_EQ(server_->state(), SctpState::up);
}

}  // namespace
}  // namespace rung
