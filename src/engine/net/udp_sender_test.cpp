#include "engine/net/udp_sender.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <cerrno>
#include <vector>

namespace rung {
namespace {

// A socket without checksums cannot segment (the kernel answers EINVAL), which stands here for any
// route that refuses UDP_SEGMENT.
TEST(UdpSender, falls_back_to_single_datagrams_when_the_kernel_refuses_segmentation) {
  std::vector<UdpSocket> sockets;
  auto opened = UdpSocket::open({.bind = Endpoint::ipv4(0x7f400001, 0)});
  ASSERT_TRUE(opened.ok()) << opened.error().text;
  sockets.push_back(std::move(*opened));
  auto peer = UdpSocket::open({.bind = Endpoint::ipv4(0x7f400002, 0)});
  ASSERT_TRUE(peer.ok()) << peer.error().text;
  const int one = 1;
  ASSERT_EQ(setsockopt(sockets[0].fd(), SOL_SOCKET, SO_NO_CHECK, &one, sizeof one), 0);
  UringRing ring;
  UdpSender sender({.slots_max = 16, .gso = true}, sockets, ring);
  std::uint8_t octets[600] = {};
  std::vector<TxDatagram> burst(10);
  for (TxDatagram& d : burst) {
    d.buffer = octets;
    d.size = sizeof octets;
    d.remote = peer->bound();
  }

  TransportCounters counters;
  sender.send(burst, counters);
  sender.send(burst, counters);

  EXPECT_EQ(counters.tx_datagrams, 20U);
  EXPECT_EQ(counters.tx_segmented, 0U);
  EXPECT_EQ(counters.tx_failed, 0U);
  EXPECT_LT(sender.segment_max(), 600U);
  std::uint8_t received[2000];
  for (int i = 0; i < 20; ++i) {
    ASSERT_EQ(recv(peer->fd(), received, sizeof received, MSG_DONTWAIT), 600);
  }
}

// A full queue of the device answers ENOBUFS (udp(7) with IP_RECVERR), a full socket EAGAIN. Both
// pass, and groups are what empties a queue fastest.
TEST(UdpSender, a_full_queue_or_a_filter_says_nothing_about_segmentation) {
  for (const int passing : {ENOBUFS, EAGAIN, ENOMEM, EPERM, ECONNREFUSED, ENETUNREACH}) {
    EXPECT_FALSE(refuses_segmentation(passing)) << passing;
  }
  for (const int lasting : {EINVAL, EMSGSIZE, EIO, EOPNOTSUPP}) {
    EXPECT_TRUE(refuses_segmentation(lasting)) << lasting;
  }
}

// An IPv4 socket reaches no IPv6 address: the group is refused for its destination, not its form.
TEST(UdpSender, a_group_refused_for_another_reason_is_counted_whole_and_grouping_goes_on) {
  std::vector<UdpSocket> sockets;
  auto opened = UdpSocket::open({.bind = Endpoint::ipv4(0x7f400001, 0)});
  ASSERT_TRUE(opened.ok()) << opened.error().text;
  sockets.push_back(std::move(*opened));
  UringRing ring;
  UdpSender sender({.slots_max = 16, .gso = true}, sockets, ring);
  std::uint8_t octets[600] = {};
  std::vector<TxDatagram> burst(10);
  for (TxDatagram& d : burst) {
    d.buffer = octets;
    d.size = sizeof octets;
    d.remote.family = AddressFamily::ipv6;
    d.remote.port = 5060;
    d.remote.address[15] = 1;
  }

  TransportCounters counters;
  sender.send(burst, counters);

  EXPECT_EQ(counters.tx_failed, 10U);
  EXPECT_EQ(counters.last_error, EAFNOSUPPORT);
  EXPECT_EQ(sender.segment_max(), kDatagramSizeMax);
}

}  // namespace
}  // namespace rung
