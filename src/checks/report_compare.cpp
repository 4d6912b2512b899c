#include <fmt/format.h>

#include <algorithm>

#include "checks/report_text.hpp"
#include "engine/base/figures.hpp"

namespace rung {
namespace {

std::string ratio_text(double a, double b) {
  return a > 0 ? fmt::format("{:.3f}", b / a) : std::string("-");
}

std::string row(std::string_view name, const std::string& a, const std::string& b,
                const std::string& ratio) {
  std::string line = fmt::format("  {:<34} {:>14} {:>14} {:>9}", name, a, b, ratio);
  line.erase(line.find_last_not_of(' ') + 1);
  return line + "\n";
}

std::string rate_row(std::string_view name, double a, double b) {
  if (a <= 0 && b <= 0) return {};
  return row(name, rate_text(a), rate_text(b), ratio_text(a, b));
}

std::string count_row(std::string_view name, std::uint64_t a, std::uint64_t b) {
  if (a == 0 && b == 0) return {};
  return row(name, count_text(a), count_text(b),
             ratio_text(static_cast<double>(a), static_cast<double>(b)));
}

std::string latency_rows(const std::string& name, const HistogramSnapshot& a,
                         const HistogramSnapshot& b) {
  if (a.empty() || b.empty()) return {};
  std::string out;
  constexpr std::pair<const char*, double> points[] = {
      {"p50", 50}, {"p90", 90}, {"p99", 99}, {"p99.9", 99.9}, {"max", 100}};
  for (const auto& [label, percent] : points) {
    const Duration x = a.percentile(percent), y = b.percentile(percent);
    out += row(fmt::format("{} {}", name, label), duration_text(x), duration_text(y),
               ratio_text(static_cast<double>(x.count()), static_cast<double>(y.count())));
  }
  return out;
}

const MeasureResult* find_measure(const RunResult& r, std::string_view ladder,
                                  std::string_view measure) {
  for (const LadderResult& l : r.ladders) {
    if (l.name != ladder) continue;
    for (const MeasureResult& m : l.measures) {
      if (m.name == measure) return &m;
    }
  }
  return nullptr;
}

std::string compare_latencies(const RunResult& a, const RunResult& b) {
  std::string out;
  for (const LadderResult& ladder : a.ladders) {
    for (const MeasureResult& m : ladder.measures) {
      const MeasureResult* other = find_measure(b, ladder.name, m.name);
      if (other == nullptr) continue;
      const std::string name = fmt::format("{} {}", ladder.name, m.name);
      // The corrected figures where both have them: the uncorrected flatter a stalled run.
      const bool corrected = !m.corrected.empty() && !other->corrected.empty();
      out += corrected ? latency_rows(name, m.corrected, other->corrected)
                       : latency_rows(name + " (sent)", m.uncorrected, other->uncorrected);
    }
  }
  return out;
}

std::string compare_requirements(const RunResult& a, const RunResult& b) {
  std::string out;
  for (const RequirementTally& t : a.requirements) {
    const auto other = std::find_if(b.requirements.begin(), b.requirements.end(),
                                    [&](const auto& u) { return u.id == t.id; });
    if (other == b.requirements.end() || other->worst == t.worst) continue;
    out += row(t.id, std::string(to_string(t.worst)), std::string(to_string(other->worst)), "");
  }
  return out;
}

double cpu_us_per_message(const RunResult& r) {
  const auto messages =
      static_cast<double>(r.measured[Counter::sip_sent] + r.measured[Counter::sip_received]);
  return messages > 0 ? 1e6 * r.cpu.generator_seconds / messages : 0;
}

std::string compare_costs(const RunResult& a, const RunResult& b) {
  std::string out;
  const double x = cpu_us_per_message(a), y = cpu_us_per_message(b);
  if (x > 0 && y > 0) {
    out += row("CPU us per SIP message", fmt::format("{:.2f}", x), fmt::format("{:.2f}", y),
               ratio_text(x, y));
  }
  const auto memory = [](const RunResult& r) { return r.memory.resident_octets; };
  if (memory(a) > 0 && memory(b) > 0) {
    out += row("resident memory", octets_text(memory(a)), octets_text(memory(b)),
               ratio_text(static_cast<double>(memory(a)), static_cast<double>(memory(b))));
  }
  return out;
}

}  // namespace

std::string compare_text(const RunResult& a, const RunResult& b) {
  const auto verdict = [](const RunResult& r) {
    return r.invalid() ? std::string("run invalid") : std::string(to_string(r.verdict));
  };
  std::string out = row("", "A: " + a.run_id, "B: " + b.run_id, "B / A");
  out += row("verdict", verdict(a), verdict(b), "");
  out += compare_requirements(a, b);
  out += rate_row("sessions started /s", a.rates.started_sessions, b.rates.started_sessions);
  out += rate_row("sessions finished /s", a.rates.finished_sessions, b.rates.finished_sessions);
  out += rate_row("SM delivered /s", a.rates.delivered_sm, b.rates.delivered_sm);
  out += rate_row("SIP messages /s", a.rates.sip_messages, b.rates.sip_messages);
  out += rate_row("registrations /s", a.rates.registrations, b.rates.registrations);
  out += compare_latencies(a, b);
  out += count_row("sessions failed", a.totals[Counter::sessions_failed],
                   b.totals[Counter::sessions_failed]);
  out += count_row("sessions timed out", a.totals[Counter::sessions_timed_out],
                   b.totals[Counter::sessions_timed_out]);
  out += count_row("SM lost", a.totals[Counter::sm_lost], b.totals[Counter::sm_lost]);
  out += count_row("our copies", a.totals[Counter::sip_retransmitted],
                   b.totals[Counter::sip_retransmitted]);
  return out + compare_costs(a, b);
}

}  // namespace rung
