#include "engine/net/capture_reader.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <map>

#include "engine/net/capture_file.hpp"
#include "engine/net/pcapng.hpp"

namespace rung {
namespace {

/// Holds several blocks of any size.
constexpr std::size_t kReadOctets = std::size_t{1} << 20;
static_assert(kReadOctets > 2 * pcapng::kPacketBlockSizeMax);

}  // namespace

NetError each_packet(const std::filesystem::path& path,
                     const std::function<void(Octets block, std::uint64_t id)>& visit) {
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return capture_error("open", path, errno);
  std::vector<std::uint8_t> buffer(kReadOctets);
  std::size_t filled = 0;
  ssize_t got = 0;
  while (filled < buffer.size()) {  // ends: a block that no writer of ours made fills the buffer
    got = read(fd, buffer.data() + filled, buffer.size() - filled);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    filled += static_cast<std::size_t>(got);
    std::size_t at = 0;
    while (true) {  // ends: each block has a size
      const pcapng::Block block = pcapng::read_block(Octets(buffer).subspan(at, filled - at));
      if (block.size == 0) break;
      if (block.type == pcapng::kPacketBlock) {
        visit(Octets(buffer).subspan(at, block.size), block.id);
      }
      at += block.size;
    }
    std::copy(buffer.begin() + static_cast<std::ptrdiff_t>(at),
              buffer.begin() + static_cast<std::ptrdiff_t>(filled), buffer.begin());
    filled -= at;
  }
  const int error_number = got < 0 ? errno : 0;
  ::close(fd);
  return got < 0 ? capture_error("read", path, error_number) : NetError{};
}

Result<std::vector<RecordedFrame>, NetError> read_sessions(const std::filesystem::path& path,
                                                           const std::set<std::string>& sessions) {
  std::vector<RecordedFrame> frames;
  std::map<std::string, std::size_t> taken;
  std::uint64_t number = 0;
  NetError error = each_packet(path, [&](Octets block, std::uint64_t) {
    ++number;
    pcapng::Packet packet;
    if (!pcapng::read_packet(block, packet)) return;
    const CapturedFrame& f = packet.frame;
    std::string session = session_key(packet.worker, f.owner);
    if (!sessions.contains(session) || ++taken[session] > kFramesPerSessionMax) return;
    frames.push_back({.number = number,
                      .session = std::move(session),
                      .at = f.at,
                      .source = f.source,
                      .destination = f.destination,
                      .outgoing = f.outgoing,
                      .mark = f.mark,
                      .comment = std::string(packet.comment),
                      .octets = {f.octets.begin(), f.octets.end()}});
  });
  if (error.code != NetErrorCode::none) return error;
  return frames;
}

}  // namespace rung
