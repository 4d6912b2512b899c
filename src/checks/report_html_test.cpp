// The HTML report. RUNG_UPDATE_GOLDEN=1 rewrites tests/golden/report/fail.html, which leaves out
// the style sheets: how the page looks is for eyes.
#include "checks/report_html.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>
#include <set>

#include "checks/report_fixture.hpp"
#include "checks/suite_of_run.hpp"
#include "engine/base/hex.hpp"
#include "engine/ladder/reader.hpp"

namespace rung {
namespace {

using namespace report_fixture;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::string_view kSession = "0-1f-1";

LadderBook book() {
  LadderBook out;
  std::vector<TextError> errors;
  read_ladders(
      "ladder mo_to_mt \"Short message from one UE to another\"\n"
      "s1 ue -> gw submit\ns2 gw -> ue accepted after s1 [24.341-5.3.3.4.1-a]\n"
      "s3 gw -> ue report after s1\ns4 gw -> ue2 deliver after s1\n"
      "message submit\n sip.method fixed MESSAGE\nmessage accepted\n sip.status one_of 202 200\n"
      "message report\n sip.method fixed MESSAGE\n sip.in_reply_to copied s1.sip.call_id "
      "[24.341-5.3.3.4.2-c]\n"
      "message deliver\n sip.method fixed MESSAGE\n",
      "test.ladder", out, errors);
  EXPECT_TRUE(resolve(out, errors));
  return out;
}

RecordedFrame frame(std::uint64_t number, std::uint8_t step, Verdict verdict, bool outgoing,
                    std::string_view text, std::string_view body_hex = {}) {
  RecordedFrame f;
  f.number = number;
  f.session = kSession;
  f.at = time_from_ns(static_cast<std::int64_t>(number) * 1'000'000);
  f.source = f.destination = Endpoint::ipv4(0x7f000001, 5060);
  f.outgoing = outgoing;
  f.mark = {step, verdict};
  std::string octets(text);
  if (!body_hex.empty()) {
    const auto body = *parse_hex(body_hex);
    octets += "Content-Type: application/vnd.3gpp.sms\r\n\r\n" + std::string(as_text(body));
  } else {
    octets += "\r\n";
  }
  f.octets = {octets.begin(), octets.end()};
  return f;
}

/// What the report of failed_run() needs beside it: the session of its findings.
std::vector<RecordedFrame> frames() {
  return {frame(811, 0, Verdict::none, true,
                "MESSAGE sip:sc.home1.net SIP/2.0\r\nCall-ID: c1\r\nCSeq: 1 MESSAGE\r\n"),
          frame(812, 2, Verdict::fail, false,
                "MESSAGE sip:ue@home1.net SIP/2.0\r\nCall-ID: c2\r\n"
                "In-Reply-To: <script>alert(1)</script>\xff\r\nCSeq: 1 MESSAGE\r\n",
                "03 2a")};
}

struct Page {
  RunResult run;
  LadderBook ladders = book();
  std::vector<RecordedFrame> recorded = frames();

  explicit Page(RunResult from) : run(judge(std::move(from))) {
    for (FindingRecord& f : run.findings) f.session = kSession;
    for (LadderResult& ladder : run.ladders) ladder.steps = {"s1", "s2", "s3", "s4"};
  }
  [[nodiscard]] std::string text() const {
    const SuiteResult suite = suite_of(run, ladders, requirement_table());
    ReportInput input{suite, ladders, &run};
    for (const LadderResult& ladder : run.ladders) input.runs[ladder.name] = &run;
    input.captures["run.pcapng"] = recorded;
    return report_html(input);
  }
};

std::string without_styles(const std::string& page) {
  std::string out;
  std::size_t at = 0;
  for (std::size_t style = 0; (style = page.find("<style>", at)) != std::string::npos;) {
    out += page.substr(at, style - at) + "<style></style>";
    at = page.find("</style>", style) + 8;
  }
  return out + page.substr(at);
}

std::multiset<std::string> all(const std::string& page, const std::string& pattern) {
  std::multiset<std::string> out;
  const std::regex wanted(pattern);
  for (std::sregex_iterator i(page.begin(), page.end(), wanted), end; i != end; ++i) {
    out.insert((*i)[1]);
  }
  return out;
}

TEST(HtmlReport, a_fail_comes_out_as_a_fail) {
  const std::string page = Page(failed_run()).text();
  EXPECT_THAT(page, HasSubstr("<header id=\"verdict\" class=\"fail\">"));
  EXPECT_THAT(page, HasSubstr("<h1><strong>Fail</strong> mo_to_mt"));
  EXPECT_THAT(page, HasSubstr("<li class=\"fail\"><b>2</b> failed</li>"));
  EXPECT_THAT(page, HasSubstr("<li class=\"pass\"><b>1</b> passed</li>"));
  EXPECT_THAT(page, HasSubstr("<tr id=\"req-24.341-5.3.3.4.2-c\" class=\"fail\">"));
  EXPECT_THAT(page, HasSubstr("5 of 300,003 judgements failed"));
  EXPECT_THAT(page, HasSubstr("<b class=\"unconfirmed\">unconfirmed</b>"));
  expect_golden("fail.html", without_styles(page));
}

TEST(HtmlReport, a_pass_comes_out_as_a_pass_and_says_of_nothing_that_it_failed) {
  const std::string page = Page(clean_run()).text();
  EXPECT_THAT(page, HasSubstr("<header id=\"verdict\" class=\"pass\">"));
  EXPECT_THAT(page, HasSubstr("<li class=\"fail zero\"><b>0</b> failed</li>"));
  EXPECT_THAT(page, HasSubstr("<h2>Findings</h2>\n<p>None.</p>"));
  EXPECT_THAT(page, Not(HasSubstr("class=\"tag fail\"")));
}

TEST(HtmlReport, an_invalid_run_and_one_without_any_ladder_do_not_pass) {
  const std::string invalid = Page(invalid_run()).text();
  EXPECT_THAT(invalid, HasSubstr("<strong>Invalid</strong>"));
  EXPECT_THAT(invalid, HasSubstr("<li>1 % of sessions started 41.0 ms"));
  EXPECT_THAT(invalid, HasSubstr("<li>only 1 of 10 messages was judged</li>"));
  EXPECT_THAT(Page({}).text(), HasSubstr("<strong>Inconclusive</strong> No ladder"));
}

TEST(HtmlReport, what_the_sut_sent_is_text_wherever_it_stands) {
  Page p(failed_run());
  p.run.findings[0].expected = p.run.findings[0].actual = "\"><script>alert(2)</script>";
  p.run.findings[0].step = p.run.findings[0].path = p.run.target = "</td><img src=x onerror=y>";
  p.run.notes = {"<b>note</b>"};
  const std::string page = p.text();
  EXPECT_EQ(all(page, "(<script)").size(), 1U) << "the page's own";
  EXPECT_THAT(page, Not(HasSubstr("<img")));
  EXPECT_THAT(page, Not(HasSubstr("<b>note")));
  EXPECT_THAT(page, HasSubstr("&lt;script&gt;alert(1)&lt;/script&gt;\\xff"));
  EXPECT_EQ(page.find('\x1b'), std::string::npos);
  EXPECT_EQ(page.find('\0'), std::string::npos);
}

TEST(HtmlReport, the_offending_field_is_marked_with_the_requirement_beside_it) {
  const std::string page = Page(failed_run()).text();
  EXPECT_THAT(page, HasSubstr("<tr class=\"marked fail\"><th scope=\"row\">In-Reply-To</th>"));
  EXPECT_THAT(page, Not(HasSubstr("<tr class=\"marked fail\"><th scope=\"row\">Call-ID</th>")));
}

TEST(HtmlReport, a_field_that_should_be_there_and_is_not_gets_a_row) {
  Page p(failed_run());
  p.recorded[1] = frame(812, 2, Verdict::fail, false,
                        "MESSAGE sip:ue@home1.net SIP/2.0\r\nCall-ID: c2\r\n", "03 2a");
  EXPECT_THAT(p.text(), HasSubstr("<tr class=\"marked fail\"><th scope=\"row\">sip.in_reply_to</th>"
                                  "<td colspan=\"2\"><p class=\"absent\">"));
}

TEST(HtmlReport, the_drawing_shows_what_failed_what_was_sent_and_what_was_not_seen) {
  Page p(failed_run());
  std::erase_if(p.run.findings, [](const FindingRecord& f) { return f.step == "s2"; });
  const std::string page = p.text();
  const auto step = [&](const std::string& kind, const std::string& id) {
    return page.find("<g class=\"" + kind + "\">\n") != std::string::npos &&
           std::regex_search(page, std::regex("<g class=\"" + kind +
                                              "\">\n(<text[^\n]*\n)?<text "
                                              "[^>]*class=\"id\">" +
                                              id + "<"));
  };
  EXPECT_TRUE(step("none", "s1"));
  EXPECT_TRUE(step("unreached", "s2"));
  EXPECT_TRUE(step("fail", "s3"));
  EXPECT_TRUE(step("unreached", "s4"));
}

TEST(HtmlReport, anchors_are_unique_and_every_link_leads_somewhere) {
  for (const RunResult& run : {clean_run(), failed_run(), invalid_run()}) {
    const std::string page = Page(run).text();
    const auto ids = all(page, " id=\"([^\"]*)\"");
    for (const std::string& id : ids) EXPECT_EQ(ids.count(id), 1U) << id;
    for (const std::string& to : all(page, "href=\"#([^\"]*)\""))
      EXPECT_TRUE(ids.contains(to)) << to;
    for (const RequirementTally& t : run.requirements) EXPECT_TRUE(ids.contains("req-" + t.id));
    EXPECT_EQ(all(page, "(https?://)[^w]").size(), 0U) << "the name space of SVG aside";
  }
}

TEST(HtmlReport, the_last_frame_before_what_never_came_is_not_blamed) {
  Page p(failed_run());
  std::erase_if(p.run.findings, [](const FindingRecord& f) { return !f.never_came; });
  ASSERT_EQ(p.run.findings.size(), 1U);
  p.run.findings[0].frame = 811;
  p.recorded.pop_back();
  const std::string page = p.text();
  EXPECT_THAT(page, HasSubstr("a message was missing, the last one before it is frame 811"));
  EXPECT_EQ(all(page, "(class=\"marked)").size(), 0U);
  EXPECT_EQ(all(page, "(class=\"remark)").size(), 0U);
}

TEST(HtmlReport, a_session_is_shown_once_and_a_capture_that_is_gone_costs_only_the_messages) {
  Page p(failed_run());
  EXPECT_EQ(all(p.text(), "(class=\"evidence\")").size(), 1U);
  EXPECT_THAT(p.text(), HasSubstr("The same session as <a href=\"#f1\">finding f1</a>"));
  p.recorded.clear();
  EXPECT_THAT(p.text(), HasSubstr("No message of this session was kept."));
  EXPECT_THAT(p.text(), HasSubstr("<strong>Fail</strong>"));
}

TEST(HtmlReport, a_password_stays_at_home) {
  Page p(clean_run());
  p.run.settings.push_back({"password", "hunter2"});
  EXPECT_THAT(p.text(), Not(HasSubstr("hunter2")));
}

TEST(HtmlReport, a_suite_has_a_column_for_each_ladder_that_judged) {
  SuiteResult suite;
  suite.verdict = Verdict::fail;
  suite.target = "192.0.2.1:5060";
  suite.ladders.resize(3);
  suite.ladders[0].name = "mo_to_mt";
  suite.ladders[0].judgements = {{"a-1", Verdict::fail, {}}, {"a-2", Verdict::pass, {}}};
  suite.ladders[1].name = "other";
  suite.ladders[1].judgements = {{"a-2", Verdict::pass, {}}};
  suite.ladders[2].name = "idle";
  suite.ladders[2].reason = "needs the service centre";
  suite.requirements.resize(3);
  suite.requirements[0].id = "a-1";
  suite.requirements[0].verdict = Verdict::fail;
  suite.requirements[1].id = "a-2";
  suite.requirements[1].verdict = Verdict::pass;
  suite.requirements[2].id = "a-3";
  suite.requirements[2].gap = "seen only elsewhere";
  suite.requirements[2].reason = "isc only";
  suite.policies = {{"report-answer", "202", "202", "one clause says 202, another 200"}};
  const LadderBook ladders = book();
  const std::string page = report_html({suite, ladders});
  EXPECT_EQ(all(page, "(class=\"ladder\" title)").size(), 2U);
  EXPECT_THAT(page, HasSubstr("needs the service centre"));
  EXPECT_THAT(page, HasSubstr("1 requirement not run"));
  EXPECT_THAT(page, HasSubstr("<caption>seen only elsewhere, 1 requirement</caption>"));
  EXPECT_THAT(page, HasSubstr("isc only"));
  EXPECT_THAT(page, HasSubstr("one clause says 202, another 200"));
  EXPECT_THAT(page, HasSubstr("<strong>Fail</strong> mo_to_mt, other, idle"));
}

}  // namespace
}  // namespace rung
