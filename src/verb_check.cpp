// rung check: runs the conformance ladders, says of each requirement what became of it, and leaves
// a suite directory with a run directory for each ladder.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "checks/result_json.hpp"
#include "checks/run_verdict.hpp"
#include "checks/suite_report.hpp"
#include "checks/suite_verdict.hpp"
#include "engine/net/clock.hpp"
#include "ladder_files.hpp"
#include "report_page.hpp"
#include "run_directory.hpp"
#include "signals.hpp"
#include "suite_plan.hpp"
#include "suite_player.hpp"
#include "verbs.hpp"

namespace rung {
namespace {

std::size_t requirements_of(const SuitePlan& plan, std::string_view ladder) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < plan.requirements.size(); ++i) {
    const auto& proofs = plan.proofs.proofs[i];
    count += plan.selected[i] && std::any_of(proofs.begin(), proofs.end(), [&](const Proof& p) {
               return p.ladder == ladder && p.kind != ProofKind::precondition;
             });
  }
  return count;
}

/// What would run, and what it would judge.
int list(const SuitePlan& plan, const SuiteResult& planned) {
  for (std::size_t i = 0; i < plan.items.size(); ++i) {
    const SuiteItem& item = *plan.items[i];
    fmt::print(
        "{:<22} {:>3} requirements  {}\n", item.ladder, requirements_of(plan, item.ladder),
        item.idle_reason.empty() ? planned.ladders[i].title : "not run: " + item.idle_reason);
  }
  fmt::print("\n");
  for (std::size_t i = 0; i < planned.requirements.size(); ++i) {
    const SuiteRequirement& row = planned.requirements[i];
    if (!row.selected) continue;
    const std::string what = row.reason.empty() ? row.text : "not run: " + row.reason;
    fmt::print("{:<22} {:<11} {}{}\n", row.id, row.severity, what,
               row.confirmed ? "" : " (unconfirmed)");
  }
  return kExitPass;
}

std::string host_name() {
  char name[256] = {};
  return gethostname(name, sizeof name - 1) == 0 ? name : "localhost";
}

void write_junit(const Options& options, const SuiteResult& suite,
                 std::vector<std::string>& errors) {
  if (options.junit.empty()) return;
  std::ofstream file(options.junit, std::ios::binary);
  file << suite_junit(suite, host_name());
  file.close();
  if (!file) errors.push_back(fmt::format("--junit: cannot write '{}'", options.junit));
}

/// Said before the suite runs, not hours later. Empty when good.
std::string junit_error(const Options& options) {
  if (options.junit.empty()) return {};
  const std::filesystem::path path = options.junit;
  const std::filesystem::path parent = path.has_parent_path() ? path.parent_path() : ".";
  const bool exists = std::filesystem::exists(path);
  const bool good =
      !std::filesystem::is_directory(path) && access((exists ? path : parent).c_str(), W_OK) == 0;
  if (good) return {};
  return fmt::format("--junit: cannot write '{}', expected a file in a directory that exists",
                     options.junit);
}

int report(const Options& options, const SuiteResult& suite, const SuiteRuns& runs,
           RunDirectory& directory, std::vector<std::string> errors) {
  for (std::string& error :
       directory.write_files({{"suite.json", suite_json(suite)},
                              {"summary.txt", suite_text(suite, false)},
                              {"report.html", suite_page(directory.path(), suite, runs)}})) {
    errors.push_back(std::move(error));
  }
  write_junit(options, suite, errors);
  fmt::print("\n{}", suite_text(suite, isatty(STDOUT_FILENO) != 0));
  fmt::print("\nreport   {}\n", directory.file("report.html").string());
  std::fflush(stdout);
  complain(0, errors);
  // What could not begin or be written leaves every verdict but a failure in doubt.
  const int code = exit_code(suite);
  const bool doubtful = code == kExitPass || code == kExitInconclusive;
  return doubtful && !errors.empty() ? kExitEnvironment : code;
}

}  // namespace

int verb_check(const Options& options) {
  SuitePlan plan;
  if (const auto errors = plan_suite(options, plan); !errors.empty()) {
    return complain(kExitUsage, errors);
  }
  SuiteResult suite = planned_result(options, plan);
  if (options.list) return list(plan, suite);
  if (std::string error = junit_error(options); !error.empty()) {
    return complain(kExitUsage, {std::move(error)});
  }
  auto directory = RunDirectory::create(options.run_dir, suite.suite_id, wall_clock_ns());
  if (!directory.ok()) return complain(kExitEnvironment, {directory.error()});
  if (std::string error = keep_ladders(options.ladder, directory->path()); !error.empty()) {
    return complain(kExitEnvironment, {std::move(error)});
  }
  SuitePlayer player(options, plan, directory->path(), suite);
  if (const std::string error = player.connect(); !error.empty()) {
    directory->remove_if_empty();
    return complain(kExitEnvironment, {error});
  }
  count_interrupts();
  const bool colours = !options.plain && isatty(STDERR_FILENO) != 0;
  fmt::print(stderr, "suite {} against {}, results in {}\n", suite.suite_id, suite.target,
             directory->path().string());
  player.play([&](const SuiteLadder& ladder, std::size_t done, std::size_t total) {
    fmt::print(stderr, "{}", suite_progress_line(ladder, done, total, colours));
  });
  return report(options, suite, player.runs(), *directory, player.errors());
}

}  // namespace rung
