#include "engine/net/tcp_streams.hpp"

#include <bit>
#include <cstring>

namespace rung {
namespace {

/// Places looked at before a connection takes another's.
constexpr std::size_t kProbesMax = 16;

std::uint64_t hash_of(const Endpoint& endpoint) {
  std::uint64_t words[2];
  std::memcpy(words, endpoint.address.data(), sizeof words);
  std::uint64_t hash = words[0] * 0x9e3779b97f4a7c15;
  hash = (hash ^ hash >> 32 ^ words[1]) * 0x9e3779b97f4a7c15;
  return (hash ^ hash >> 32 ^ endpoint.port) * 0x9e3779b97f4a7c15;
}

bool below(const Endpoint& a, const Endpoint& b) {
  return a.address != b.address ? a.address < b.address : a.port < b.port;
}

}  // namespace

TcpStreams::TcpStreams(std::uint32_t streams) : streams_(streams), mask_(streams - 1) {
  ENGINE_ASSERT(std::has_single_bit(streams));
}

TcpStreams::Stream& TcpStreams::find(const Endpoint& lower, const Endpoint& higher) {
  const std::size_t home = (hash_of(lower) >> 20) + (hash_of(higher) >> 24);
  for (std::size_t i = 0; i < kProbesMax; ++i) {
    Stream& stream = streams_[(home + i) & mask_];
    if (stream.lower == lower && stream.higher == higher) return stream;
    if (stream.lower.family != AddressFamily::none) continue;
    stream.lower = lower;
    stream.higher = higher;
    return stream;
  }
  return streams_[home & mask_] = {.lower = lower, .higher = higher};
}

void TcpStreams::number(CapturedFrame& frame) {
  if (frame.over_ip()) return;
  const bool from_lower = below(frame.source, frame.destination);
  Stream& stream =
      from_lower ? find(frame.source, frame.destination) : find(frame.destination, frame.source);
  std::uint32_t& next = from_lower ? stream.next_of_lower : stream.next_of_higher;
  frame.tcp = true;
  frame.sequence = next;
  frame.acknowledgment = from_lower ? stream.next_of_higher : stream.next_of_lower;
  next += static_cast<std::uint32_t>(frame.octets.size());
}

}  // namespace rung
