// CapturedFrame: one datagram as a capture shows it, received and sent ones alike.
#pragma once

#include "engine/base/datagram.hpp"
#include "engine/base/time.hpp"

namespace rung {

/// Octets of one comment on a frame, and of all that stand on the same frame, joined; longer ones
/// are cut.
inline constexpr std::size_t kCommentSizeMax = 512;
inline constexpr std::size_t kFrameCommentsSizeMax = 2 * kCommentSizeMax;

/// Octets of a frame at most: a unit of a link is shown with what carries it (unit_tap.hpp).
inline constexpr std::size_t kFrameOctetsMax = kDatagramSizeMax + 48;

struct CapturedFrame {
  Octets octets;  // of the UDP payload; of an SCTP packet that travels straight over IP
  Endpoint source;
  Endpoint destination;
  Time at;
  FrameNumber frame = 0;
  FrameOwner owner = 0;
  FrameMark mark{};
  bool outgoing = false;
  bool tcp = false;  // a segment, of these numbers (tcp_streams.hpp)
  std::uint32_t sequence = 0;
  std::uint32_t acknowledgment = 0;

  /// True for an SCTP packet straight over IP: its ends have no ports of UDP.
  [[nodiscard]] bool over_ip() const { return source.port == 0 && destination.port == 0; }
};

inline CapturedFrame captured(const RxDatagram& d) {
  return {d.octets, d.remote, d.local, d.arrived, d.frame, d.owner, d.mark, false};
}

/// `own`: what stands for the source of a datagram that names none.
inline CapturedFrame captured(const TxDatagram& d, Time now, const Endpoint& own) {
  const Endpoint& source = d.local.family == AddressFamily::none ? own : d.local;
  return {d.octets(), source, d.remote, now, d.frame, d.owner, d.mark, true};
}

/// A frame's key across workers, stored in the file as EPB packet id. Precondition: 16 bits of
/// worker, 48 bits of frame, enough for 50 years at 160,000 datagrams a second.
constexpr std::uint64_t packet_id(std::uint32_t worker, FrameNumber frame) {
  ENGINE_ASSERT(worker < 1U << 16);
  ENGINE_ASSERT(frame < FrameNumber{1} << 48);
  return std::uint64_t{worker} << 48 | frame;
}

}  // namespace rung
