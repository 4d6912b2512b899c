// IP and UDP headers in front of a datagram, or IP in front of an SCTP packet, for capture files of
// link type RAW (the packet begins with the IP header). The engine's sockets never see these
// octets.
//
//   IPv4 (RFC 791)   45 00 | length 2 | id 2 | 40 00 | TTL | protocol | checksum 2
//                    | source 4 | destination 4
//   IPv6 (RFC 8200)  60 00 00 00 | payload length 2 | protocol | hop limit
//                    | source 16 | destination 16
//   UDP (RFC 768)    source port 2 | destination port 2 | length 2 | checksum 2 | payload
//   Protocol 11 (hex) is UDP, 84 SCTP (RFC 9260), whose packet follows as it is.
#pragma once

#include <cstdint>

#include "engine/base/bytes.hpp"
#include "engine/base/endpoint.hpp"

namespace rung {

inline constexpr std::size_t kIpv4UdpHeaderSize = 28;
inline constexpr std::size_t kIpv6UdpHeaderSize = 48;
inline constexpr std::size_t kIpUdpHeaderSizeMax = kIpv6UdpHeaderSize;

/// Writes the whole packet, headers with valid checksums and then `payload`, into `out`. An
/// endpoint of family none stands for the unspecified address of the other's family. Returns the
/// octets written; 0 when `out` is too small, packet and payload pass 65535 octets, the families
/// differ or both are none. `payload` must not overlap `out`.
std::size_t write_ip_udp(const Endpoint& source, const Endpoint& destination, Octets payload,
                         MutableOctets out);

/// The same for an SCTP packet straight over IP; the endpoints' ports are not looked at.
std::size_t write_ip_sctp(const Endpoint& source, const Endpoint& destination, Octets packet,
                          MutableOctets out);

/// The same with a TCP header (RFC 9293 3.1): a segment with PSH and ACK, 20 octets long, and a
/// window that is always open.
struct TcpNumbers {
  std::uint32_t sequence = 0;
  std::uint32_t acknowledgment = 0;
};
std::size_t write_ip_tcp(const Endpoint& source, const Endpoint& destination, TcpNumbers numbers,
                         Octets payload, MutableOctets out);

/// What parse_ip() found; payload points into the parsed octets. Of SCTP: the whole SCTP packet,
/// and both ports are 0.
struct IpPacket {
  Endpoint source;
  Endpoint destination;
  Octets payload{};
};

/// Reads a packet back: IPv4 without fragments (options skipped) or IPv6 without extension headers.
/// False when it is neither UDP, TCP nor SCTP, a length disagrees with the octets or a checksum of
/// IP or UDP is wrong.
[[nodiscard]] bool parse_ip(Octets packet, IpPacket& out);

}  // namespace rung
