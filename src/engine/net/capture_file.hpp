// CaptureFile: a pcapng file being written, and what is written into one when a run has ended.
// Errors are values that name the file and the kernel's reason, such as a full disk; the run goes
// on without its capture.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string_view>
#include <vector>

#include "engine/base/result.hpp"
#include "engine/net/capture_ring.hpp"
#include "engine/net/net_error.hpp"

namespace rung {

/// "cannot WHAT capture file PATH: reason", of code file.
NetError capture_error(std::string_view what, const std::filesystem::path& path, int error_number);

class CaptureFile {
 public:
  CaptureFile() = default;
  ~CaptureFile();
  CaptureFile(CaptureFile&& other) noexcept;
  CaptureFile& operator=(CaptureFile&& other) noexcept;

  /// Creates or empties the file and writes its header.
  static Result<CaptureFile, NetError> create(const std::filesystem::path& path,
                                              std::string_view application);

  /// Appends whole blocks. After an error nothing more is written and the same error returns.
  NetError append(Octets blocks);
  /// Closes the file; the first error there was. Nothing is written afterwards.
  NetError close();

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  int fd_ = -1;
  std::filesystem::path path_;
  NetError error_;
};

/// Where in a file the frames of a run are: frame numbers as tshark counts them, from 1.
class CaptureIndex {
 public:
  /// 0 when the file does not have that frame: the ring had overwritten it.
  [[nodiscard]] std::uint64_t number_of(std::uint32_t worker, FrameNumber frame) const;
  /// Frames in the file.
  [[nodiscard]] std::size_t size() const { return entries_.size(); }

 private:
  friend Result<CaptureIndex, NetError> write_kept(const std::filesystem::path&, std::string_view,
                                                   Duration, std::span<const CaptureRing* const>);
  friend Result<CaptureIndex, NetError> index_frames(const std::filesystem::path&,
                                                     std::span<const std::uint64_t>);
  struct Entry {
    std::uint64_t id;
    std::uint64_t number;
  };
  void sort();
  std::vector<Entry> entries_;  // by id
};

/// Writes the frames that `rings` kept, ring i being worker i's, in the order of their time, each
/// with its comments. `wall_offset` as of wall_offset() in clock.hpp.
Result<CaptureIndex, NetError> write_kept(const std::filesystem::path& path,
                                          std::string_view application, Duration wall_offset,
                                          std::span<const CaptureRing* const> rings);

/// Reads a file of ours through and finds the frames with the given packet_id()s. For a capture of
/// everything, whose index would not fit into memory while it is written.
Result<CaptureIndex, NetError> index_frames(const std::filesystem::path& path,
                                            std::span<const std::uint64_t> ids);

}  // namespace rung
