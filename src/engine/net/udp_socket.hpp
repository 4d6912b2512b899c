// UdpSocket: one bound, unconnected UDP socket with everything the transport asks of it switched
// on, and the two things only the socket knows: what the kernel dropped and what ICMP said.
#pragma once

#include <cstdint>

#include "engine/base/endpoint.hpp"
#include "engine/base/result.hpp"
#include "engine/net/net_error.hpp"

namespace rung {

struct UdpSocketOptions {
  Endpoint bind{};           // a wildcard address and port 0 are allowed
  bool packet_info = false;  // report each datagram's destination address
  bool free_bind = false;    // allow sources that routes, not interfaces, make local
  bool gro = false;          // receive coalesced super-datagrams
  int buffer_octets = 0;     // both directions, as asked; 0: the system's default
};

class UdpSocket {
 public:
  UdpSocket() = default;
  ~UdpSocket();
  UdpSocket(UdpSocket&& other) noexcept;
  UdpSocket& operator=(UdpSocket&& other) noexcept;

  /// Opens and binds; the error names the endpoint, or the option with its value.
  static Result<UdpSocket, NetError> open(const UdpSocketOptions& options);

  [[nodiscard]] int fd() const { return fd_; }
  /// With the port the kernel chose.
  [[nodiscard]] const Endpoint& bound() const { return bound_; }
  /// Octets granted, which are fewer than asked without CAP_NET_ADMIN above net.core.rmem_max.
  [[nodiscard]] int receive_buffer() const { return receive_buffer_; }
  [[nodiscard]] int send_buffer() const { return send_buffer_; }
  [[nodiscard]] bool gro() const { return gro_; }

  /// Packets the kernel threw away for this socket since it was opened (SO_MEMINFO, which unlike
  /// SO_RXQ_OVFL also tells of drops that no later packet follows). Wraps at 2^32. A super-datagram
  /// counts once.
  [[nodiscard]] std::uint32_t drops() const;
  /// Empties the error queue; how many destination-unreachable reports it held.
  std::uint32_t drain_unreachable();

 private:
  NetError set_options(const UdpSocketOptions& options);
  void set_buffers(int octets);

  int fd_ = -1;
  Endpoint bound_;
  int receive_buffer_ = 0;
  int send_buffer_ = 0;
  bool gro_ = false;
};

}  // namespace rung
