// RunCapture: what a run keeps of its traffic, as --capture says: nothing, the sessions that failed
// from a ring per worker, or everything as a stream. Becomes capture.pcapng in the run directory.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "engine/base/run_result.hpp"
#include "engine/load/crew.hpp"
#include "engine/net/capture_file.hpp"
#include "engine/net/capture_stream.hpp"
#include "run_setup.hpp"

namespace rung {

/// Its file in a run directory.
inline constexpr const char* kCaptureName = "capture.pcapng";

class RunCapture {
 public:
  /// `mode`: off, failed, all, or whole: all that a ring holds, with the comments of failed, for
  /// runs of a few sessions. Opens the file of a stream. Empty when good, else the error.
  std::string open(const std::string& mode, const std::filesystem::path& file,
                   const RunSetup& setup, Duration since_1970);

  /// The ring for one worker, sized by `setup`; nullptr unless the mode is failed or whole.
  [[nodiscard]] std::unique_ptr<CaptureRing> ring_for(const RunSetup& setup,
                                                      const PlayConfig& play) const;
  /// The stream's tap for one worker; nullptr unless the mode is all.
  [[nodiscard]] Tap* tap_for(std::size_t worker);

  /// Writes what was kept and tells each finding of `result` where in the file its frame is.
  /// Errors, such as a full disk, as texts. Precondition: no worker runs any more.
  std::vector<std::string> finish(const Crew& crew, const Collector& collector, RunResult& result);

 private:
  void finish_stream(const Collector& collector, RunResult& result,
                     std::vector<std::string>& errors);
  void finish_rings(const Crew& crew, const Collector& collector, RunResult& result,
                    std::vector<std::string>& errors) const;

  bool rings_ = false;
  bool whole_ = false;
  std::filesystem::path file_;
  Duration since_1970_{};
  std::unique_ptr<CaptureStream> stream_;
};

}  // namespace rung
