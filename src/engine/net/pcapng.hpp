// pcapng (draft-ietf-opsawg-pcapng): the blocks a capture of ours consists of, in host byte order.
// Each begins and ends with its length in 4 octets, the first behind the type.
//
//   Section Header   0A0D0D0A | 1A2B3C4D | 1.0 | section length -1 | shb_userappl
//   Interface        00000001 | link type 101 (RAW) | snap length 0 | if_tsresol 9
//   Enhanced Packet  00000006 | interface 0 | time high, low | captured | original
//                    | IP packet, padded to 4 | opt_comment | epb_flags | session | epb_packetid
//
// The option "session" is one for local use (code 8001, which other programs pass over): owner 8
// octets, step of the ladder 1 (FF: none), verdict on its fields 1, two of zero.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "engine/base/bytes.hpp"
#include "engine/net/captured_frame.hpp"

namespace rung::pcapng {

/// No block written here is longer, comment included.
inline constexpr std::size_t kPacketBlockSizeMax = kFrameOctetsMax + kFrameCommentsSizeMax + 256;
inline constexpr std::size_t kFileHeaderSizeMax = 256;

/// Writes section header and interface description. `application` is cut at 128 octets.
/// Precondition: out has kFileHeaderSizeMax octets. Returns the octets written.
std::size_t write_file_header(std::string_view application, MutableOctets out);

/// Writes one packet with IP and UDP headers in front, TCP where the frame is a segment, or IP
/// alone where it is an SCTP packet over IP. `wall_offset` turns the
/// frame's time into time since 1970; `id` is found again by find_numbers(); `comment` is cut at
/// kFrameCommentsSizeMax. Returns the octets written; 0 when the endpoints' families differ.
/// Precondition: out has kPacketBlockSizeMax octets.
std::size_t write_packet(const CapturedFrame& frame, Duration wall_offset, std::uint64_t id,
                         std::string_view comment, MutableOctets out);

/// What the front of a buffer of whole blocks holds.
struct Block {
  std::uint32_t type = 0;
  std::uint32_t size = 0;  // 0: the buffer ends inside this block, or it is no block
  std::uint64_t id = 0;    // of a packet that write_packet() wrote
};
inline constexpr std::uint32_t kPacketBlock = 6;
Block read_block(Octets octets);

/// One packet of ours, read back. Spans and texts point into the block.
struct Packet {
  CapturedFrame frame;  // its time: since 1970
  std::uint32_t worker = 0;
  std::string_view comment{};
};
/// Reads the packet block at the front of `octets`, of which read_block() gave the size. False when
/// no writer of ours made it.
[[nodiscard]] bool read_packet(Octets octets, Packet& out);

}  // namespace rung::pcapng
