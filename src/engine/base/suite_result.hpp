// SuiteResult: everything a conformance suite leaves behind, as plain data: what each ladder said,
// what became of each requirement, and the findings. `rung check` fills it once, the report writers
// and suite.json read nothing else. Each ladder's own run lies beside it, as a run directory.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/run_result.hpp"

namespace rung {

/// The version of suite.json, raised as kRunResultSchema is.
inline constexpr std::uint32_t kSuiteResultSchema = 1;

/// A choice where specifications disagree, or leave one.
struct SuitePolicy {
  std::string key, value, initial;  // the option, its value in force, its default
  std::string reason;               // who says what, and why the default is what it is
};

/// What one ladder said of one requirement: one cell of the matrix.
struct SuiteJudgement {
  std::string requirement;
  Verdict verdict = Verdict::none;
  std::array<std::uint64_t, kVerdictCount> counts{};  // judgements, by Verdict
};

struct SuiteLadder {
  std::string name, title;
  std::vector<std::string> sources;  // "TS 24.341 B.5"
  Verdict verdict = Verdict::none;   // of the selected requirements; none: not run
  std::string reason;                // why it was not run or proves nothing; else empty
  std::vector<std::string> notes;    // what else the reader must know
  std::string directory;             // of its run, within the suite's; empty: there is none
  std::string capture;               // its capture, within the suite's; empty: there is none
  Duration start{};                  // since the suite's start
  Duration duration{};
  SessionOutcomes sessions;
  std::vector<SuiteJudgement> judgements;  // of requirements it judged
};

/// The gap of a requirement that a ladder would have judged, had it been run or come to it.
inline constexpr std::string_view kNotRunHere = "not run here";

/// What became of one requirement over all ladders. Every requirement of the table has a row.
struct SuiteRequirement {
  std::string id, clause, text;
  std::string severity;  // mandatory, option, informative
  std::string obliged;   // the party it binds
  bool confirmed = false;
  bool selected = false;            // the selection asks for it: it counts for the suite's verdict
  Verdict verdict = Verdict::none;  // the worst of its ladders; none: not run
  bool warning = false;             // it failed, and does not fail the suite
  std::string gap;                  // the group of reasons that `reason` is of; else empty
  std::string reason;               // why it was not run; else empty
  std::array<std::uint64_t, kVerdictCount> counts{};  // judgements of all ladders, by Verdict
};

/// A finding with the capture its frame is counted in, within the suite's directory.
struct SuiteFinding : FindingRecord {
  std::string file;
};

struct SuiteResult {
  std::uint32_t schema = kSuiteResultSchema;
  std::string tool_version;
  std::string suite_id;
  Verdict verdict = Verdict::none;
  std::vector<std::string> notes;            // what must be known before any verdict is believed
  std::vector<std::string> invalid_reasons;  // not empty: the tester itself was the limit
  bool interrupted = false;
  bool target_unreachable = false;  // nothing ever came back: the environment's fault
  bool target_lost = false;         // it died or fell silent before the suite's end
  std::int64_t started_unix_ns = 0;
  Duration duration{};
  std::string topology;   // gm or isc
  std::string transport;  // io_uring, simulated
  std::string target;     // whom the suite talked to
  std::uint64_t seed = 0;
  std::vector<std::string> selection;  // as typed; empty: everything
  std::vector<SuitePolicy> policies;
  std::vector<RunSetting> settings;  // every option in force
  MachineFacts machine;
  std::vector<SuiteLadder> ladders;
  std::vector<SuiteRequirement> requirements;
  std::vector<SuiteFinding> findings;  // kept whole, by ladder, then in order of time
  std::uint64_t findings_counted = 0;  // all, kept or not

  [[nodiscard]] bool invalid() const { return !invalid_reasons.empty(); }
};

}  // namespace rung
