#include "run.hpp"

#include <fmt/format.h>
#include <sys/random.h>

#include "checks/run_verdict.hpp"
#include "run_directory.hpp"
#include "run_notes.hpp"
#include "verbs.hpp"

namespace rung {

std::uint16_t choose_run_id(const Options& options) {
  if (is_simulated(options)) return static_cast<std::uint16_t>(options.seed % 65535 + 1);
  std::uint16_t id = 0;
  while (id == 0) {
    if (getrandom(&id, sizeof id, 0) != sizeof id) return 1;
  }
  return id;
}

Run::Run(const Options& options, RunSetup setup, std::uint16_t run_id, std::int64_t started_wall_ns)
    : options_(options),
      run_id_(run_id),
      started_wall_ns_(started_wall_ns),
      setup_(std::move(setup)) {}

std::string Run::name() const { return fmt::format("{:04x}", run_id_); }

RunRefusal Run::prepare(const std::string& capture, const std::filesystem::path& capture_file) {
  wire_ = make_run_wire(setup_, started_wall_ns_);
  if (const std::string error = wire_->connect(options_, setup_); !error.empty()) {
    return {kExitEnvironment, {error}};
  }
  const std::string error = capture_.open(capture, capture_file, setup_, wire_->since_1970());
  if (!error.empty()) return {kExitEnvironment, {error}};
  if (const auto errors = make_crew(); !errors.empty()) return {kExitUsage, errors};
  return {};
}

std::vector<std::string> Run::make_crew() {
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
  const LinkHub* hub = nullptr;
  for (std::size_t w = 0; w < cells.size(); ++w) {
    const UnitWire units = wire_->units(w);
    if (units.transport != nullptr) cells[w]->connect_links(*units.transport, units.ends);
    hub = units.hub;
  }
  crew_ = std::make_unique<Crew>(setup_.crew, std::move(cells));
  if (hub != nullptr) crew_->watch_links(*hub);
  collector_ = std::make_unique<Collector>(crew_->queues(), options_.findings_max,
                                           setup_.requirements.size());
  return {};
}

void Run::play(RunObserver& observer, const InterruptCount& interrupts) {
  meter_.emplace(observer);
  supervisor_.emplace(*crew_, *collector_, setup_.phases, *meter_, wire_->now());
  wire_->play(*crew_, *supervisor_, interrupts);
}

RunResult Run::conclude(std::vector<std::string>& errors) {
  RunResult result;
  describe(result);
  harvest(*crew_, *supervisor_, *collector_, setup_.requirements, setup_.limits, result);
  meter_->report(result);
  wire_->report_links(result);
  note_ending(*supervisor_, wire_->gateway_ending(), result);
  note_missed_steps(*crew_, result);
  errors = capture_.finish(*crew_, *collector_, result);
  return judged(std::move(result), setup_.requirements);
}

void Run::describe(RunResult& result) const {
  result.tool_version = RUNG_VERSION;
  result.run_id = name();
  result.started_unix_ns = started_wall_ns_;
  result.topology = to_string(setup_.topology);
  result.transport = wire_name(options_);
  result.target = to_string(setup_.target) + (options_.target.empty() ? " (embedded gateway)" : "");
  result.seed = options_.seed;
  for (const auto& [key, value] : options_.settings) result.settings.push_back({key, value});
  result.machine = machine_facts();
  result.judged_one_in = options_.judge == "all" ? 1 : 0;
}

}  // namespace rung
