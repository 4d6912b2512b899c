#include <fmt/format.h>

#include "checks/report_parts.hpp"
#include "engine/base/figures.hpp"
#include "engine/wire/rp.hpp"

namespace rung::report {
namespace {

std::string title(std::string_view text, const Ink& ink) {
  return fmt::format("{}{}{}", ink.bold, text, ink.off);
}

/// "name  figure" with the figure's column at 34.
std::string line(std::string_view name, const std::string& figure) {
  return fmt::format("  {:<20}{:>14}\n", name, figure);
}

std::string latency_row(std::string_view name, std::string_view since, const HistogramSnapshot& h) {
  const auto column = [&](double percent) { return duration_text(h.percentile(percent)); };
  return fmt::format("  {:<24} {:<9} {:>11} {:>9} {:>9} {:>9} {:>9} {:>9}\n", name, since,
                     count_text(h.count()), column(50), column(90), column(99), column(99.9),
                     duration_text(h.max()));
}

std::string measure_rows(const LadderResult& ladder, const MeasureResult& m) {
  std::string name = fmt::format("{} {}", ladder.name, m.name);
  std::string out;
  if (!m.corrected.empty()) {
    out += latency_row(name, "intended", m.corrected);
    name.clear();
  }
  if (!m.uncorrected.empty()) out += latency_row(name, "sent", m.uncorrected);
  return out;
}

FigureRow count_row(const RunResult& r, std::string_view name, Counter counter) {
  return {std::string(name), count_text(r.totals[counter])};
}

struct NamedCounter {
  std::string_view name;
  Counter counter;
};

/// Those that are not zero.
void add_nonzero(const RunResult& r, std::initializer_list<NamedCounter> counters,
                 std::vector<FigureRow>& rows) {
  for (const NamedCounter& c : counters) {
    if (r.totals[c.counter] != 0) rows.push_back(count_row(r, c.name, c.counter));
  }
}

std::string lines(const std::vector<FigureRow>& rows) {
  std::string out;
  for (const FigureRow& row : rows) {
    out += row.remark.empty()
               ? line(row.name, row.figure)
               : fmt::format("  {:<20}{:>14}  {}\n", row.name, row.figure, row.remark);
  }
  return out;
}

}  // namespace

std::vector<FigureRow> rate_rows(const RunResult& r) {
  std::vector<FigureRow> rows = {{"sessions asked", rate_text(r.rates.asked_sessions)},
                                 {"sessions offered", rate_text(r.rates.offered_sessions)},
                                 {"sessions started", rate_text(r.rates.started_sessions)},
                                 {"sessions finished", rate_text(r.rates.finished_sessions)},
                                 {"SM submitted", rate_text(r.rates.submitted_sm)},
                                 {"SM delivered", rate_text(r.rates.delivered_sm)},
                                 {"SIP messages", rate_text(r.rates.sip_messages)}};
  if (r.rates.registrations > 0) {
    rows.push_back({"registrations *", rate_text(r.rates.registrations)});
  }
  return rows;
}

std::string rates_part(const RunResult& r, const Ink& ink) {
  std::string out = title("Rates, per second of the measure phase", ink) + "\n";
  out += lines(rate_rows(r));
  if (r.rates.registrations > 0) out += "  * over the register phase\n";
  return out;
}

std::string latency_part(const RunResult& r, const Ink& ink) {
  std::string rows;
  for (const LadderResult& ladder : r.ladders) {
    for (const MeasureResult& m : ladder.measures) rows += measure_rows(ladder, m);
  }
  if (!r.registration_latency.empty()) {
    rows += latency_row("registration", "intended", r.registration_latency);
  }
  if (rows.empty()) return {};
  return fmt::format("{}{:<26}{} {:<9} {:>11} {:>9} {:>9} {:>9} {:>9} {:>9}\n", ink.bold, "Latency",
                     ink.off, "since", "count", "p50", "p90", "p99", "p99.9", "max") +
         rows;
}

std::string sessions_part(const RunResult& r, const Ink& ink) {
  if (r.ladders.empty()) return {};
  constexpr std::string_view row = "{:>11} {:>11} {:>9} {:>9} {:>9} {:>12} {:>9}";
  std::string out = fmt::format("{}{:<26}{}", ink.bold, "Sessions", ink.off);
  out += fmt::format(row, "started", "passed", "failed", "timed out", "refused", "inconclusive",
                     "aborted");
  for (const LadderResult& ladder : r.ladders) {
    const SessionOutcomes& s = ladder.sessions;
    out += fmt::format("\n  {:<24}", ladder.name);
    out += fmt::format(row, count_text(s.started), count_text(s.passed), count_text(s.failed),
                       count_text(s.timed_out), count_text(s.refused), count_text(s.inconclusive),
                       count_text(s.aborted));
  }
  return out + "\n";
}

std::vector<FigureRow> message_rows(const RunResult& r) {
  std::vector<FigureRow> rows = {count_row(r, "submitted", Counter::sm_submitted),
                                 count_row(r, "delivered", Counter::sm_delivered)};
  add_nonzero(r,
              {{"late", Counter::sm_late},
               {"lost", Counter::sm_lost},
               {"refused", Counter::sm_refused},
               {"duplicate", Counter::sm_duplicate},
               {"reordered", Counter::sm_reordered},
               {"corrupted", Counter::sm_corrupted},
               {"misdelivered", Counter::sm_misdelivered},
               {"ghost (nobody's)", Counter::sm_ghost},
               {"of an earlier run", Counter::sm_earlier_run}},
              rows);
  for (const CodeCount& c : r.sip_failures) {
    rows.push_back({fmt::format("answered {}", c.code), count_text(c.count)});
  }
  for (const CodeCount& c : r.rp_failures) {
    rows.push_back({fmt::format("RP-Cause {}", c.code), count_text(c.count),
                    std::string(rp::cause_name(static_cast<std::uint8_t>(c.code)))});
  }
  return rows;
}

std::string messages_part(const RunResult& r, const Ink& ink) {
  return title("Short messages", ink) + "\n" + lines(message_rows(r));
}

std::vector<FigureRow> traffic_rows(const RunResult& r) {
  std::vector<FigureRow> rows = {count_row(r, "sent", Counter::sip_sent),
                                 count_row(r, "received", Counter::sip_received),
                                 count_row(r, "judged", Counter::sip_judged),
                                 count_row(r, "our copies", Counter::sip_retransmitted),
                                 count_row(r, "their copies", Counter::sip_copies)};
  add_nonzero(r,
              {{"no final answer", Counter::transactions_timed_out},
               {"digest challenges", Counter::challenges},
               {"repeats", Counter::sip_repeats},
               {"early", Counter::sip_early},
               {"strangers", Counter::sip_strangers},
               {"contradictory", Counter::sip_contradictions},
               {"at the wrong worker", Counter::sip_misdirected},
               {"stale", Counter::sip_stale},
               {"malformed", Counter::sip_malformed}},
              rows);
  return rows;
}

std::string traffic_part(const RunResult& r, const Ink& ink) {
  return title("SIP messages", ink) + "\n" + lines(traffic_rows(r));
}

std::vector<FigureRow> generator_rows(const RunResult& r) {
  const HistogramSnapshot& late = r.pacer_lateness;
  const TransportFigures& t = r.transport_figures;
  std::vector<FigureRow> rows = {
      {"lateness of the pacer",
       fmt::format("p50 {}, p99 {}, max {}", duration_text(late.percentile(50)),
                   duration_text(late.percentile(99)), duration_text(late.max()))},
      {"busiest worker", fmt::format("{:.0f} %, CPU {:.1f} s, resident {} (peak {})",
                                     100 * r.cpu.busiest_worker_share, r.cpu.generator_seconds,
                                     octets_text(r.memory.resident_octets),
                                     octets_text(r.memory.resident_peak_octets))},
      {"datagrams",
       fmt::format("{} in, {} out, {} dropped, {} refused, {} unreachable",
                   count_text(t.rx_datagrams), count_text(t.tx_datagrams), count_text(t.rx_dropped),
                   count_text(t.tx_failed), count_text(t.unreachable))}};
  for (const ConnectionCounterInfo& counter : kConnectionCounterInfo) {
    const std::uint64_t value = t.connections.*counter.value;
    if (value == 0) continue;
    rows.push_back({fmt::format("connections, {}", counter.name),
                    fmt::format("{}: {}", count_text(value), counter.help)});
  }
  for (const PoolFigures& pool : r.pools) {
    rows.push_back({"pool of " + pool.name,
                    fmt::format("{} of {} at most", count_text(pool.peak), count_text(pool.size))});
  }
  for (const LinkFigures& link : r.links) {
    const LinkCounts& c = link.counts;
    rows.push_back(
        {"link " + link.name,
         fmt::format("{} at the end, {} in, {} out, {} not sent, {} dropped, {} refused, "
                     "ended {}",
                     link.active ? "active" : "not active", count_text(c.received),
                     count_text(c.sent), count_text(c.not_active + c.unavailable),
                     count_text(c.dropped), count_text(c.refused), counted(c.downs, "time"))});
  }
  if (!r.capture.file.empty()) {
    rows.push_back(
        {"capture", fmt::format("{}, {}, the ring holds {:.1f} s, {} overwritten", r.capture.file,
                                counted(r.capture.frames, "frame"), r.capture.held_seconds,
                                count_text(r.capture.overwritten))});
  }
  return rows;
}

std::string generator_part(const RunResult& r, const Ink& ink) {
  std::string out = title("Generator", ink) + "\n";
  for (const FigureRow& row : generator_rows(r)) {
    const bool worker = row.name == "busiest worker";
    out += fmt::format("  {}{}{}\n", row.name, worker ? " " : "  ", row.figure);
  }
  return out;
}

}  // namespace rung::report
