#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>

#include "checks/suite_report.hpp"
#include "engine/base/figures.hpp"

namespace rung {
namespace {

/// XML 1.0 has no way to write most control characters, so what the SUT sent is made printable
/// first.
std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : printable(text)) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      default: out += c;
    }
  }
  return out;
}

double seconds(Duration d) { return static_cast<double>(d.count()) / 1e9; }

struct Counts {
  std::size_t tests = 0, failures = 0, errors = 0, skipped = 0;
};

const SuiteRequirement* row_of(const SuiteResult& suite, std::string_view id) {
  const auto at = std::find_if(suite.requirements.begin(), suite.requirements.end(),
                               [&](const SuiteRequirement& r) { return r.id == id; });
  return at == suite.requirements.end() ? nullptr : &*at;
}

std::string place(const SuiteFinding& f) {
  std::string text = fmt::format("{} {}{}{}", f.ladder, f.step, f.path.empty() ? "" : " ", f.path);
  if (f.frame_place == FramePlace::in_file)
    text += fmt::format(", frame {} of {}", f.frame, f.file);
  return text;
}

/// The findings of one cell as the text of its failure.
std::string findings_text(const SuiteResult& suite, const SuiteLadder& ladder,
                          std::string_view id) {
  std::string out;
  for (const SuiteFinding& f : suite.findings) {
    if (f.requirement != id || f.file != ladder.capture) continue;
    out += fmt::format("{}\n  expected  {}\n  actual    {}\n", escaped(place(f)),
                       escaped(f.expected), escaped(f.actual));
  }
  return out;
}

/// What the testcase holds: nothing for a pass.
std::string outcome(const SuiteResult& suite, const SuiteLadder& ladder, const SuiteJudgement& cell,
                    const SuiteRequirement& row, Counts& counts) {
  const std::string text = escaped(row.text + (row.confirmed ? "" : " (unconfirmed)"));
  const std::string findings = findings_text(suite, ladder, cell.requirement);
  switch (cell.verdict) {
    case Verdict::fail:
      if (!row.selected || row.warning) break;
      ++counts.failures;
      return fmt::format("<failure type=\"fail\" message=\"{}\">{}</failure>", text, findings);
    case Verdict::inconclusive:
    case Verdict::error:
      if (!row.selected) break;
      ++counts.errors;
      return fmt::format("<error type=\"{}\" message=\"{}\">{}</error>", to_string(cell.verdict),
                         text, findings);
    case Verdict::pass: return {};
    case Verdict::none:
    case Verdict::unsupported: break;
  }
  ++counts.skipped;
  const std::string_view why = cell.verdict == Verdict::fail ? "warning" : to_string(cell.verdict);
  return fmt::format("<skipped message=\"{}: {}\">{}</skipped>", why, text, findings);
}

std::string testcase(const SuiteLadder& ladder, std::string_view name, Duration time,
                     const std::string& inside) {
  const std::string head = fmt::format("    <testcase classname=\"{}\" name=\"{}\" time=\"{:.3f}\"",
                                       escaped(ladder.name), escaped(name), seconds(time));
  return inside.empty() ? head + "/>\n" : head + ">" + inside + "</testcase>\n";
}

/// What no requirement of a ladder says stands in a testcase of its own, so that no report is
/// greener than its verdict.
std::string own_case(const SuiteLadder& ladder, Counts& counts) {
  if (ladder.verdict == Verdict::pass) return {};
  const std::string reason = escaped(ladder.reason);
  if (ladder.verdict == Verdict::fail) {
    const bool told = std::any_of(ladder.judgements.begin(), ladder.judgements.end(),
                                  [](const auto& cell) { return cell.verdict == Verdict::fail; });
    if (told) return {};
    ++counts.failures;
    return fmt::format("<failure type=\"fail\" message=\"{}\"/>", reason);
  }
  if (ladder.verdict == Verdict::none) {
    ++counts.skipped;
    return fmt::format("<skipped message=\"not run: {}\"/>", reason);
  }
  ++counts.errors;
  return fmt::format("<error type=\"{}\" message=\"{}\"/>", to_string(ladder.verdict), reason);
}

std::string cases(const SuiteResult& suite, const SuiteLadder& ladder, Counts& counts) {
  std::string out;
  const std::string own = own_case(ladder, counts);
  if (!own.empty() || ladder.judgements.empty()) {
    out += testcase(ladder, ladder.name, ladder.duration, own);
    ++counts.tests;
  }
  for (const SuiteJudgement& cell : ladder.judgements) {
    const SuiteRequirement* row = row_of(suite, cell.requirement);
    if (row == nullptr) continue;
    // The messages of a session are judged together: its time stands at the testsuite.
    const std::string name = fmt::format("{} ({})", row->id, row->clause);
    out += testcase(ladder, name, Duration{}, outcome(suite, ladder, cell, *row, counts));
    ++counts.tests;
  }
  return out;
}

std::string properties(const SuiteResult& suite) {
  std::string out = "    <properties>\n";
  const auto add = [&](std::string_view name, std::string_view value) {
    out +=
        fmt::format("      <property name=\"{}\" value=\"{}\"/>\n", escaped(name), escaped(value));
  };
  add("target", suite.target);
  add("topology", suite.topology);
  add("transport", suite.transport);
  add("seed", std::to_string(suite.seed));
  for (const SuitePolicy& policy : suite.policies) add(policy.key, policy.value);
  return out + "    </properties>\n";
}

/// One testsuite with the cases `inside`; `start` since the suite's.
std::string testsuite(const SuiteResult& suite, std::size_t id, std::string_view name,
                      Duration start, Duration length, const std::string& host,
                      const Counts& counts, const std::string& inside, const std::string& notes) {
  const std::time_t begin = (suite.started_unix_ns + start.count()) / 1'000'000'000;
  std::string out = fmt::format(
      "  <testsuite id=\"{}\" package=\"rung\" name=\"{}\" timestamp=\"{:%Y-%m-%dT%H:%M:%S}\" "
      "hostname=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\" "
      "time=\"{:.3f}\">\n",
      id, escaped(name), fmt::gmtime(begin), escaped(host.empty() ? "localhost" : host),
      counts.tests, counts.failures, counts.errors, counts.skipped, seconds(length));
  return out + properties(suite) + inside +
         fmt::format(
             "    <system-out>{}</system-out>\n    <system-err></system-err>\n"
             "  </testsuite>\n",
             notes);
}

std::string ladder_suite(const SuiteResult& suite, std::size_t index, const std::string& host) {
  const SuiteLadder& ladder = suite.ladders[index];
  Counts counts;
  const std::string inside = cases(suite, ladder, counts);
  std::string notes;
  for (const std::string& note : ladder.notes) notes += escaped(note) + "\n";
  return testsuite(suite, index, ladder.name, ladder.start, ladder.duration, host, counts, inside,
                   notes);
}

/// Requirements that nobody judged, each a testcase that was skipped.
std::string unproved_suite(const SuiteResult& suite, const std::string& host) {
  std::string inside;
  Counts counts;
  for (const SuiteRequirement& row : suite.requirements) {
    if (!row.selected || row.verdict != Verdict::none) continue;
    ++counts.tests;
    inside += fmt::format(
        "    <testcase classname=\"unproved\" name=\"{} ({})\" time=\"0.000\"><skipped "
        "message=\"{}: {}\">{}</skipped></testcase>\n",
        escaped(row.id), escaped(row.clause), row.gap.empty() ? "not run" : escaped(row.gap),
        escaped(row.reason), escaped(row.text));
  }
  counts.skipped = counts.tests;
  if (counts.tests == 0) return {};
  return testsuite(suite, suite.ladders.size(), "unproved", Duration{}, Duration{}, host, counts,
                   inside, "");
}

}  // namespace

std::string suite_junit(const SuiteResult& suite, const std::string& host) {
  std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n";
  for (std::size_t i = 0; i < suite.ladders.size(); ++i) out += ladder_suite(suite, i, host);
  return out + unproved_suite(suite, host) + "</testsuites>\n";
}

}  // namespace rung
