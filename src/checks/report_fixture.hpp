// Runs as the generator leaves them, and golden files, for the tests of the report writers.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "checks/catalogue.hpp"
#include "checks/run_verdict.hpp"

namespace rung::report_fixture {

inline void expect_golden(const std::string& name, const std::string& actual) {
  const std::string path = std::string(RUNG_SOURCE_DIR "/tests/golden/report/") + name;
  if (std::getenv("RUNG_UPDATE_GOLDEN") != nullptr) {
    std::ofstream(path, std::ios::binary) << actual;
    return;
  }
  std::ifstream file(path, std::ios::binary);
  std::stringstream expected;
  expected << file.rdbuf();
  EXPECT_EQ(expected.str(), actual) << "RUNG_UPDATE_GOLDEN=1 rewrites " << path;
}

inline HistogramSnapshot histogram(Duration from, Duration step, int values) {
  Histogram h;
  for (int i = 0; i < values; ++i) h.record(from + i * step);
  return h.snapshot();
}

inline void set(RunResult& r, Counter c, std::uint64_t value) {
  r.totals.values[static_cast<std::size_t>(c)] = value;
  r.measured.values[static_cast<std::size_t>(c)] = value;
}

inline void count(RunResult& r, std::string_view id, Verdict verdict, std::uint64_t times) {
  for (RequirementTally& t : r.requirements) {
    if (t.id != id) continue;
    t.counts[static_cast<std::size_t>(verdict)] += times;
    t.worst = worse(t.worst, verdict);
    t.selected = true;
  }
}

/// A few rows, so that a change of the catalogue leaves the golden files alone.
inline std::vector<RequirementTally> tallies() {
  const RequirementTable table = requirement_table();
  std::vector<RequirementTally> rows;
  for (const char* id : {"24.341-5.3.3.4.1-a", "24.341-5.3.3.4.2-c", "24.341-5.3.3.4.2-j", "TX-E",
                         "TX-100", "3428-f"}) {
    const Requirement& r = table.at(table.find(id));
    RequirementTally row;
    row.id = r.id;
    row.clause = r.clause;
    row.text = r.text;
    row.severity = to_string(r.severity);
    row.confirmed = r.confirmed;
    rows.push_back(row);
  }
  return rows;
}

/// A run as the generator leaves it: everything passed.
inline RunResult clean_run() {
  RunResult r;
  r.tool_version = "0.1.0";
  r.run_id = "3f2a";
  r.started_unix_ns = 1'773'493'766'000'000'000;  // 2026-03-14 13:09:26 UTC
  r.topology = "gm";
  r.transport = "io_uring";
  r.target = "127.0.0.1:5060";
  r.seed = 18'446'744'073'709'551'615U;
  r.command_line = {"rung", "run", "--config", "profiles/demo.ini"};
  r.settings = {{"rate", "20000"}, {"ues", "100000"}};
  r.phases = {{"register", 0s, 2s}, {"warm_up", 2s, 3s}, {"measure", 5s, 15s}, {"drain", 20s, 1s}};
  r.workers = 1;
  r.ues = 100'000;
  r.machine = {"a processor", "6.1.0", 2, std::uint64_t{8} << 30};
  r.rates = {20000, 20000.1, 19999.9, 19998.5, 19999.9, 19997, 159'984.2, 51'200.4};
  for (const auto& [counter, value] : {std::pair{Counter::sessions_passed, 299'990},
                                       {Counter::sm_submitted, 300'000},
                                       {Counter::sm_delivered, 300'000},
                                       {Counter::sip_sent, 1'200'000},
                                       {Counter::sip_received, 1'200'000},
                                       {Counter::sip_judged, 1'200'000}}) {
    set(r, counter, static_cast<std::uint64_t>(value));
  }
  LadderResult ladder;
  ladder.name = "mo_to_mt";
  ladder.title = "Short message from one UE to another";
  ladder.sessions = {300'000, 299'990, 0, 0, 0, 10, 0};
  ladder.measures = {{"delivery", histogram(1ms, 1ms, 20), histogram(900us, 900us, 20)},
                     {"report", {}, histogram(2ms, 2ms, 10)}};
  r.ladders = {ladder};
  r.requirements = tallies();
  count(r, "24.341-5.3.3.4.1-a", Verdict::pass, 300'000);
  count(r, "24.341-5.3.3.4.2-c", Verdict::pass, 299'998);
  count(r, "24.341-5.3.3.4.2-j", Verdict::pass, 299'990);
  r.pacer_lateness = histogram(1us, 50us, 10);
  r.registration_latency = histogram(3ms, 1ms, 5);
  r.transport_figures.rx_datagrams = r.transport_figures.tx_datagrams = 1'200'000;
  r.memory = {64'000'000, 65'000'000, 6'400'000, 2'600'000, 102'000'000};
  r.cpu = {9.8, 0.653};
  r.capture = {"run-3f2a/run.pcapng", 1200, 4.5, 0};
  r.pools = {{"sessions", 65'536, 4'211, 0}, {"tombstones", 700'000, 640'123, 0}};
  return r;
}

/// Octets of an SUT that are neither text nor harmless on a terminal.
inline constexpr std::string_view kHostile{"\x1b[2J\xff\0 cb03", 11};

inline RunResult failed_run() {
  RunResult r = clean_run();
  count(r, "24.341-5.3.3.4.2-c", Verdict::fail, 5);
  count(r, "24.341-5.3.3.4.1-a", Verdict::fail, 1);
  count(r, "3428-f", Verdict::fail, 1);
  count(r, "TX-E", Verdict::inconclusive, 3);
  FindingRecord f;
  f.requirement = "24.341-5.3.3.4.2-c";
  f.clause = "TS 24.341 5.3.3.4";
  f.text = "The submit report names the submit's Call-ID in In-Reply-To, that one and no other";
  f.ladder = "mo_to_mt";
  f.step = "s3";
  f.path = "sip.in_reply_to";
  f.expected = "r3f2a-00-0000001f-0001";
  f.actual = kHostile;
  f.ue = 17;
  f.at = 3214ms;
  f.frame_place = FramePlace::in_file;
  f.frame = 812;
  r.findings = {f, f, f, f};
  r.findings[1].frame_place = FramePlace::overwritten;
  r.findings[2].actual = "absent";
  FindingRecord late;
  late.requirement = "24.341-5.3.3.4.1-a";
  late.clause = "TS 24.341 5.3.3.4";
  late.ladder = "mo_to_mt";
  late.step = "s2";
  late.expected = "within 500 ms";
  late.actual = "1.02 s";
  late.frame_place = FramePlace::in_file;
  late.frame = 1100;
  r.findings.push_back(late);
  FindingRecord missing = late;
  missing.actual = "never came";
  missing.frame = 1101;
  missing.never_came = true;
  r.findings.push_back(missing);
  r.findings_counted = 8;
  r.sip_failures = {{480, 12}};
  r.rp_failures = {{22, 3}};
  set(r, Counter::sm_lost, 4);
  set(r, Counter::sip_retransmitted, 31);
  return r;
}

inline RunResult invalid_run() {
  RunResult r = failed_run();
  r.invalid_reasons = {
      "1 % of sessions started 41.0 ms or more after their instant, limit 20.0 ms"};
  r.notes = {"registration did not complete: 99,000 of 100,000 UEs"};
  r.at_least = Verdict::inconclusive;
  r.pools[0].refused = 12;
  r.judged_one_in = 10;
  return r;
}

inline RunResult judge(RunResult r) { return judged(std::move(r), requirement_table()); }

}  // namespace rung::report_fixture
