// For tests: an M3UA message as one SCTP packet of a capture file.
#pragma once

#include <vector>

#include "engine/base/bytes.hpp"
#include "engine/wire/m3ua.hpp"

namespace rung::golden {

/// One IPv4 packet with one DATA chunk (RFC 9260 3.3.1) of stream 1; its checksum is not looked at.
inline std::vector<std::uint8_t> sctp_packet(Octets message, std::uint32_t tsn) {
  constexpr std::uint8_t kProtocolSctp = 132;
  constexpr std::size_t kIpv4HeaderSize = 20;
  constexpr std::size_t kSctpHeaderSize = 12;
  constexpr std::size_t kChunkHeaderSize = 16;
  std::vector<std::uint8_t> octets(kIpv4HeaderSize + kSctpHeaderSize + kChunkHeaderSize +
                                   (message.size() + 3) / 4 * 4);
  Writer w{octets};
  w.u16(0x4500);
  w.u16(narrow<std::uint16_t>(octets.size()));
  w.u32(0x00004000);
  w.u8(64);
  w.u8(kProtocolSctp);
  w.u16(0);
  w.u32(0x7f000001);
  w.u32(0x7f000002);
  w.u16(m3ua::kPort);
  w.u16(m3ua::kPort);
  w.u32(0x11223344);
  w.u32(0);
  w.u16(0x0003);  // DATA, a whole message
  w.u16(narrow<std::uint16_t>(kChunkHeaderSize + message.size()));
  w.u32(tsn);
  w.u32(0x00010000 | (tsn & 0xffff));  // stream 1
  w.u32(m3ua::kPpid);
  w.octets(message);
  return octets;
}

}  // namespace rung::golden
