#include "checks/suite_of_run.hpp"

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

#include "checks/coverage.hpp"
#include "checks/report_parts.hpp"
#include "checks/run_verdict.hpp"

namespace rung {
namespace {

bool failed_in(const RunResult& run, std::string_view ladder, std::string_view requirement) {
  return std::ranges::any_of(run.findings, [&](const FindingRecord& f) {
    return f.verdict == Verdict::fail && f.ladder == ladder && f.requirement == requirement;
  });
}

/// Which ladders of the run carry each requirement.
std::map<std::string, std::set<std::string>> carriers(const RunResult& run, const LadderBook& book,
                                                      const RequirementTable& table) {
  const Topology topology = run.topology == "isc" ? Topology::isc : Topology::gm;
  const Coverage found = coverage(book, table, topology);
  std::set<std::string> played;
  for (const LadderResult& ladder : run.ladders) {
    if (ladder.sessions.started > 0) played.insert(ladder.name);
  }
  std::map<std::string, std::set<std::string>> out;
  for (std::uint32_t i = 0; i < table.size(); ++i) {
    for (const Proof& proof : found.proofs[i]) {
      if (played.contains(proof.ladder)) {
        out[std::string(table.at(RequirementIndex(i)).id)].insert(proof.ladder);
      }
    }
  }
  return out;
}

/// As the report for people counts it: one judgement that passed or failed decides.
Verdict verdict_of(const RequirementTally& tally) {
  for (const Verdict v : {Verdict::error, Verdict::fail, Verdict::pass, Verdict::inconclusive}) {
    if (tally.count(v) > 0) return v;
  }
  return tally.worst;
}

Verdict cell(const RunResult& run, const RequirementTally& tally, std::string_view ladder,
             bool alone) {
  if (alone) return verdict_of(tally);
  if (failed_in(run, ladder, tally.id)) return Verdict::fail;
  return verdict_of(tally) == Verdict::pass ? Verdict::pass : Verdict::none;
}

Verdict ladder_verdict(const RunResult& run, const LadderResult& ladder) {
  const SessionOutcomes& s = ladder.sessions;
  if (s.started == 0) return Verdict::none;
  const bool failed = std::ranges::any_of(run.requirements, [&](const RequirementTally& t) {
    return fails_run(t) && t.count(Verdict::fail) > 0 && failed_in(run, ladder.name, t.id);
  });
  if (failed || s.failed > 0) return Verdict::fail;
  return s.passed > 0 ? Verdict::pass : Verdict::inconclusive;
}

SuiteRequirement requirement_of(const RequirementTally& tally, const RequirementTable& table) {
  SuiteRequirement out;
  out.id = tally.id;
  out.clause = tally.clause;
  out.text = tally.text;
  out.severity = tally.severity;
  out.confirmed = tally.confirmed;
  out.selected = tally.selected;
  out.verdict = verdict_of(tally);
  out.counts = tally.counts;
  out.warning = tally.worst == Verdict::fail && !fails_run(tally);
  const RequirementIndex index = table.find(tally.id);
  if (index.valid()) out.obliged = to_string(table.at(index).obliged);
  return out;
}

/// Its name beside result.json, wherever the run directory lies by now.
std::string capture_of(const RunResult& run) {
  return std::filesystem::path(run.capture.file).filename().string();
}

void add_ladders(const RunResult& run, const LadderBook& book, const RequirementTable& table,
                 SuiteResult& out) {
  const auto carried = carriers(run, book, table);
  for (const LadderResult& ladder : run.ladders) {
    SuiteLadder row;
    row.name = ladder.name;
    row.title = ladder.title;
    if (const Ladder* drawn = book.ladder(ladder.name)) row.sources = drawn->sources;
    row.verdict = ladder_verdict(run, ladder);
    row.sessions = ladder.sessions;
    row.capture = capture_of(run);
    for (const RequirementTally& tally : run.requirements) {
      const auto by = carried.find(tally.id);
      if (tally.worst == Verdict::none || by == carried.end()) continue;
      if (!by->second.contains(ladder.name)) continue;
      row.judgements.push_back(
          {tally.id, cell(run, tally, ladder.name, by->second.size() == 1), {}});
    }
    out.ladders.push_back(std::move(row));
  }
}

}  // namespace

SuiteResult suite_of(const RunResult& run, const LadderBook& book, const RequirementTable& table) {
  SuiteResult out;
  out.tool_version = run.tool_version;
  out.suite_id = run.run_id;
  out.verdict = run.verdict;
  out.invalid_reasons = run.invalid_reasons;
  out.notes = report::caveat_lines(run);
  std::erase_if(out.notes, [&](const std::string& line) {
    return std::ranges::find(run.invalid_reasons, line) != run.invalid_reasons.end();
  });
  out.interrupted = run.interrupted;
  out.target_unreachable = run.target_unreachable;
  out.started_unix_ns = run.started_unix_ns;
  for (const RunPhase& phase : run.phases) {
    out.duration = std::max(out.duration, phase.start + phase.duration);
  }
  out.topology = run.topology;
  out.transport = run.transport;
  out.target = run.target;
  out.seed = run.seed;
  out.settings = run.settings;
  out.machine = run.machine;
  add_ladders(run, book, table, out);
  for (const RequirementTally& tally : run.requirements) {
    out.requirements.push_back(requirement_of(tally, table));
  }
  for (const FindingRecord& finding : run.findings) {
    out.findings.push_back({finding, capture_of(run)});
  }
  out.findings_counted = run.findings_counted;
  return out;
}

}  // namespace rung
