#include "engine/net/capture_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>
#include <utility>

#include "engine/net/capture_reader.hpp"
#include "engine/net/pcapng.hpp"
#include "engine/net/tcp_streams.hpp"

namespace rung {
namespace {

constexpr std::size_t kWriteOctets = std::size_t{1} << 20;
constexpr mode_t kFileMode = 0644;

/// A frame that some ring kept, before sorting.
struct Found {
  Time at;
  std::uint64_t id;
  std::uint32_t worker;
  std::uint32_t index;
};

std::vector<Found> frames_in_order(std::span<const CaptureRing* const> rings) {
  std::vector<Found> found;
  for (std::uint32_t worker = 0; worker < rings.size(); ++worker) {
    for (std::size_t i = 0; i < rings[worker]->kept_count(); ++i) {
      const CapturedFrame frame = rings[worker]->kept(i);
      found.push_back(
          {frame.at, packet_id(worker, frame.frame), worker, static_cast<std::uint32_t>(i)});
    }
  }
  std::sort(found.begin(), found.end(), [](const Found& a, const Found& b) {
    return a.at != b.at ? a.at < b.at : a.id < b.id;
  });
  return found;
}

}  // namespace

NetError capture_error(std::string_view what, const std::filesystem::path& path, int error_number) {
  NetError error = net_error(NetErrorCode::file, error_number,
                             fmt::format("cannot {} capture file {}", what, path.native()));
  error.code = NetErrorCode::file;
  return error;
}

CaptureFile::~CaptureFile() {
  if (fd_ >= 0) ::close(fd_);
}

CaptureFile::CaptureFile(CaptureFile&& other) noexcept { *this = std::move(other); }

CaptureFile& CaptureFile::operator=(CaptureFile&& other) noexcept {
  std::swap(fd_, other.fd_);
  std::swap(path_, other.path_);
  std::swap(error_, other.error_);
  return *this;
}

Result<CaptureFile, NetError> CaptureFile::create(const std::filesystem::path& path,
                                                  std::string_view application) {
  CaptureFile file;
  file.path_ = path;
  file.fd_ = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, kFileMode);
  if (file.fd_ < 0) return capture_error("create", path, errno);
  std::array<std::uint8_t, pcapng::kFileHeaderSizeMax> header;
  NetError error = file.append({header.data(), pcapng::write_file_header(application, header)});
  if (error.code != NetErrorCode::none) return error;
  return file;
}

NetError CaptureFile::append(Octets blocks) {
  while (error_.code == NetErrorCode::none && !blocks.empty()) {
    const ssize_t written = write(fd_, blocks.data(), blocks.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) {
      error_ = capture_error("write", path_, written < 0 ? errno : ENOSPC);
    } else {
      blocks = blocks.subspan(static_cast<std::size_t>(written));
    }
  }
  return error_;
}

NetError CaptureFile::close() {
  // Some file systems report a full disk only here (close(2)).
  if (fd_ >= 0 && ::close(fd_) != 0 && error_.code == NetErrorCode::none) {
    error_ = capture_error("write", path_, errno);
  }
  fd_ = -1;
  return error_;
}

std::uint64_t CaptureIndex::number_of(std::uint32_t worker, FrameNumber frame) const {
  const std::uint64_t id = packet_id(worker, frame);
  const auto at =
      std::lower_bound(entries_.begin(), entries_.end(), id,
                       [](const Entry& e, std::uint64_t value) { return e.id < value; });
  return at != entries_.end() && at->id == id ? at->number : 0;
}

void CaptureIndex::sort() {
  std::sort(entries_.begin(), entries_.end(),
            [](const Entry& a, const Entry& b) { return a.id < b.id; });
}

Result<CaptureIndex, NetError> write_kept(const std::filesystem::path& path,
                                          std::string_view application, Duration wall_offset,
                                          std::span<const CaptureRing* const> rings) {
  auto file = CaptureFile::create(path, application);
  if (!file.ok()) return file.error();
  CaptureIndex index;
  std::vector<std::uint8_t> out(kWriteOctets + pcapng::kPacketBlockSizeMax);
  std::size_t used = 0;
  std::array<char, kFrameCommentsSizeMax> comment;
  std::optional<TcpStreams> streams;
  if (!rings.empty() && rings[0]->tcp()) streams.emplace();
  for (const Found& f : frames_in_order(rings)) {
    CapturedFrame frame = rings[f.worker]->kept(f.index);
    if (streams) streams->number(frame);
    const std::size_t size =
        pcapng::write_packet(frame, wall_offset, f.id, rings[f.worker]->comment(f.index, comment),
                             MutableOctets(out).subspan(used));
    if (size == 0) continue;
    index.entries_.push_back({f.id, index.entries_.size() + 1});
    used += size;
    if (used < kWriteOctets) continue;
    file->append({out.data(), used});
    used = 0;
  }
  file->append({out.data(), used});
  NetError error = file->close();
  if (error.code != NetErrorCode::none) return error;
  index.sort();
  return index;
}

Result<CaptureIndex, NetError> index_frames(const std::filesystem::path& path,
                                            std::span<const std::uint64_t> ids) {
  std::vector<std::uint64_t> wanted(ids.begin(), ids.end());
  std::sort(wanted.begin(), wanted.end());
  CaptureIndex index;
  std::uint64_t number = 0;
  NetError error = each_packet(path, [&](Octets, std::uint64_t id) {
    ++number;
    if (std::binary_search(wanted.begin(), wanted.end(), id))
      index.entries_.push_back({id, number});
  });
  if (error.code != NetErrorCode::none) return error;
  index.sort();
  return index;
}

}  // namespace rung
