#include "engine/load/crew.hpp"

namespace rung {
namespace {

Mix mix_of(const CrewPlan& plan, const Program& program) {
  std::vector<LadderIndex> ladders;
  std::vector<std::uint32_t> weights;
  for (const MixEntry& entry : plan.mix) {
    ladders.push_back(program.find(entry.ladder));
    weights.push_back(entry.weight);
  }
  return Mix(std::move(ladders), weights);
}

Pacer load_pacer(const CrewPlan& plan, Pacer::Share share) {
  std::vector<RateSegment> curve = plan.warm_up;
  curve.insert(curve.end(), plan.measure.begin(), plan.measure.end());
  return Pacer(std::move(curve), plan.poisson, plan.seed, share);
}

Pacer registration_pacer(const CrewPlan& plan, Pacer::Share share) {
  return Pacer({{plan.register_rate, plan.register_rate, kCurveLengthMax}}, false, plan.seed,
               share);
}

Tap& tap_of(CaptureRing* ring, Tap* stream, NullTap& none) {
  if (stream != nullptr) return *stream;
  if (ring != nullptr) return *ring;
  return none;
}

WorkerPlan worker_plan(const CrewPlan& plan, const PlayConfig& play, const Program& program) {
  WorkerPlan worker;
  worker.index = play.worker;
  worker.tick = plan.tick;
  worker.late_pass = plan.late_pass;
  worker.registrations_in_flight = std::min(kRegistrationsInFlight, play.sessions_max);
  worker.cpu = plan.first_cpu < 0 ? -1 : plan.first_cpu + play.worker;
  if (!plan.register_ladder.empty()) worker.register_ladder = program.find(plan.register_ladder);
  return worker;
}

void add_code(std::vector<CodeCount>& into, std::uint16_t code, std::uint64_t count) {
  if (count == 0) return;
  for (CodeCount& c : into) {
    if (c.code == code) {
      c.count += count;
      return;
    }
  }
  into.push_back({code, count});
}

}  // namespace

Cell::Cell(const CrewPlan& plan, const PlayConfig& config, Program compiled,
           const RequirementTable& requirements, Transport& wire, std::unique_ptr<CaptureRing> ring,
           Tap* stream, std::uint32_t workers, Time start)
    : program(std::move(compiled)),
      play(config),
      transport(wire),
      capture(std::move(ring)),
      tap(tap_of(capture.get(), stream, no_tap)),
      latencies(program),
      tally(requirements.size()),
      findings(counters, capture.get(), requirements),
      player(program, play, requirements, transport.tx(), counters, latencies, tally, findings,
             start),
      worker(worker_plan(plan, play, program), player, transport, tap, counters,
             mix_of(plan, program), registration_pacer(plan, {play.worker, workers}),
             load_pacer(plan, {play.worker, workers}), plan.seed) {}

void Cell::connect_links(Transport& links, const m3ua::UnitEnds& ends) {
  const bool captured = &tap != &no_tap;
  if (captured) unit_tap.emplace(tap, ends, play.worker);
  player.connect_network(links.tx());
  worker.connect_links(links, captured ? static_cast<Tap&>(*unit_tap) : no_tap);
}

Crew::Crew(CrewPlan plan, std::vector<std::unique_ptr<Cell>> cells)
    : plan_(std::move(plan)),
      crossing_(static_cast<std::uint32_t>(cells.size())),
      cells_(std::move(cells)) {
  for (const auto& cell : cells_) {
    ues_ += cell->play.ue_count;
    cell->worker.connect(crossing_);
  }
}

Crew::~Crew() { join(); }

std::vector<FindingQueue*> Crew::queues() const {
  std::vector<FindingQueue*> queues;
  for (const auto& cell : cells_) queues.push_back(&cell->findings);
  return queues;
}

void Crew::order(Phase phase, Time load_start) {
  phase_.store(phase, std::memory_order_relaxed);
  load_start_ns_.store(ns(load_start), std::memory_order_relaxed);
  for (const auto& cell : cells_) cell->worker.order(phase, load_start);
}

void Crew::start_threads(Clock& clock) {
  for (const auto& cell : cells_) {
    threads_.emplace_back([&worker = cell->worker, &clock] { worker.run(clock); });
  }
}

void Crew::join() {
  for (std::thread& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
}

Observation Crew::observe(Time now, unsigned interrupts) const {
  Observation seen{.now = now, .interrupts = interrupts};
  for (const auto& cell : cells_) {
    const WorkerWords& words = cell->worker.words();
    // A worker that has yet to see its order may start sessions until it does.
    if (words.phase.load(std::memory_order_acquire) != phase()) ++seen.sessions_active;
    seen.registered += words.registered.load(std::memory_order_relaxed);
    seen.sessions_active += words.sessions_active.load(std::memory_order_relaxed);
    seen.sent += cell->counters.read(Counter::sip_sent);
    seen.received += cell->counters.read(Counter::sip_received);
  }
  return seen;
}

double Crew::rate_at(Time now) const {
  const Phase phase = phase_.load(std::memory_order_relaxed);
  if (phase != Phase::warm_up && phase != Phase::measure) return 0;
  const Time began = time_from_ns(load_start_ns_.load(std::memory_order_relaxed));
  Duration at = std::max(now - began, Duration{});
  for (const auto* curve : {&plan_.warm_up, &plan_.measure}) {
    for (const RateSegment& s : *curve) {
      if (at < s.length) {
        const double part = static_cast<double>(ns(at)) / static_cast<double>(ns(s.length));
        return (static_cast<double>(s.from) + part * static_cast<double>(s.to - s.from)) / 1e6;
      }
      at -= s.length;
    }
  }
  return 0;
}

void Crew::add_words(const Cell& cell, RunSnapshot& s) {
  const WorkerWords& words = cell.worker.words();
  s.at = std::max(s.at, time_from_ns(words.pass_ns.load(std::memory_order_relaxed)));
  s.registered += words.registered.load(std::memory_order_relaxed);
  s.sessions_active += words.sessions_active.load(std::memory_order_relaxed);
  s.counters += cell.counters.snapshot();
  s.lateness += cell.worker.lateness().snapshot();
  std::uint64_t* figures[] = {
      &s.transport.rx_datagrams, &s.transport.rx_octets,    &s.transport.rx_dropped,
      &s.transport.rx_truncated, &s.transport.tx_datagrams, &s.transport.tx_octets,
      &s.transport.tx_failed,    &s.transport.tx_segmented, &s.transport.unreachable};
  for (std::size_t i = 0; i < std::size(figures); ++i) {
    *figures[i] += words.transport[i].load(std::memory_order_relaxed);
  }
  for (std::size_t i = 0; i < words.connections.size(); ++i) {
    s.transport.connections.*kConnectionCounterInfo[i].value +=
        words.connections[i].load(std::memory_order_relaxed);
  }
  for (std::uint16_t code = 300; code < OutcomeBlock::kStatusCodes; ++code) {
    add_code(s.sip_failures, code, cell.player.outcomes().sip_failures(code));
  }
  for (std::uint8_t cause = 0; cause < OutcomeBlock::kCauses; ++cause) {
    add_code(s.rp_failures, cause, cell.player.outcomes().rp_failures(cause));
  }
}

/// All workers compiled the same ladders, so row i is the same measure in each.
void Crew::add_measures(const Cell& cell, RunSnapshot& s) {
  std::size_t row = 0;
  for (std::uint32_t l = 0; l < cell.program.size(); ++l) {
    const LadderIndex ladder(l);
    const std::span<const ProgramMeasure> measures = cell.program.measures(ladder);
    for (std::size_t m = 0; m < measures.size(); ++m, ++row) {
      if (row == s.measures.size()) {
        s.measures.push_back({cell.program.name(ladder), measures[m].name, {}, {}});
      }
      s.measures[row].corrected += cell.latencies.at(ladder, m).corrected.snapshot();
      s.measures[row].uncorrected += cell.latencies.at(ladder, m).uncorrected.snapshot();
    }
  }
}

RunSnapshot Crew::snapshot() const {
  RunSnapshot s;
  s.phase = phase_.load(std::memory_order_relaxed);
  s.ues = ues_;
  for (const auto& cell : cells_) {
    add_words(*cell, s);
    add_measures(*cell, s);
  }
  s.rate_asked = rate_at(s.at);
  if (hub_ != nullptr) s.links = hub_->figures();
  return s;
}

}  // namespace rung
