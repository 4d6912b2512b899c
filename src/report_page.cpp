#include "report_page.hpp"

#include <fstream>
#include <set>

#include "checks/report_html.hpp"
#include "checks/result_json.hpp"
#include "checks/suite_of_run.hpp"
#include "engine/net/capture_reader.hpp"
#include "ladder_files.hpp"

namespace rung {
namespace {

/// Sessions whose messages a page may show: beyond, it would be full anyway.
constexpr std::size_t kSessionsShownMax = 2000;

/// By capture file: the examples of the ladders and the sessions with a finding.
std::map<std::string, std::set<std::string>> wanted(const ReportInput& input) {
  std::map<std::string, std::set<std::string>> out;
  std::size_t count = 0;
  const auto want = [&](const std::string& file, const std::string& session) {
    if (file.empty() || session.empty() || count == kSessionsShownMax) return;
    if (out[file].insert(session).second) ++count;
  };
  for (const SuiteLadder& ladder : input.suite.ladders) {
    const auto run = input.runs.find(ladder.name);
    if (run == input.runs.end()) continue;
    for (const LadderResult& result : run->second->ladders) {
      if (result.name == ladder.name) want(ladder.capture, result.example);
    }
  }
  for (const SuiteFinding& finding : input.suite.findings) want(finding.file, finding.session);
  return out;
}

void read_captures(const std::filesystem::path& directory, ReportInput& input) {
  for (const auto& [file, sessions] : wanted(input)) {
    auto frames = read_sessions(directory / file, sessions);
    if (frames.ok()) input.captures[file] = std::move(*frames);
  }
}

/// The built-in ladders with those the run was given.
struct Ladders {
  explicit Ladders(const std::filesystem::path& directory) {
    if (read_book(kept_ladders(directory), book, rows, table).empty()) return;
    book = {};
    read_book({}, book, rows, table);
  }
  LadderBook book;
  std::vector<Requirement> rows;
  RequirementTable table;
};

std::string text_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

std::string run_page(const std::filesystem::path& directory, const RunResult& run) {
  const Ladders ladders(directory);
  const SuiteResult suite = suite_of(run, ladders.book, ladders.table);
  ReportInput input{suite, ladders.book, &run};
  for (const LadderResult& ladder : run.ladders) input.runs[ladder.name] = &run;
  read_captures(directory, input);
  return report_html(input);
}

SuiteRuns load_runs(const std::filesystem::path& directory, const SuiteResult& suite) {
  SuiteRuns runs;
  for (const SuiteLadder& ladder : suite.ladders) {
    if (ladder.directory.empty()) continue;
    auto run = load_result_json(text_of(directory / ladder.directory / "result.json"));
    if (run.ok()) runs[ladder.name] = std::move(*run);
  }
  return runs;
}

std::string suite_page(const std::filesystem::path& directory, const SuiteResult& suite,
                       const SuiteRuns& runs) {
  const Ladders ladders(directory);
  ReportInput input{suite, ladders.book};
  for (const auto& [ladder, run] : runs) input.runs[ladder] = &run;
  read_captures(directory, input);
  return report_html(input);
}

}  // namespace rung
