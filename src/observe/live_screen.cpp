#include "observe/live_screen.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>

#include <algorithm>
#include <cmath>

#include "engine/base/figures.hpp"

namespace rung {
namespace {

constexpr int kBarCells = 30;
constexpr std::size_t kColumnsDefault = 120;
/// Shorter intervals say nothing about rates.
constexpr Duration kIntervalMin = 200ms;

double seconds(Duration d) { return static_cast<double>(d.count()) / 1e9; }

double per_second(std::uint64_t before, std::uint64_t now, Duration span) {
  return span.count() > 0 ? static_cast<double>(now - before) / seconds(span) : 0;
}

std::string rounded(double rate) { return count_text(static_cast<std::uint64_t>(rate + 0.5)); }

std::string latency_text(const HistogramSnapshot& h, double percent) {
  return h.empty() ? "-" : duration_text(h.percentile(percent));
}

/// What the user waits for: delivery where a ladder has that measure, else the report, else all.
HistogramSnapshot end_to_end(const RunSnapshot& before, const RunSnapshot& now) {
  const auto measured = [&](std::string_view name) {
    return std::any_of(now.measures.begin(), now.measures.end(),
                       [&](const MeasureSnapshot& m) { return m.name == name; });
  };
  const std::string_view name = measured("delivery") ? "delivery"
                                : measured("report") ? "report"
                                                     : "";
  HistogramSnapshot sum;
  for (std::size_t i = 0; i < now.measures.size(); ++i) {
    const MeasureSnapshot& m = now.measures[i];
    if (!name.empty() && m.name != name) continue;
    const bool known = i < before.measures.size();
    sum += known ? m.corrected.since(before.measures[i].corrected) : m.corrected;
  }
  return sum;
}

std::string failures_text(const CounterSnapshot& c) {
  constexpr struct {
    Counter counter;
    std::string_view name;
  } kinds[] = {{Counter::sessions_failed, "failed"},
               {Counter::sessions_timed_out, "timed out"},
               {Counter::sessions_refused, "refused"},
               {Counter::sessions_inconclusive, "inconclusive"},
               {Counter::sessions_aborted, "aborted"},
               {Counter::sessions_shed_no_ue, "without a UE"},
               {Counter::sessions_shed_pool, "without a session"},
               {Counter::sessions_shed_tx, "without a slot"},
               {Counter::sm_lost, "SM lost"},
               {Counter::sm_duplicate, "SM twice"},
               {Counter::sm_corrupted, "SM corrupted"},
               {Counter::sm_misdelivered, "SM misdelivered"},
               {Counter::sm_ghost, "ghost SM"},
               {Counter::registrations_failed, "not registered"},
               {Counter::sip_malformed, "malformed"}};
  std::string text;
  for (const auto& kind : kinds) {
    if (c[kind.counter] == 0) continue;
    text +=
        fmt::format("{}{} {}", text.empty() ? "" : ", ", count_text(c[kind.counter]), kind.name);
  }
  return text.empty() ? "none" : text;
}

/// Why registrations failed: the answer that came most often.
std::string refusals_text(const RunSnapshot& now) {
  const std::uint64_t failed = now.counters[Counter::registrations_failed];
  if (failed == 0) return {};
  const auto most =
      std::max_element(now.sip_failures.begin(), now.sip_failures.end(),
                       [](const CodeCount& a, const CodeCount& b) { return a.count < b.count; });
  std::string text = fmt::format("; {} failed", count_text(failed));
  if (most != now.sip_failures.end()) text += fmt::format(", answered {}", most->code);
  return text;
}

std::string phase_text(Phase phase, double share) {
  std::string name(to_string(phase));
  std::replace(name.begin(), name.end(), '_', '-');
  return share < 0 ? name : fmt::format("{:<8}{:>3.0f} %", name, 100 * share);
}

template <class... Columns>
std::string row(std::string_view phase, const Columns&... columns) {
  return fmt::format("{:<13}  {:>9}  {:>9}  {:>9}  {:>9}  {:>7}  {:>7}  {:>7}  {}", phase,
                     columns...);
}

std::size_t columns_of(std::FILE* stream) {
  winsize size{};
  if (ioctl(fileno(stream), TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return kColumnsDefault;
  return size.ws_col;
}

}  // namespace

std::string registration_line(const RunSnapshot& before, const RunSnapshot& now) {
  const auto registered = static_cast<double>(now.registered);
  const double share = now.ues == 0 ? 1 : registered / static_cast<double>(now.ues);
  const double rate = now.registered > before.registered
                          ? per_second(before.registered, now.registered, now.at - before.at)
                          : 0;
  const auto full = static_cast<std::size_t>(share * kBarCells);
  const std::string bar = std::string(full, '#') + std::string(kBarCells - full, '.');
  std::string rest = "waiting";
  if (now.registered == now.ues) {
    rest = "done";
  } else if (rate > 0) {
    const double left = std::ceil(static_cast<double>(now.ues - now.registered) / rate);
    rest = fmt::format("{} s left", count_text(static_cast<std::uint64_t>(left)));
  }
  return fmt::format("{:<13}  [{}] {:>3.0f} %  {} of {} UEs, {}/s, {}{}", "register", bar,
                     100 * share, count_text(now.registered), count_text(now.ues), rounded(rate),
                     rest, refusals_text(now));
}

std::string load_header() {
  return row("phase", "offered/s", "done/s", "SIP/s", "in flight", "p50", "p99", "late",
             "failures");
}

std::string load_line(const RunSnapshot& before, const RunSnapshot& now, double share) {
  const Duration span = now.at - before.at;
  const auto rate = [&](Counter c) {
    return per_second(before.counters[c], now.counters[c], span);
  };
  const double done = rate(Counter::sessions_passed) + rate(Counter::sessions_failed) +
                      rate(Counter::sessions_timed_out) + rate(Counter::sessions_refused) +
                      rate(Counter::sessions_inconclusive);
  const HistogramSnapshot latency = end_to_end(before, now);
  const HistogramSnapshot late = now.lateness.since(before.lateness);
  return row(phase_text(now.phase, share), rounded(rate(Counter::sessions_offered)), rounded(done),
             rounded(rate(Counter::sip_sent) + rate(Counter::sip_received)),
             count_text(now.sessions_active), latency_text(latency, 50), latency_text(latency, 99),
             latency_text(late, 99), failures_text(now.counters));
}

LiveScreen::~LiveScreen() { end_line(); }

void LiveScreen::end_line() {
  if (line_open_) std::fputc('\n', stream_);
  line_open_ = false;
}

void LiveScreen::print(const std::string& line) {
  if (in_place_) {
    const std::string fitting = line.substr(0, columns_of(stream_) - 1);
    std::fprintf(stream_, "\r\033[K%s", fitting.c_str());
    line_open_ = true;
  } else {
    std::fprintf(stream_, "%s\n", line.c_str());
  }
  std::fflush(stream_);
}

double LiveScreen::share(const RunSnapshot& now) const {
  if (phase_ != Phase::warm_up && phase_ != Phase::measure) return -1;
  const Duration length = phase_ == Phase::warm_up ? plan_.warm_up : plan_.measure;
  if (length.count() == 0) return 1;
  return std::clamp(seconds(now.at - phase_start_) / seconds(length), 0.0, 1.0);
}

/// What the phase in force looks like since the last line.
void LiveScreen::show(const RunSnapshot& now) {
  const std::string time = time_text(now);
  if (phase_ == Phase::registering) {
    print(time + registration_line(before_, now));
  } else {
    if (!header_shown_) {
      end_line();
      std::fprintf(stream_, "%9s  %s\n", "time", load_header().c_str());
      header_shown_ = true;
    }
    RunSnapshot seen = now;
    seen.phase = phase_;
    print(time + load_line(before_, seen, share(now)));
  }
  before_ = now;
}

void LiveScreen::phase_began(Phase phase, const RunSnapshot& now) {
  if (!started_) {
    started_ = true;
    start_ = phase_start_ = now.at;
    before_ = now;
    return;
  }
  const bool nobody_to_register = phase_ == Phase::registering && plan_.ues_to_register == 0;
  const bool worth_a_line = now.at - before_.at >= kIntervalMin || phase_ == Phase::registering;
  if (worth_a_line && !nobody_to_register) show(now);
  end_line();
  phase_ = phase;
  phase_start_ = now.at;
  before_ = now;
  if (phase == Phase::drain && now.sessions_active > 0) show_drain(now);
}

void LiveScreen::show_drain(const RunSnapshot& now) {
  print(fmt::format("{}{:<13}  waiting for {}, {} at most", time_text(now), "drain",
                    counted(now.sessions_active, "session"), duration_text(plan_.drain)));
}

std::string LiveScreen::time_text(const RunSnapshot& now) const {
  return fmt::format("{:>7.1f} s  ", seconds(now.at - start_));
}

void LiveScreen::progress(const RunSnapshot& now) {
  if (now.at - before_.at >= kIntervalMin) show(now);
}

}  // namespace rung
