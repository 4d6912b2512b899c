#include "engine/net/pcapng.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include "engine/wire/net_headers.hpp"

namespace rung::pcapng {
namespace {

constexpr std::uint32_t kSectionHeader = 0x0a0d0d0a;
constexpr std::uint32_t kInterface = 1;
constexpr std::uint32_t kByteOrderMagic = 0x1a2b3c4d;
constexpr std::uint16_t kLinkTypeRaw = 101;
constexpr std::uint8_t kNanoseconds = 9;  // if_tsresol: 10^-9
constexpr std::uint16_t kOptionEnd = 0;
constexpr std::uint16_t kOptionComment = 1;
constexpr std::uint16_t kOptionPacketFlags = 2;
constexpr std::uint16_t kOptionApplication = 4;
constexpr std::uint16_t kOptionPacketId = 5;
constexpr std::uint16_t kOptionTimeResolution = 9;
constexpr std::uint16_t kOptionSession = 0x8001;
constexpr std::size_t kSessionOptionSize = 12;
constexpr std::uint32_t kInbound = 1;  // epb_flags, bits 0 and 1
constexpr std::uint32_t kOutbound = 2;
constexpr std::size_t kApplicationSizeMax = 128;
constexpr std::size_t kBlockOverhead = 12;              // type, length, length again
constexpr std::size_t kPacketFields = 20;               // up to the packet's octets
constexpr std::size_t kPacketHead = 8 + kPacketFields;  // all before the packet's octets
constexpr std::size_t kOptionHead = 4;                  // code, length
constexpr std::size_t kIdFromEnd = 4 + 4 + 8;           // length, opt_endofopt, the id itself
constexpr std::size_t kPacketBlockSizeMin = kBlockOverhead + kPacketFields + 12 + 12 + 4;

constexpr std::size_t padded(std::size_t size) { return (size + 3) / 4 * 4; }

/// Appends host-order fields; room was made sure of by the callers' preconditions.
class BlockWriter {
 public:
  BlockWriter(MutableOctets out, std::uint32_t type) : out_(out) {
    put(type);
    put(std::uint32_t{0});
  }
  template <class Value>
  void put(Value value) {
    std::memcpy(out_.data() + size_, &value, sizeof value);
    size_ += sizeof value;
  }
  void pad() {
    while (size_ % 4 != 0) out_[size_++] = 0;
  }
  void option(std::uint16_t code, Octets value) {
    put(code);
    put(static_cast<std::uint16_t>(value.size()));
    std::memcpy(out_.data() + size_, value.data(), value.size());
    size_ += value.size();
    pad();
  }
  template <class Value>
  void option_value(std::uint16_t code, Value value) {
    std::uint8_t octets[sizeof value];
    std::memcpy(octets, &value, sizeof value);
    option(code, octets);
  }
  MutableOctets room() { return out_.subspan(size_); }
  void skip(std::size_t octets) {
    size_ += octets;
    pad();
  }
  std::size_t finish() {
    put(kOptionEnd);
    put(std::uint16_t{0});
    const auto length = static_cast<std::uint32_t>(size_ + sizeof(std::uint32_t));
    put(length);
    std::memcpy(out_.data() + 4, &length, sizeof length);
    return size_;
  }

 private:
  MutableOctets out_;
  std::size_t size_ = 0;
};

std::array<std::uint8_t, kSessionOptionSize> session_option(const CapturedFrame& frame) {
  std::array<std::uint8_t, kSessionOptionSize> out{};
  std::memcpy(out.data(), &frame.owner, sizeof frame.owner);
  out[8] = frame.mark.step;
  out[9] = static_cast<std::uint8_t>(frame.mark.verdict);
  return out;
}

template <class Value>
Value read_at(Octets octets, std::size_t offset) {
  Value value;
  std::memcpy(&value, octets.data() + offset, sizeof value);
  return value;
}

}  // namespace

std::size_t write_file_header(std::string_view application, MutableOctets out) {
  ENGINE_ASSERT(out.size() >= kFileHeaderSizeMax);
  BlockWriter section(out, kSectionHeader);
  section.put(kByteOrderMagic);
  section.put(std::uint16_t{1});
  section.put(std::uint16_t{0});
  section.put(std::int64_t{-1});  // section length unknown
  section.option(kOptionApplication, as_octets(application.substr(0, kApplicationSizeMax)));
  const std::size_t size = section.finish();
  BlockWriter interface(out.subspan(size), kInterface);
  interface.put(kLinkTypeRaw);
  interface.put(std::uint16_t{0});
  interface.put(std::uint32_t{0});  // no snap length
  interface.option_value(kOptionTimeResolution, kNanoseconds);
  return size + interface.finish();
}

std::size_t write_packet(const CapturedFrame& frame, Duration wall_offset, std::uint64_t id,
                         std::string_view comment, MutableOctets out) {
  ENGINE_ASSERT(out.size() >= kPacketBlockSizeMax);
  const auto wall = static_cast<std::uint64_t>(ns(frame.at) + ns(wall_offset));
  BlockWriter block(out, kPacketBlock);
  block.put(std::uint32_t{0});
  block.put(static_cast<std::uint32_t>(wall >> 32));
  block.put(static_cast<std::uint32_t>(wall));
  const MutableOctets room = block.room().subspan(2 * sizeof(std::uint32_t));
  const std::size_t packet =
      frame.tcp ? write_ip_tcp(frame.source, frame.destination,
                               {frame.sequence, frame.acknowledgment}, frame.octets, room)
                : (frame.over_ip() ? write_ip_sctp : write_ip_udp)(frame.source, frame.destination,
                                                                   frame.octets, room);
  if (packet == 0) return 0;
  block.put(static_cast<std::uint32_t>(packet));
  block.put(static_cast<std::uint32_t>(packet));
  block.skip(packet);
  comment = comment.substr(0, kFrameCommentsSizeMax);
  if (!comment.empty()) block.option(kOptionComment, as_octets(comment));
  block.option_value(kOptionPacketFlags, frame.outgoing ? kOutbound : kInbound);
  block.option_value(kOptionSession, session_option(frame));
  block.option_value(kOptionPacketId, id);
  return block.finish();
}

Block read_block(Octets octets) {
  if (octets.size() < kBlockOverhead) return {};
  Block block{read_at<std::uint32_t>(octets, 0), read_at<std::uint32_t>(octets, 4), 0};
  if (block.size < kBlockOverhead || block.size % 4 != 0 || block.size > octets.size()) return {};
  if (read_at<std::uint32_t>(octets, block.size - 4) != block.size) return {};
  if (block.type == kPacketBlock && block.size >= kPacketBlockSizeMin) {
    block.id = read_at<std::uint64_t>(octets, block.size - kIdFromEnd);
  }
  return block;
}

namespace {

void take_option(std::uint16_t code, Octets value, Packet& out) {
  CapturedFrame& frame = out.frame;
  if (code == kOptionComment) out.comment = as_text(value);
  if (code == kOptionPacketFlags && value.size() == sizeof kOutbound) {
    frame.outgoing = (read_at<std::uint32_t>(value, 0) & 3U) == kOutbound;
  }
  if (code == kOptionPacketId && value.size() == sizeof(std::uint64_t)) {
    const auto id = read_at<std::uint64_t>(value, 0);
    out.worker = static_cast<std::uint32_t>(id >> 48);
    frame.frame = id & ((FrameNumber{1} << 48) - 1);
  }
  if (code == kOptionSession && value.size() == kSessionOptionSize) {
    frame.owner = read_at<FrameOwner>(value, 0);
    frame.mark.step = value[8];
    if (value[9] < kVerdictCount) frame.mark.verdict = static_cast<Verdict>(value[9]);
  }
}

}  // namespace

bool read_packet(Octets octets, Packet& out) {
  out = {};
  if (octets.size() < kBlockOverhead + kPacketFields) return false;
  const std::uint64_t high = read_at<std::uint32_t>(octets, 12);
  out.frame.at =
      time_from_ns(static_cast<std::int64_t>(high << 32 | read_at<std::uint32_t>(octets, 16)));
  const std::size_t captured = read_at<std::uint32_t>(octets, 20);
  Octets rest = octets.subspan(kPacketHead, octets.size() - kPacketHead - sizeof(std::uint32_t));
  if (captured > rest.size() || padded(captured) > rest.size()) return false;
  IpPacket packet;
  if (!parse_ip(rest.first(captured), packet)) return false;
  out.frame.octets = packet.payload;
  out.frame.source = packet.source;
  out.frame.destination = packet.destination;
  rest = rest.subspan(padded(captured));
  while (rest.size() >= kOptionHead) {  // ends: each option takes its head at least
    const auto code = read_at<std::uint16_t>(rest, 0);
    const std::size_t size = read_at<std::uint16_t>(rest, 2);
    if (code == kOptionEnd) break;
    if (kOptionHead + padded(size) > rest.size()) return false;
    take_option(code, rest.subspan(kOptionHead, size), out);
    rest = rest.subspan(kOptionHead + padded(size));
  }
  return true;
}

}  // namespace rung::pcapng
