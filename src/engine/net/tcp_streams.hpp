// TcpStreams: the sequence numbers of what a capture shows as TCP. The kernel keeps the real ones
// to itself, so each direction counts from 1 what the capture holds of it, without a gap, and
// acknowledges what it holds of the other.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/net/captured_frame.hpp"

namespace rung {

class TcpStreams {
 public:
  /// Room for that many connections at most, a power of two; where more come, an older one begins
  /// anew.
  static constexpr std::uint32_t kStreamsMax = 1U << 17;
  explicit TcpStreams(std::uint32_t streams = kStreamsMax);

  /// Makes `frame` the next segment of its stream; an SCTP packet stays what it is.
  void number(CapturedFrame& frame);

 private:
  struct Stream {
    Endpoint lower;
    Endpoint higher;
    std::uint32_t next_of_lower = 1;
    std::uint32_t next_of_higher = 1;
  };
  Stream& find(const Endpoint& lower, const Endpoint& higher);

  std::vector<Stream> streams_;
  std::size_t mask_;
};

}  // namespace rung
