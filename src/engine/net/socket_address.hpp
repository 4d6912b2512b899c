// Endpoint to the kernel's socket address and back.
#pragma once

#include <netinet/in.h>

#include <cstring>

#include "engine/base/endpoint.hpp"

namespace rung {

/// Large enough for both families; sockaddr_storage would be 128 octets.
union SocketAddress {
  sockaddr any;
  sockaddr_in ipv4;
  sockaddr_in6 ipv6;
};
static_assert(sizeof(SocketAddress) == sizeof(sockaddr_in6));

/// Fills `out` and returns the length for msg_namelen. Precondition: family is not none.
inline socklen_t to_socket_address(const Endpoint& endpoint, SocketAddress& out) {
  if (endpoint.family == AddressFamily::ipv4) {
    out.ipv4 = {};
    out.ipv4.sin_family = AF_INET;
    out.ipv4.sin_port = htons(endpoint.port);
    std::memcpy(&out.ipv4.sin_addr, endpoint.address.data(), 4);
    return sizeof out.ipv4;
  }
  out.ipv6 = {};
  out.ipv6.sin6_family = AF_INET6;
  out.ipv6.sin6_port = htons(endpoint.port);
  std::memcpy(&out.ipv6.sin6_addr, endpoint.on_wire().data(), 16);
  out.ipv6.sin6_scope_id = endpoint.scope();
  return sizeof out.ipv6;
}

/// Family none when the kernel wrote neither IPv4 nor IPv6.
inline Endpoint from_socket_address(const SocketAddress& in) {
  Endpoint e;
  if (in.any.sa_family == AF_INET) {
    std::memcpy(e.address.data(), &in.ipv4.sin_addr, 4);
    e.port = ntohs(in.ipv4.sin_port);
    e.family = AddressFamily::ipv4;
  } else if (in.any.sa_family == AF_INET6) {
    std::memcpy(e.address.data(), &in.ipv6.sin6_addr, 16);
    e.port = ntohs(in.ipv6.sin6_port);
    e.family = AddressFamily::ipv6;
    e.set_scope(in.ipv6.sin6_scope_id);
  }
  return e;
}

inline bool is_wildcard(const Endpoint& endpoint) { return endpoint.address == Endpoint{}.address; }

}  // namespace rung
