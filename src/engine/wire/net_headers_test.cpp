#include "engine/wire/net_headers.hpp"

#include <gtest/gtest.h>

#include <array>
#include <vector>

#include "engine/base/hex.hpp"
#include "engine/base/prng.hpp"
#include "engine/wire/guard_page.hpp"

namespace rung {
namespace {

using Bytes = std::vector<std::uint8_t>;

const Endpoint kUe = Endpoint::ipv4(0x7f400001, 5060);
const Endpoint kGateway = Endpoint::ipv4(0x7f000001, 5070);

Endpoint ipv6(std::uint8_t last, std::uint16_t port) {
  Endpoint endpoint;
  endpoint.address[0] = 0x20;
  endpoint.address[1] = 0x01;
  endpoint.address[15] = last;
  endpoint.port = port;
  endpoint.family = AddressFamily::ipv6;
  return endpoint;
}

Bytes packet_of(const Endpoint& source, const Endpoint& destination, const Bytes& payload) {
  Bytes out(payload.size() + kIpUdpHeaderSizeMax);
  out.resize(write_ip_udp(source, destination, payload, out));
  return out;
}

TEST(NetHeaders, ipv4_octet_by_octet) {
  const Bytes packet = packet_of(kUe, kGateway, {'h', 'i', '!'});

  // RFC 1071 by hand. Header: 4500 001f 0000 4000 4011 7f40 0001 7f00 0001 sum to 1c372, folded
  // c373, inverted 3c8c. UDP: 7f40 0001 7f00 0001 0011 000b, 13c4 13ce 000b, 6869 2100 sum to
  // 1af64, folded af65, inverted 509a.
  const Bytes expected = {0x45, 0x00, 0x00, 0x1f,  // version and length, TOS, total length 31
                          0x00, 0x00, 0x40, 0x00,  // identification, don't fragment
                          0x40, 0x11, 0x3c, 0x8c,  // TTL 64, UDP, checksum
                          0x7f, 0x40, 0x00, 0x01, 0x7f, 0x00,
                          0x00, 0x01, 0x13, 0xc4, 0x13, 0xce,  // ports 5060, 5070
                          0x00, 0x0b, 0x50, 0x9a,              // length 11, checksum
                          'h',  'i',  '!'};
  EXPECT_EQ(to_hex(packet), to_hex(expected));
}

TEST(NetHeaders, packets_of_both_families_come_back) {
  Prng prng{768};
  const std::pair<Endpoint, Endpoint> pairs[] = {{kUe, kGateway}, {ipv6(1, 5060), ipv6(2, 65535)}};
  for (const auto& [source, destination] : pairs) {
    for (std::size_t size = 0; size < 300; ++size) {
      Bytes payload(size);
      for (std::uint8_t& octet : payload) octet = static_cast<std::uint8_t>(prng.next());
      const GuardedCopy packet{packet_of(source, destination, payload)};
      IpPacket back;

      ASSERT_TRUE(parse_ip(packet.octets(), back)) << size;

      EXPECT_EQ(back.source, source);
      EXPECT_EQ(back.destination, destination);
      EXPECT_EQ(to_hex(back.payload), to_hex(payload));
    }
  }
}

TEST(NetHeaders, every_flipped_bit_and_every_cut_is_noticed) {
  for (const Bytes& packet :
       {packet_of(kUe, kGateway, {1, 2, 3}), packet_of(ipv6(1, 5060), ipv6(2, 5060), {1, 2, 3})}) {
    IpPacket back;
    for (std::size_t size = 0; size < packet.size(); ++size) {
      const GuardedCopy cut{Octets{packet}.first(size)};
      EXPECT_FALSE(parse_ip(cut.octets(), back)) << size;
    }
    const bool four = packet[0] >> 4 == 4;
    for (std::size_t bit = 0; bit < 8 * packet.size(); ++bit) {
      // IPv6 protects neither the traffic class and flow label nor the hop limit.
      if (!four && ((bit >= 4 && bit < 32) || bit / 8 == 7)) continue;
      Bytes flipped = packet;
      flipped[bit / 8] ^= static_cast<std::uint8_t>(1U << (7 - bit % 8));
      EXPECT_FALSE(parse_ip(flipped, back)) << "octet " << bit / 8;
    }
  }
}

TEST(NetHeaders, unknown_endpoint_takes_the_other_ones_family) {
  IpPacket back;
  ASSERT_TRUE(parse_ip(packet_of(Endpoint{}, ipv6(2, 1), {1}), back));
  EXPECT_EQ(back.source.family, AddressFamily::ipv6);
  ASSERT_TRUE(parse_ip(packet_of(kUe, Endpoint{}, {1}), back));
  EXPECT_EQ(back.destination, Endpoint::ipv4(0, 0));
}

TEST(NetHeaders, refuses_what_no_packet_can_hold) {
  EXPECT_TRUE(packet_of(Endpoint{}, Endpoint{}, {1}).empty());
  EXPECT_TRUE(packet_of(kUe, ipv6(1, 1), {1}).empty());
  Bytes out(70000);
  EXPECT_EQ(write_ip_udp(kUe, kGateway, Bytes(65507), out), 65535U);
  EXPECT_EQ(write_ip_udp(kUe, kGateway, Bytes(65508), out), 0U);
  EXPECT_EQ(write_ip_udp(kUe, kGateway, Bytes(10), MutableOctets{out}.first(37)), 0U);
  EXPECT_EQ(write_ip_udp(kUe, kGateway, Bytes(10), MutableOctets{out}.first(38)), 38U);
}

TEST(NetHeaders, an_sctp_packet_follows_the_ip_header_as_it_is) {
  const Bytes sctp = {0x0b, 0x59, 0x0b, 0x59, 1, 2, 3, 4, 5, 6, 7, 8};  // ports 2905
  Bytes out(100);
  const std::size_t size = write_ip_sctp(kUe, kGateway, sctp, out);
  // 4500 0020 0000 4000 4084 7f40 0001 7f00 0001 sum to 1c3e6, folded c3e7, inverted 3c18.
  const Bytes expected = {0x45, 0x00, 0x00, 0x20, 0x00, 0x00, 0x40, 0x00, 0x40, 0x84, 0x3c,
                          0x18, 0x7f, 0x40, 0x00, 0x01, 0x7f, 0x00, 0x00, 0x01, 0x0b, 0x59,
                          0x0b, 0x59, 1,    2,    3,    4,    5,    6,    7,    8};
  ASSERT_EQ(to_hex(Octets{out}.first(size)), to_hex(expected));
  for (const auto& [source, destination] : {std::pair{kUe, kGateway}, {ipv6(1, 0), ipv6(2, 0)}}) {
    Bytes packet(100);
    packet.resize(write_ip_sctp(source, destination, sctp, packet));
    IpPacket back;
    ASSERT_TRUE(parse_ip(packet, back));
    EXPECT_EQ(to_hex(back.payload), to_hex(sctp));
    EXPECT_EQ(back.source.address, source.address);
    EXPECT_EQ(back.destination.address, destination.address);
    EXPECT_EQ(back.source.port, 0);
    packet[packet.size() > 50 ? 6 : 9] = 6;  // TCP
    EXPECT_FALSE(parse_ip(packet, back));
  }
  EXPECT_EQ(write_ip_sctp(kUe, ipv6(2, 0), sctp, out), 0U);
  EXPECT_EQ(write_ip_sctp(kUe, kGateway, sctp, MutableOctets{out}.first(size - 1)), 0U);
}

// The checksum is one's complement arithmetic over the words of this packet, done by hand.
TEST(NetHeaders, writes_a_tcp_segment_that_reads_back) {
  const Endpoint from = Endpoint::ipv4(0x7f400001, 5060);
  const Endpoint to = Endpoint::ipv4(0x7f000001, 5070);
  std::array<std::uint8_t, 128> room{};
  const std::size_t size = write_ip_tcp(from, to, {0x01020304, 0x0a0b0c0d}, as_octets("SIP"), room);
  const Octets packet = Octets(room).first(size);
  ASSERT_EQ(size, 20U + 20 + 3);
  EXPECT_EQ(packet[9], 6) << "protocol TCP";
  const std::uint8_t header[] = {0x13, 0xc4, 0x13, 0xce,  // ports 5060, 5070
                                 0x01, 0x02, 0x03, 0x04,  // sequence number
                                 0x0a, 0x0b, 0x0c, 0x0d,  // acknowledgment
                                 0x50, 0x18, 0xff, 0xff,  // 5 words, PSH ACK, window
                                 0xcc, 0x8d, 0x00, 0x00,  // checksum, no urgent data
                                 'S',  'I',  'P'};
  EXPECT_TRUE(std::equal(packet.begin() + 20, packet.end(), std::begin(header)));
  IpPacket read;
  ASSERT_TRUE(parse_ip(packet, read));
  EXPECT_EQ(read.source, from);
  EXPECT_EQ(read.destination, to);
  EXPECT_EQ(as_text(read.payload), "SIP");
  for (std::size_t at = 0; at < size; ++at) {
    std::array<std::uint8_t, 128> spoilt = room;
    spoilt[at] ^= 1;
    EXPECT_FALSE(parse_ip(Octets(spoilt).first(size), read)) << "octet " << at;
  }
}

}  // namespace
}  // namespace rung
