#include "engine/load/harvest.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "engine/base/recorded_frame.hpp"

namespace rung {
namespace {

double seconds(Duration d) { return static_cast<double>(d.count()) / 1e9; }

void harvest_phases(const PhaseMachine& phases, RunResult& result) {
  for (std::size_t i = 0; i + 1 < kPhaseCount; ++i) {
    const auto phase = static_cast<Phase>(i);
    if (phases.began(phase) == kNever) continue;
    result.phases.push_back({std::string(to_string(phase)),
                             phases.began(phase) - phases.began(Phase::registering),
                             phases.length(phase)});
  }
  result.interrupted = phases.interrupted();
}

void harvest_rates(const CrewPlan& plan, const Supervisor& supervisor, RunResult& result) {
  const double measured = seconds(supervisor.phases().length(Phase::measure));
  const double registering = seconds(supervisor.phases().length(Phase::registering));
  const CounterSnapshot& c = result.measured;
  const auto rate = [&](std::uint64_t count) {
    return measured > 0 ? static_cast<double>(count) / measured : 0;
  };
  Duration length{};
  for (const RateSegment& s : plan.measure) length += s.length;
  const std::uint64_t asked = Pacer(plan.measure, false, plan.seed, {}).expected();
  result.rates.asked_sessions =
      length.count() > 0 ? static_cast<double>(asked) / seconds(length) : 0;
  result.rates.offered_sessions = rate(c[Counter::sessions_offered]);
  result.rates.started_sessions = rate(c[Counter::sessions_started]);
  result.rates.finished_sessions =
      rate(c[Counter::sessions_passed] + c[Counter::sessions_failed] +
           c[Counter::sessions_timed_out] + c[Counter::sessions_refused] +
           c[Counter::sessions_inconclusive] + c[Counter::sessions_aborted]);
  result.rates.submitted_sm = rate(c[Counter::sm_submitted]);
  result.rates.delivered_sm = rate(c[Counter::sm_delivered]);
  result.rates.sip_messages = rate(c[Counter::sip_sent] + c[Counter::sip_received]);
  if (registering > 0) {
    result.rates.registrations =
        static_cast<double>(supervisor.record().registered.registered) / registering;
  }
}

/// Interval `m` of ladder `l` since measuring began; what ended during the drain belongs to it.
MeasureResult measured_interval(const RunRecord& record, std::size_t row) {
  const MeasureSnapshot& end = record.ended.measures[row];
  MeasureResult out{std::string(end.name), end.corrected, end.uncorrected};
  if (row < record.measure_began.measures.size()) {
    out.corrected = end.corrected.since(record.measure_began.measures[row].corrected);
    out.uncorrected = end.uncorrected.since(record.measure_began.measures[row].uncorrected);
  }
  return out;
}

void harvest_ladders(const Crew& crew, const RunRecord& record, RunResult& result) {
  const Program& program = crew.cells().front()->program;
  std::size_t row = 0;
  for (std::uint32_t l = 0; l < program.size(); ++l) {
    const LadderIndex ladder(l);
    LadderResult out;
    out.name = program.name(ladder);
    out.title = program.title(ladder);
    for (const auto& cell : crew.cells()) {
      if (out.example.empty()) {
        out.example = session_key(cell->play.worker, cell->findings.example(ladder));
      }
      const OutcomeBlock& outcomes = cell->player.outcomes();
      out.sessions.started += outcomes.started_count(ladder);
      out.sessions.passed += outcomes.count(ladder, Outcome::passed);
      out.sessions.failed += outcomes.count(ladder, Outcome::failed);
      out.sessions.timed_out += outcomes.count(ladder, Outcome::timed_out);
      out.sessions.refused += outcomes.count(ladder, Outcome::refused);
      out.sessions.inconclusive += outcomes.count(ladder, Outcome::inconclusive);
      out.sessions.aborted += outcomes.count(ladder, Outcome::aborted);
    }
    for (std::size_t m = 0; m < program.measures(ladder).size(); ++m) {
      out.measures.push_back(measured_interval(record, row++));
    }
    for (std::uint32_t s = 0; s < program.ladder(ladder).steps.size(); ++s) {
      out.steps.emplace_back(program.step_id(ladder, StepIndex(s)));
    }
    const bool asked_for = std::any_of(crew.plan().mix.begin(), crew.plan().mix.end(),
                                       [&](const MixEntry& e) { return e.ladder == out.name; });
    if (asked_for || out.sessions.started != 0) result.ladders.push_back(std::move(out));
  }
}

/// The longest interval of the ladder that registered the UEs before the load.
void harvest_registration(const Crew& crew, const RunRecord& record, RunResult& result) {
  if (crew.plan().register_ladder.empty()) return;
  for (const MeasureSnapshot& m : record.registered.measures) {
    if (m.ladder == crew.plan().register_ladder) result.registration_latency = m.corrected;
  }
}

void harvest_requirements(const Crew& crew, const RequirementTable& requirements,
                          RunResult& result) {
  constexpr const char* severities[] = {"mandatory", "option", "informative"};
  const std::vector<bool>& selected = crew.cells().front()->program.selected();
  for (std::uint32_t i = 0; i < requirements.size(); ++i) {
    const Requirement& r = requirements.at(RequirementIndex(i));
    RequirementTally row{.id = std::string(r.id),
                         .clause = std::string(r.clause),
                         .text = std::string(r.text),
                         .severity = severities[static_cast<std::size_t>(r.severity)],
                         .confirmed = r.confirmed,
                         .selected = selected[i]};
    for (const auto& cell : crew.cells()) {
      for (std::size_t v = 0; v < kVerdictCount; ++v) {
        row.counts[v] += cell->tally.read(RequirementIndex(i), static_cast<Verdict>(v));
      }
    }
    for (std::size_t v = 0; v < kVerdictCount; ++v) {
      if (row.counts[v] != 0) row.worst = static_cast<Verdict>(v);
    }
    result.verdict = worse(result.verdict, row.worst);
    result.requirements.push_back(std::move(row));
  }
}

FindingRecord finding_record(const KeptFinding& kept, const Program& program,
                             const RequirementTable& requirements, Time start) {
  const Finding& f = kept.finding;
  FindingRecord out;
  if (f.requirement.valid()) {
    const Requirement& r = requirements.at(f.requirement);
    out.requirement = r.id;
    out.clause = r.clause;
    out.text = r.text;
    out.confirmed = r.confirmed;
  }
  out.verdict = f.verdict;
  out.ladder = f.ladder.valid() ? program.name(f.ladder) : "";
  out.step = f.ladder.valid() && f.step.valid() ? program.step_id(f.ladder, f.step) : "";
  if (f.has_path) out.path = to_string(f.path);
  out.expected = f.expected.view();
  out.actual = f.actual.view();
  out.ue = f.ue;
  out.at = f.at - start;
  out.never_came = f.never_came;
  out.session = session_key(kept.worker, f.owner);
  return out;
}

void harvest_pools(const Crew& crew, RunResult& result) {
  PlayerPools sum;
  const auto add = [](PoolFill& into, const PoolFill& fill) {
    into.used_max += fill.used_max;
    into.capacity += fill.capacity;
  };
  for (const auto& cell : crew.cells()) {
    const PlayerPools pools = cell->player.pools();
    add(sum.sessions, pools.sessions);
    add(sum.tombstones, pools.tombstones);
    add(sum.foreign_texts, pools.foreign_texts);
    add(sum.held_requests, pools.held_requests);
    add(sum.routes, pools.routes);
    add(sum.dialogues, pools.dialogues);
    result.memory.ue_table_octets += pools.ue_table_octets;
    result.memory.sessions_octets += pools.sessions_octets;
    result.memory.tombstones_octets += pools.tombstones_octets;
  }
  const CounterSnapshot& c = result.totals;
  const auto pool = [&](const char* name, const PoolFill& fill, std::uint64_t refused) {
    result.pools.push_back({name, fill.capacity, fill.used_max, refused});
  };
  pool("sessions", sum.sessions, c[Counter::session_pool_full]);
  pool("tombstones", sum.tombstones, c[Counter::tombstone_pool_full]);
  pool("foreign texts", sum.foreign_texts, c[Counter::foreign_pool_full]);
  pool("held requests", sum.held_requests, 0);
  pool("service routes", sum.routes, c[Counter::route_pool_full]);
  if (sum.dialogues.capacity != 0) {
    pool("dialogues", sum.dialogues, c[Counter::dialogue_pool_full]);
  }
}

/// A worker publishes its processor time once a pass, so that the sum may lag by one at either end:
/// over a short phase the quotient could pass 1, which no thread can.
void harvest_cpu(const Supervisor& supervisor, RunResult& result) {
  const RunRecord& record = supervisor.record();
  const double measured = seconds(supervisor.phases().length(Phase::measure));
  if (measured <= 0) return;
  for (std::size_t i = 0; i < record.cpu_ended_ns.size() && i < record.cpu_began_ns.size(); ++i) {
    const double used = static_cast<double>(record.cpu_ended_ns[i] - record.cpu_began_ns[i]) / 1e9;
    const double share = std::min(used / measured, 1.0);
    result.cpu.busiest_worker_share = std::max(result.cpu.busiest_worker_share, share);
  }
}

/// What ran out. Where sessions waited for a SUT that had fallen silent, that is its doing, not
/// ours.
void judge_exhaustion(bool sut_silent, RunResult& result) {
  auto& reasons = sut_silent ? result.notes : result.invalid_reasons;
  for (const PoolFigures& pool : result.pools) {
    if (pool.refused == 0) continue;
    reasons.push_back(
        fmt::format("pool of {} {} was full {} times", pool.size, pool.name, pool.refused));
  }
  const std::uint64_t shed = result.totals[Counter::sessions_shed_no_ue];
  if (shed == 0) return;
  reasons.push_back(fmt::format("{} sessions not started: no idle UE fitted{}", shed,
                                sut_silent ? "" : ", raise --ues or lower --rate"));
}

/// True when most of what came, copies aside, belonged to no step of any ladder.
bool flooded(const CounterSnapshot& c) {
  const std::uint64_t unasked = c[Counter::sip_repeats] + c[Counter::sip_strangers] +
                                c[Counter::sip_contradictions] + c[Counter::sip_stale] +
                                c[Counter::sip_malformed];
  return 2 * unasked > c[Counter::sip_received] - c[Counter::sip_copies];
}

/// What our sockets dropped: our limit, unless the SUT flooded us with what nobody asked for.
void judge_drops(RunResult& result) {
  const std::uint64_t dropped = result.transport_figures.rx_dropped;
  if (dropped == 0) return;
  if (!flooded(result.totals)) {
    result.invalid_reasons.push_back(
        fmt::format("{} datagrams dropped by our own sockets", dropped));
    return;
  }
  result.notes.push_back(fmt::format(
      "the target flooded us: most of its messages belong to no session; {} more were dropped",
      dropped));
  result.at_least = worse(result.at_least, Verdict::inconclusive);
}

/// What our bounds cost over TCP; the rest is the peer's.
void judge_connections(RunResult& result) {
  const ConnectionCounters& c = result.transport_figures.connections;
  const std::pair<std::uint64_t, const char*> ours[] = {
      {c.no_room, "connections found no room, raise --connections-max"},
      {c.not_opened, "connections were refused by our own machine"},
      {c.shed, "messages found no room on their connections"},
      {c.too_long, "connections ended for a message longer than 4096 octets, which is our limit"}};
  for (const auto& [count, what] : ours) {
    if (count != 0) result.invalid_reasons.push_back(fmt::format("{} {}", count, what));
  }
}

/// Unequal counts mean that messages got past the checks, unless the profile asked for just that:
/// such a run proves nothing.
void judge_coverage(RunResult& result) {
  const CounterSnapshot& c = result.totals;
  if (result.judged_one_in == 0) {
    result.at_least = worse(result.at_least, Verdict::inconclusive);
  } else if (c[Counter::sip_received] != c[Counter::sip_judged]) {
    result.invalid_reasons.push_back(fmt::format("{} messages received but {} judged",
                                                 c[Counter::sip_received], c[Counter::sip_judged]));
  }
}

/// Everything that makes the generator itself the limit. Silence of the SUT is no such reason.
void judge_validity(const ValidityLimits& limits, bool sut_silent, RunResult& result) {
  auto& reasons = result.invalid_reasons;
  const auto milliseconds = [](Duration d) { return static_cast<double>(d.count()) / 1e6; };
  const Duration late = result.pacer_lateness.percentile(99);
  if (late > limits.lateness_max) {
    reasons.push_back(fmt::format(
        "1 % of sessions started {:.1f} ms or more after their instant, limit {:.1f} ms",
        milliseconds(late), milliseconds(limits.lateness_max)));
  }
  if (result.cpu.busiest_worker_share > limits.cpu_max) {
    reasons.push_back(fmt::format("a worker was busy {:.0f} % of the time, limit {:.0f} %",
                                  100 * result.cpu.busiest_worker_share, 100 * limits.cpu_max));
  }
  judge_drops(result);
  judge_connections(result);
  judge_exhaustion(sut_silent, result);
  const CounterSnapshot& c = result.totals;
  if (c[Counter::tx_queue_full] + c[Counter::sessions_shed_tx] != 0) {
    reasons.push_back(fmt::format("transmit queue was full {} times",
                                  c[Counter::tx_queue_full] + c[Counter::sessions_shed_tx]));
  }
  judge_coverage(result);
}

}  // namespace

void harvest(const Crew& crew, const Supervisor& supervisor, const Collector& collector,
             const RequirementTable& requirements, const ValidityLimits& limits,
             RunResult& result) {
  const RunRecord& record = supervisor.record();
  result.workers = static_cast<std::uint32_t>(crew.cells().size());
  result.ues = crew.ues();
  result.totals = record.ended.counters;
  result.measured = record.measure_ended.counters;
  result.measured -= record.measure_began.counters;
  result.pacer_lateness = record.ended.lateness.since(record.measure_began.lateness);
  result.sip_failures = record.ended.sip_failures;
  result.rp_failures = record.ended.rp_failures;
  result.transport_figures = record.ended.transport;
  harvest_phases(supervisor.phases(), result);
  harvest_rates(crew.plan(), supervisor, result);
  harvest_ladders(crew, record, result);
  harvest_registration(crew, record, result);
  harvest_requirements(crew, requirements, result);
  harvest_pools(crew, result);
  harvest_cpu(supervisor, result);
  result.findings_counted = collector.counted() + result.totals[Counter::findings_dropped];
  const Time start = supervisor.phases().began(Phase::registering);
  for (const KeptFinding& kept : collector.kept()) {
    result.findings.push_back(
        finding_record(kept, crew.cells()[kept.worker]->program, requirements, start));
  }
  judge_validity(limits, supervisor.phases().sut_silent(), result);
}

void note_missed_steps(const Crew& crew, RunResult& result) {
  const Program& program = crew.cells().front()->program;
  for (std::uint32_t l = 0; l < program.size(); ++l) {
    const LadderIndex ladder(l);
    std::vector<std::string> missed;
    for (std::uint32_t s = 0; s < program.ladder(ladder).steps.size(); ++s) {
      std::uint64_t sessions = 0;
      for (const auto& cell : crew.cells()) {
        sessions += cell->player.outcomes().missed_count(ladder, s);
      }
      if (sessions == 0) continue;
      missed.push_back(
          fmt::format("{} {} never came in {}", program.step_id(ladder, StepIndex(s)),
                      program.step_message(ladder, StepIndex(s)),
                      sessions == 1 ? "1 session" : fmt::format("{} sessions", sessions)));
    }
    if (missed.empty()) continue;
    result.notes.push_back(fmt::format("{}: {}", program.name(ladder), fmt::join(missed, ", ")));
  }
}

}  // namespace rung
