// Run: one run from its parts to its judged result. `rung run` plays one, `rung check` one for each
// ladder of its suite.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/load/supervisor.hpp"
#include "options.hpp"
#include "resource_meter.hpp"
#include "run_capture.hpp"
#include "run_setup.hpp"
#include "run_wire.hpp"

namespace rung {

/// In every Call-ID, so that messages of an earlier run are known as such; a simulated run repeats.
std::uint16_t choose_run_id(const Options& options);

/// Why a run could not begin, and the exit code that says whose fault it was.
struct RunRefusal {
  int code = 0;  // 0: it can begin
  std::vector<std::string> errors;
};

/// Members are destroyed in reverse: workers before what they use.
class Run {
 public:
  /// `options` outlives the run; `setup` is as set_up_run() filled it, for the same options.
  Run(const Options& options, RunSetup setup, std::uint16_t run_id, std::int64_t started_wall_ns);

  /// Everything that can fail before the first message. What is captured goes to `capture_file`.
  RunRefusal prepare(const std::string& capture, const std::filesystem::path& capture_file);

  /// Plays to the end. `interrupts`: how often the user asked to stop so far.
  /// Precondition: prepared.
  void play(RunObserver& observer, const InterruptCount& interrupts);

  /// The judged result. `errors`: what could not be written of the capture.
  RunResult conclude(std::vector<std::string>& errors);

  [[nodiscard]] std::string name() const;  // as in Call-IDs
  [[nodiscard]] const RunSetup& setup() const { return setup_; }
  [[nodiscard]] const Crew& crew() const { return *crew_; }

 private:
  std::vector<std::string> make_crew();
  void describe(RunResult& result) const;

  const Options& options_;
  std::uint16_t run_id_;
  std::int64_t started_wall_ns_;
  RunSetup setup_;
  std::unique_ptr<RunWire> wire_;
  RunCapture capture_;
  std::unique_ptr<Crew> crew_;
  std::unique_ptr<Collector> collector_;
  std::optional<ResourceMeter> meter_;
  std::optional<Supervisor> supervisor_;
};

}  // namespace rung
