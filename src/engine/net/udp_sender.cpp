#include "engine/net/udp_sender.hpp"

#include <netinet/udp.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#endif

namespace rung {
namespace {

template <class Value>
std::size_t put_control(std::uint8_t* at, int level, int type, const Value& value) {
  cmsghdr header{};
  header.cmsg_level = level;
  header.cmsg_type = type;
  header.cmsg_len = CMSG_LEN(sizeof value);
  std::memcpy(at, &header, sizeof header);
  std::memcpy(at + CMSG_LEN(0), &value, sizeof value);
  return CMSG_SPACE(sizeof value);
}

std::size_t put_source(std::uint8_t* at, const Endpoint& source) {
  if (source.family == AddressFamily::ipv6) {
    in6_pktinfo info{};
    std::memcpy(&info.ipi6_addr, source.on_wire().data(), 16);
    info.ipi6_ifindex = source.scope();
    return put_control(at, SOL_IPV6, IPV6_PKTINFO, info);
  }
  in_pktinfo info{};
  std::memcpy(&info.ipi_spec_dst, source.address.data(), 4);
  return put_control(at, SOL_IP, IP_PKTINFO, info);
}

/// Errors of an earlier datagram that ICMP brought back: the kernel reports them on the next call,
/// whatever its destination (ip(7), IP_RECVERR), and has not sent that one.
bool is_late_report(int error_number) {
  return error_number == ECONNREFUSED || error_number == EHOSTUNREACH ||
         error_number == ENETUNREACH || error_number == EHOSTDOWN || error_number == EPROTO ||
         error_number == ENOPROTOOPT;
}

/// Errors after which no size will do: no checksum offload on the route, or no such option.
bool refuses_any_segment(int error_number) {
  return error_number == EIO || error_number == EOPNOTSUPP;
}

}  // namespace

bool refuses_segmentation(int error_number) {
  return error_number == EINVAL || error_number == EMSGSIZE || refuses_any_segment(error_number);
}

UdpSender::UdpSender(const UdpSenderOptions& options, std::span<UdpSocket> sockets, UringRing& ring)
    : options_(options),
      sockets_(sockets),
      ring_(&ring),
      segment_max_(options.gso ? kDatagramSizeMax : 0),
      plan_(options.slots_max),
      messages_(options.slots_max),
      envelopes_(options.slots_max),
      pieces_(options.slots_max),
      socket_(options.slots_max) {
  for (std::size_t i = 0; i < messages_.size(); ++i) {
    messages_[i].msg_hdr.msg_name = &envelopes_[i].remote;
  }
}

void UdpSender::send(std::span<const TxDatagram> pending, TransportCounters& counters) {
  if (pending.empty()) return;
  const Burst burst{pending, plan_.plan(pending, segment_max_), &counters};
  fill(burst);
  if (options_.through_ring) {
    send_by_ring(burst);
  } else {
    send_by_call(burst);
  }
}

std::uint32_t UdpSender::socket_of(const TxDatagram& datagram) const {
  if (sockets_.size() == 1 || datagram.local.family == AddressFamily::none) return 0;
  const std::uint32_t socket =
      std::uint32_t{datagram.local.port} - std::uint32_t{sockets_[0].bound().port};
  ENGINE_ASSERT(socket < sockets_.size());
  return socket;
}

void UdpSender::address(std::size_t group, const TxDatagram& first, std::uint32_t segment) {
  Envelope& envelope = envelopes_[group];
  msghdr& message = messages_[group].msg_hdr;
  message.msg_namelen = to_socket_address(first.remote, envelope.remote);
  std::size_t used = 0;
  if (options_.many_sources && first.local.family == sockets_[0].bound().family) {
    used += put_source(envelope.control.data(), first.local);
  }
  if (segment != 0) {
    used += put_control(envelope.control.data() + used, SOL_UDP, UDP_SEGMENT,
                        narrow<std::uint16_t>(segment));
  }
  message.msg_control = used == 0 ? nullptr : envelope.control.data();
  message.msg_controllen = used;
}

void UdpSender::fill(const Burst& burst) {
  const std::span<const std::uint32_t> order = plan_.order();
  for (std::size_t i = 0; i < order.size(); ++i) {
    pieces_[i] = {burst.pending[order[i]].buffer, burst.pending[order[i]].size};
  }
  for (std::size_t g = 0; g < burst.groups.size(); ++g) {
    const GsoGroup& group = burst.groups[g];
    const TxDatagram& first = burst.pending[order[group.begin]];
    socket_[g] = socket_of(first);
    address(g, first, group.count > 1 ? group.segment : 0);
    messages_[g].msg_hdr.msg_iov = &pieces_[group.begin];
    messages_[g].msg_hdr.msg_iovlen = group.count;
  }
}

void UdpSender::send_by_call(const Burst& burst) {
  std::size_t g = 0;
  const std::size_t groups = burst.groups.size();
  while (g < groups) {  // each turn accepts or refuses at least one group
    std::size_t end = g + 1;
    while (end < groups && socket_[end] == socket_[g]) ++end;
    const std::uint32_t socket = socket_[g];
    const int sent = sendmmsg(sockets_[socket].fd(), &messages_[g], static_cast<unsigned>(end - g),
                              MSG_DONTWAIT);
    if (sent <= 0) {
      refused(burst, g++, errno, false);
      continue;
    }
    for (int i = 0; i < sent; ++i) accepted(burst, g++);
    // Stopped short: sendmmsg() has used up an error without telling it, such as a late report.
    if (g < end) take_reports(socket, *burst.counters);
  }
}

void UdpSender::send_by_ring(const Burst& burst) {
  const std::size_t groups = burst.groups.size();
  for (std::size_t begin = 0; begin < groups; begin += kRingSendsMax) {
    const std::size_t end = std::min<std::size_t>(begin + kRingSendsMax, groups);
    for (std::size_t g = begin; g < end; ++g) {
      ring_->send(socket_[g], messages_[g].msg_hdr, static_cast<std::uint32_t>(g));
    }
    ring_->submit();
    const std::span<const UringRefused> failures = ring_->refused();
    // Completions arrive in the order of submission, so both lists are walked once.
    std::size_t next_failure = 0;
    for (std::size_t g = begin; g < end; ++g) {
      if (next_failure < failures.size() && failures[next_failure].token == g) {
        const int error_number = failures[next_failure++].error_number;
        refused(burst, g, error_number, overtaken(burst, plan_.order(), g, end));
      } else {
        accepted(burst, g);
      }
    }
  }
}

/// True when a group behind it, of the same pair of addresses, has left already.
bool UdpSender::overtaken(const Burst& burst, std::span<const std::uint32_t> order,
                          std::size_t group, std::size_t end) {
  const TxDatagram& first = burst.pending[order[burst.groups[group].begin]];
  for (std::size_t g = group + 1; g < end; ++g) {
    const TxDatagram& later = burst.pending[order[burst.groups[g].begin]];
    if (later.remote == first.remote && later.local == first.local) return true;
  }
  return false;
}

void UdpSender::accepted(const Burst& burst, std::size_t group) const {
  const GsoGroup& g = burst.groups[group];
  burst.counters->tx_datagrams += g.count;
  burst.counters->tx_octets += g.octets;
  if (g.count > 1) burst.counters->tx_segmented += g.count;
}

void UdpSender::take_reports(std::uint32_t socket, TransportCounters& counters) {
  const std::uint32_t reports = sockets_[socket].drain_unreachable();
  counters.unreachable += reports;
  if (reports != 0) counters.last_error = ECONNREFUSED;
}

/// Sent once more where that helps; an overtaken group is lost rather than reordered.
void UdpSender::refused(const Burst& burst, std::size_t group, int error_number, bool overtaken) {
  const GsoGroup& g = burst.groups[group];
  TransportCounters& counters = *burst.counters;
  counters.last_error = error_number;
  const bool late_report = is_late_report(error_number);
  const bool grouping = g.count > 1 && refuses_segmentation(error_number);
  if (late_report) take_reports(socket_[group], counters);
  if ((!late_report && !grouping) || (late_report && overtaken)) {
    counters.tx_failed += g.count;
    return;
  }
  const std::uint32_t sent = send_singly(burst, group);
  if (sent == 0 || !grouping) return;
  // One by one they left, so it was the grouping that the kernel refused.
  segment_max_ = refuses_any_segment(error_number) ? 0 : g.segment - 1;
}

std::uint32_t UdpSender::send_singly(const Burst& burst, std::size_t group) {
  const GsoGroup& g = burst.groups[group];
  msghdr& message = messages_[group].msg_hdr;
  std::uint32_t sent = 0;
  for (std::uint32_t i = 0; i < g.count; ++i) {
    const TxDatagram& datagram = burst.pending[plan_.order()[g.begin + i]];
    address(group, datagram, 0);
    message.msg_iov = &pieces_[g.begin + i];
    message.msg_iovlen = 1;
    if (sendmsg(sockets_[socket_[group]].fd(), &message, MSG_DONTWAIT) < 0) {
      burst.counters->last_error = errno;
      ++burst.counters->tx_failed;
    } else {
      ++sent;
      ++burst.counters->tx_datagrams;
      burst.counters->tx_octets += datagram.size;
    }
  }
  return sent;
}

}  // namespace rung
