// IP and UDP headers in front of a datagram, for capture files of link type RAW (the packet begins
// with the IP header). The engine's sockets never see these octets.
//
//   IPv4 (RFC 791)    45 00 | length 2 | id 2 | 40 00 | TTL | 11 | checksum 2 | source 4 |
//   destination 4 IPv6 (RFC 8200)   60 00 00 00 | payload length 2 | 11 | hop limit | source 16 |
//   destination 16 UDP  (RFC 768)    source port 2 | destination port 2 | length 2 | checksum 2 |
//   payload
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

/// What parse_ip_udp() found; payload points into the parsed octets.
struct IpUdpPacket {
  Endpoint source;
  Endpoint destination;
  Octets payload{};
};

/// Reads a packet back: IPv4 without fragments (options skipped) or IPv6 without extension headers.
/// False when it is no UDP, a length disagrees with the octets or a checksum is wrong.
[[nodiscard]] bool parse_ip_udp(Octets packet, IpUdpPacket& out);

}  // namespace rung
