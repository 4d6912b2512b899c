// RunResult: everything a run leaves behind, as plain data. The run fills it once, the report
// writers and result.json read nothing else. Durations without a word count from the run's start.
//
// Bounds: whoever fills a vector bounds it and says so in the counter beside it.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "engine/base/connection_counters.hpp"
#include "engine/base/counter.hpp"
#include "engine/base/histogram.hpp"
#include "engine/base/link_figures.hpp"
#include "engine/base/time.hpp"
#include "engine/base/verdict.hpp"

namespace rung {

/// The version of result.json. Raised when a field changes its meaning or leaves; a new field alone
/// does not raise it.
inline constexpr std::uint32_t kRunResultSchema = 1;

/// One option in force, as the profile would write it.
struct RunSetting {
  std::string key, value;
};

/// register, warm_up, measure or drain.
struct RunPhase {
  std::string name;
  Duration start{};
  Duration duration{};
};

struct MachineFacts {
  std::string cpu_model;
  std::string kernel;
  std::uint32_t cpus = 0;  // usable by this process
  std::uint64_t memory_octets = 0;
};

/// Per second, over the measure phase.
struct RunRates {
  double asked_sessions = 0;     // what the profile wants
  double offered_sessions = 0;   // what the pacer offered
  double started_sessions = 0;   // what was started
  double finished_sessions = 0;  // ended with any outcome
  double submitted_sm = 0;       // segments our UEs submitted
  double delivered_sm = 0;       // segments that arrived whole
  double sip_messages = 0;       // both directions, copies included
  double registrations = 0;      // over the register phase
};

struct SessionOutcomes {
  std::uint64_t started = 0;
  std::uint64_t passed = 0;
  std::uint64_t failed = 0;
  std::uint64_t timed_out = 0;
  std::uint64_t refused = 0;
  std::uint64_t inconclusive = 0;
  std::uint64_t aborted = 0;
};

/// One interval of a ladder.
struct MeasureResult {
  std::string name;
  HistogramSnapshot corrected;    // from the intended instant; empty where none is
  HistogramSnapshot uncorrected;  // from the instant of its first step
};

struct LadderResult {
  std::string name, title;
  SessionOutcomes sessions;
  std::vector<MeasureResult> measures;
  std::vector<std::string> steps;  // their ids, as the capture counts them
  std::string example;  // session_key() of one that passed and is kept in the capture; or empty
};

/// What became of one requirement. Every requirement of the table has a row.
struct RequirementTally {
  std::string id, clause, text;
  std::string severity;  // mandatory, option, informative
  bool confirmed = false;
  bool selected = false;  // a ladder of this run carries it, on this topology
  bool demanded = false;  // the user named it: without a conclusive session the run is inconclusive
  std::array<std::uint64_t, kVerdictCount> counts{};  // judgements, by Verdict
  Verdict worst = Verdict::none;

  [[nodiscard]] std::uint64_t count(Verdict v) const { return counts[static_cast<std::size_t>(v)]; }
  [[nodiscard]] bool conclusive() const { return count(Verdict::pass) + count(Verdict::fail) > 0; }
};

/// Where the frame of a finding can be looked up.
enum class FramePlace : std::uint8_t {
  none,        // no frame: nothing was received, or nothing captured
  in_file,     // `frame` counts from 1 in the capture file
  overwritten  // the ring no longer held it when the file was written
};

struct FindingRecord {
  std::string requirement, clause, text;
  bool confirmed = false;
  Verdict verdict = Verdict::fail;
  std::string ladder, step;
  std::string path;  // the field, such as sip.in_reply_to; empty: a rule found it
  std::string expected, actual;
  std::uint32_t ue = 0;  // global number
  Duration at{};
  FramePlace frame_place = FramePlace::none;
  std::uint64_t frame = 0;
  bool never_came = false;  // a message was missing: the frame is the last one received before
  std::string session;      // session_key() of where it happened; empty: in none
};

/// A SIP status or an RP cause with its number of occurrences.
struct CodeCount {
  std::uint16_t code = 0;
  std::uint64_t count = 0;
};

/// Sums over all workers; the meaning of each is that of the transport's counter of the same name.
struct TransportFigures {
  std::uint64_t rx_datagrams = 0;
  std::uint64_t rx_octets = 0;
  std::uint64_t rx_dropped = 0;
  std::uint64_t rx_truncated = 0;
  std::uint64_t tx_datagrams = 0;
  std::uint64_t tx_octets = 0;
  std::uint64_t tx_failed = 0;
  std::uint64_t tx_segmented = 0;
  std::uint64_t unreachable = 0;
  ConnectionCounters connections{};
};

struct MemoryFigures {
  std::uint64_t resident_octets = 0;  // at the end of the measure phase
  std::uint64_t resident_peak_octets = 0;
  std::uint64_t ue_table_octets = 0;
  std::uint64_t sessions_octets = 0;
  std::uint64_t tombstones_octets = 0;
};

struct CpuFigures {
  double generator_seconds = 0;     // user and system, all threads, measure phase
  double busiest_worker_share = 0;  // 0 to 1: processor time of its thread over the measure phase
};

struct CaptureFigures {
  std::string file;  // empty: none written
  std::uint64_t frames = 0;
  double held_seconds = 0;        // what the ring holds at the rate of this run
  std::uint64_t overwritten = 0;  // frames the ring dropped for newer ones
};

/// One bounded pool.
struct PoolFigures {
  std::string name;
  std::uint64_t size = 0;
  std::uint64_t peak = 0;
  std::uint64_t refused = 0;  // times it was full
};

struct RunResult {
  std::uint32_t schema = kRunResultSchema;
  std::string tool_version;
  std::string run_id;
  std::int64_t started_unix_ns = 0;
  std::string topology;   // gm or isc
  std::string transport;  // io_uring, simulated; ", TCP" behind it
  std::string target;     // whom the run talked to
  std::uint64_t seed = 0;
  std::vector<std::string> command_line;
  std::vector<RunSetting> settings;
  std::vector<RunPhase> phases;
  std::uint32_t workers = 0;
  std::uint64_t ues = 0;
  MachineFacts machine;

  Verdict verdict = Verdict::none;
  /// The verdict cannot be better than this: for what no requirement covers, such as an SUT that
  /// died or a registration that did not complete.
  Verdict at_least = Verdict::none;
  std::vector<std::string> invalid_reasons;  // not empty: the generator was the limit
  bool interrupted = false;
  bool target_unreachable = false;  // nothing ever came back: the environment's fault
  std::vector<std::string> notes;   // what the reader must know before any figure
  std::uint32_t judged_one_in = 1;  // 1: every message received is judged in full; 0: none is

  CounterSnapshot totals;    // all phases
  CounterSnapshot measured;  // the measure phase alone
  RunRates rates;
  std::vector<LadderResult> ladders;
  std::vector<RequirementTally> requirements;
  std::vector<FindingRecord> findings;  // kept whole, in order of time
  std::uint64_t findings_counted = 0;   // all, kept or not
  std::vector<CodeCount> sip_failures;  // final answers >= 300, by status
  std::vector<CodeCount> rp_failures;   // RP-ERROR received, by cause
  HistogramSnapshot pacer_lateness;     // sent minus intended
  HistogramSnapshot registration_latency;
  TransportFigures transport_figures;
  MemoryFigures memory;
  CpuFigures cpu;
  CaptureFigures capture;
  std::vector<PoolFigures> pools;
  std::vector<LinkFigures> links;  // of the run, while it lasted

  [[nodiscard]] bool invalid() const { return !invalid_reasons.empty(); }
};

}  // namespace rung
