// rung run: registers UEs, offers load, judges every message, leaves a run directory.
#include <fmt/format.h>
#include <sys/random.h>
#include <unistd.h>

#include <optional>

#include "checks/report_text.hpp"
#include "checks/run_verdict.hpp"
#include "engine/load/supervisor.hpp"
#include "engine/net/clock.hpp"
#include "ladder_files.hpp"
#include "observe/exporter.hpp"
#include "observe/live_screen.hpp"
#include "resource_meter.hpp"
#include "run_capture.hpp"
#include "run_directory.hpp"
#include "run_heading.hpp"
#include "run_notes.hpp"
#include "run_setup.hpp"
#include "run_wire.hpp"
#include "signals.hpp"
#include "verbs.hpp"

namespace rung {
namespace {

/// What a scrape that has begun takes to leave the exporter.
constexpr Duration kScrapeAnswerTime = 100ms;
constexpr const char* kCaptureName = "capture.pcapng";

/// In every Call-ID, so that messages of an earlier run are known as such; a simulated run repeats.
std::uint16_t choose_run_id(const Options& options) {
  if (options.transport == "sim") return static_cast<std::uint16_t>(options.seed % 65535 + 1);
  std::uint16_t id = 0;
  while (id == 0) {
    if (getrandom(&id, sizeof id, 0) != sizeof id) return 1;
  }
  return id;
}

/// One run from its parts to its report. Members are destroyed in reverse: workers before what they
/// use.
class Run {
 public:
  explicit Run(const Options& options)
      : options_(options),
        run_id_(choose_run_id(options)),
        started_wall_ns_(ns(MonotonicClock::read() + wall_offset())) {}

  int execute() {
    if (const auto errors = set_up_run(options_, run_id_, setup_); !errors.empty()) {
      return complain(kExitUsage, errors);
    }
    auto directory = RunDirectory::create(options_.run_dir, run_name(), started_wall_ns_);
    if (!directory.ok()) return complain(kExitEnvironment, {directory.error()});
    directory_ = std::move(*directory);
    if (std::string error = keep_ladders(options_.ladder, directory_.path()); !error.empty()) {
      return complain(kExitEnvironment, {std::move(error)});
    }
    if (const int code = prepare(); code != kExitPass) {
      directory_.remove_if_empty();
      return code;
    }
    fmt::print(stderr, "{}", run_heading(options_, setup_, run_name(), directory_.path().string()));
    play();
    return conclude();
  }

 private:
  [[nodiscard]] std::string run_name() const { return fmt::format("{:04x}", run_id_); }

  /// Everything that can fail before the first message; the code says whose fault it was.
  int prepare() {
    wire_ = make_run_wire(setup_, started_wall_ns_);
    if (const std::string error = wire_->connect(options_, setup_); !error.empty()) {
      return complain(kExitEnvironment, {error});
    }
    const std::string error =
        capture_.open(options_.capture, directory_.file(kCaptureName), setup_, wire_->since_1970());
    if (!error.empty()) return complain(kExitEnvironment, {error});
    if (const auto errors = make_crew(); !errors.empty()) return complain(kExitUsage, errors);
    try {
      if (!options_.metrics.empty()) exporter_.emplace(options_.metrics, *crew_);
    } catch (const std::exception& failure) {
      return complain(kExitEnvironment, {failure.what()});
    }
    return kExitPass;
  }

  std::vector<std::string> make_crew() {
    std::vector<std::unique_ptr<Cell>> cells;
    const Time start = wire_->now();
    for (std::size_t w = 0; w < setup_.workers.size(); ++w) {
      const PlayConfig& play = setup_.workers[w];
      auto program = Program::compile(setup_.book, setup_.ladder_names, setup_.topology,
                                      setup_.requirements, play);
      if (!program.ok()) return program.error();
      cells.push_back(std::make_unique<Cell>(
          setup_.crew, play, std::move(*program), setup_.requirements, wire_->transport(w),
          capture_.ring_for(setup_, play), capture_.tap_for(w),
          static_cast<std::uint32_t>(setup_.workers.size()), start));
    }
    crew_ = std::make_unique<Crew>(setup_.crew, std::move(cells));
    collector_ = std::make_unique<Collector>(crew_->queues(), options_.findings_max,
                                             setup_.requirements.size());
    return {};
  }

  void play() {
    count_interrupts();
    LiveScreen screen(stderr, !options_.plain && isatty(STDERR_FILENO) != 0, setup_.phases);
    meter_.emplace(screen);
    supervisor_.emplace(*crew_, *collector_, setup_.phases, *meter_, wire_->now());
    wire_->play(*crew_, *supervisor_);
  }

  int conclude() {
    RunResult result;
    describe(result);
    harvest(*crew_, *supervisor_, *collector_, setup_.requirements, setup_.limits, result);
    meter_->report(result);
    note_ending(*supervisor_, wire_->gateway_ending(), result);
    std::vector<std::string> errors = capture_.finish(*crew_, *collector_, result);
    result = judged(std::move(result), setup_.requirements);
    for (std::string& error : directory_.write(result)) errors.push_back(std::move(error));
    fmt::print("\n{}", report_text(result, isatty(STDOUT_FILENO) != 0));
    fmt::print("\nreport   {}\n", directory_.file("result.json").string());
    if (!result.capture.file.empty()) fmt::print("capture  {}\n", result.capture.file);
    std::fflush(stdout);
    complain(0, errors);
    await_last_scrape();
    if (result.target_unreachable) return kExitEnvironment;
    const int code = exit_code(result);
    return code == kExitPass && !errors.empty() ? kExitEnvironment : code;
  }

  /// Whoever scraped the run gets to see its final figures, within the limit.
  void await_last_scrape() {
    if (!exporter_ || exporter_->scrapes() == 0 || interrupts() > 1) return;
    const unsigned interrupts_before = interrupts();
    const std::uint64_t scrapes_before = exporter_->scrapes();
    const Time end = MonotonicClock::read() + options_.metrics_linger;
    fmt::print(stderr, "waiting up to {} for a scrape of the final figures\n",
               exact_duration_text(options_.metrics_linger));
    while (exporter_->scrapes() == scrapes_before && interrupts() == interrupts_before &&
           MonotonicClock::read() < end) {
      sleep_until(MonotonicClock::read() + kSupervisorTick);
    }
    sleep_until(MonotonicClock::read() + kScrapeAnswerTime);
  }

  void describe(RunResult& result) const {
    result.tool_version = RUNG_VERSION;
    result.run_id = run_name();
    result.started_unix_ns = started_wall_ns_;
    result.topology = to_string(setup_.topology);
    result.transport = wire_->name();
    result.target =
        to_string(setup_.target) + (options_.target.empty() ? " (embedded gateway)" : "");
    result.seed = options_.seed;
    result.judged_one_in = options_.judge == "all" ? 1 : 0;
    for (const auto& [key, value] : options_.settings) result.settings.push_back({key, value});
    result.machine = machine_facts();
  }

  Options options_;  // with what the ladders need
  std::uint16_t run_id_;
  std::int64_t started_wall_ns_;
  RunSetup setup_;
  RunDirectory directory_;
  std::unique_ptr<RunWire> wire_;
  RunCapture capture_;
  std::unique_ptr<Crew> crew_;
  std::unique_ptr<Collector> collector_;
  std::optional<Exporter> exporter_;
  std::optional<ResourceMeter> meter_;
  std::optional<Supervisor> supervisor_;
};

}  // namespace

int verb_run(const Options& options) { return Run(options).execute(); }

}  // namespace rung
