// RecordedFrame: one message of a finished run as a report shows it, read back from its capture.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/base/datagram.hpp"

namespace rung {

struct RecordedFrame {
  std::uint64_t number = 0;  // in the capture file, from 1
  std::string session;       // session_key(); empty: of no session
  Time at{};                 // since 1970
  Endpoint source, destination;
  bool outgoing = false;
  FrameMark mark;
  std::string comment;
  std::vector<std::uint8_t> octets;  // of the UDP payload
};

/// What names a session across result.json and the capture: "0-1f-3" for worker 0 and the two
/// halves of `owner`; empty for owner 0.
std::string session_key(std::uint32_t worker, FrameOwner owner);

}  // namespace rung
