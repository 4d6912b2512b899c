#include "engine/net/raw_sctp.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "engine/net/clock.hpp"

namespace rung {
namespace {

constexpr std::size_t kIpv4HeaderMin = 20;

Endpoint without_port(Endpoint endpoint) {
  endpoint.port = 0;
  return endpoint;
}

}  // namespace

Result<std::unique_ptr<RawSctp>, NetError> RawSctp::open(const RawSctpOptions& options) {
  if (options.tx_slots < 1 || options.tx_slots > kTxSlotsMax) {
    return NetError{NetErrorCode::range, 0,
                    fmt::format("tx_slots {}: 1 to {}", options.tx_slots, kTxSlotsMax)};
  }
  std::unique_ptr<RawSctp> raw(new RawSctp);
  if (NetError error = raw->open_socket(options); error.code != NetErrorCode::none) return error;
  if (NetError error = raw->open_buffers(options); error.code != NetErrorCode::none) return error;
  return raw;
}

NetError RawSctp::open_socket(const RawSctpOptions& options) {
  const Endpoint bind_to = without_port(options.bind);
  const std::string name = to_string(bind_to);
  const bool v6 = bind_to.family == AddressFamily::ipv6;
  fd_ = socket(v6 ? AF_INET6 : AF_INET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_SCTP);
  if (fd_ < 0) {
    return net_error(NetErrorCode::socket, errno,
                     fmt::format("cannot open a raw SCTP socket for {} (CAP_NET_RAW is needed; "
                                 "UDP encapsulation does without)",
                                 name));
  }
  for (const int option : {SO_RCVBUF, SO_SNDBUF}) {
    const int octets = options.socket_buffer_octets;
    setsockopt(fd_, SOL_SOCKET, option, &octets, sizeof octets);
  }
  SocketAddress address{};
  const socklen_t size = to_socket_address(bind_to, address);
  if (bind(fd_, &address.any, size) != 0) {
    return net_error(NetErrorCode::socket, errno, fmt::format("cannot bind raw SCTP {}", name));
  }
  local_ = bind_to;
  return {};
}

NetError RawSctp::open_buffers(const RawSctpOptions& options) {
  memory_ = MappedMemory(kBurstMax * kRxBufferSize + options.tx_slots * kDatagramSizeMax);
  if (memory_.data() == nullptr) {
    return net_error(NetErrorCode::memory, errno,
                     fmt::format("cannot map {} transmit slots", options.tx_slots));
  }
  std::uint8_t* const first = memory_.data() + kBurstMax * kRxBufferSize;
  slots_.resize(options.tx_slots);
  for (std::size_t i = 0; i < slots_.size(); ++i) slots_[i].buffer = first + i * kDatagramSizeMax;
  own_slots(slots_);
  return {};
}

RawSctp::~RawSctp() {
  if (fd_ >= 0) close(fd_);
}

std::span<RxDatagram> RawSctp::rx_burst(Time now) {
  for (std::size_t i = 0; i < kBurstMax; ++i) {
    names_[i].piece = {rx_buffer(i), kRxBufferSize};
    headers_[i].msg_hdr = {};
    headers_[i].msg_hdr.msg_name = &names_[i].name;
    headers_[i].msg_hdr.msg_namelen = sizeof names_[i].name;
    headers_[i].msg_hdr.msg_iov = &names_[i].piece;
    headers_[i].msg_hdr.msg_iovlen = 1;
  }
  const int got = recvmmsg(fd_, headers_.data(), kBurstMax, MSG_DONTWAIT, nullptr);
  std::size_t count = 0;
  for (int i = 0; i < got; ++i) {
    const auto index = static_cast<std::size_t>(i);
    if (take(index, headers_[index].msg_len, now, burst_[count])) ++count;
  }
  return {burst_.data(), count};
}

/// An IPv4 raw socket gives the IP header too, one of IPv6 does not (raw(7), RFC 3542 3).
bool RawSctp::take(std::size_t index, std::size_t size, Time now, RxDatagram& out) {
  Octets packet{rx_buffer(index), size};
  out = {};
  out.local = local_;
  out.remote = without_port(from_socket_address(names_[index].name));
  if (out.remote.family == AddressFamily::ipv4) {
    if (size < kIpv4HeaderMin) return false;
    const std::size_t header = static_cast<std::size_t>(packet[0] & 0x0f) * 4;
    if (header < kIpv4HeaderMin || header > size) return false;
    std::copy_n(packet.begin() + 16, 4, out.local.address.begin());
    packet = packet.subspan(header);
  }
  out.octets = packet;
  out.arrived = now;
  out.truncated = (headers_[index].msg_hdr.msg_flags & MSG_TRUNC) != 0;
  out.frame = next_frame();
  ++counters_.rx_datagrams;
  counters_.rx_octets += packet.size();
  if (out.truncated) ++counters_.rx_truncated;
  return true;
}

void RawSctp::tx_burst(Time) {
  std::span<TxDatagram> left = tx().pending();
  while (!left.empty()) {
    const std::size_t count = std::min(left.size(), kBurstMax);
    for (std::size_t i = 0; i < count; ++i) {
      names_[i].piece = {left[i].buffer, left[i].size};
      headers_[i].msg_hdr = {};
      headers_[i].msg_hdr.msg_name = &names_[i].name;
      headers_[i].msg_hdr.msg_namelen =
          to_socket_address(without_port(left[i].remote), names_[i].name);
      headers_[i].msg_hdr.msg_iov = &names_[i].piece;
      headers_[i].msg_hdr.msg_iovlen = 1;
    }
    const int sent = sendmmsg(fd_, headers_.data(), static_cast<unsigned>(count), MSG_DONTWAIT);
    const std::size_t done = sent > 0 ? static_cast<std::size_t>(sent) : 1;
    if (sent <= 0) {
      // The first one is refused, and SCTP will send it again; the others may still go.
      ++counters_.tx_failed;
      counters_.last_error = errno;
    }
    for (std::size_t i = 0; sent > 0 && i < done; ++i) {
      ++counters_.tx_datagrams;
      counters_.tx_octets += left[i].size;
    }
    left = left.subspan(done);
  }
  empty_tx();
}

void RawSctp::wait(Time until) { sleep_until(until); }

}  // namespace rung
