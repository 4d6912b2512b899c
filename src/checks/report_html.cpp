#include "checks/report_html.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "checks/html.hpp"
#include "checks/report_html_parts.hpp"

namespace rung {
namespace report_html_parts {

std::string_view verdict_class(Verdict verdict, bool warning) {
  if (warning && verdict == Verdict::fail) return "warning";
  return verdict == Verdict::none ? "idle" : to_string(verdict);
}

std::string_view verdict_word(Verdict verdict, bool warning) {
  return verdict == Verdict::none ? "not run" : verdict_class(verdict, warning);
}

std::string tag(Verdict verdict, bool warning) {
  return fmt::format("<span class=\"tag {}\">{}</span>", verdict_class(verdict, warning),
                     verdict_word(verdict, warning));
}

std::string difference(const FindingRecord& f) {
  const std::string actual = fmt::format("<q>{}</q>", html::escaped(f.actual));
  if (f.expected == f.text) return actual;
  return fmt::format("expected <q>{}</q>, actual {}", html::escaped(f.expected), actual);
}

std::string requirement_link(std::string_view id) {
  return fmt::format("<a href=\"#req-{}\"><code>{}</code></a>", html::anchor(id),
                     html::escaped(id));
}

const SuiteRequirement* requirement_of(const SuiteResult& suite, std::string_view id) {
  const auto found = std::ranges::find(suite.requirements, id, &SuiteRequirement::id);
  return found == suite.requirements.end() ? nullptr : &*found;
}

}  // namespace report_html_parts

namespace {

using namespace report_html_parts;

/// Nothing is fetched and nothing runs but the script of this page, whatever a SUT sent.
std::string head(const ReportInput& input) {
  return fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
      "'unsafe-inline'; script-src '{}'; img-src data:; base-uri 'none'; form-action 'none'\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta name=\"referrer\" content=\"no-referrer\">\n<link rel=\"icon\" href=\"data:,\">\n"
      "<title>{}: {} · rung</title>\n<style>{}</style>\n</head>\n",
      script_hash(), verdict_word(input.suite.verdict), html::escaped(input.suite.target), style());
}

std::string navigation(const std::vector<std::string>& sections) {
  constexpr std::string_view names[][2] = {{"requirements", "Requirements"},
                                           {"figures", "Figures"},
                                           {"findings", "Findings"},
                                           {"ladders", "Ladders"},
                                           {"settings", "Settings"}};
  std::string out = "<nav aria-label=\"Sections\"><ul><li><a href=\"#verdict\">Verdict</a></li>\n";
  for (const auto& [id, name] : names) {
    const std::string opening = fmt::format("<section id=\"{}\">", id);
    const bool there =
        std::ranges::any_of(sections, [&](const std::string& s) { return s.starts_with(opening); });
    if (there) out += fmt::format("<li><a href=\"#{}\">{}</a></li>\n", id, name);
  }
  return out + "</ul></nav>\n";
}

}  // namespace

std::string report_html(const ReportInput& input) {
  const std::vector<std::string> sections = {matrix_part(input), figures_part(input),
                                             findings_part(input), ladders_part(input),
                                             settings_part(input)};
  std::string out = head(input) +
                    "<body>\n<a class=\"skip\" href=\"#requirements\">To the "
                    "requirements</a>\n" +
                    header_part(input) + navigation(sections) + "<main>\n";
  for (const std::string& section : sections) out += section;
  return out + fmt::format(
                   "</main>\n<footer>Written by rung {}.</footer>\n<script>{}</script>\n"
                   "</body>\n</html>\n",
                   html::escaped(input.suite.tool_version), script());
}

}  // namespace rung
