#include <fmt/format.h>

#include <algorithm>

#include "checks/report_parts.hpp"
#include "checks/run_verdict.hpp"
#include "engine/base/figures.hpp"

namespace rung::report {
namespace {

/// Findings printed for one requirement; the rest stand in result.json.
constexpr std::size_t kFindingsShownMax = 3;
/// Ladders the headline names; of more it names the first.
constexpr std::size_t kLaddersNamedMax = 4;

struct Headline {
  std::string_view text, ink;
};

Headline headline(const RunResult& r, const Ink& ink) {
  if (r.verdict == Verdict::error) return {"ERROR", ink.red};
  if (r.invalid()) return {"RUN INVALID", ink.yellow};
  if (r.verdict == Verdict::fail) return {"FAIL", ink.red};
  if (r.verdict == Verdict::pass) return {"PASS", ink.green};
  return {"INCONCLUSIVE", ink.yellow};
}

std::string ladders_text(const RunResult& r) {
  if (r.ladders.empty()) return "no ladder";
  std::string text = r.ladders.front().name;
  if (r.ladders.size() > kLaddersNamedMax) {
    return text + fmt::format(" and {}", counted(r.ladders.size() - 1, "more ladder"));
  }
  for (std::size_t i = 1; i < r.ladders.size(); ++i) text += ", " + r.ladders[i].name;
  return text;
}

/// "; 3 of 300,000 sessions refused (answered 503: 2, RP-Cause 42: 1)": overload breaks no row, so
/// the verdict alone would not tell. The codes are all that came but challenges.
std::string refusals(const RunResult& r) {
  std::uint64_t refused = 0, started = 0;
  for (const LadderResult& ladder : r.ladders) {
    refused += ladder.sessions.refused;
    started += ladder.sessions.started;
  }
  if (refused == 0) return {};
  std::string codes;
  const auto add = [&](std::string_view what, const std::vector<CodeCount>& counts) {
    for (const CodeCount& c : counts) {
      const bool challenge = c.code == 401 || c.code == 407;
      if (challenge && r.totals[Counter::challenges] > 0) continue;
      codes +=
          fmt::format("{}{} {}: {}", codes.empty() ? "" : ", ", what, c.code, count_text(c.count));
    }
  };
  add("answered", r.sip_failures);
  add("RP-Cause", r.rp_failures);
  return fmt::format("; {} of {} refused{}", count_text(refused), counted(started, "session"),
                     codes.empty() ? "" : " (" + codes + ")");
}

std::string frame_text(const FindingRecord& f) {
  const std::string_view which = f.never_came ? "last frame" : "frame";
  if (f.frame_place == FramePlace::in_file) return fmt::format(", {} {}", which, f.frame);
  return f.frame_place == FramePlace::overwritten ? fmt::format(", {} overwritten", which) : "";
}

std::string finding_text(const FindingRecord& f) {
  const std::string where =
      f.ladder.empty() ? "of no session" : fmt::format("{} {}", f.ladder, f.step);
  return fmt::format(
      "    {}{}{}, UE {}, at {:.3f} s{}\n"
      "      expected  {}\n"
      "      actual    {}\n",
      where, f.path.empty() ? "" : " ", f.path, f.ue, static_cast<double>(f.at.count()) / 1e9,
      frame_text(f), printable(f.expected), printable(f.actual));
}

/// The first findings of one requirement; `id` empty: those of fields without one.
std::string findings_text(const RunResult& r, std::string_view id, Verdict verdict) {
  std::string out;
  std::size_t shown = 0, kept = 0;
  for (const FindingRecord& f : r.findings) {
    if (f.requirement != id || f.verdict != verdict) continue;
    ++kept;
    if (shown == kFindingsShownMax) continue;
    ++shown;
    out += finding_text(f);
  }
  if (kept > shown) out += fmt::format("    {} more in result.json\n", kept - shown);
  return out;
}

std::string_view outcome_word(Verdict v) {
  if (v == Verdict::fail) return "failed";
  return v == Verdict::error ? "broke the checker" : to_string(v);
}

std::string requirement_text(const RunResult& r, const RequirementTally& t, Verdict verdict,
                             std::string_view colour, const Ink& ink) {
  const std::uint64_t judgements = t.count(Verdict::pass) + t.count(Verdict::fail) +
                                   t.count(Verdict::inconclusive) + t.count(Verdict::unsupported);
  return fmt::format("  {}{}{}  {}{}\n    {}\n    {} of {} {}\n", colour, t.id, ink.off, t.clause,
                     t.confirmed ? "" : " (unconfirmed)", t.text, count_text(t.count(verdict)),
                     counted(judgements, "judgement"), outcome_word(verdict)) +
         findings_text(r, t.id, verdict);
}

struct TallySums {
  std::uint64_t passed = 0, failed = 0, warned = 0, undecided = 0, unsupported = 0, idle = 0;
};

TallySums sum(const RunResult& r) {
  TallySums s;
  for (const RequirementTally& t : r.requirements) {
    if (t.count(Verdict::fail) > 0) {
      ++(fails_run(t) ? s.failed : s.warned);
    } else if (t.count(Verdict::pass) > 0) {
      ++s.passed;
    } else if (t.count(Verdict::inconclusive) > 0) {
      ++s.undecided;
    } else {
      ++(t.count(Verdict::unsupported) > 0 ? s.unsupported : s.idle);
    }
  }
  return s;
}

/// Requirements whose judgements include `verdict`, under a title.
template <class Wanted>
std::string listed(const RunResult& r, std::string_view title, Verdict verdict,
                   std::string_view colour, const Ink& ink, Wanted&& wanted) {
  std::string out;
  for (const RequirementTally& t : r.requirements) {
    if (wanted(t)) out += requirement_text(r, t, verdict, colour, ink);
  }
  return out.empty() ? out : fmt::format("\n{}{}{}\n", ink.bold, title, ink.off) + out;
}

}  // namespace

std::string verdict_part(const RunResult& r, const Ink& ink) {
  const Headline h = headline(r, ink);
  std::string out =
      fmt::format("{}{}{}  {} against {} ({}, {}){}\n", h.ink, h.text, ink.off, ladders_text(r),
                  r.target.empty() ? "nobody" : r.target, r.topology, r.transport, refusals(r));
  out += fmt::format("  {}run {}, {}, rung {}, {}, {}, seed {}{}\n", ink.dim, r.run_id,
                     wall_clock_text(r.started_unix_ns), r.tool_version,
                     counted(r.workers, "worker"), counted(r.ues, "UE"), r.seed, ink.off);
  for (const std::string& line : caveat_lines(r)) {
    out += fmt::format("  {}! {}{}\n", ink.yellow, printable(line), ink.off);
  }
  return out;
}

std::vector<std::string> caveat_lines(const RunResult& r) {
  std::vector<std::string> out;
  const auto say = [&](std::string line) { out.push_back(std::move(line)); };
  if (r.judged_one_in == 0) say("nothing was judged: this run proves nothing (--judge none)");
  if (r.judged_one_in > 1) say(fmt::format("only 1 of {} messages was judged", r.judged_one_in));
  out.insert(out.end(), r.notes.begin(), r.notes.end());
  out.insert(out.end(), r.invalid_reasons.begin(), r.invalid_reasons.end());
  if (r.invalid()) say("failures that rest on time or absence read inconclusive; content stays");
  if (r.target_unreachable && r.notes.empty()) say("the target never answered");
  if (r.interrupted) say("interrupted before its end");
  for (const PoolFigures& pool : r.pools) {
    if (pool.refused == 0) continue;
    say(fmt::format("{}: full {} at {}", pool.name, counted(pool.refused, "time"),
                    count_text(pool.size)));
  }
  if (r.findings_counted > r.findings.size()) {
    say(fmt::format("{} of {} kept whole", count_text(r.findings.size()),
                    counted(r.findings_counted, "finding")));
  }
  return out;
}

std::string requirements_part(const RunResult& r, const Ink& ink) {
  const TallySums s = sum(r);
  std::string out = fmt::format(
      "{}Requirements{}  {} passed, {} failed, {}, {} inconclusive, {} unsupported, {} not run\n",
      ink.bold, ink.off, s.passed, s.failed, counted(s.warned, "warning"), s.undecided,
      s.unsupported, s.idle);
  const auto failing = [](const RequirementTally& t) { return t.count(Verdict::fail) > 0; };
  out += listed(r, "Checker errors", Verdict::error, ink.red, ink,
                [](const auto& t) { return t.count(Verdict::error) > 0; });
  out += listed(r, "Failed", Verdict::fail, ink.red, ink,
                [&](const auto& t) { return failing(t) && fails_run(t); });
  out += listed(r, "Warnings", Verdict::fail, ink.yellow, ink,
                [&](const auto& t) { return failing(t) && !fails_run(t); });
  out += listed(r, "Inconclusive", Verdict::inconclusive, ink.yellow, ink, [](const auto& t) {
    return !t.conclusive() && t.count(Verdict::inconclusive) > 0;
  });
  out += listed(r, "Unsupported", Verdict::unsupported, ink.yellow, ink,
                [](const auto& t) { return t.count(Verdict::unsupported) > 0; });
  const std::string others = findings_text(r, "", Verdict::fail);
  if (others.empty()) return out;
  return out + fmt::format("\n{}Without a requirement{}\n", ink.bold, ink.off) + others;
}

}  // namespace rung::report
