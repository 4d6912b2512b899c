#include <fmt/format.h>

#include <algorithm>

#include "checks/suite_report.hpp"
#include "engine/base/figures.hpp"

namespace rung {
namespace {

std::string word(Verdict v) { return v == Verdict::none ? "not run" : std::string(to_string(v)); }

std::string row(std::string_view name, std::string_view a, std::string_view b,
                std::string_view text) {
  std::string line = fmt::format("  {:<26} {:<24} {:<24} {}", name, a, b, text);
  line.erase(line.find_last_not_of(' ') + 1);
  return line + "\n";
}

/// Rows of what both name alike and give another verdict, and of what one alone names.
template <class Row, class Name, class Text>
std::string changes(const std::vector<Row>& a, const std::vector<Row>& b, Name name, Text text) {
  std::string out;
  const auto other = [&](const std::vector<Row>& rows, const Row& row) {
    return std::find_if(rows.begin(), rows.end(),
                        [&](const Row& r) { return r.*name == row.*name; });
  };
  std::size_t alike = 0;
  for (const Row& before : a) {
    const auto after = other(b, before);
    if (after == b.end()) {
      out += row(before.*name, word(before.verdict), "-", before.*text);
    } else if (after->verdict != before.verdict) {
      out += row(before.*name, word(before.verdict), word(after->verdict), before.*text);
    } else {
      ++alike;
    }
  }
  for (const Row& after : b) {
    if (other(a, after) == a.end()) out += row(after.*name, "-", word(after.verdict), after.*text);
  }
  return out + fmt::format("  {} alike\n", count_text(alike));
}

}  // namespace

std::string compare_text(const SuiteResult& a, const SuiteResult& b) {
  const auto verdict = [](const SuiteResult& s) {
    return s.invalid_reasons.empty() ? word(s.verdict) : std::string("suite invalid");
  };
  std::string out = row("", "A: " + a.suite_id, "B: " + b.suite_id, "");
  out += row("target", a.target, b.target, "");
  out += row("topology", a.topology, b.topology, "");
  out += row("verdict", verdict(a), verdict(b), "");
  out += "\nRequirements\n";
  out += changes(a.requirements, b.requirements, &SuiteRequirement::id, &SuiteRequirement::text);
  out += "\nLadders\n";
  out += changes(a.ladders, b.ladders, &SuiteLadder::name, &SuiteLadder::title);
  return out;
}

}  // namespace rung
