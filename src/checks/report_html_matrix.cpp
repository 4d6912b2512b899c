#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "checks/html.hpp"
#include "checks/report_html_parts.hpp"
#include "engine/base/figures.hpp"

namespace rung::report_html_parts {
namespace {

/// By requirement, then by ladder.
using Cells = std::map<std::string_view, std::map<std::string_view, const SuiteJudgement*>>;

Cells cells_of(const SuiteResult& suite) {
  Cells cells;
  for (const SuiteLadder& ladder : suite.ladders) {
    for (const SuiteJudgement& j : ladder.judgements) cells[j.requirement][ladder.name] = &j;
  }
  return cells;
}

/// Ladders that judged something, the worst first; the others would be empty columns.
std::vector<const SuiteLadder*> columns_of(const SuiteResult& suite) {
  std::vector<const SuiteLadder*> columns;
  for (const SuiteLadder& ladder : suite.ladders) {
    if (!ladder.judgements.empty()) columns.push_back(&ladder);
  }
  std::ranges::stable_sort(columns, std::ranges::greater{}, &SuiteLadder::verdict);
  return columns;
}

/// Paper is not wide enough for all: there the columns of ladders that passed are left out.
std::string_view screen_only(const SuiteLadder& ladder) {
  return ladder.verdict == Verdict::pass ? " screen" : "";
}

std::string cell(const SuiteLadder& ladder, const SuiteJudgement* judgement, bool warning) {
  if (judgement == nullptr) return fmt::format("<td class=\"cell{}\"></td>", screen_only(ladder));
  constexpr std::string_view signs[kVerdictCount] = {"·", "✓", "–", "?", "✗", "!"};
  const Verdict v = judgement->verdict;
  const std::string_view word =
      v == Verdict::none ? "carried; not told apart from other ladders" : verdict_word(v, warning);
  return fmt::format("<td class=\"cell {}{}\" title=\"{}\"><span aria-label=\"{}\">{}</span></td>",
                     verdict_class(v, warning), screen_only(ladder), word, word,
                     signs[static_cast<std::size_t>(v)]);
}

std::uint64_t judgements(const SuiteRequirement& r) {
  std::uint64_t sum = 0;
  for (const std::uint64_t count : r.counts) sum += count;
  return sum;
}

std::string row(const SuiteRequirement& r, const std::vector<const SuiteLadder*>& columns,
                const Cells& cells, bool found) {
  std::string out = fmt::format(
      "<tr id=\"req-{}\" class=\"{}\"><th scope=\"row\">{}</th><td class=\"clause\">{}{}</td>"
      "<td class=\"says\">{}</td><td>{}</td><td class=\"number\">{}</td>",
      html::anchor(r.id), verdict_class(r.verdict, r.warning),
      found ? fmt::format("<a href=\"#finding-{}\"><code>{}</code></a>", html::anchor(r.id),
                          html::escaped(r.id))
            : fmt::format("<code>{}</code>", html::escaped(r.id)),
      html::escaped(r.clause), r.confirmed ? "" : " (unconfirmed)", html::escaped(r.text),
      tag(r.verdict, r.warning), count_text(judgements(r)));
  const auto own = cells.find(r.id);
  for (const SuiteLadder* ladder : columns) {
    const bool any = own != cells.end() && own->second.contains(ladder->name);
    out += cell(*ladder, any ? own->second.at(ladder->name) : nullptr, r.warning);
  }
  return out + "</tr>\n";
}

std::string head(const std::vector<const SuiteLadder*>& columns) {
  std::string out =
      "<thead><tr><th scope=\"col\">Requirement</th><th scope=\"col\">Clause</th>"
      "<th scope=\"col\">In a line</th><th scope=\"col\">Verdict</th>"
      "<th scope=\"col\" class=\"number\">Judged</th>";
  for (const SuiteLadder* ladder : columns) {
    out += fmt::format(
        "<th scope=\"col\" class=\"ladder{}\" title=\"{}\"><a href=\"#ladder-{}\">{}</a>"
        "</th>",
        screen_only(*ladder), html::escaped(ladder->title), html::anchor(ladder->name),
        html::escaped(ladder->name));
  }
  return out + "</tr></thead>\n";
}

std::string idle_row(const SuiteRequirement& r) {
  return fmt::format(
      "<tr id=\"req-{}\"><th scope=\"row\"><code>{}</code><span class=\"clause\">{}{}</span>"
      "</th><td>{}{}</td></tr>\n",
      html::anchor(r.id), html::escaped(r.id), html::escaped(r.clause),
      r.confirmed ? "" : " (unconfirmed)", html::escaped(r.text),
      r.reason.empty() ? ""
                       : fmt::format("<span class=\"dim\"> {}</span>", html::escaped(r.reason)));
}

/// What was not judged, by the group of reasons why.
std::string idle_list(const SuiteResult& suite) {
  struct Group {
    std::string_view gap;
    std::string rows;
    std::size_t count = 0;
  };
  std::vector<Group> groups;
  std::size_t count = 0;
  for (const SuiteRequirement& r : suite.requirements) {
    if (r.verdict != Verdict::none) continue;
    ++count;
    auto group = std::ranges::find(groups, std::string_view(r.gap), &Group::gap);
    if (group == groups.end()) group = groups.insert(groups.end(), Group{r.gap, {}, 0});
    ++group->count;
    group->rows += idle_row(r);
  }
  if (count == 0) return {};
  std::string out = fmt::format("<details class=\"idle\"><summary>{} not run</summary>\n",
                                counted(count, "requirement"));
  for (const Group& group : groups) {
    const std::string caption =
        group.gap.empty() ? ""
                          : fmt::format("<caption>{}, {}</caption>\n", html::escaped(group.gap),
                                        counted(group.count, "requirement"));
    out += fmt::format("<table class=\"list\">\n{}{}</table>\n", caption, group.rows);
  }
  return out + "</details>\n";
}

}  // namespace

std::string matrix_part(const ReportInput& input) {
  const SuiteResult& suite = input.suite;
  const Cells cells = cells_of(suite);
  const auto columns = columns_of(suite);
  std::vector<const SuiteRequirement*> judged;
  for (const SuiteRequirement& r : suite.requirements) {
    if (r.verdict != Verdict::none) judged.push_back(&r);
  }
  std::string out = "<section id=\"requirements\"><h2>Requirements</h2>\n";
  if (!judged.empty()) {
    out +=
        "<div class=\"filter\" hidden><label>Show <select id=\"show\"><option value=\"\">all"
        "</option><option value=\"fail\">failed</option><option value=\"warning\">warnings"
        "</option><option value=\"inconclusive\">inconclusive</option><option value=\"pass\">"
        "passed</option></select></label> <label>with <input id=\"with\" type=\"search\" "
        "placeholder=\"id, clause or word\"></label> <span id=\"shown\" role=\"status\"></span>"
        "</div>\n<div class=\"scroll\"><table class=\"matrix\">\n" +
        head(columns) + "<tbody>\n";
    for (const SuiteRequirement* r : judged) {
      const bool found = std::ranges::any_of(
          suite.findings, [&](const SuiteFinding& f) { return f.requirement == r->id; });
      out += row(*r, columns, cells, found);
    }
    out +=
        "</tbody></table></div>\n<p class=\"key\"><b class=\"pass\">✓</b> pass <b class=\"fail\">"
        "✗</b> fail <b class=\"inconclusive\">?</b> inconclusive <b class=\"idle\">–</b> "
        "unsupported <b class=\"idle\">·</b> carried, told apart from other ladders only in sum"
        "<span class=\"paper\"> Ladders that passed have no column on paper.</span></p>\n";
  }
  return out + idle_list(suite) + "</section>\n";
}

}  // namespace rung::report_html_parts
