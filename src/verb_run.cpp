// rung run: registers UEs, offers load, judges every message, leaves a run directory.
#include <fmt/format.h>
#include <unistd.h>

#include <optional>

#include "checks/report_text.hpp"
#include "checks/run_verdict.hpp"
#include "engine/net/clock.hpp"
#include "ladder_files.hpp"
#include "observe/exporter.hpp"
#include "observe/live_screen.hpp"
#include "run.hpp"
#include "run_directory.hpp"
#include "run_heading.hpp"
#include "signals.hpp"
#include "verbs.hpp"

namespace rung {
namespace {

/// What a scrape that has begun takes to leave the exporter.
constexpr Duration kScrapeAnswerTime = 100ms;

/// Whoever scraped the run gets to see its final figures, within the limit.
void await_last_scrape(const Options& options, const std::optional<Exporter>& exporter) {
  if (!exporter || exporter->scrapes() == 0 || interrupts() > 1) return;
  const unsigned interrupts_before = interrupts();
  const std::uint64_t scrapes_before = exporter->scrapes();
  const Time end = MonotonicClock::read() + options.metrics_linger;
  fmt::print(stderr, "waiting up to {} for a scrape of the final figures\n",
             exact_duration_text(options.metrics_linger));
  while (exporter->scrapes() == scrapes_before && interrupts() == interrupts_before &&
         MonotonicClock::read() < end) {
    sleep_until(MonotonicClock::read() + kSupervisorTick);
  }
  sleep_until(MonotonicClock::read() + kScrapeAnswerTime);
}

/// Prints and writes the result; the exit code.
int report(const RunResult& result, RunDirectory& directory, std::vector<std::string> errors) {
  for (std::string& error : directory.write(result)) errors.push_back(std::move(error));
  fmt::print("\n{}", report_text(result, isatty(STDOUT_FILENO) != 0));
  fmt::print("\nreport   {}\n", directory.file("result.json").string());
  if (!result.capture.file.empty()) fmt::print("capture  {}\n", result.capture.file);
  std::fflush(stdout);
  complain(0, errors);
  if (result.target_unreachable) return kExitEnvironment;
  const int code = exit_code(result);
  return code == kExitPass && !errors.empty() ? kExitEnvironment : code;
}

}  // namespace

int verb_run(const Options& asked) {
  Options options = asked;  // with what the ladders need
  const std::uint16_t run_id = choose_run_id(options);
  const std::int64_t started_wall_ns = wall_clock_ns();
  RunSetup setup;
  if (const auto errors = set_up_run(options, run_id, setup); !errors.empty()) {
    return complain(kExitUsage, errors);
  }
  Run run(options, std::move(setup), run_id, started_wall_ns);
  auto directory = RunDirectory::create(options.run_dir, run.name(), started_wall_ns);
  if (!directory.ok()) return complain(kExitEnvironment, {directory.error()});
  if (std::string error = keep_ladders(options.ladder, directory->path()); !error.empty()) {
    return complain(kExitEnvironment, {std::move(error)});
  }
  RunRefusal refusal = run.prepare(options.capture, directory->file(kCaptureName));
  std::optional<Exporter> exporter;
  try {
    if (refusal.code == 0 && !options.metrics.empty())
      exporter.emplace(options.metrics, run.crew());
  } catch (const std::exception& failure) {
    refusal = {kExitEnvironment, {failure.what()}};
  }
  if (refusal.code != 0) {
    directory->remove_if_empty();
    return complain(refusal.code, refusal.errors);
  }
  fmt::print(stderr, "{}",
             run_heading(options, run.setup(), run.name(), directory->path().string()));
  count_interrupts();
  LiveScreen screen(stderr, !options.plain && isatty(STDERR_FILENO) != 0, run.setup().phases);
  run.play(screen, interrupts);
  std::vector<std::string> errors;
  const RunResult result = run.conclude(errors);
  const int code = report(result, *directory, std::move(errors));
  await_last_scrape(options, exporter);
  return code;
}

}  // namespace rung
