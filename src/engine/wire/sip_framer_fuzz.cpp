// Cuts a stream into messages twice: whole, and in pieces whose sizes the first octet chooses. Both
// must find the same messages and end at the same fault. What is cut ends where its own head says.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "engine/base/datagram.hpp"
#include "engine/wire/sip_framer.hpp"

namespace rung::sip {
namespace {

void demand(bool condition, const char* what) {
  if (condition) return;
  std::fprintf(stderr, "broken: %s\n", what);
  std::abort();
}

struct Cut {
  std::vector<std::size_t> sizes;  // of all frames, in order
  FrameKind fault = FrameKind::incomplete;
  friend bool operator==(const Cut&, const Cut&) = default;
};

/// `arrived`: of the stream; as a transport does, no more than one buffer is shown at a time.
void cut_arrived(Octets arrived, std::size_t& front, FrameProgress& progress, Cut& out) {
  while (out.fault == FrameKind::incomplete && front < arrived.size()) {
    const Octets shown = arrived.subspan(front);
    const StreamFrame f = frame(shown, progress);
    if (f.kind == FrameKind::incomplete) {
      demand(shown.size() < kDatagramSizeMax, "a full buffer is told from an incomplete message");
      return;
    }
    if (f.kind >= FrameKind::no_length) {
      out.fault = f.kind;
      return;
    }
    demand(f.size != 0 && f.size <= shown.size(), "a frame lies within what arrived");
    demand(f.size <= kDatagramSizeMax, "a frame fits a buffer");
    out.sizes.push_back(f.size);
    front += f.size;
  }
}

Cut cut(Octets stream, std::size_t piece) {
  Cut out;
  FrameProgress progress;
  std::size_t front = 0;
  for (std::size_t at = 0; at < stream.size(); at += piece) {
    cut_arrived(stream.first(std::min(stream.size(), at + piece)), front, progress, out);
  }
  return out;
}

}  // namespace
}  // namespace rung::sip

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace rung;
  using namespace rung::sip;
  if (size < 2) return 0;
  const Octets stream(data + 1, size - 1);
  demand(cut(stream, stream.size()) == cut(stream, data[0] % 64U + 1), "pieces change nothing");
  return 0;
}
