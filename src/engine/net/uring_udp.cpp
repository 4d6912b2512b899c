#include "engine/net/uring_udp.hpp"

#include <fmt/format.h>
#include <sys/prctl.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstring>
#include <ctime>

#include "engine/net/clock.hpp"

#ifndef UDP_GRO
#define UDP_GRO 104
#endif
#ifndef SOL_UDP
#define SOL_UDP 17
#endif

namespace rung {
namespace {

constexpr std::uint32_t kBuffersDefault = 4096;
constexpr std::uint32_t kGroBuffersDefault = 512;
constexpr std::uint32_t kBuffersMax = 32768;
constexpr std::uint32_t kSuperDatagramOctetsMax = 65536;
/// Sockets asked for their drops by one empty burst, a system call each; they take turns.
constexpr std::size_t kDropReadingsMax = 8;
/// Room for SO_TIMESTAMPNS, the larger of the two PKTINFO, and UDP_GRO.
constexpr std::uint32_t kControlOctets = CMSG_SPACE(16) + CMSG_SPACE(20) + CMSG_SPACE(4);
/// Multiples of 8, so that the control messages behind the name lie aligned.
constexpr std::uint32_t kIpv4NameOctets = 16;
constexpr std::uint32_t kIpv6NameOctets = 32;
static_assert(kIpv4NameOctets >= sizeof(sockaddr_in));
static_assert(kIpv6NameOctets >= sizeof(sockaddr_in6));

struct Control {
  std::int64_t wall_ns = 0;  // 0: no stamp
  std::size_t segment = 0;   // 0: not coalesced
};

template <class Value>
Value control_value(const std::uint8_t* at) {
  Value value;
  std::memcpy(&value, at + CMSG_LEN(0), sizeof value);
  return value;
}

void read_message(const cmsghdr& header, const std::uint8_t* at, Endpoint& local, Control& out) {
  if (header.cmsg_level == SOL_SOCKET && header.cmsg_type == SCM_TIMESTAMPNS) {
    const auto stamp = control_value<timespec>(at);
    out.wall_ns = std::int64_t{stamp.tv_sec} * 1'000'000'000 + stamp.tv_nsec;
  } else if (header.cmsg_level == SOL_IP && header.cmsg_type == IP_PKTINFO) {
    const auto info = control_value<in_pktinfo>(at);
    std::memcpy(local.address.data(), &info.ipi_addr, 4);
  } else if (header.cmsg_level == SOL_IPV6 && header.cmsg_type == IPV6_PKTINFO) {
    const auto info = control_value<in6_pktinfo>(at);
    std::memcpy(local.address.data(), &info.ipi6_addr, 16);
    local.set_scope(static_cast<std::uint32_t>(info.ipi6_ifindex));
  } else if (header.cmsg_level == SOL_UDP && header.cmsg_type == UDP_GRO) {
    out.segment = static_cast<std::size_t>(std::max(control_value<int>(at), 0));
  }
}

/// Walks the control messages, which the kernel wrote; `local`'s address is set where one says so.
Control read_control(Octets control, Endpoint& local) {
  Control out;
  while (control.size() >= sizeof(cmsghdr)) {
    cmsghdr header;
    std::memcpy(&header, control.data(), sizeof header);
    if (header.cmsg_len < sizeof header || header.cmsg_len > control.size()) break;
    read_message(header, control.data(), local, out);
    control = control.subspan(std::min<std::size_t>(CMSG_ALIGN(header.cmsg_len), control.size()));
  }
  return out;
}

NetError range_error(const char* option, std::uint64_t value, std::uint64_t low,
                     std::uint64_t high) {
  return {NetErrorCode::range, 0,
          fmt::format("{} = {}: must be {} to {}", option, value, low, high)};
}

NetError check(const UringUdpOptions& o) {
  if (o.bind.family == AddressFamily::none) {
    return {NetErrorCode::range, 0, "bind: no address given"};
  }
  if (o.port_count == 0 || o.port_count > UringUdp::kPortsMax) {
    return range_error("port_count", o.port_count, 1, UringUdp::kPortsMax);
  }
  if (o.port_count > 1 && (o.bind.port == 0 || o.bind.port + o.port_count > 65536)) {
    return range_error("bind port", o.bind.port, 1, 65536 - o.port_count);
  }
  if (o.tx_slots == 0 || o.tx_slots > UringUdp::kTxSlotsMax) {
    return range_error("tx_slots", o.tx_slots, 1, UringUdp::kTxSlotsMax);
  }
  if (o.receive_buffers > kBuffersMax ||
      (o.receive_buffers != 0 && !std::has_single_bit(o.receive_buffers))) {
    return {NetErrorCode::range, 0,
            fmt::format("receive_buffers = {}: must be a power of two up to {}", o.receive_buffers,
                        kBuffersMax)};
  }
  return {};
}

}  // namespace

Result<std::unique_ptr<UringUdp>, NetError> UringUdp::open(const UringUdpOptions& options) {
  NetError error = check(options);
  if (error.code != NetErrorCode::none) return error;
  std::unique_ptr<UringUdp> transport(new UringUdp(options));
  error = transport->open_sockets();
  if (error.code == NetErrorCode::none) error = transport->open_ring();
  if (error.code == NetErrorCode::none) error = transport->open_slots();
  if (error.code != NetErrorCode::none) return error;
  return transport;
}

NetError UringUdp::open_sockets() {
  UdpSocketOptions socket_options;
  socket_options.bind = options_.bind;
  socket_options.packet_info = options_.many_sources || is_wildcard(options_.bind);
  socket_options.free_bind = options_.many_sources;
  socket_options.gro = options_.gro;
  socket_options.buffer_octets = options_.socket_buffer_octets;
  for (std::uint32_t i = 0; i < options_.port_count; ++i) {
    auto socket = UdpSocket::open(socket_options);
    if (!socket.ok()) return socket.error();
    sockets_.push_back(std::move(*socket));
    ++socket_options.bind.port;
  }
  drops_.resize(sockets_.size());
  return {};
}

NetError UringUdp::open_ring() {
  std::vector<int> fds;
  for (const UdpSocket& s : sockets_) fds.push_back(s.fd());
  const bool gro = sockets_[0].gro();
  UringRingOptions ring_options;
  ring_options.fds = fds;
  ring_options.buffers = options_.receive_buffers != 0 ? options_.receive_buffers
                         : gro                         ? kGroBuffersDefault
                                                       : kBuffersDefault;
  ring_options.payload_octets = gro ? kSuperDatagramOctetsMax : kDatagramSizeMax;
  ring_options.name_octets =
      options_.bind.family == AddressFamily::ipv6 ? kIpv6NameOctets : kIpv4NameOctets;
  ring_options.control_octets = kControlOctets;
  ring_options.sends_max = UdpSender::kRingSendsMax;
  auto ring = UringRing::open(ring_options);
  if (!ring.ok()) return ring.error();
  ring_ = std::move(*ring);
  return {};
}

NetError UringUdp::open_slots() {
  slot_memory_ = MappedMemory(std::size_t{options_.tx_slots} * kDatagramSizeMax);
  if (slot_memory_.data() == nullptr) {
    return net_error(NetErrorCode::memory, errno,
                     fmt::format("cannot map {} transmit slots", options_.tx_slots));
  }
  slots_.resize(options_.tx_slots);
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    slots_[i].buffer = slot_memory_.data() + i * kDatagramSizeMax;
  }
  own_slots(slots_);
  UdpSenderOptions sender_options;
  sender_options.slots_max = slots_.size();
  sender_options.many_sources = options_.many_sources;
  sender_options.gso = options_.gso;
  sender_options.through_ring = options_.send_path == SendPath::ring ||
                                (options_.send_path == SendPath::automatic && sockets_.size() > 1);
  sender_ = std::make_unique<UdpSender>(sender_options, sockets_, ring_);
  return {};
}

std::span<RxDatagram> UringUdp::rx_burst(Time now) {
  ring_.give_back({used_.data(), used_count_});
  used_count_ = 0;
  burst_count_ = 0;
  UringReceived received;
  bool polled = false;
  while (burst_count_ < kBurstMax) {  // each turn hands out, drops or polls; polls once
    if (super_.open) {
      hand_out_segment();
    } else if (ring_.next(received)) {
      if (!begin_super(received, now)) ring_.give_back({&received.buffer, 1});
    } else if (!polled && burst_count_ == 0) {
      ring_.poll();
      wall_offset_ = wall_offset();
      polled = true;
    } else {
      break;
    }
  }
  if (burst_count_ == 0 || !ring_.failed().empty()) count_losses();
  return {burst_.data(), burst_count_};
}

bool UringUdp::begin_super(const UringReceived& received, Time now) {
  if (received.name.empty()) return false;
  SocketAddress name{};
  std::memcpy(&name, received.name.data(), std::min(received.name.size(), sizeof name));
  super_.from = received;
  super_.remote = from_socket_address(name);
  super_.local = sockets_[received.socket].bound();
  const Control control = read_control(received.control, super_.local);
  super_.arrived = control.wall_ns == 0 ? now : time_from_ns(control.wall_ns - ns(wall_offset_));
  super_.segment = control.segment != 0 ? control.segment : received.payload.size();
  super_.offset = 0;
  super_.open = true;
  return true;
}

void UringUdp::hand_out_segment() {
  const Octets payload = super_.from.payload;
  const std::size_t size = std::min(super_.segment, payload.size() - super_.offset);
  RxDatagram& out = burst_[burst_count_++];
  out.octets = payload.subspan(super_.offset, std::min(size, kDatagramSizeMax));
  out.local = super_.local;
  out.remote = super_.remote;
  out.arrived = super_.arrived;
  out.frame = next_frame();
  out.owner = 0;
  out.mark = {};
  out.truncated = size > kDatagramSizeMax || (super_.from.flags & MSG_TRUNC) != 0;
  ++counters_.rx_datagrams;
  counters_.rx_octets += out.octets.size();
  counters_.rx_truncated += out.truncated ? 1 : 0;
  super_.offset += size;
  if (super_.offset < payload.size()) return;
  used_[used_count_++] = super_.from.buffer;
  super_.open = false;
}

void UringUdp::count_losses() {
  for (std::size_t i = 0; i < std::min(sockets_.size(), kDropReadingsMax); ++i) {
    next_reading_ = (next_reading_ + 1) % sockets_.size();
    const std::uint32_t drops = sockets_[next_reading_].drops();
    counters_.rx_dropped += drops - drops_[next_reading_];
    drops_[next_reading_] = drops;
  }
  if (ring_.failed().empty()) return;
  counters_.last_error = ring_.counters().last_error;
  for (const std::uint32_t s : ring_.failed()) {
    counters_.unreachable += sockets_[s].drain_unreachable();
  }
  ring_.forget_failed();
}

void UringUdp::tx_burst(Time) {
  sender_->send(tx().pending(), counters_);
  empty_tx();
}

// An absolute sleep, not a wait on the ring: arrivals must not wake the loop, and the kernel holds
// what arrives until the next poll either way.
void UringUdp::wait(Time until) {
  if (!slack_set_) {
    prctl(PR_SET_TIMERSLACK, 1);  // the default of 50 us is a quarter of a tick
    slack_set_ = true;
  }
  sleep_until(until);
}

UringUdpGrants UringUdp::grants() const {
  const UdpSocket& s = sockets_[0];
  return {s.receive_buffer(), s.send_buffer(), s.gro()};
}

}  // namespace rung
