#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "checks/html.hpp"
#include "checks/report_html_parts.hpp"
#include "engine/base/figures.hpp"

namespace rung::report_html_parts {
namespace {

struct Share {
  std::string_view kind, noun;
  std::size_t count = 0;
};

std::array<Share, 6> shares_of(const SuiteResult& suite) {
  std::array<Share, 6> shares = {{{"fail", "failed"},
                                  {"warning", "warnings"},
                                  {"inconclusive", "inconclusive"},
                                  {"unsupported", "unsupported"},
                                  {"pass", "passed"},
                                  {"idle", "not run"}}};
  for (const SuiteRequirement& r : suite.requirements) {
    const std::string_view kind = verdict_class(r.verdict, r.warning);
    for (Share& share : shares) {
      if (share.kind == kind || (share.kind == "fail" && kind == "error")) ++share.count;
    }
  }
  return shares;
}

std::string tiles(const SuiteResult& suite) {
  const auto shares = shares_of(suite);
  std::size_t judged = 0;
  std::string out = "<ul class=\"tiles\" aria-label=\"Requirements by verdict\">\n";
  for (const Share& share : shares) {
    if (share.kind != "idle") judged += share.count;
    out += fmt::format("<li class=\"{}{}\"><b>{}</b> {}</li>\n", share.kind,
                       share.count == 0 ? " zero" : "", count_text(share.count), share.noun);
  }
  out += "</ul>\n<div class=\"bar\" aria-hidden=\"true\">";
  for (const Share& share : shares) {
    if (share.kind == "idle" || share.count == 0) continue;
    out += fmt::format("<i class=\"{}\" style=\"flex-grow:{}\"></i>", share.kind, share.count);
  }
  return judged == 0 ? out + "</div>\n"
                     : out + fmt::format("</div>\n<p class=\"dim\">{} judged.</p>\n",
                                         counted(judged, "requirement"));
}

struct Headline {
  std::string_view kind, word;
};

Headline headline(const SuiteResult& s) {
  if (s.verdict == Verdict::error) return {"fail", "Error"};
  if (s.invalid()) return {"inconclusive", "Invalid"};
  if (s.verdict == Verdict::fail) return {"fail", "Fail"};
  if (s.verdict == Verdict::pass) return {"pass", "Pass"};
  return {"inconclusive", "Inconclusive"};
}

std::string subject(const ReportInput& input) {
  const auto& ladders = input.suite.ladders;
  if (ladders.empty()) return "No ladder";
  if (ladders.size() <= 3) {
    std::string names;
    for (const SuiteLadder& ladder : ladders) {
      names += fmt::format("{}{}", names.empty() ? "" : ", ", ladder.name);
    }
    return names;
  }
  return fmt::format("{} ladders", ladders.size());
}

std::string facts(const ReportInput& input) {
  const SuiteResult& s = input.suite;
  std::string out = "<dl class=\"facts\">\n";
  const auto fact = [&](std::string_view name, const std::string& value) {
    if (value.empty()) return;
    out += fmt::format("<div><dt>{}</dt><dd>{}</dd></div>\n", name, html::escaped(value));
  };
  fact("Target", s.target.empty() ? "nobody" : s.target);
  fact("Topology", fmt::format("{}, {}", s.topology, s.transport));
  fact("Started", wall_clock_text(s.started_unix_ns));
  fact("Took", s.duration == Duration{} ? std::string{} : duration_text(s.duration));
  if (input.single != nullptr) {
    fact("UEs", count_text(input.single->ues));
    fact("Workers", count_text(input.single->workers));
  }
  fact(input.single != nullptr ? "Run" : "Suite",
       fmt::format("{}, seed {}, rung {}", s.suite_id, s.seed, s.tool_version));
  return out + "</dl>\n";
}

std::string caveats(const SuiteResult& s) {
  std::string items;
  const auto say = [&](std::string_view line) {
    items += fmt::format("<li>{}</li>\n", html::escaped(line));
  };
  for (const std::string& line : s.invalid_reasons) say(line);
  for (const std::string& line : s.notes) say(line);
  if (s.target_lost) say("the target died or fell silent before the end");
  if (items.empty()) return {};
  return fmt::format("<ul class=\"caveats\" aria-label=\"To know before any figure\">\n{}</ul>\n",
                     items);
}

std::string named_difference(const SuiteFinding& f) {
  return f.path.empty() ? difference(f)
                        : fmt::format("<code>{}</code> {}", html::escaped(f.path), difference(f));
}

/// What failed, in a line each: the page's way in.
std::string failures(const SuiteResult& s) {
  std::string rows;
  for (const bool warnings : {false, true}) {
    for (const SuiteRequirement& r : s.requirements) {
      if (r.verdict < Verdict::fail || r.warning != warnings) continue;
      const auto first = std::ranges::find(s.findings, r.id, &SuiteFinding::requirement);
      rows += fmt::format(
          "<tr><td>{}</td><th scope=\"row\"><a href=\"#{}-{}\"><code>{}</code></a>{}</th><td>{}"
          "</td><td>{}</td></tr>\n",
          tag(r.verdict, r.warning), first == s.findings.end() ? "req" : "finding",
          html::anchor(r.id), html::escaped(r.id), r.confirmed ? "" : " (unconfirmed)",
          html::escaped(r.text),
          first == s.findings.end() ? std::string{} : named_difference(*first));
    }
  }
  if (rows.empty()) return {};
  return fmt::format("<table class=\"list failures\"><caption>What failed</caption>\n{}</table>\n",
                     rows);
}

}  // namespace

std::string header_part(const ReportInput& input) {
  const Headline h = headline(input.suite);
  return fmt::format(
      "<header id=\"verdict\" class=\"{}\">\n<p class=\"kind\">Rung · SMS over IP · {}</p>\n"
      "<h1><strong>{}</strong> {} <span>against {}</span></h1>\n{}{}{}{}</header>\n",
      h.kind, input.single != nullptr ? "report of a run" : "conformance report", h.word,
      html::escaped(subject(input)),
      html::escaped(input.suite.target.empty() ? "nobody" : input.suite.target), facts(input),
      caveats(input.suite), tiles(input.suite), failures(input.suite));
}

}  // namespace rung::report_html_parts
