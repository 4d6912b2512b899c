#include "suite_player.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <deque>

#include "checks/suite_verdict.hpp"
#include "engine/net/clock.hpp"
#include "network_setup.hpp"
#include "signals.hpp"
#include "verbs.hpp"

namespace rung {
namespace {

/// Runs of a suite show nothing of themselves but their end.
class NullObserver final : public RunObserver {
 public:
  void phase_began(Phase, const RunSnapshot&) override {}
  void progress(const RunSnapshot&) override {}
};

}  // namespace

struct SuitePlayer::Gateway {
  GatewayProcess process;
  Endpoint endpoint;
  std::atomic<bool> lost{false};
};

struct SuitePlayer::Job {
  Job(std::size_t position, Gateway& its_gateway) : item(position), gateway(its_gateway) {}
  std::size_t item;
  Gateway& gateway;
  Time began{};
  Time ended{};
  RunRefusal refusal;
  RunResult result;
  std::vector<std::string> errors;
  std::atomic<bool> done{false};
  std::thread thread;
};

SuitePlayer::SuitePlayer(const Options& options, SuitePlan& plan,
                         const std::filesystem::path& directory, SuiteResult& suite)
    : options_(options), plan_(plan), directory_(directory), suite_(suite) {}

SuitePlayer::~SuitePlayer() {
  for (const auto& job : jobs_) {
    if (job->thread.joinable()) job->thread.join();
  }
}

/// Processes are started before any thread is: a child ends with the thread that forked it.
std::string SuitePlayer::connect() {
  std::string error = start_gateways();
  if (error.empty() && !is_simulated(options_)) error = open_links();
  return error;
}

/// Once for all runs: a target whose links came and went with each ladder would be busy with that.
std::string SuitePlayer::open_links() {
  const auto wanted = [&](std::size_t gateway) {
    return std::ranges::any_of(plan_.items, [&](const auto& item) {
      return item->idle_reason.empty() && item->gateway == gateway && !item->options.links.empty();
    });
  };
  link_settings_ = options_.target.empty() ? std::vector<LinkSettings>{} : options_.links;
  for (std::size_t g = 0; options_.target.empty() && g < plan_.gateways.size(); ++g) {
    if (!wanted(g)) continue;
    for (LinkSettings& link : other_ends(plan_.gateways[g].options.links)) {
      link_settings_.push_back(std::move(link));
    }
  }
  if (link_settings_.empty()) return {};
  auto plans = plan_links(link_settings_);
  if (!plans.ok()) return fmt::format("{}", fmt::join(plans.error(), "; "));
  link_plans_ = std::move(*plans);
  auto opened = LinkService::open(link_plans_);
  if (!opened.ok()) return opened.error();
  links_ = std::move(*opened);
  for (const auto& item : plan_.items) item->setup.hub = &links_->hub();
  return links_->await_active(options_.link_timeout);
}

std::string SuitePlayer::start_gateways() {
  const bool embedded = options_.target.empty() && !is_simulated(options_);
  for (const SuiteGateway& wanted : plan_.gateways) {
    gateways_.push_back(std::make_unique<Gateway>());
    if (!embedded) continue;
    Gateway& gateway = *gateways_.back();
    const bool ipv6 = options_.ue_addresses.find(':') != std::string::npos;
    const std::string error = gateway.process.start(
        wanted.options, ipv6 ? "[::1]:0" : "127.0.0.1:0", -1, gateway.endpoint);
    if (!error.empty()) return error;
  }
  for (const std::size_t i : plan_.order()) {
    SuiteItem& item = *plan_.items[i];
    if (embedded) item.setup.target = gateways_[item.gateway]->endpoint;
  }
  suite_.transport = wire_name(options_);
  suite_.target = options_.target.empty() ? "the embedded gateway" : options_.target;
  suite_.started_unix_ns = wall_clock_ns();
  suite_.machine = machine_facts();
  return {};
}

void SuitePlayer::play(const Progress& progress) {
  began_ = MonotonicClock::read();
  const std::vector<std::size_t> order = plan_.order();
  std::deque<std::size_t> waiting(order.begin(), order.end());
  const auto lost = [&](std::size_t i) { return gateways_[plan_.items[i]->gateway]->lost.load(); };
  while (!waiting.empty() || !jobs_.empty()) {
    std::erase_if(waiting, lost);
    if (interrupts() > 0) waiting.clear();
    while (jobs_.size() < options_.jobs && !waiting.empty()) {
      start(waiting.front());
      waiting.pop_front();
    }
    watch_gateways();
    take_finished(progress);
    // Woken by a job that has ended; a process that died and an interrupt are looked for meanwhile.
    if (!jobs_.empty()) (void)ended_.try_acquire_for(kSupervisorTick);
  }
  finish();
}

void SuitePlayer::start(std::size_t item) {
  jobs_.push_back(std::make_unique<Job>(item, *gateways_[plan_.items[item]->gateway]));
  Job& job = *jobs_.back();
  job.began = MonotonicClock::read();
  job.thread = std::thread([this, &job] { carry_out(job); });
}

/// In the job's own thread: nothing but the job and its item is touched.
void SuitePlayer::carry_out(Job& job) {
  SuiteItem& item = *plan_.items[job.item];
  const std::uint16_t run_id = item.setup.workers.front().run_id;
  Run run(item.options, std::move(item.setup), run_id, wall_clock_ns());
  auto directory =
      RunDirectory::create((directory_ / item.ladder).string(), run.name(), wall_clock_ns());
  if (directory.ok()) {
    job.refusal = run.prepare("whole", directory->file(kCaptureName));
  } else {
    job.refusal = {kExitEnvironment, {directory.error()}};
  }
  if (job.refusal.code == 0) {
    NullObserver nobody;
    run.play(nobody, [&] { return interrupts() + (job.gateway.lost ? 2 : 0); });
    job.result = run.conclude(job.errors);
    for (std::string& error : directory->write(job.result)) job.errors.push_back(std::move(error));
  }
  job.ended = MonotonicClock::read();
  job.done = true;
  ended_.release();
}

std::string SuitePlayer::running() const {
  std::vector<std::string> names;
  for (const auto& job : jobs_) names.push_back(plan_.items[job->item]->ladder);
  return fmt::format("{}", fmt::join(names, ", "));
}

void SuitePlayer::watch_gateways() {
  for (const auto& gateway : gateways_) {
    if (gateway->lost) continue;
    if (const std::string ending = gateway->process.ended(); !ending.empty()) {
      lose(*gateway, fmt::format("{} while it served {}", ending, running()));
    }
  }
}

/// What it was doing is a finding: whoever reads the report begins there.
void SuitePlayer::lose(Gateway& gateway, std::string ending) {
  gateway.lost = true;
  suite_.target_lost = true;
  SuiteFinding finding;
  finding.confirmed = true;
  finding.verdict = Verdict::fail;
  finding.ladder = running();
  finding.expected = "the target serves the suite to its end";
  finding.actual = ending;
  finding.at = MonotonicClock::read() - began_;
  suite_.findings.push_back(std::move(finding));
  ++suite_.findings_counted;
  suite_.notes.push_back(std::move(ending));
}

void SuitePlayer::take_finished(const Progress& progress) {
  for (std::size_t i = 0; i < jobs_.size();) {
    if (!jobs_[i]->done) {
      ++i;
      continue;
    }
    const std::unique_ptr<Job> job = std::move(jobs_[i]);
    jobs_.erase(jobs_.begin() + static_cast<std::ptrdiff_t>(i));
    job->thread.join();
    take(*job);
    progress(suite_.ladders[job->item], ++done_, plan_.order().size());
  }
}

void SuitePlayer::take(Job& job) {
  SuiteLadder& row = suite_.ladders[job.item];
  const SuiteItem& item = *plan_.items[job.item];
  for (std::string& error : job.errors) errors_.push_back(std::move(error));
  if (job.refusal.code != 0) {
    row.verdict = Verdict::inconclusive;
    row.reason = fmt::format("{}", fmt::join(job.refusal.errors, "; "));
    errors_.push_back(fmt::format("{}: {}", row.name, row.reason));
    return;
  }
  row.directory = item.ladder;
  row.start = job.began - began_;
  row.duration = job.ended - job.began;
  if (!job.result.capture.file.empty()) row.capture = item.ladder + "/" + kCaptureName;
  add_run(suite_, job.item, job.result, options_.strict);
  answers_ += job.result.totals[Counter::sip_received];
  // Registration that nobody answers at all: there is nobody.
  const bool silent =
      job.result.target_unreachable && job.result.totals[Counter::sip_received] == 0;
  if (silent && !job.gateway.lost) {
    lose(job.gateway,
         fmt::format("{} did not answer the registration of {}", suite_.target, row.name));
  }
  if (job.gateway.lost && row.verdict != Verdict::fail) {
    row.verdict = worse(row.verdict, Verdict::inconclusive);
    row.reason = "the target was lost";
  }
  runs_[row.name] = std::move(job.result);
}

/// Ladders that nobody came to, and requirements that only they would have judged.
void SuitePlayer::leave_rest() {
  for (std::size_t i = 0; i < suite_.ladders.size(); ++i) {
    SuiteLadder& row = suite_.ladders[i];
    if (!row.directory.empty() || !row.reason.empty()) continue;
    if (suite_.target_lost) {
      row.verdict = Verdict::inconclusive;
      row.reason = "the target was lost before it began";
    } else {
      row.reason = "interrupted before it began";
    }
  }
  for (SuiteRequirement& row : suite_.requirements) {
    if (row.verdict != Verdict::none) {
      row.gap.clear();
      row.reason.clear();
    } else if (row.reason.empty()) {
      row.gap = kNotRunHere;
      row.reason = suite_.target_lost || suite_.interrupted ? "the suite ended early"
                                                            : "no session came to it";
    }
  }
}

/// In the order of the ladders, whichever was done first.
void SuitePlayer::sort_findings() {
  const auto position = [&](const SuiteFinding& finding) {
    return std::find_if(suite_.ladders.begin(), suite_.ladders.end(),
                        [&](const SuiteLadder& row) { return row.name == finding.ladder; }) -
           suite_.ladders.begin();
  };
  std::ranges::stable_sort(suite_.findings, {}, position);
}

void SuitePlayer::finish() {
  suite_.duration = MonotonicClock::read() - began_;
  suite_.interrupted = interrupts() > 0;
  if (suite_.target_lost && answers_ == 0) {
    suite_.target_unreachable = true;
    suite_.findings.clear();
    suite_.findings_counted = 0;
  }
  leave_rest();
  sort_findings();
  suite_.verdict = suite_verdict(suite_);
}

}  // namespace rung
