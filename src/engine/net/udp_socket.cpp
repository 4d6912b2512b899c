#include "engine/net/udp_socket.hpp"

#include <fmt/format.h>
#include <linux/errqueue.h>
#include <linux/sock_diag.h>
#include <netinet/udp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>

#include "engine/net/clock.hpp"
#include "engine/net/socket_address.hpp"

#ifndef UDP_GRO
#define UDP_GRO 104
#endif
#ifndef IPV6_FREEBIND
#define IPV6_FREEBIND 78
#endif

namespace rung {
namespace {

/// Reports taken from the error queue in one go; more wait for the next call.
constexpr std::uint32_t kErrorsPerDrainMax = 1024;
/// The kernel takes a ring down some milliseconds after its last thread is gone, and until then the
/// port of a run that ended stays bound.
constexpr int kBindAttempts = 40;
constexpr Duration kBindPause = 5ms;
constexpr std::uint8_t kIcmpDestinationUnreachable = 3;    // RFC 792
constexpr std::uint8_t kIcmpv6DestinationUnreachable = 1;  // RFC 4443 3.1

bool set(int fd, int level, int name, int value) {
  return setsockopt(fd, level, name, &value, sizeof value) == 0;
}

int get(int fd, int level, int name) {
  int value = 0;
  socklen_t size = sizeof value;
  getsockopt(fd, level, name, &value, &size);
  return value;
}

bool is_unreachable(const sock_extended_err& error) {
  if (error.ee_origin == SO_EE_ORIGIN_ICMP) return error.ee_type == kIcmpDestinationUnreachable;
  if (error.ee_origin == SO_EE_ORIGIN_ICMP6) return error.ee_type == kIcmpv6DestinationUnreachable;
  return false;
}

bool reports_unreachable(msghdr& message) {
  for (cmsghdr* c = CMSG_FIRSTHDR(&message); c != nullptr; c = CMSG_NXTHDR(&message, c)) {
    const bool v4 = c->cmsg_level == SOL_IP && c->cmsg_type == IP_RECVERR;
    const bool v6 = c->cmsg_level == SOL_IPV6 && c->cmsg_type == IPV6_RECVERR;
    if (!v4 && !v6) continue;
    sock_extended_err error{};
    std::memcpy(&error, CMSG_DATA(c), sizeof error);
    if (is_unreachable(error)) return true;
  }
  return false;
}

bool bind_patiently(int fd, const SocketAddress& address, socklen_t size) {
  for (int attempt = 1;; ++attempt) {
    if (bind(fd, &address.any, size) == 0) return true;
    if (errno != EADDRINUSE || attempt == kBindAttempts) return false;
    sleep_until(MonotonicClock::read() + kBindPause);
  }
}

}  // namespace

UdpSocket::~UdpSocket() {
  if (fd_ >= 0) close(fd_);
}

UdpSocket::UdpSocket(UdpSocket&& other) noexcept { *this = std::move(other); }

UdpSocket& UdpSocket::operator=(UdpSocket&& other) noexcept {
  std::swap(fd_, other.fd_);
  bound_ = other.bound_;
  receive_buffer_ = other.receive_buffer_;
  send_buffer_ = other.send_buffer_;
  gro_ = other.gro_;
  return *this;
}

Result<UdpSocket, NetError> UdpSocket::open(const UdpSocketOptions& options) {
  const bool v6 = options.bind.family == AddressFamily::ipv6;
  UdpSocket s;
  s.fd_ = socket(v6 ? AF_INET6 : AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (s.fd_ < 0) {
    return net_error(NetErrorCode::socket, errno,
                     fmt::format("cannot open a UDP socket for {}", to_string(options.bind)));
  }
  if (NetError error = s.set_options(options); error.code != NetErrorCode::none) return error;
  SocketAddress address{};
  socklen_t size = to_socket_address(options.bind, address);
  if (!bind_patiently(s.fd_, address, size)) {
    return net_error(NetErrorCode::socket, errno,
                     fmt::format("cannot bind UDP {}", to_string(options.bind)));
  }
  // After bind(), so that binding to a stranger's address still fails.
  if (options.free_bind) set(s.fd_, v6 ? SOL_IPV6 : SOL_IP, v6 ? IPV6_FREEBIND : IP_FREEBIND, 1);
  size = sizeof address;
  getsockname(s.fd_, &address.any, &size);
  s.bound_ = from_socket_address(address);
  return s;
}

NetError UdpSocket::set_options(const UdpSocketOptions& options) {
  const bool v6 = options.bind.family == AddressFamily::ipv6;
  const auto failed = [&](const char* name) {
    return net_error(NetErrorCode::option, errno,
                     fmt::format("cannot set {} on UDP {}", name, to_string(options.bind)));
  };
  if (v6 && !set(fd_, SOL_IPV6, IPV6_V6ONLY, 1)) return failed("IPV6_V6ONLY");
  if (!set(fd_, SOL_SOCKET, SO_TIMESTAMPNS, 1)) return failed("SO_TIMESTAMPNS");
  if (options.packet_info &&
      !set(fd_, v6 ? SOL_IPV6 : SOL_IP, v6 ? IPV6_RECVPKTINFO : IP_PKTINFO, 1)) {
    return failed(v6 ? "IPV6_RECVPKTINFO" : "IP_PKTINFO");
  }
  // An unconnected socket hears of ICMP errors only with this (ip(7)).
  if (!set(fd_, v6 ? SOL_IPV6 : SOL_IP, v6 ? IPV6_RECVERR : IP_RECVERR, 1)) {
    return failed(v6 ? "IPV6_RECVERR" : "IP_RECVERR");
  }
  gro_ = options.gro && set(fd_, SOL_UDP, UDP_GRO, 1);
  set_buffers(options.buffer_octets);
  return {};
}

void UdpSocket::set_buffers(int octets) {
  if (octets > 0) {
    if (!set(fd_, SOL_SOCKET, SO_RCVBUFFORCE, octets)) set(fd_, SOL_SOCKET, SO_RCVBUF, octets);
    if (!set(fd_, SOL_SOCKET, SO_SNDBUFFORCE, octets)) set(fd_, SOL_SOCKET, SO_SNDBUF, octets);
  }
  // The kernel doubles what it is asked for and reports the double (socket(7)).
  receive_buffer_ = get(fd_, SOL_SOCKET, SO_RCVBUF) / 2;
  send_buffer_ = get(fd_, SOL_SOCKET, SO_SNDBUF) / 2;
}

std::uint32_t UdpSocket::drops() const {
  std::array<std::uint32_t, SK_MEMINFO_VARS> info{};
  socklen_t size = sizeof info;
  getsockopt(fd_, SOL_SOCKET, SO_MEMINFO, info.data(), &size);
  return info[SK_MEMINFO_DROPS];
}

std::uint32_t UdpSocket::drain_unreachable() {
  std::uint32_t count = 0;
  for (std::uint32_t i = 0; i < kErrorsPerDrainMax; ++i) {
    std::array<std::uint8_t, 64> octets;
    alignas(cmsghdr) std::array<std::uint8_t, 256> control;
    iovec piece{octets.data(), octets.size()};
    msghdr message{};
    message.msg_iov = &piece;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    if (recvmsg(fd_, &message, MSG_ERRQUEUE | MSG_DONTWAIT) < 0) break;
    if (reports_unreachable(message)) ++count;
  }
  return count;
}

}  // namespace rung
