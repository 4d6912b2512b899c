#include "checks/run_verdict.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace rung {
namespace {

std::uint64_t& count_of(RequirementTally& tally, Verdict v) {
  return tally.counts[static_cast<std::size_t>(v)];
}

Basis basis_of(const RequirementTable& table, std::string_view id) {
  const RequirementIndex index = table.find(id);
  return index.valid() ? table.at(index).basis : Basis::content;
}

/// The octets of a message prove it, whatever the generator's clock did.
bool stands(const FindingRecord& finding, Basis basis) {
  if (basis == Basis::content || !finding.path.empty()) return true;
  const bool shown = finding.frame_place != FramePlace::none && !finding.never_came;
  return basis == Basis::absence && shown;
}

void worsen(RequirementTally& tally) {
  tally.worst = Verdict::none;
  for (std::size_t v = 0; v < kVerdictCount; ++v) {
    if (tally.counts[v] != 0) tally.worst = static_cast<Verdict>(v);
  }
}

void withdraw(RunResult& result, const RequirementTable& table) {
  for (RequirementTally& tally : result.requirements) {
    const Basis basis = basis_of(table, tally.id);
    if (basis == Basis::content) continue;
    const auto standing = static_cast<std::uint64_t>(
        std::count_if(result.findings.begin(), result.findings.end(), [&](const auto& f) {
          return f.requirement == tally.id && f.verdict == Verdict::fail && stands(f, basis);
        }));
    const std::uint64_t kept = std::min(standing, tally.count(Verdict::fail));
    count_of(tally, Verdict::inconclusive) += tally.count(Verdict::fail) - kept;
    count_of(tally, Verdict::fail) = kept;
    worsen(tally);
  }
  for (FindingRecord& finding : result.findings) {
    const bool weak = !stands(finding, basis_of(table, finding.requirement));
    if (weak && finding.verdict == Verdict::fail) finding.verdict = Verdict::inconclusive;
  }
}

/// RFC 3261 18.3: over a stream a message without a good Content-Length ends its connection before
/// any session sees it, so what the transport counted is judged here.
void judge_streams(RunResult& result) {
  constexpr std::string_view kContentLength = "TX-cl";
  const ConnectionCounters& c = result.transport_figures.connections;
  const std::uint64_t broken = c.no_length + c.bad_length;
  const auto row = std::ranges::find(result.requirements, kContentLength, &RequirementTally::id);
  if (broken == 0 || row == result.requirements.end()) return;
  count_of(*row, Verdict::fail) += broken;
  worsen(*row);
  FindingRecord finding;
  finding.requirement = row->id;
  finding.clause = row->clause;
  finding.text = row->text;
  finding.confirmed = row->confirmed;
  finding.path = "sip.content_length";
  finding.expected = "the octets of the body, in every message over TCP";
  finding.actual =
      fmt::format("{} messages without it, {} in which it is no number", c.no_length, c.bad_length);
  result.findings.push_back(std::move(finding));
  result.findings_counted += broken;
}

/// Judged, or demanded, and still without a conclusive judgement.
bool undecided(const RequirementTally& tally) {
  if (tally.conclusive()) return false;
  return tally.demanded || (tally.selected && tally.count(Verdict::inconclusive) > 0);
}

/// What rows cannot say: a session that was cut off was never judged, one that failed on a field
/// without a requirement has no row here, and a ladder that only timed out proved nothing.
bool unproven(const RunResult& result) {
  const CounterSnapshot& totals = result.totals;
  if (totals[Counter::sessions_aborted] + totals[Counter::sessions_failed] > 0) return true;
  return std::ranges::any_of(result.ladders, [](const LadderResult& ladder) {
    return ladder.sessions.timed_out > 0 && ladder.sessions.passed == 0;
  });
}

}  // namespace

bool fails_run(const RequirementTally& tally) {
  return tally.severity == "mandatory" || (tally.severity == "option" && tally.demanded);
}

Verdict run_verdict(const RunResult& result) {
  bool failed = false, open = false, conclusive = false;
  for (const RequirementTally& tally : result.requirements) {
    if (tally.count(Verdict::error) > 0) return Verdict::error;
    failed = failed || (fails_run(tally) && tally.count(Verdict::fail) > 0);
    open = open || undecided(tally);
    conclusive = conclusive || tally.conclusive();
  }
  conclusive = conclusive || result.totals[Counter::sessions_passed] > 0;
  open = open || unproven(result);
  const Verdict by_rows = failed                ? Verdict::fail
                          : open || !conclusive ? Verdict::inconclusive
                                                : Verdict::pass;
  return worse(by_rows, result.at_least);
}

RunResult judged(RunResult result, const RequirementTable& table) {
  judge_streams(result);
  if (result.invalid()) withdraw(result, table);
  result.verdict = run_verdict(result);
  return result;
}

int exit_code(const RunResult& result) {
  if (result.interrupted) return kExitInterrupted;
  if (result.invalid() || result.verdict == Verdict::error) return kExitInvalid;
  if (result.verdict == Verdict::fail) return kExitFailed;
  return result.verdict == Verdict::pass ? kExitPassed : kExitInconclusive;
}

}  // namespace rung
