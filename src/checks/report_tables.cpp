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

std::string count_line(const RunResult& r, std::string_view name, Counter counter) {
  return line(name, count_text(r.totals[counter]));
}

/// The same, left out while zero.
std::string count_line_if(const RunResult& r, std::string_view name, Counter counter) {
  return r.totals[counter] == 0 ? std::string{} : count_line(r, name, counter);
}

}  // namespace

std::string rates_part(const RunResult& r, const Ink& ink) {
  std::string out = title("Rates, per second of the measure phase", ink) + "\n";
  out += line("sessions asked", rate_text(r.rates.asked_sessions));
  out += line("sessions offered", rate_text(r.rates.offered_sessions));
  out += line("sessions started", rate_text(r.rates.started_sessions));
  out += line("sessions finished", rate_text(r.rates.finished_sessions));
  out += line("SM submitted", rate_text(r.rates.submitted_sm));
  out += line("SM delivered", rate_text(r.rates.delivered_sm));
  out += line("SIP messages", rate_text(r.rates.sip_messages));
  if (r.rates.registrations > 0) {
    out += line("registrations *", rate_text(r.rates.registrations));
    out += "  * over the register phase\n";
  }
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

std::string messages_part(const RunResult& r, const Ink& ink) {
  std::string out = title("Short messages", ink) + "\n";
  out += count_line(r, "submitted", Counter::sm_submitted);
  out += count_line(r, "delivered", Counter::sm_delivered);
  out += count_line_if(r, "late", Counter::sm_late);
  out += count_line_if(r, "lost", Counter::sm_lost);
  out += count_line_if(r, "refused", Counter::sm_refused);
  out += count_line_if(r, "duplicate", Counter::sm_duplicate);
  out += count_line_if(r, "reordered", Counter::sm_reordered);
  out += count_line_if(r, "corrupted", Counter::sm_corrupted);
  out += count_line_if(r, "misdelivered", Counter::sm_misdelivered);
  out += count_line_if(r, "ghost (nobody's)", Counter::sm_ghost);
  out += count_line_if(r, "of an earlier run", Counter::sm_earlier_run);
  for (const CodeCount& c : r.sip_failures) {
    out += line(fmt::format("answered {}", c.code), count_text(c.count));
  }
  for (const CodeCount& c : r.rp_failures) {
    const auto cause = static_cast<std::uint8_t>(c.code);
    out += fmt::format("  {:<20}{:>14}  {}\n", fmt::format("RP-Cause {}", c.code),
                       count_text(c.count), rp::cause_name(cause));
  }
  return out;
}

std::string traffic_part(const RunResult& r, const Ink& ink) {
  std::string out = title("SIP messages", ink) + "\n";
  out += count_line(r, "sent", Counter::sip_sent);
  out += count_line(r, "received", Counter::sip_received);
  out += count_line(r, "judged", Counter::sip_judged);
  out += count_line(r, "our copies", Counter::sip_retransmitted);
  out += count_line(r, "their copies", Counter::sip_copies);
  out += count_line_if(r, "no final answer", Counter::transactions_timed_out);
  out += count_line_if(r, "digest challenges", Counter::challenges);
  out += count_line_if(r, "repeats", Counter::sip_repeats);
  out += count_line_if(r, "early", Counter::sip_early);
  out += count_line_if(r, "strangers", Counter::sip_strangers);
  out += count_line_if(r, "at the wrong worker", Counter::sip_misdirected);
  out += count_line_if(r, "stale", Counter::sip_stale);
  out += count_line_if(r, "malformed", Counter::sip_malformed);
  return out;
}

std::string generator_part(const RunResult& r, const Ink& ink) {
  std::string out = title("Generator", ink) + "\n";
  const HistogramSnapshot& late = r.pacer_lateness;
  out += fmt::format("  lateness of the pacer  p50 {}, p99 {}, max {}\n",
                     duration_text(late.percentile(50)), duration_text(late.percentile(99)),
                     duration_text(late.max()));
  out += fmt::format("  busiest worker {:.0f} %, CPU {:.1f} s, resident {} (peak {})\n",
                     100 * r.cpu.busiest_worker_share, r.cpu.generator_seconds,
                     octets_text(r.memory.resident_octets),
                     octets_text(r.memory.resident_peak_octets));
  const TransportFigures& t = r.transport_figures;
  out += fmt::format("  datagrams  {} in, {} out, {} dropped, {} refused, {} unreachable\n",
                     count_text(t.rx_datagrams), count_text(t.tx_datagrams),
                     count_text(t.rx_dropped), count_text(t.tx_failed), count_text(t.unreachable));
  for (const PoolFigures& pool : r.pools) {
    out += fmt::format("  pool of {}  {} of {} at most\n", pool.name, count_text(pool.peak),
                       count_text(pool.size));
  }
  if (!r.capture.file.empty()) {
    out += fmt::format("  capture  {}, {}, the ring holds {:.1f} s, {} overwritten\n",
                       r.capture.file, counted(r.capture.frames, "frame"), r.capture.held_seconds,
                       count_text(r.capture.overwritten));
  }
  return out;
}

}  // namespace rung::report
