#include "engine/wire/net_headers.hpp"

#include <algorithm>

namespace rung {
namespace {

constexpr std::uint8_t kProtocolTcp = 6;
constexpr std::uint8_t kProtocolUdp = 17;
constexpr std::uint8_t kProtocolSctp = 132;
constexpr std::uint8_t kHopLimit = 64;
constexpr std::size_t kUdpHeaderSize = 8;
constexpr std::size_t kTcpHeaderSize = 20;
constexpr std::size_t kIpv4HeaderSize = 20;
constexpr std::size_t kIpv6HeaderSize = 40;
constexpr std::size_t kPacketSizeMax = 65535;

/// Sum of 16-bit words in network order; an odd last octet counts as the high half (RFC 1071).
std::uint64_t sum_words(Octets octets, std::uint64_t sum) {
  std::size_t i = 0;
  for (; i + 1 < octets.size(); i += 2)
    sum += static_cast<std::uint64_t>(octets[i] << 8 | octets[i + 1]);
  if (i < octets.size()) sum += static_cast<std::uint64_t>(octets[i]) << 8;
  return sum;
}

std::uint16_t fold(std::uint64_t sum) {
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
  return static_cast<std::uint16_t>(~sum & 0xffff);
}

std::size_t address_size(AddressFamily family) { return family == AddressFamily::ipv6 ? 16 : 4; }

/// `on_wire`: Endpoint::on_wire() of it.
Octets address_of(const std::array<std::uint8_t, 16>& on_wire, AddressFamily family) {
  return Octets{on_wire}.first(address_size(family));
}

/// RFC 768, RFC 9293 3.1 and RFC 8200 8.1: both addresses, the protocol and the length, then the
/// datagram or segment.
std::uint16_t checksum_of(std::uint8_t protocol, Octets source, Octets destination, Octets udp) {
  std::uint64_t sum = protocol + udp.size();
  sum = sum_words(source, sum);
  sum = sum_words(destination, sum);
  return fold(sum_words(udp, sum));
}

void write_ipv4(Writer& writer, std::uint8_t protocol, Octets source, Octets destination,
                std::size_t size) {
  writer.u8(0x45);
  writer.u8(0);
  writer.u16(narrow<std::uint16_t>(kIpv4HeaderSize + size));
  writer.u16(0);
  writer.u16(0x4000);  // don't fragment: a zero identification is then allowed (RFC 6864 4.1)
  writer.u8(kHopLimit);
  writer.u8(protocol);
  writer.u16(0);
  writer.octets(source);
  writer.octets(destination);
  const std::uint16_t checksum = fold(sum_words(writer.written(), 0));
  writer.at(10) = static_cast<std::uint8_t>(checksum >> 8);
  writer.at(11) = static_cast<std::uint8_t>(checksum & 0xff);
}

void write_ipv6(Writer& writer, std::uint8_t protocol, Octets source, Octets destination,
                std::size_t size) {
  writer.u16(0x6000);
  writer.u16(0);
  writer.u16(narrow<std::uint16_t>(size));
  writer.u8(protocol);
  writer.u8(kHopLimit);
  writer.octets(source);
  writer.octets(destination);
}

/// The two ends of a packet and the header that names them.
class Envelope {
 public:
  Envelope(const Endpoint& source, const Endpoint& destination)
      : family_(source.family != AddressFamily::none ? source.family : destination.family),
        agree_(destination.family == AddressFamily::none || destination.family == family_),
        from_(source.on_wire()),
        to_(destination.on_wire()) {}
  [[nodiscard]] Octets from() const { return address_of(from_, family_); }
  [[nodiscard]] Octets to() const { return address_of(to_, family_); }
  /// The header in front of `size` octets; false when there is none or `room` does not hold both.
  bool write(std::uint8_t protocol, std::size_t size, std::size_t room, Writer& writer) const {
    if (family_ == AddressFamily::none || !agree_) return false;
    const bool v4 = family_ == AddressFamily::ipv4;
    const std::size_t ip_size = v4 ? kIpv4HeaderSize : kIpv6HeaderSize;
    if (size > kPacketSizeMax - kIpv4HeaderSize || ip_size + size > room) return false;
    (v4 ? write_ipv4 : write_ipv6)(writer, protocol, from(), to(), size);
    return true;
  }

 private:
  AddressFamily family_;
  bool agree_;
  std::array<std::uint8_t, 16> from_;
  std::array<std::uint8_t, 16> to_;
};

Endpoint endpoint_of(AddressFamily family, Octets address, std::uint16_t port) {
  Endpoint endpoint;
  std::copy(address.begin(), address.end(), endpoint.address.begin());
  endpoint.port = port;
  endpoint.family = family;
  return endpoint;
}

bool parse_udp(AddressFamily family, Octets source, Octets destination, Octets udp, IpPacket& out) {
  Reader reader{udp};
  const std::uint16_t source_port = reader.u16();
  const std::uint16_t destination_port = reader.u16();
  const std::uint16_t size = reader.u16();
  const std::uint16_t checksum = reader.u16();
  if (!reader.ok() || size != udp.size()) return false;
  // RFC 768: zero says that the sender made none; RFC 8200 8.1 forbids that.
  if (checksum == 0 && family == AddressFamily::ipv6) return false;
  if (checksum != 0 && checksum_of(kProtocolUdp, source, destination, udp) != 0) return false;
  out.source = endpoint_of(family, source, source_port);
  out.destination = endpoint_of(family, destination, destination_port);
  out.payload = reader.rest();
  return true;
}

bool parse_tcp(AddressFamily family, Octets source, Octets destination, Octets tcp, IpPacket& out) {
  if (tcp.size() < kTcpHeaderSize) return false;
  const std::size_t header_size = static_cast<std::size_t>(tcp[12] >> 4) * 4;
  if (header_size < kTcpHeaderSize || header_size > tcp.size()) return false;
  if (checksum_of(kProtocolTcp, source, destination, tcp) != 0) return false;
  Reader reader{tcp};
  out.source = endpoint_of(family, source, reader.u16());
  out.destination = endpoint_of(family, destination, reader.u16());
  out.payload = tcp.subspan(header_size);
  return true;
}

bool parse_payload(std::uint8_t protocol, AddressFamily family, Octets source, Octets destination,
                   Octets payload, IpPacket& out) {
  if (protocol == kProtocolUdp) return parse_udp(family, source, destination, payload, out);
  if (protocol == kProtocolTcp) return parse_tcp(family, source, destination, payload, out);
  if (protocol != kProtocolSctp) return false;
  out.source = endpoint_of(family, source, 0);
  out.destination = endpoint_of(family, destination, 0);
  out.payload = payload;
  return true;
}

bool parse_ipv4(Octets packet, IpPacket& out) {
  if (packet.size() < kIpv4HeaderSize) return false;
  const std::size_t header_size = static_cast<std::size_t>(packet[0] & 0x0f) * 4;
  const std::size_t total = static_cast<std::size_t>(packet[2] << 8 | packet[3]);
  const bool fragment = ((packet[6] & 0x3f) | packet[7]) != 0;
  if (header_size < kIpv4HeaderSize || total != packet.size() || header_size > total) return false;
  if (fragment) return false;
  if (fold(sum_words(packet.first(header_size), 0)) != 0) return false;
  return parse_payload(packet[9], AddressFamily::ipv4, packet.subspan(12, 4), packet.subspan(16, 4),
                       packet.subspan(header_size), out);
}

bool parse_ipv6(Octets packet, IpPacket& out) {
  if (packet.size() < kIpv6HeaderSize) return false;
  const std::size_t size = static_cast<std::size_t>(packet[4] << 8 | packet[5]);
  if (size != packet.size() - kIpv6HeaderSize) return false;
  return parse_payload(packet[6], AddressFamily::ipv6, packet.subspan(8, 16),
                       packet.subspan(24, 16), packet.subspan(kIpv6HeaderSize), out);
}

}  // namespace

std::size_t write_ip_udp(const Endpoint& source, const Endpoint& destination, Octets payload,
                         MutableOctets out) {
  const std::size_t udp_size = kUdpHeaderSize + payload.size();
  const Envelope ip{source, destination};
  Writer writer{out};
  if (!ip.write(kProtocolUdp, udp_size, out.size(), writer)) return 0;
  const std::size_t ip_size = writer.size();
  writer.u16(source.port);
  writer.u16(destination.port);
  writer.u16(narrow<std::uint16_t>(udp_size));
  writer.u16(0);
  writer.octets(payload);
  std::uint16_t checksum =
      checksum_of(kProtocolUdp, ip.from(), ip.to(), writer.written().subspan(ip_size));
  if (checksum == 0) checksum = 0xffff;  // RFC 768: a computed zero is sent as all ones
  writer.at(ip_size + 6) = static_cast<std::uint8_t>(checksum >> 8);
  writer.at(ip_size + 7) = static_cast<std::uint8_t>(checksum & 0xff);
  return writer.size();
}

std::size_t write_ip_tcp(const Endpoint& source, const Endpoint& destination, TcpNumbers numbers,
                         Octets payload, MutableOctets out) {
  constexpr std::uint16_t kHeaderSizePshAck = 0x5018;  // 5 words; PSH and ACK
  const Envelope ip{source, destination};
  Writer writer{out};
  if (!ip.write(kProtocolTcp, kTcpHeaderSize + payload.size(), out.size(), writer)) return 0;
  const std::size_t ip_size = writer.size();
  writer.u16(source.port);
  writer.u16(destination.port);
  writer.u32(numbers.sequence);
  writer.u32(numbers.acknowledgment);
  writer.u16(kHeaderSizePshAck);
  writer.u16(0xffff);
  writer.u16(0);
  writer.u16(0);
  writer.octets(payload);
  const std::uint16_t checksum =
      checksum_of(kProtocolTcp, ip.from(), ip.to(), writer.written().subspan(ip_size));
  writer.at(ip_size + 16) = static_cast<std::uint8_t>(checksum >> 8);
  writer.at(ip_size + 17) = static_cast<std::uint8_t>(checksum & 0xff);
  return writer.size();
}

std::size_t write_ip_sctp(const Endpoint& source, const Endpoint& destination, Octets packet,
                          MutableOctets out) {
  Writer writer{out};
  if (!Envelope{source, destination}.write(kProtocolSctp, packet.size(), out.size(), writer)) {
    return 0;
  }
  writer.octets(packet);
  return writer.size();
}

bool parse_ip(Octets packet, IpPacket& out) {
  if (packet.empty()) return false;
  switch (packet[0] >> 4) {
    case 4: return parse_ipv4(packet, out);
    case 6: return parse_ipv6(packet, out);
    default: return false;
  }
}

}  // namespace rung
