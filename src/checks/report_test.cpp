// The writers against golden files in tests/golden/report; RUNG_UPDATE_GOLDEN=1 rewrites them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "checks/catalogue.hpp"
#include "checks/report_text.hpp"
#include "checks/result_json.hpp"
#include "checks/run_verdict.hpp"

namespace rung {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

void expect_golden(const std::string& name, const std::string& actual) {
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

HistogramSnapshot histogram(Duration from, Duration step, int values) {
  Histogram h;
  for (int i = 0; i < values; ++i) h.record(from + i * step);
  return h.snapshot();
}

void set(RunResult& r, Counter c, std::uint64_t value) {
  r.totals.values[static_cast<std::size_t>(c)] = value;
  r.measured.values[static_cast<std::size_t>(c)] = value;
}

void count(RunResult& r, std::string_view id, Verdict verdict, std::uint64_t times) {
  for (RequirementTally& t : r.requirements) {
    if (t.id != id) continue;
    t.counts[static_cast<std::size_t>(verdict)] += times;
    t.worst = worse(t.worst, verdict);
    t.selected = true;
  }
}

/// A few rows, so that a change of the catalogue leaves the golden files alone.
std::vector<RequirementTally> tallies() {
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
RunResult clean_run() {
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
constexpr std::string_view kHostile{"\x1b[2J\xff\0 cb03", 11};

RunResult failed_run() {
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

RunResult invalid_run() {
  RunResult r = failed_run();
  r.invalid_reasons = {
      "1 % of sessions started 41.0 ms or more after their instant, limit 20.0 ms"};
  r.notes = {"registration did not complete: 99,000 of 100,000 UEs"};
  r.at_least = Verdict::inconclusive;
  r.pools[0].refused = 12;
  r.judged_one_in = 10;
  return r;
}

RunResult judge(RunResult r) { return judged(std::move(r), requirement_table()); }

TEST(TextReport, of_a_clean_run) {
  const std::string text = report_text(judge(clean_run()), false);
  EXPECT_THAT(text, StartsWith("PASS  mo_to_mt against 127.0.0.1:5060"));
  EXPECT_THAT(text, Not(HasSubstr("Failed\n")));
  expect_golden("pass.txt", text);
}

TEST(TextReport, a_fail_comes_out_as_a_fail) {
  const std::string text = report_text(judge(failed_run()), false);
  EXPECT_THAT(text, StartsWith("FAIL  "));
  EXPECT_THAT(text, HasSubstr("24.341-5.3.3.4.2-c  TS 24.341 5.3.3.4 (unconfirmed)"));
  EXPECT_THAT(text, HasSubstr("5 of 300,003 judgements failed"));
  EXPECT_THAT(text, HasSubstr("UE 17, at 3.214 s, frame 812"));
  EXPECT_THAT(text, HasSubstr("frame overwritten"));
  EXPECT_THAT(text, HasSubstr("1 more in result.json"));
  expect_golden("fail.txt", text);
}

TEST(TextReport, what_the_sut_sent_cannot_steer_the_terminal) {
  const std::string text = report_text(judge(failed_run()), false);
  EXPECT_THAT(text, HasSubstr("\\x1b[2J\\xff\\x00 cb03"));
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
}

TEST(TextReport, an_invalid_run_says_so_first_and_keeps_failures_on_content) {
  const std::string text = report_text(judge(invalid_run()), false);
  EXPECT_THAT(text, StartsWith("RUN INVALID  "));
  EXPECT_THAT(text, HasSubstr("! 1 % of sessions started 41.0 ms"));
  EXPECT_THAT(text, HasSubstr("! only 1 of 10 messages was judged"));
  EXPECT_THAT(text, HasSubstr("! sessions: full 12 times at 65,536"));
  EXPECT_THAT(text, HasSubstr("5 of 300,003 judgements failed"));
  EXPECT_THAT(text, Not(HasSubstr("within 500 ms"))) << "a deadline proves nothing then";
  expect_golden("invalid.txt", text);
}

TEST(TextReport, the_verdicts_line_says_how_many_sessions_were_refused_and_with_what) {
  RunResult r = clean_run();
  r.ladders[0].sessions = {300'000, 299'987, 0, 0, 3, 10, 0};
  r.sip_failures = {{480, 1}, {503, 1}};
  r.rp_failures = {{42, 1}};
  const std::string text = report_text(judge(r), false);
  EXPECT_THAT(text, StartsWith("PASS  "));
  EXPECT_THAT(text.substr(0, text.find('\n')),
              HasSubstr("; 3 of 300,000 sessions refused (answered 480: 1, answered 503: 1, "
                        "RP-Cause 42: 1)"));
  r.ladders[0].sessions.refused = 0;
  EXPECT_THAT(report_text(judge(r), false), Not(HasSubstr(" sessions refused")));
}

TEST(TextReport, shows_findings_of_fields_without_requirement) {
  RunResult r = clean_run();
  FindingRecord f;
  f.ladder = "my_own";
  f.step = "s2";
  f.path = "sip.status";
  f.expected = "202";
  f.actual = "403";
  r.findings = {f};
  EXPECT_THAT(report_text(judge(r), false), HasSubstr("my_own s2 sip.status, UE 0"));
}

TEST(TextReport, has_no_blank_at_a_lines_end) {
  EXPECT_THAT(report_text(judge(invalid_run()), false), Not(HasSubstr(" \n")));
  EXPECT_THAT(compare_text(judge(clean_run()), judge(failed_run())), Not(HasSubstr(" \n")));
}

TEST(TextReport, colours_add_sequences_and_change_no_word) {
  std::string text = report_text(judge(failed_run()), true);
  EXPECT_THAT(text, StartsWith("\x1b[1;31mFAIL\x1b[0m"));
  for (std::size_t at = text.find('\x1b'); at != std::string::npos; at = text.find('\x1b')) {
    text.erase(at, text.find('m', at) - at + 1);
  }
  EXPECT_EQ(text, report_text(judge(failed_run()), false));
}

TEST(TextReport, of_an_empty_result_does_not_pass) {
  EXPECT_THAT(report_text(judge({}), false), StartsWith("INCONCLUSIVE  no ladder against nobody"));
}

TEST(ComparedResults, have_ratios_and_name_what_changed) {
  RunResult faster = failed_run();
  faster.run_id = "3f2b";
  faster.rates.delivered_sm *= 1.5;
  faster.cpu.generator_seconds /= 2;
  const std::string text = compare_text(judge(clean_run()), judge(faster));
  EXPECT_THAT(text, HasSubstr("1.500"));
  EXPECT_THAT(text, HasSubstr("0.500"));
  EXPECT_THAT(text, HasSubstr("24.341-5.3.3.4.2-c"));
  expect_golden("compare.txt", text);
}

TEST(ResultJson, of_a_failed_run) {
  const std::string text = result_json(judge(failed_run()));
  const auto json = nlohmann::json::parse(text);
  EXPECT_EQ(json["schema"], 1);
  EXPECT_EQ(json["verdict"], "fail");
  EXPECT_EQ(json["seed"], "18446744073709551615");
  EXPECT_EQ(json["findings"][0]["frame"], 812);
  EXPECT_EQ(json["totals"]["sip_judged"], 1'200'000);
  expect_golden("fail.json", text);
}

TEST(ResultJson, read_again_makes_the_same_reports) {
  const RunResult written = judge(invalid_run());
  const auto read = load_result_json(result_json(written));
  ASSERT_TRUE(read.ok()) << read.error();
  EXPECT_EQ(result_json(read.value()), result_json(written));
  EXPECT_EQ(exit_code(read.value()), 4);
  EXPECT_EQ(read.value().ladders[0].measures[0].corrected.percentile(99),
            written.ladders[0].measures[0].corrected.percentile(99));
}

std::string error_of(const std::string& text) {
  const auto read = load_result_json(text);
  return read.ok() ? "no error" : read.error();
}

TEST(ResultJson, errors_name_the_field_and_what_was_expected) {
  EXPECT_EQ(error_of("{\"schema\": 1, \"ladders\": [{\"sessions\": {\"passed\": -1}}]}"),
            "ladders[0].sessions.passed: expected 0 to 18446744073709551615");
  EXPECT_EQ(error_of("{\"schema\": 1, \"verdict\": \"green\"}"), "verdict: expected a verdict");
  EXPECT_EQ(error_of("{\"schema\": 1, \"workers\": 4294967296}"),
            "workers: expected 0 to 4294967295");
  EXPECT_EQ(error_of("{\"schema\": 1, \"pacer_lateness\": {\"buckets\": [[1]]}}"),
            "pacer_lateness.buckets: expected pairs of edge and count");
  EXPECT_EQ(error_of("{\"schema\": 1, \"seed\": \"12x\"}"),
            "seed: expected a decimal number as text");
  EXPECT_EQ(error_of("{\"schema\": 2}"), "schema: 2, this program reads 1");
  EXPECT_EQ(error_of("{}"), "schema: 0, this program reads 1");
  EXPECT_EQ(error_of("[]"), "expected an object");
  EXPECT_EQ(error_of("{\"schema\": 1"), "not JSON, or cut off");
}

TEST(ResultJson, ignores_fields_of_a_later_program_and_defaults_missing_ones) {
  const auto read = load_result_json("{\"schema\": 1, \"colour\": \"green\", \"ues\": 7}");
  ASSERT_TRUE(read.ok()) << read.error();
  EXPECT_EQ(read.value().ues, 7U);
  EXPECT_EQ(read.value().judged_one_in, 1U);
}

TEST(ResultJson, cut_off_anywhere_is_an_error_and_no_crash) {
  const std::string text = result_json(judge(failed_run()));
  for (std::size_t size = 0; size + 2 < text.size(); size += 997) {
    EXPECT_FALSE(load_result_json(std::string_view(text).substr(0, size)).ok()) << size;
  }
}

/// Every member of `json` is in `schema` and the other way round, at any depth.
void expect_described(const nlohmann::json& schema, const nlohmann::json& json,
                      const std::string& path) {
  if (schema.contains("properties")) {
    for (const auto& name : schema["required"]) {
      ASSERT_TRUE(json.contains(name)) << path << " lacks " << name;
    }
    for (const auto& [name, value] : json.items()) {
      ASSERT_TRUE(schema["properties"].contains(name)) << path << "." << name;
      expect_described(schema["properties"][name], value, path + "." + name);
    }
  } else if (schema.value("type", "") == "array") {
    ASSERT_TRUE(json.is_array()) << path;
    for (const auto& item : json) expect_described(schema["items"], item, path + "[]");
  } else if (schema.contains("enum")) {
    ASSERT_NE(std::find(schema["enum"].begin(), schema["enum"].end(), json), schema["enum"].end())
        << path;
  } else if (schema["type"] == "integer") {
    ASSERT_TRUE(json.is_number_integer()) << path;
  } else {
    ASSERT_EQ(schema["type"] == "string", json.is_string()) << path;
  }
}

TEST(ResultSchema, describes_every_field_that_is_written) {
  const std::string text = result_schema_json();
  expect_described(nlohmann::json::parse(text),
                   nlohmann::json::parse(result_json(judge(failed_run()))), "result");
  expect_golden("result.schema.json", text);
}

}  // namespace
}  // namespace rung
