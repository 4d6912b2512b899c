// StreamFramer: where the messages of a byte stream end. The transport that carries a stream asks;
// the protocol that knows answers (wire/sip_framer.hpp).
#pragma once

#include <cstddef>
#include <cstdint>

#include "engine/base/bytes.hpp"

namespace rung {

/// What stands at the front of a stream.
enum class FrameKind : std::uint8_t {
  incomplete,  // more octets are needed to tell
  message,     // `size` octets are one whole message
  filler,      // `size` octets mean nothing
  ping,        // `size` octets ask for `answer` on the same stream
  no_length,   // from here on faults: nothing behind them can be told apart. No length is given
  bad_length,  // a length that is no number, or two that differ
  too_long,    // longer than kDatagramSizeMax
  foreign,     // not this protocol
};

struct StreamFrame {
  FrameKind kind = FrameKind::incomplete;
  std::size_t size = 0;
  Octets answer{};
};

/// What was learnt of the front of a stream so far, so that octets that come one by one are not
/// read again from the start each time. Zero at the start of a stream and behind a message.
struct FrameProgress {
  std::uint16_t scanned = 0;  // octets that hold no end of the head
  std::uint16_t total = 0;    // octets of the message; 0: not known yet
  bool half_ping = false;     // what could be the first half of a ping stood just before
};

/// `stream` begins where the last frame ended and grows by what arrives; it is not empty.
using StreamFramer = StreamFrame (*)(Octets stream, FrameProgress& progress);

}  // namespace rung
