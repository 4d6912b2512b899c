// The writers against golden files in tests/golden/report; RUNG_UPDATE_GOLDEN=1 rewrites them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "checks/report_fixture.hpp"
#include "checks/report_text.hpp"
#include "checks/result_json.hpp"
#include "checks/run_verdict.hpp"

namespace rung {
namespace {

using namespace report_fixture;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

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

TEST(TextReport, of_a_run_that_judged_nothing_says_so_before_all_else) {
  RunResult r = invalid_run();
  r.judged_one_in = 0;

  const std::string text = report_text(judge(r), false);

  const std::size_t first = text.find("  ! ");
  ASSERT_NE(first, std::string::npos);
  EXPECT_THAT(text.substr(first), StartsWith("  ! nothing was judged"));
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
