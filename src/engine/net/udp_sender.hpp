// UdpSender: the transmit half of UringUdp. Turns a burst of slots into as few system calls as the
// kernel allows: grouped by GsoPlan, handed over by sendmmsg() or through the ring.
//
// Ownership: borrows sockets and ring from UringUdp, and the slots for the length of send().
#pragma once

#include <sys/socket.h>
#include <sys/uio.h>

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/base/datagram.hpp"
#include "engine/net/gso_plan.hpp"
#include "engine/net/socket_address.hpp"
#include "engine/net/transport.hpp"
#include "engine/net/udp_socket.hpp"
#include "engine/net/uring_ring.hpp"

namespace rung {

struct UdpSenderOptions {
  std::size_t slots_max = 0;
  bool many_sources = false;  // TxDatagram::local chooses the source address
  bool gso = false;           // group by UDP_SEGMENT until the kernel refuses
  bool through_ring = false;  // SENDMSG through the ring instead of sendmmsg()
};

/// True when the kernel refused a group because it will not segment it so: the size, the route or
/// the socket does not allow it. Other refusals, such as a full queue, concern the moment or the
/// destination.
[[nodiscard]] bool refuses_segmentation(int error_number);

class UdpSender {
 public:
  /// Sends queued on the ring between two submissions; UringRingOptions::sends_max.
  static constexpr std::uint32_t kRingSendsMax = 1024;

  /// `sockets` are bound to consecutive ports; both must outlive the sender.
  UdpSender(const UdpSenderOptions& options, std::span<UdpSocket> sockets, UringRing& ring);

  /// Sends all of `pending` and counts what became of it.
  void send(std::span<const TxDatagram> pending, TransportCounters& counters);
  /// Largest datagram still grouped; 0 once the kernel refused UDP_SEGMENT altogether.
  [[nodiscard]] std::uint32_t segment_max() const { return segment_max_; }

 private:
  struct Envelope {  // what a msghdr points to
    SocketAddress remote;
    // IP_PKTINFO or IPV6_PKTINFO, then UDP_SEGMENT.
    alignas(cmsghdr) std::array<std::uint8_t, CMSG_SPACE(20) + CMSG_SPACE(2)> control;
  };
  struct Burst {  // the burst being sent
    std::span<const TxDatagram> pending;
    std::span<const GsoGroup> groups;
    TransportCounters* counters;
  };

  [[nodiscard]] std::uint32_t socket_of(const TxDatagram& datagram) const;
  void address(std::size_t group, const TxDatagram& first, std::uint32_t segment);
  void fill(const Burst& burst);
  void send_by_call(const Burst& burst);
  void send_by_ring(const Burst& burst);
  void accepted(const Burst& burst, std::size_t group) const;
  void take_reports(std::uint32_t socket, TransportCounters& counters);
  void refused(const Burst& burst, std::size_t group, int error_number, bool overtaken);
  static bool overtaken(const Burst& burst, std::span<const std::uint32_t> order, std::size_t group,
                        std::size_t end);
  std::uint32_t send_singly(const Burst& burst, std::size_t group);

  UdpSenderOptions options_;
  std::span<UdpSocket> sockets_;
  UringRing* ring_;
  std::uint32_t segment_max_;
  GsoPlan plan_;
  std::vector<mmsghdr> messages_;      // one per group
  std::vector<Envelope> envelopes_;    // one per group
  std::vector<iovec> pieces_;          // one per slot, in the plan's order
  std::vector<std::uint32_t> socket_;  // one per group
};

}  // namespace rung
