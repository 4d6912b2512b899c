// suite.json and the suite's reports; RUNG_UPDATE_GOLDEN=1 rewrites the golden files.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "checks/catalogue.hpp"
#include "checks/report_fixture.hpp"
#include "checks/result_json.hpp"
#include "checks/suite_report.hpp"

namespace rung {
namespace {

using report_fixture::expect_golden;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

constexpr std::size_t at(Verdict v) { return static_cast<std::size_t>(v); }

SuiteRequirement requirement(const char* id, Verdict verdict) {
  const RequirementTable table = requirement_table();
  const Requirement& r = table.at(table.find(id));
  SuiteRequirement row;
  row.id = r.id;
  row.clause = r.clause;
  row.text = r.text;
  row.severity = to_string(r.severity);
  row.obliged = to_string(r.obliged);
  row.confirmed = r.confirmed;
  row.selected = true;
  row.verdict = verdict;
  if (verdict != Verdict::none) row.counts[at(verdict)] = 1;
  return row;
}

SuiteJudgement judgement(const char* id, Verdict verdict) {
  SuiteJudgement cell;
  cell.requirement = id;
  cell.verdict = verdict;
  cell.counts[at(verdict)] = 1;
  return cell;
}

SuiteLadder ladder(const char* name, Verdict verdict) {
  SuiteLadder l;
  l.name = name;
  l.title = "A ladder & its <title>";
  l.sources = {"TS 24.341 B.5"};
  l.verdict = verdict;
  l.directory = name;
  l.capture = std::string(name) + "/capture.pcapng";
  l.start = 10ms;
  l.duration = 312ms;
  l.sessions.started = 1;
  return l;
}

/// Octets of an SUT that are neither text nor harmless on a terminal or in XML.
constexpr std::string_view kHostile{"\x1b[2J\xff\0 <b>&\"]]>", 15};

/// One of each: a ladder that failed, one that passed, one inconclusive, one not run.
SuiteResult mixed_suite() {
  SuiteResult s;
  s.tool_version = "0.1.0";
  s.suite_id = "3f2a";
  s.verdict = Verdict::fail;
  s.started_unix_ns = 1'773'493'766'000'000'000;  // 2026-03-14 13:09:26 UTC
  s.duration = 61s;
  s.topology = "gm";
  s.transport = "io_uring";
  s.target = "192.0.2.10:5060";
  s.seed = 18'446'744'073'709'551'615U;
  s.policies = {{"report-answer", "either", "either", "the documents disagree"}};
  s.settings = {{"jobs", "8"}};
  s.machine = {"a processor", "6.1.0", 2, std::uint64_t{8} << 30};
  s.requirements = {
      requirement("24.341-5.3.3.4.1-a", Verdict::pass),
      requirement("24.341-5.3.3.4.2-c", Verdict::fail), requirement("3428-f", Verdict::fail),
      requirement("TX-E", Verdict::inconclusive), requirement("TX-100", Verdict::none)};
  s.requirements[2].warning = true;
  s.requirements[4].gap = to_string(ProofGap::open);
  s.requirements[4].reason = "provisional answers are not judged";
  SuiteLadder red = ladder("mo_sms", Verdict::fail);
  red.sessions.failed = 1;
  red.judgements = {judgement("24.341-5.3.3.4.1-a", Verdict::pass),
                    judgement("24.341-5.3.3.4.2-c", Verdict::fail),
                    judgement("3428-f", Verdict::fail)};
  SuiteLadder green = ladder("mo_to_mt", Verdict::pass);
  green.sessions.passed = 1;
  green.judgements = {judgement("24.341-5.3.3.4.1-a", Verdict::pass)};
  SuiteLadder open = ladder("recipient_silent", Verdict::inconclusive);
  open.sessions.inconclusive = 1;
  open.reason = "TX-E could not be judged";
  open.judgements = {judgement("TX-E", Verdict::inconclusive)};
  SuiteLadder idle = ladder("mo_sc_busy", Verdict::none);
  idle.reason = "needs a service centre that answers error:42:C0";
  idle.directory = idle.capture = "";
  idle.sessions = {};
  s.ladders = {red, green, open, idle};
  SuiteFinding f;
  f.requirement = "24.341-5.3.3.4.2-c";
  f.clause = "TS 24.341 5.3.3.4";
  f.text = "The submit report names the submit's Call-ID in In-Reply-To, that one and no other";
  f.ladder = "mo_sms";
  f.step = "s3";
  f.path = "sip.in_reply_to";
  f.expected = "r3f2a-00-0000001f-0001";
  f.actual = kHostile;
  f.at = 31ms;
  f.frame_place = FramePlace::in_file;
  f.frame = 8;
  f.file = "mo_sms/capture.pcapng";
  s.findings = {f};
  s.findings_counted = 1;
  return s;
}

TEST(SuiteText, a_fail_comes_out_as_a_fail) {
  const std::string text = suite_text(mixed_suite(), false);
  EXPECT_THAT(text, StartsWith("FAIL  4 ladders against 192.0.2.10:5060"));
  EXPECT_THAT(text, HasSubstr("24.341-5.3.3.4.2-c  TS 24.341 5.3.3.4 (unconfirmed)"));
  EXPECT_THAT(text, HasSubstr("frame 8 of mo_sms/capture.pcapng"));
  EXPECT_THAT(text, HasSubstr("\nWarnings\n  3428-f"));
  EXPECT_THAT(text, HasSubstr("needs a service centre that answers error:42:C0"));
  EXPECT_THAT(text,
              HasSubstr("1  not yet\n             1  provisional answers are not judged: TX-100"));
  expect_golden("suite.txt", text);
}

TEST(SuiteText, what_the_sut_sent_cannot_steer_the_terminal) {
  const std::string text = suite_text(mixed_suite(), false);
  EXPECT_THAT(text, HasSubstr("\\x1b[2J\\xff\\x00 <b>&"));
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
}

TEST(SuiteText, colours_add_sequences_and_change_no_word) {
  std::string text = suite_text(mixed_suite(), true);
  EXPECT_THAT(text, StartsWith("\x1b[1;31mFAIL\x1b[0m"));
  for (std::size_t esc = text.find('\x1b'); esc != std::string::npos; esc = text.find('\x1b')) {
    text.erase(esc, text.find('m', esc) - esc + 1);
  }
  EXPECT_EQ(text, suite_text(mixed_suite(), false));
}

TEST(SuiteText, of_an_empty_suite_is_no_pass) {
  EXPECT_THAT(suite_text({}, false), Not(StartsWith("PASS")));
}

TEST(SuiteText, of_an_invalid_suite_says_so_first) {
  SuiteResult suite = mixed_suite();
  suite.invalid_reasons = {"mo_sms: 4 datagrams dropped by our own sockets"};
  EXPECT_THAT(suite_text(suite, false), StartsWith("SUITE INVALID  "));
}

TEST(SuiteText, progress_tells_the_verdict_and_what_broke) {
  const std::string line = suite_progress_line(mixed_suite().ladders[0], 1, 4, false);
  EXPECT_EQ(
      line,
      "    1/4   fail          mo_sms                   312 ms  24.341-5.3.3.4.2-c, 3428-f\n");
}

TEST(SuiteJunit, a_fail_comes_out_as_a_failure_and_nothing_undecided_as_green) {
  const std::string xml = suite_junit(mixed_suite(), "lab");
  EXPECT_THAT(xml, HasSubstr("name=\"mo_sms\" timestamp=\"2026-03-14T13:09:26\" hostname=\"lab\" "
                             "tests=\"3\" failures=\"1\" errors=\"0\" skipped=\"1\""));
  EXPECT_THAT(xml, HasSubstr("<failure type=\"fail\" message=\"The submit report names"));
  EXPECT_THAT(xml, HasSubstr("<skipped message=\"warning: "));
  EXPECT_THAT(xml, HasSubstr("<error type=\"inconclusive\""));
  EXPECT_THAT(xml, HasSubstr("<skipped message=\"not run: needs a service centre"));
  EXPECT_THAT(xml, HasSubstr("name=\"TX-100 (RFC 4320 4.1)\" time=\"0.000\"><skipped message=\"not "
                             "yet: provisional answers are not judged\">"));
  expect_golden("suite.junit.xml", xml);
}

TEST(SuiteJunit, what_the_sut_sent_stays_within_its_text) {
  const std::string xml = suite_junit(mixed_suite(), "lab");
  EXPECT_THAT(xml, HasSubstr("\\x1b[2J\\xff\\x00 &lt;b&gt;&amp;&quot;]]&gt;"));
  for (const char c : xml) EXPECT_TRUE(c == '\n' || (c >= 0x20 && c < 0x7f));
}

TEST(SuiteJunit, a_ladder_that_failed_on_no_requirement_is_red_all_the_same) {
  SuiteResult suite = mixed_suite();
  suite.ladders[1].verdict = Verdict::fail;
  suite.ladders[1].reason = "the embedded gateway was ended by signal 9";
  EXPECT_THAT(suite_junit(suite, ""),
              HasSubstr("<failure type=\"fail\" message=\"the embedded gateway was ended"));
}

TEST(SuiteJson, of_a_mixed_suite) {
  const auto json = nlohmann::json::parse(suite_json(mixed_suite()));
  EXPECT_EQ(json["schema"], 1);
  EXPECT_EQ(json["verdict"], "fail");
  EXPECT_EQ(json["seed"], "18446744073709551615");
  EXPECT_EQ(json["ladders"][3]["verdict"], "none");
  EXPECT_EQ(json["ladders"][0]["judgements"][1]["verdict"], "fail");
  EXPECT_EQ(json["findings"][0]["requirement"], "24.341-5.3.3.4.2-c");
  EXPECT_EQ(json["findings"][0]["frame"], 8);
  EXPECT_EQ(json["findings"][0]["file"], "mo_sms/capture.pcapng");
  EXPECT_EQ(json["requirements"][4]["gap"], "not yet");
  EXPECT_EQ(json["requirements"][4]["reason"], "provisional answers are not judged");
}

TEST(SuiteJson, read_again_is_the_same) {
  const std::string text = suite_json(mixed_suite());
  const auto read = load_suite_json(text);
  ASSERT_TRUE(read.ok()) << read.error();
  EXPECT_EQ(suite_json(read.value()), text);
}

TEST(SuiteJson, errors_name_the_field_and_what_was_expected) {
  const auto read = load_suite_json("{\"schema\": 1, \"ladders\": [{\"verdict\": \"green\"}]}");
  ASSERT_FALSE(read.ok());
  EXPECT_EQ(read.error(), "ladders[0].verdict: expected a verdict");
  EXPECT_EQ(load_suite_json("{\"schema\": 2}").error(), "schema: 2, this program reads 1");
}

TEST(SuiteSchema, is_the_recorded_one) {
  const std::string text = suite_schema_json();
  EXPECT_THAT(text, HasSubstr("suite.json of rung, schema 1"));
  expect_golden("suite.schema.json", text);
}

TEST(SuiteCompare, shows_what_became_of_each_row_that_changed) {
  SuiteResult before, after;
  before.suite_id = "one";
  after.suite_id = "two";
  before.verdict = Verdict::pass;
  after.verdict = Verdict::fail;
  before.requirements = {requirement("TX-cl", Verdict::pass), requirement("TX-tag", Verdict::pass)};
  after.requirements = {requirement("TX-cl", Verdict::fail), requirement("TX-tag", Verdict::pass)};
  before.ladders = {ladder("mo_sms", Verdict::pass), ladder("gone", Verdict::pass)};
  after.ladders = {ladder("mo_sms", Verdict::pass), ladder("new", Verdict::none)};
  const std::string text = compare_text(before, after);
  EXPECT_THAT(text, testing::ContainsRegex("verdict +pass +fail\n"));
  EXPECT_THAT(text, testing::ContainsRegex("TX-cl +pass +fail +Content-Length counts"));
  EXPECT_THAT(text, Not(HasSubstr("TX-tag")));
  EXPECT_THAT(text, testing::ContainsRegex("gone +pass +- +A ladder"));
  EXPECT_THAT(text, testing::ContainsRegex("new +- +not run +A ladder"));
  EXPECT_THAT(text, Not(HasSubstr("mo_sms")));
}

}  // namespace
}  // namespace rung
