// SuitePlayer: plays the runs of a suite, several side by side, each in a thread of its own, and
// takes their results in as they end. A target that is lost ends what runs and leaves the rest.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <semaphore>
#include <string>
#include <thread>
#include <vector>

#include "engine/base/suite_result.hpp"
#include "gateway_process.hpp"
#include "link_service.hpp"
#include "report_page.hpp"
#include "run.hpp"
#include "run_directory.hpp"
#include "suite_plan.hpp"

namespace rung {

class SuitePlayer {
 public:
  /// Told about each ladder that has ended; `done` of `total` have.
  using Progress =
      std::function<void(const SuiteLadder& ladder, std::size_t done, std::size_t total)>;

  /// All outlive the player. `suite` is as planned_result() made it; results go to `directory`.
  SuitePlayer(const Options& options, SuitePlan& plan, const std::filesystem::path& directory,
              SuiteResult& suite);
  ~SuitePlayer();

  /// Finds the target or starts the embedded gateways. Empty when good, else the error.
  std::string connect();
  /// Plays everything and completes `suite` but for its writing.
  void play(const Progress& progress);

  /// What the runs came to that could begin.
  [[nodiscard]] const SuiteRuns& runs() const { return runs_; }
  /// Runs that could not begin, and files that could not be written: the environment's fault.
  [[nodiscard]] const std::vector<std::string>& errors() const { return errors_; }

 private:
  struct Job;      // one run and its thread
  struct Gateway;  // one embedded gateway, or the target

  std::string start_gateways();
  std::string open_links();
  void start(std::size_t item);
  void carry_out(Job& job);
  void watch_gateways();
  void take_finished(const Progress& progress);
  void take(Job& job);
  void lose(Gateway& gateway, std::string ending);
  void leave_rest();
  void sort_findings();
  void finish();
  [[nodiscard]] std::string running() const;

  const Options& options_;
  SuitePlan& plan_;
  const std::filesystem::path& directory_;
  SuiteResult& suite_;
  std::vector<std::unique_ptr<Gateway>> gateways_;
  std::vector<LinkSettings> link_settings_;  // to all gateways that have any
  LinkPlans link_plans_;
  std::unique_ptr<LinkService> links_;
  std::vector<std::unique_ptr<Job>> jobs_;  // those that run
  std::counting_semaphore<> ended_{0};      // released by each of them at its end
  SuiteRuns runs_;
  std::vector<std::string> errors_;
  std::size_t done_ = 0;
  std::uint64_t answers_ = 0;  // messages that came from the target so far
  Time began_{};
};

}  // namespace rung
