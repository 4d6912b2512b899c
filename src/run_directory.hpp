// RunDirectory: where one run leaves its results. A disk that fills up costs the file it hits, with
// a message, never the run or the other files.
#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/result.hpp"
#include "engine/base/run_result.hpp"

namespace rung {

class RunDirectory {
 public:
  RunDirectory() = default;
  RunDirectory(RunDirectory&& other) noexcept { *this = std::move(other); }
  RunDirectory& operator=(RunDirectory&& other) noexcept;
  ~RunDirectory() { release_reserve(); }

  /// Makes the directory, `path` or runs/TIME-ID when that is empty, and holds room in it for the
  /// report, so that a capture that fills the disk cannot cost it. The error names the directory.
  static Result<RunDirectory, std::string> create(const std::string& path,
                                                  const std::string& run_id, std::int64_t unix_ns);

  [[nodiscard]] std::filesystem::path file(const std::string& name) const { return path_ / name; }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

  /// Takes the directory back when nothing lies in it: for a run that could not begin.
  void remove_if_empty() const;

  /// Writes result.json and summary.txt, each whole or not at all, in the room held for them;
  /// errors, one per file.
  [[nodiscard]] std::vector<std::string> write(const RunResult& result);
  /// The same for files of these names and texts.
  [[nodiscard]] std::vector<std::string> write_files(
      const std::vector<std::pair<std::string, std::string>>& files);

 private:
  /// Empty when good, else why there is no room.
  std::string hold_reserve();
  void release_reserve();

  std::filesystem::path path_;
  int reserve_ = -1;  // an open file without a name: its space is free again once it is closed
};

/// CPU model, kernel, cores and memory of this machine.
MachineFacts machine_facts();

}  // namespace rung
