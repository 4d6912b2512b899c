#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "checks/report_parts.hpp"
#include "checks/suite_report.hpp"
#include "engine/base/figures.hpp"

namespace rung {
namespace {

using report::Ink;

/// Findings printed for one requirement; the rest stand in suite.json.
constexpr std::size_t kFindingsShownMax = 3;
/// Ladders and requirements named in one line; of more the first and their number.
constexpr std::size_t kNamedMax = 4;

std::string_view word(Verdict v) { return v == Verdict::none ? "not run" : to_string(v); }

std::string_view colour(Verdict v, const Ink& ink) {
  if (v >= Verdict::fail) return ink.red;
  if (v == Verdict::pass) return ink.green;
  return v == Verdict::none ? ink.dim : ink.yellow;
}

std::string upper(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
  return out;
}

std::string title(std::string_view text, const Ink& ink) {
  return fmt::format("{}{}{}", ink.bold, text, ink.off);
}

/// "a, b, c" or "a and 7 more".
std::string named(const std::vector<std::string>& names) {
  if (names.size() <= kNamedMax) return fmt::format("{}", fmt::join(names, ", "));
  return fmt::format("{} and {} more", names.front(), names.size() - 1);
}

struct VerdictCounts {
  std::size_t of[kVerdictCount] = {};
  std::size_t warnings = 0;
  [[nodiscard]] std::size_t at(Verdict v) const { return of[static_cast<std::size_t>(v)]; }
};

VerdictCounts count_ladders(const SuiteResult& s) {
  VerdictCounts counts;
  for (const SuiteLadder& ladder : s.ladders) ++counts.of[static_cast<std::size_t>(ladder.verdict)];
  return counts;
}

/// Requirements by verdict; failures that do not fail the suite apart.
VerdictCounts count(const std::vector<const SuiteRequirement*>& rows) {
  VerdictCounts counts;
  for (const SuiteRequirement* row : rows) {
    if (row->warning) {
      ++counts.warnings;
    } else {
      ++counts.of[static_cast<std::size_t>(row->verdict)];
    }
  }
  return counts;
}

std::vector<const SuiteRequirement*> selected(const SuiteResult& s) {
  std::vector<const SuiteRequirement*> rows;
  for (const SuiteRequirement& row : s.requirements) {
    if (row.selected) rows.push_back(&row);
  }
  return rows;
}

std::string headline(const SuiteResult& s, const Ink& ink) {
  const bool invalid = s.invalid() && s.verdict != Verdict::error;
  const VerdictCounts n = count_ladders(s);
  std::string out = fmt::format(
      "{}{}{}  {} against {} ({}, {}): {} passed, {} failed, {} inconclusive, {} not run\n",
      invalid ? ink.yellow : colour(s.verdict, ink),
      invalid ? std::string("SUITE INVALID") : upper(to_string(s.verdict)), ink.off,
      counted(s.ladders.size(), "ladder"), s.target.empty() ? "nobody" : s.target, s.topology,
      s.transport, n.at(Verdict::pass), n.at(Verdict::fail) + n.at(Verdict::error),
      n.at(Verdict::inconclusive) + n.at(Verdict::unsupported), n.at(Verdict::none));
  out += fmt::format("  {}suite {}, {}, rung {}, {}, seed {}{}\n", ink.dim, s.suite_id,
                     wall_clock_text(s.started_unix_ns), s.tool_version, duration_text(s.duration),
                     s.seed, ink.off);
  if (!s.selection.empty()) {
    out += fmt::format("  {}selected: {}{}\n", ink.dim, fmt::join(s.selection, " "), ink.off);
  }
  return out;
}

std::string caveats(const SuiteResult& s, const Ink& ink) {
  std::string out;
  const auto say = [&](const std::string& line) {
    out += fmt::format("  {}! {}{}\n", ink.yellow, printable(line), ink.off);
  };
  for (const std::string& note : s.notes) say(note);
  for (const std::string& reason : s.invalid_reasons) say(reason);
  if (s.target_unreachable) say("the target never answered");
  if (s.interrupted) say("interrupted before its end");
  if (s.findings_counted > s.findings.size()) {
    say(fmt::format("{} of {} kept whole", count_text(s.findings.size()),
                    counted(s.findings_counted, "finding")));
  }
  return out;
}

/// What a ladder's line says behind its name: the requirements it broke, or why it proves nothing.
std::string remark(const SuiteLadder& ladder) {
  if (!ladder.reason.empty()) return printable(ladder.reason);
  std::vector<std::string> broken;
  for (const SuiteJudgement& cell : ladder.judgements) {
    if (cell.verdict >= Verdict::fail) broken.push_back(cell.requirement);
  }
  if (!broken.empty()) return named(broken);
  return counted(ladder.judgements.size(), "requirement");
}

std::string ladder_line(const SuiteLadder& ladder, const Ink& ink) {
  const std::string time =
      ladder.directory.empty() ? std::string() : duration_text(ladder.duration);
  return fmt::format("{}{:<12}{}  {:<22} {:>8}  {}", colour(ladder.verdict, ink),
                     word(ladder.verdict), ink.off, ladder.name, time, remark(ladder));
}

std::string ladders_part(const SuiteResult& s, const Ink& ink) {
  std::string out = title("Ladders", ink) + "\n";
  for (const SuiteLadder& ladder : s.ladders) {
    out += "  " + ladder_line(ladder, ink) + "\n";
    if (ladder.verdict == Verdict::pass) continue;
    for (const std::string& note : ladder.notes) {
      if (note != ladder.reason) out += fmt::format("{:16}! {}\n", "", printable(note));
    }
  }
  return out;
}

constexpr std::string_view kCountsHead = "{}{:<24}{}{:>7}{:>8}{:>8}{:>10}{:>14}{:>13}{:>9}\n";

std::string counts_row(std::string_view name, std::size_t rows, const VerdictCounts& n) {
  return fmt::format("  {:<22}{:>7}{:>8}{:>8}{:>10}{:>14}{:>13}{:>9}\n", name, rows,
                     n.at(Verdict::pass), n.at(Verdict::fail) + n.at(Verdict::error), n.warnings,
                     n.at(Verdict::inconclusive), n.at(Verdict::unsupported), n.at(Verdict::none));
}

/// Requirements by specification: what was proved, and what nobody proves.
std::string matrix_part(const SuiteResult& s, const Ink& ink) {
  std::vector<std::string> order;
  std::map<std::string, std::vector<const SuiteRequirement*>> groups;
  const auto rows = selected(s);
  for (const SuiteRequirement* row : rows) {
    const std::size_t space = row->clause.find(' ');
    const std::string spec = row->clause.substr(0, row->clause.find(' ', space + 1));
    if (!groups.contains(spec)) order.push_back(spec);
    groups[spec].push_back(row);
  }
  std::string out = fmt::format(kCountsHead, ink.bold, "Requirements", ink.off, "rows", "passed",
                                "failed", "warnings", "inconclusive", "unsupported", "not run");
  for (const std::string& spec : order) {
    out += counts_row(spec, groups[spec].size(), count(groups[spec]));
  }
  return out + counts_row("all", rows.size(), count(rows));
}

std::string finding_text(const SuiteFinding& f) {
  std::string frame;
  if (f.frame_place == FramePlace::in_file)
    frame = fmt::format(", frame {} of {}", f.frame, f.file);
  if (f.frame_place == FramePlace::overwritten) frame = ", frame overwritten";
  return fmt::format(
      "    {} {}{}{}, UE {}, at {:.3f} s{}\n"
      "      expected  {}\n"
      "      actual    {}\n",
      f.ladder, f.step, f.path.empty() ? "" : " ", f.path, f.ue,
      static_cast<double>(f.at.count()) / 1e9, frame, printable(f.expected), printable(f.actual));
}

/// The first findings of one requirement; `id` empty: those of fields without one.
std::string findings_text(const SuiteResult& s, std::string_view id) {
  std::string out;
  std::size_t kept = 0;
  for (const SuiteFinding& f : s.findings) {
    if (f.requirement != id || f.verdict < Verdict::fail) continue;
    if (kept++ < kFindingsShownMax) out += finding_text(f);
  }
  if (kept > kFindingsShownMax) {
    out += fmt::format("    {} more in suite.json\n", kept - kFindingsShownMax);
  }
  return out;
}

std::vector<std::string> ladders_that_say(const SuiteResult& s, const SuiteRequirement& row) {
  std::vector<std::string> names;
  for (const SuiteLadder& ladder : s.ladders) {
    for (const SuiteJudgement& cell : ladder.judgements) {
      if (cell.requirement == row.id && cell.verdict == row.verdict) names.push_back(ladder.name);
    }
  }
  return names;
}

template <class Wanted>
std::string listed(const SuiteResult& s, std::string_view heading, std::string_view ink_of_id,
                   const Ink& ink, Wanted&& wanted) {
  std::string out;
  for (const SuiteRequirement& row : s.requirements) {
    if (!wanted(row)) continue;
    out += fmt::format("  {}{}{}  {}{}\n    {}\n    in {}\n", ink_of_id, row.id, ink.off,
                       row.clause, row.confirmed ? "" : " (unconfirmed)", row.text,
                       named(ladders_that_say(s, row)));
    if (row.verdict >= Verdict::fail) out += findings_text(s, row.id);
  }
  return out.empty() ? out : "\n" + title(heading, ink) + "\n" + out;
}

std::string broken_part(const SuiteResult& s, const Ink& ink) {
  const auto failed = [](const SuiteRequirement& r) { return r.verdict >= Verdict::fail; };
  std::string out = listed(s, "Failed", ink.red, ink, [&](const SuiteRequirement& r) {
    return failed(r) && r.selected && !r.warning;
  });
  out += listed(s, "Warnings", ink.yellow, ink,
                [&](const SuiteRequirement& r) { return failed(r) && r.selected && r.warning; });
  out += listed(s, "Failed beside the selection", ink.yellow, ink,
                [&](const SuiteRequirement& r) { return failed(r) && !r.selected; });
  out += listed(s, "Inconclusive", ink.yellow, ink, [](const SuiteRequirement& r) {
    return r.selected && r.verdict == Verdict::inconclusive;
  });
  out += listed(s, "Unsupported", ink.yellow, ink, [](const SuiteRequirement& r) {
    return r.selected && r.verdict == Verdict::unsupported;
  });
  const std::string others = findings_text(s, "");
  if (!others.empty()) out += "\n" + title("Without a requirement", ink) + "\n" + others;
  return out;
}

/// Ids by what they share, in the order of their first.
using Grouped = std::vector<std::pair<std::string, std::vector<std::string>>>;

std::vector<std::string>& under(Grouped& groups, const std::string& what) {
  const auto at = std::ranges::find(groups, what, &Grouped::value_type::first);
  if (at != groups.end()) return at->second;
  groups.push_back({what, {}});
  return groups.back().second;
}

/// What nobody proved, by group and reason.
std::string idle_part(const SuiteResult& s, const Ink& ink) {
  std::vector<std::string> gaps;
  std::map<std::string, Grouped> reasons;
  std::map<std::string, std::size_t> counts;
  for (const SuiteRequirement& row : s.requirements) {
    if (!row.selected || row.verdict != Verdict::none) continue;
    if (counts[row.gap]++ == 0) gaps.push_back(row.gap);
    under(reasons[row.gap], row.reason).push_back(row.id);
  }
  if (gaps.empty()) return {};
  std::string out = "\n" + title("Proved by nobody here", ink) + "\n";
  for (const std::string& gap : gaps) {
    out += fmt::format("  {:>4}  {}\n", counts[gap], gap.empty() ? "not run" : gap);
    for (const auto& [reason, ids] : reasons[gap]) {
      if (reason.empty()) continue;
      out += fmt::format("          {:>4}  {}: {}\n", ids.size(), printable(reason), named(ids));
    }
  }
  return out;
}

std::string policies_part(const SuiteResult& s, const Ink& ink) {
  if (s.policies.empty()) return {};
  std::string out =
      "\n" + title("Policies, where the documents disagree or leave a choice", ink) + "\n";
  for (const SuitePolicy& p : s.policies) {
    out +=
        fmt::format("  {:<18} {}{}\n    {}\n", p.key, p.value,
                    p.value == p.initial ? "" : fmt::format(" (default {})", p.initial), p.reason);
  }
  return out;
}

}  // namespace

std::string suite_text(const SuiteResult& s, bool colours) {
  const Ink& ink = colours ? report::kAnsi : report::kPlain;
  return headline(s, ink) + caveats(s, ink) + "\n" + ladders_part(s, ink) + "\n" +
         matrix_part(s, ink) + broken_part(s, ink) + idle_part(s, ink) + policies_part(s, ink);
}

std::string suite_progress_line(const SuiteLadder& ladder, std::size_t done, std::size_t total,
                                bool colours) {
  const Ink& ink = colours ? report::kAnsi : report::kPlain;
  return fmt::format("  {:>3}/{:<3} {}\n", done, total, ladder_line(ladder, ink));
}

}  // namespace rung
