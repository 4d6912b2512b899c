#include <fmt/format.h>

#include <algorithm>

#include "checks/html.hpp"
#include "checks/report_html_parts.hpp"
#include "engine/base/figures.hpp"
#include "engine/ladder/drawing.hpp"

namespace rung::report_html_parts {
namespace {

std::string sources_of(const SuiteLadder& ladder) {
  std::string out;
  for (const std::string& source : ladder.sources) {
    out += fmt::format("{}{}", out.empty() ? "" : ", ", html::escaped(source));
  }
  return out;
}

std::string sessions_cells(const SessionOutcomes& s) {
  std::string out;
  for (const std::uint64_t count :
       {s.started, s.passed, s.failed, s.timed_out, s.refused, s.inconclusive, s.aborted}) {
    out +=
        fmt::format("<td class=\"number{}\">{}</td>", count == 0 ? " zero" : "", count_text(count));
  }
  return out;
}

std::string table(const SuiteResult& suite) {
  std::string out =
      "<div class=\"scroll\"><table class=\"figures ladders\"><thead><tr><th scope=\"col\">Ladder"
      "</th><th scope=\"col\">Verdict</th>";
  for (const std::string_view name :
       {"started", "passed", "failed", "timed out", "refused", "inconclusive", "aborted"}) {
    out += fmt::format("<th scope=\"col\" class=\"number\">{}</th>", name);
  }
  out += "</tr></thead><tbody>\n";
  for (const SuiteLadder& ladder : suite.ladders) {
    out += fmt::format(
        "<tr><th scope=\"row\"><a href=\"#ladder-{}\"><code>{}</code></a> {}</th><td>{}</td>{}"
        "</tr>\n",
        html::anchor(ladder.name), html::escaped(ladder.name), html::escaped(ladder.title),
        tag(ladder.verdict), sessions_cells(ladder.sessions));
  }
  return out + "</tbody></table></div>\n";
}

/// Where its example that passed is kept.
const LadderResult* example_of(const ReportInput& input, const SuiteLadder& ladder) {
  const auto run = input.runs.find(ladder.name);
  if (run == input.runs.end()) return nullptr;
  for (const LadderResult& result : run->second->ladders) {
    if (result.name == ladder.name && !result.example.empty()) return &result;
  }
  return nullptr;
}

std::string remarks(const SuiteLadder& ladder) {
  std::string out;
  if (!ladder.reason.empty()) {
    out += fmt::format("<p>{} {}</p>\n", tag(ladder.verdict), html::escaped(ladder.reason));
  }
  for (const std::string& note : ladder.notes) {
    out += fmt::format("<p class=\"dim\">{}</p>\n", html::escaped(note));
  }
  return out;
}

std::string section(const ReportInput& input, const SuiteLadder& ladder, std::size_t& spent) {
  std::string out = fmt::format(
      "<section class=\"requirement\" id=\"ladder-{}\"><h3>{} <code>{}</code> <span "
      "class=\"clause\">{}</span></h3>\n<p class=\"says\">{}</p>\n{}",
      html::anchor(ladder.name), tag(ladder.verdict), html::escaped(ladder.name),
      sources_of(ladder), html::escaped(ladder.title), remarks(ladder));
  if (const Ladder* drawn = input.book.ladder(ladder.name)) {
    out +=
        "<details><summary>What the ladder demands</summary><figure class=\"ladder whole\">"
        "<div class=\"scroll\">" +
        draw_svg(*drawn, input.book) + "</div></figure></details>\n";
  }
  const LadderResult* example = example_of(input, ladder);
  if (example != nullptr && spent <= kEvidenceOctetsMax) {
    const std::string shown = evidence(input, ladder.capture, example->example, ladder.name, {},
                                       "ladder-" + html::anchor(ladder.name));
    spent += shown.size();
    if (!shown.empty()) {
      out += "<details><summary>A session that passed, message by message</summary>\n" + shown +
             "</details>\n";
    }
  }
  return out + "</section>\n";
}

std::string pairs(std::string_view title,
                  const std::vector<std::pair<std::string, std::string>>& rows) {
  std::string out = fmt::format("<table class=\"figures\"><caption>{}</caption>\n<tbody>\n", title);
  for (const auto& [name, value] : rows) {
    out += fmt::format("<tr><th scope=\"row\">{}</th><td><bdi>{}</bdi></td></tr>\n",
                       html::escaped(name), html::escaped(value));
  }
  return out + "</tbody></table>\n";
}

std::string policies_table(const SuiteResult& suite) {
  if (suite.policies.empty()) return {};
  std::string out =
      "<table class=\"figures\"><caption>Where specifications leave a choice</caption>\n<thead><tr>"
      "<th scope=\"col\">Option</th><th scope=\"col\">in force</th><th scope=\"col\">default</th>"
      "<th scope=\"col\">why</th></tr></thead>\n<tbody>\n";
  for (const SuitePolicy& p : suite.policies) {
    out += fmt::format("<tr><th scope=\"row\">{}</th><td>{}</td><td>{}</td><td>{}</td></tr>\n",
                       html::escaped(p.key), html::escaped(p.value), html::escaped(p.initial),
                       html::escaped(p.reason));
  }
  return out + "</tbody></table>\n";
}

}  // namespace

std::string ladders_part(const ReportInput& input) {
  if (input.suite.ladders.empty()) return {};
  std::string out = "<section id=\"ladders\"><h2>Ladders</h2>\n" + table(input.suite);
  std::size_t spent = 0;
  for (const SuiteLadder& ladder : input.suite.ladders) out += section(input, ladder, spent);
  return out + "</section>\n";
}

std::string settings_part(const ReportInput& input) {
  const SuiteResult& s = input.suite;
  std::vector<std::pair<std::string, std::string>> settings;
  for (const RunSetting& setting : s.settings) {
    // A report is handed to others.
    settings.emplace_back(setting.key, setting.key == "password" ? "not shown" : setting.value);
  }
  return "<section id=\"settings\"><h2>Settings</h2>\n" + policies_table(s) +
         pairs("Machine", {{"processor", s.machine.cpu_model},
                           {"cores", fmt::format("{}", s.machine.cpus)},
                           {"kernel", s.machine.kernel},
                           {"memory", octets_text(s.machine.memory_octets)}}) +
         "<details><summary>Every option in force</summary>\n" + pairs("Options", settings) +
         "</details>\n</section>\n";
}

}  // namespace rung::report_html_parts
