#include "engine/net/tcp_socket.hpp"

#include <fmt/format.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "engine/net/socket_address.hpp"

#ifndef IPV6_FREEBIND
#define IPV6_FREEBIND 78
#endif

namespace rung {
namespace {

bool set(int fd, int level, int name, int value) {
  return setsockopt(fd, level, name, &value, sizeof value) == 0;
}

int open_stream(AddressFamily family) {
  return socket(family == AddressFamily::ipv6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
}

/// What every connection has; an accepted one inherits it from its listener.
void set_stream_options(int fd, AddressFamily family) {
  if (family == AddressFamily::ipv6) set(fd, SOL_IPV6, IPV6_V6ONLY, 1);
  set(fd, SOL_SOCKET, SO_REUSEADDR, 1);
  set(fd, SOL_SOCKET, SO_TIMESTAMPNS, 1);
  set(fd, IPPROTO_TCP, TCP_NODELAY, 1);
  const linger at_once{1, 0};
  setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

}  // namespace

TcpListener::~TcpListener() {
  if (fd_ < 0) return;
  shutdown(fd_, SHUT_RDWR);  // an accept under way would keep it listening
  close(fd_);
}

TcpListener::TcpListener(TcpListener&& other) noexcept { *this = std::move(other); }

TcpListener& TcpListener::operator=(TcpListener&& other) noexcept {
  std::swap(fd_, other.fd_);
  bound_ = other.bound_;
  return *this;
}

Result<TcpListener, NetError> TcpListener::open(const Endpoint& bind) {
  TcpListener out;
  out.fd_ = open_stream(bind.family);
  if (out.fd_ < 0) {
    return net_error(NetErrorCode::socket, errno,
                     fmt::format("cannot open a TCP socket for {}", to_string(bind)));
  }
  set_stream_options(out.fd_, bind.family);
  SocketAddress address{};
  socklen_t size = to_socket_address(bind, address);
  if (::bind(out.fd_, &address.any, size) != 0) {
    return net_error(NetErrorCode::socket, errno,
                     fmt::format("cannot bind TCP {}", to_string(bind)));
  }
  if (listen(out.fd_, SOMAXCONN) != 0) {
    return net_error(NetErrorCode::socket, errno,
                     fmt::format("cannot listen on TCP {}", to_string(bind)));
  }
  // Only now: connections may share the port, another listener may not.
  set(out.fd_, SOL_SOCKET, SO_REUSEPORT, 1);
  size = sizeof address;
  getsockname(out.fd_, &address.any, &size);
  out.bound_ = from_socket_address(address);
  return out;
}

int open_tcp_socket(const Endpoint& local) {
  const int fd = open_stream(local.family);
  if (fd < 0) return -errno;
  set_stream_options(fd, local.family);
  const bool v6 = local.family == AddressFamily::ipv6;
  if (local.port != 0) {
    set(fd, SOL_SOCKET, SO_REUSEPORT, 1);
    set(fd, v6 ? SOL_IPV6 : SOL_IP, v6 ? IPV6_FREEBIND : IP_FREEBIND, 1);
  }
  SocketAddress address{};
  const socklen_t size = to_socket_address(local, address);
  if (bind(fd, &address.any, size) == 0) return fd;
  const int error_number = errno;
  close(fd);
  return -error_number;
}

void read_tcp_ends(int fd, Endpoint& local, Endpoint& remote) {
  SocketAddress address{};
  socklen_t size = sizeof address;
  if (getsockname(fd, &address.any, &size) == 0) local = from_socket_address(address);
  size = sizeof address;
  if (getpeername(fd, &address.any, &size) == 0) remote = from_socket_address(address);
}

std::uint64_t raise_file_limit(std::uint64_t files) {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  if (limit.rlim_cur >= files) return limit.rlim_cur;
  rlimit wanted = limit;
  wanted.rlim_cur = std::max<rlim_t>(limit.rlim_cur, std::min<rlim_t>(files, limit.rlim_max));
  if (files > limit.rlim_max) {
    const rlimit more{files, files};
    if (setrlimit(RLIMIT_NOFILE, &more) == 0) return files;
  }
  if (setrlimit(RLIMIT_NOFILE, &wanted) == 0) return wanted.rlim_cur;
  return limit.rlim_cur;
}

}  // namespace rung
