// The shape of result.json and suite.json, once: every field of RunResult and SuiteResult with its
// name and meaning. The writer, the reader and the schema are three archives that walk it.
//
// An archive is called as archive(name, member, meaning). Names end in their unit; a Duration is
// written in nanoseconds.
#pragma once

#include <array>
#include <concepts>
#include <string_view>
#include <type_traits>

#include "engine/base/run_result.hpp"
#include "engine/base/suite_result.hpp"

namespace rung::result_fields {

/// T is U or const U: the same walk reads and writes.
template <class T, class U>
concept Is = std::same_as<std::remove_const_t<T>, U>;

void describe(auto& a, Is<RunSetting> auto& s) {
  a("key", s.key, "long flag without dashes");
  a("value", s.value, "value in force, as a profile would write it");
}

void describe(auto& a, Is<RunPhase> auto& p) {
  a("name", p.name, "register, warm_up, measure or drain");
  a("start_ns", p.start, "since the run's start");
  a("duration_ns", p.duration, "length");
}

void describe(auto& a, Is<MachineFacts> auto& m) {
  a("cpu_model", m.cpu_model, "as the kernel names it");
  a("kernel", m.kernel, "release of the kernel");
  a("cpus", m.cpus, "usable by this process");
  a("memory_octets", m.memory_octets, "physical memory");
}

void describe(auto& a, Is<RunRates> auto& r) {
  a("asked_sessions", r.asked_sessions, "what the profile wants");
  a("offered_sessions", r.offered_sessions, "what the pacer offered");
  a("started_sessions", r.started_sessions, "what was started");
  a("finished_sessions", r.finished_sessions, "ended with any outcome");
  a("submitted_sm", r.submitted_sm, "SM segments our UEs submitted");
  a("delivered_sm", r.delivered_sm, "SM segments that arrived whole");
  a("sip_messages", r.sip_messages, "both directions, copies included");
  a("registrations", r.registrations, "over the register phase");
}

void describe(auto& a, Is<SessionOutcomes> auto& s) {
  a("started", s.started, "sessions started");
  a("passed", s.passed, "ended as drawn, nothing failed");
  a("failed", s.failed, "a requirement failed");
  a("timed_out", s.timed_out, "a step never came");
  a("refused", s.refused, "ended by an answer the ladder does not draw");
  a("inconclusive", s.inconclusive, "nothing could be concluded");
  a("aborted", s.aborted, "cut off by the end of the run");
}

void describe(auto& a, Is<MeasureResult> auto& m) {
  a("name", m.name, "as the ladder names the interval");
  a("corrected", m.corrected, "from the intended instant; without values: it does not start there");
  a("uncorrected", m.uncorrected, "from the instant of its first step");
}

void describe(auto& a, Is<LadderResult> auto& l) {
  a("name", l.name, "as in its file");
  a("title", l.title, "as in its file");
  a("sessions", l.sessions, "by outcome");
  a("measures", l.measures, "latency histograms");
  a("steps", l.steps, "ids of the steps, as frames in the capture count them");
  a("example", l.example, "session that passed, in the capture; empty: none");
}

void describe(auto& a, Is<RequirementTally> auto& t) {
  a("id", t.id, "stable across versions");
  a("clause", t.clause, "specification and clause");
  a("text", t.text, "one line in our words");
  a("severity", t.severity, "mandatory, option or informative");
  a("confirmed", t.confirmed, "false: not yet read in the published text");
  a("selected", t.selected, "a ladder of this run carries it");
  a("demanded", t.demanded, "the user named it");
  a("counts", t.counts, "judgements by verdict");
  a("worst", t.worst, "worst verdict; none: not run");
}

void describe(auto& a, Is<FindingRecord> auto& f) {
  a("requirement", f.requirement, "id; empty: a field without one");
  a("clause", f.clause, "specification and clause");
  a("text", f.text, "the requirement in one line");
  a("confirmed", f.confirmed, "of the requirement");
  a("verdict", f.verdict, "fail, or weaker");
  a("ladder", f.ladder, "name");
  a("step", f.step, "id within the ladder");
  a("path", f.path, "field, such as sip.in_reply_to; empty: a rule found it");
  a("expected", f.expected, "cut at its bound");
  a("actual", f.actual, "cut at its bound");
  a("ue", f.ue, "global number of the UE");
  a("at_ns", f.at, "since the run's start");
  a("frame_place", f.frame_place, "none, in_file or overwritten");
  a("frame", f.frame, "number in the capture file, from 1");
  a("never_came", f.never_came, "a message was missing: the frame is the last one before");
  a("session", f.session, "whose frames in the capture carry this key");
}

void describe(auto& a, Is<CodeCount> auto& c) {
  a("code", c.code, "SIP status or RP-Cause");
  a("count", c.count, "occurrences");
}

void describe(auto& a, Is<ConnectionCounters> auto& c) {
#define RUNG_CONNECTION_COUNTER(name, help) a(#name, c.name, help);
#include "engine/base/connection_counter.def"
#undef RUNG_CONNECTION_COUNTER
}

void describe(auto& a, Is<TransportFigures> auto& t) {
  a("rx_datagrams", t.rx_datagrams, "received");
  a("rx_octets", t.rx_octets, "received");
  a("rx_dropped", t.rx_dropped, "by our own sockets, for want of room");
  a("rx_truncated", t.rx_truncated, "longer than a buffer");
  a("tx_datagrams", t.tx_datagrams, "sent");
  a("tx_octets", t.tx_octets, "sent");
  a("tx_failed", t.tx_failed, "refused by the kernel");
  a("tx_segmented", t.tx_segmented, "sent inside a larger datagram (GSO)");
  a("unreachable", t.unreachable, "ICMP port unreachable seen, or a connection refused");
  a("connections", t.connections, "over TCP");
}

void describe(auto& a, Is<MemoryFigures> auto& m) {
  a("resident_octets", m.resident_octets, "at the end of the measure phase");
  a("resident_peak_octets", m.resident_peak_octets, "highest");
  a("ue_table_octets", m.ue_table_octets, "all UEs");
  a("sessions_octets", m.sessions_octets, "session pools");
  a("tombstones_octets", m.tombstones_octets, "tombstone pools");
}

void describe(auto& a, Is<CpuFigures> auto& c) {
  a("generator_seconds", c.generator_seconds, "user and system, all threads, measure phase");
  a("busiest_worker_share", c.busiest_worker_share, "0 to 1");
}

void describe(auto& a, Is<CaptureFigures> auto& c) {
  a("file", c.file, "empty: none written");
  a("frames", c.frames, "in the file");
  a("held_seconds", c.held_seconds, "what the ring holds at the rate of this run");
  a("overwritten", c.overwritten, "frames the ring dropped for newer ones");
}

void describe(auto& a, Is<PoolFigures> auto& p) {
  a("name", p.name, "what it holds");
  a("size", p.size, "entries");
  a("peak", p.peak, "most in use at once");
  a("refused", p.refused, "times it was full");
}

void describe(auto& a, Is<LinkCounts> auto& c) {
#define RUNG_LINK_COUNTER(name, help) a(#name, c.name, help);
#include "engine/base/link_counter.def"
#undef RUNG_LINK_COUNTER
}

void describe(auto& a, Is<LinkFigures> auto& l) {
  a("name", l.name, "as configured");
  a("active", l.active, "at the end of the run");
  a("counts", l.counts, "while the run lasted");
}

void describe(auto& a, Is<RunResult> auto& r) {
  a("schema", r.schema, "version of this format");
  a("tool_version", r.tool_version, "of rung");
  a("run_id", r.run_id, "also in every Call-ID and token");
  a("verdict", r.verdict, "of the run");
  a("at_least", r.at_least, "the verdict cannot be better: for what no requirement covers");
  a("notes", r.notes, "what the reader must know before any figure");
  a("target_unreachable", r.target_unreachable, "nothing ever came back");
  a("invalid_reasons", r.invalid_reasons, "not empty: the generator was the limit");
  a("interrupted", r.interrupted, "ended by the user");
  a("judged_one_in", r.judged_one_in, "1: every message received is judged in full; 0: none is");
  a("started_unix_ns", r.started_unix_ns, "wall clock, UTC");
  a("topology", r.topology, "gm or isc");
  a("transport", r.transport, "io_uring or simulated");
  a("target", r.target, "whom the run talked to");
  a.seed("seed", r.seed, "decimal, as text: it may exceed 2^53");
  a("command_line", r.command_line, "as typed");
  a("settings", r.settings, "every option in force");
  a("phases", r.phases, "in order");
  a("workers", r.workers, "threads that played");
  a("ues", r.ues, "UEs played");
  a("machine", r.machine, "where it ran");
  a("rates", r.rates, "per second over the measure phase");
  a("totals", r.totals, "counters over all phases");
  a("measured", r.measured, "counters over the measure phase");
  a("ladders", r.ladders, "sessions and latencies");
  a("requirements", r.requirements, "one row for each of the table");
  a("findings", r.findings, "kept whole, in order of time");
  a("findings_counted", r.findings_counted, "all, kept or not");
  a("sip_failures", r.sip_failures, "final answers of 300 and above");
  a("rp_failures", r.rp_failures, "RP-ERROR received, by cause");
  a("pacer_lateness", r.pacer_lateness, "sent minus intended");
  a("registration_latency", r.registration_latency, "REGISTER to its final answer");
  a("transport_figures", r.transport_figures, "sums over all workers");
  a("memory", r.memory, "of the generator");
  a("cpu", r.cpu, "of the generator");
  a("capture", r.capture, "pcapng");
  a("pools", r.pools, "bounded pools");
  a("links", r.links, "SIGTRAN links");
}

void describe(auto& a, Is<SuitePolicy> auto& p) {
  a("key", p.key, "long flag without dashes");
  a("value", p.value, "in force");
  a("initial", p.initial, "default");
  a("reason", p.reason, "who says what, and why the default is what it is");
}

void describe(auto& a, Is<SuiteJudgement> auto& j) {
  a("requirement", j.requirement, "id");
  a("verdict", j.verdict, "what this ladder says of it");
  a("counts", j.counts, "judgements by verdict");
}

void describe(auto& a, Is<SuiteLadder> auto& l) {
  a("name", l.name, "as in its file");
  a("title", l.title, "as in its file");
  a("sources", l.sources, "where the procedure is specified");
  a("verdict", l.verdict, "of the selected requirements; none: not run");
  a("reason", l.reason, "why it was not run or proves nothing");
  a("notes", l.notes, "what else the reader must know");
  a("directory", l.directory, "of its run, within the suite's");
  a("capture", l.capture, "pcapng, within the suite's directory");
  a("start_ns", l.start, "since the suite's start");
  a("duration_ns", l.duration, "length");
  a("sessions", l.sessions, "by outcome");
  a("judgements", l.judgements, "requirements it judged");
}

void describe(auto& a, Is<SuiteRequirement> auto& r) {
  a("id", r.id, "stable across versions");
  a("clause", r.clause, "specification and clause");
  a("text", r.text, "one line in our words");
  a("severity", r.severity, "mandatory, option or informative");
  a("obliged", r.obliged, "the party it binds");
  a("confirmed", r.confirmed, "false: not yet read in the published text");
  a("selected", r.selected, "it counts for the suite's verdict");
  a("verdict", r.verdict, "the worst of its ladders; none: not run");
  a("warning", r.warning, "it failed, and does not fail the suite");
  a("gap", r.gap, "the group of reasons that the reason is of");
  a("reason", r.reason, "why it was not run");
  a("counts", r.counts, "judgements of all ladders, by verdict");
}

void describe(auto& a, Is<SuiteFinding> auto& f) {
  using Record = std::conditional_t<std::is_const_v<std::remove_reference_t<decltype(f)>>,
                                    const FindingRecord, FindingRecord>;
  describe(a, static_cast<Record&>(f));
  a("file", f.file, "capture that holds the frame, within the suite's directory");
}

void describe(auto& a, Is<SuiteResult> auto& s) {
  a("schema", s.schema, "version of this format");
  a("tool_version", s.tool_version, "of rung");
  a("suite_id", s.suite_id, "of its first run");
  a("verdict", s.verdict, "of the suite: the worst of its ladders");
  a("notes", s.notes, "what must be known before any verdict is believed");
  a("invalid_reasons", s.invalid_reasons, "not empty: the tester itself was the limit");
  a("interrupted", s.interrupted, "ended by the user");
  a("target_unreachable", s.target_unreachable, "nothing ever came back");
  a("target_lost", s.target_lost, "the target died or fell silent before the suite's end");
  a("started_unix_ns", s.started_unix_ns, "wall clock, UTC");
  a("duration_ns", s.duration, "length");
  a("topology", s.topology, "gm or isc");
  a("transport", s.transport, "io_uring or simulated");
  a("target", s.target, "whom the suite talked to");
  a.seed("seed", s.seed, "decimal, as text: it may exceed 2^53");
  a("selection", s.selection, "as typed; empty: everything");
  a("policies", s.policies, "choices where specifications disagree");
  a("settings", s.settings, "every option in force");
  a("machine", s.machine, "where it ran");
  a("ladders", s.ladders, "in the order of the book");
  a("requirements", s.requirements, "one row for each of the table");
  a("findings", s.findings, "kept whole, by ladder, then in order of time");
  a("findings_counted", s.findings_counted, "all, kept or not");
}

/// A struct that describe() knows.
struct AnyArchive {};
template <class T>
concept Described = requires(AnyArchive& archive, T& value) {
  describe(archive, value);
};

inline constexpr std::array<std::string_view, 3> kFramePlaces = {"none", "in_file", "overwritten"};

/// The percentiles a histogram is written with, besides its buckets.
struct NamedPercentile {
  const char* name;
  double percent;
};
inline constexpr NamedPercentile kPercentiles[] = {
    {"p50_ns", 50}, {"p90_ns", 90}, {"p99_ns", 99}, {"p99_9_ns", 99.9}};

}  // namespace rung::result_fields
