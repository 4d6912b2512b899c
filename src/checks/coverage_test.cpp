#include "checks/coverage.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "checks/catalogue.hpp"
#include "checks/requirement_list.hpp"

namespace rung {
namespace {

FieldRule field(Path path, std::vector<std::string> requirements) {
  FieldRule rule;
  rule.path = path;
  rule.source = Source::any;
  rule.requirements = std::move(requirements);
  return rule;
}

Step step(std::string id, Party from, Party to, std::string message,
          std::vector<std::string> requirements = {}) {
  Step s;
  s.id = std::move(id);
  s.from = from;
  s.to = to;
  s.message = std::move(message);
  s.requirements = std::move(requirements);
  return s;
}

/// One ladder: a submit of ours, the gateway's answer and its report.
LadderBook book() {
  LadderBook b;
  Message submit, accepted, report;
  submit.name = "submit";
  submit.fields = {field(Path::sip_to, {"24.341-5.3.1.2-c"}), field(Path::sip_from, {"TX-tag"})};
  accepted.name = "accepted";
  accepted.fields = {field(Path::sip_contact, {"3428-a"})};
  report.name = "report";
  report.fields = {field(Path::sip_in_reply_to, {"24.341-5.3.3.4.2-c"}),
                   field(Path::sip_request_uri, {"24.341-5.3.3.4.3-a"}),
                   field(Path::sip_from, {"24.341-5.3.1.2-b"})};
  b.messages = {submit, accepted, report};
  Ladder ladder;
  ladder.name = "mo";
  ladder.steps = {step("s1", Party::ue, Party::gw, "submit"),
                  step("s2", Party::gw, Party::ue, "accepted", {"TX-F", "24.341-4.2-a"}),
                  step("s3", Party::gw, Party::ue, "report", {"24.341-5.3.3.4.2-j"}),
                  step("s4", Party::sc, Party::hss, "report")};
  b.ladders = {ladder};
  return b;
}

class CoverageOfOneLadder : public ::testing::Test {
 protected:
  [[nodiscard]] std::vector<std::string> proofs(std::string_view id) const {
    std::vector<std::string> texts;
    for (const Proof& p : found_.proofs[table_.find(id).value]) texts.push_back(to_string(p));
    return texts;
  }
  using Texts = std::vector<std::string>;
  LadderBook book_ = book();
  RequirementTable table_ = requirement_table();
  Coverage found_ = coverage(book_, table_, Topology::gm);
};

TEST_F(CoverageOfOneLadder, a_field_of_the_gateways_message_proves_its_requirement) {
  EXPECT_EQ(proofs("24.341-5.3.3.4.2-c"), Texts{"mo s3 sip.in_reply_to"});
  EXPECT_EQ(proofs("3428-a"), Texts{"mo s2 sip.contact"});
}

TEST_F(CoverageOfOneLadder, a_rule_asked_at_a_step_proves_its_requirement) {
  EXPECT_EQ(proofs("TX-F"), Texts{"mo s2 rule"});
  EXPECT_EQ(proofs("24.341-5.3.3.4.2-j"), Texts{"mo s3 rule"});
}

TEST_F(CoverageOfOneLadder, a_step_naming_a_requirement_without_rule_proves_nothing) {
  EXPECT_EQ(proofs("24.341-4.2-a"), Texts{});
  EXPECT_EQ(found_.without_rule, Texts{"mo s2 24.341-4.2-a"});
}

TEST_F(CoverageOfOneLadder, what_we_send_proves_only_what_binds_us) {
  EXPECT_EQ(proofs("24.341-5.3.1.2-c"), Texts{"mo s1 sip.to"});
  EXPECT_EQ(proofs("TX-tag"), Texts{});
  EXPECT_EQ(proofs("24.341-5.3.1.2-b"), Texts{}) << "the gateway's From cannot show ours";
}

TEST_F(CoverageOfOneLadder, what_another_topology_alone_can_judge_is_not_proven) {
  EXPECT_EQ(proofs("24.341-5.3.3.4.3-a"), Texts{});
  found_ = coverage(book_, table_, Topology::isc);
  EXPECT_EQ(proofs("24.341-5.3.3.4.3-a"), Texts{"mo s3 sip.request_uri"});
}

TEST_F(CoverageOfOneLadder, counts_what_is_proven) { EXPECT_EQ(found_.proven_count(), 5U); }

TEST_F(CoverageOfOneLadder, lists_by_clause_leg_severity_and_proof) {
  EXPECT_NE(list_requirements(table_, {}, nullptr).find("281 of 281 requirements\n"),
            std::string::npos);
  const std::string proven = list_requirements(table_, {.proven = true}, &found_);
  EXPECT_NE(proven.find("5 of 281 requirements, 5 proven, 0 not proven"), std::string::npos);
  EXPECT_NE(proven.find("24.341-5.3.3.4.2-c"), std::string::npos);
  EXPECT_NE(proven.find("(unconfirmed)"), std::string::npos);
  const std::string reports = list_requirements(table_, {.clause = "5.3.3.4.2-"}, &found_);
  EXPECT_NE(reports.find("12 of 281 requirements, 2 proven, 10 not proven"), std::string::npos);
  const std::string rfc = list_requirements(table_, {.clause = "rfc 3841"}, nullptr);
  EXPECT_NE(rfc.find("4 of 281"), std::string::npos);
  const std::string optional = list_requirements(
      table_, {.clause = "24.341-5.3.3.4.5", .severity = Severity::option}, nullptr);
  EXPECT_NE(optional.find("4 of 281"), std::string::npos);
}

TEST_F(CoverageOfOneLadder, a_leg_is_a_whole_word) {
  const std::string sc = list_requirements(table_, {.clause = "TX-", .leg = "sc"}, nullptr);
  EXPECT_NE(sc.find("0 of 281"), std::string::npos);
  const std::string gm = list_requirements(table_, {.clause = "TX-T1G", .leg = "gm"}, nullptr);
  EXPECT_NE(gm.find("1 of 281"), std::string::npos);
}

TEST_F(CoverageOfOneLadder, lists_as_json_with_every_proof) {
  const auto rows = nlohmann::json::parse(
      list_requirements_json(table_, {.clause = "24.341-5.3.3.4.2-c"}, &found_));
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0]["id"], "24.341-5.3.3.4.2-c");
  EXPECT_EQ(rows[0]["obliged"], "gw");
  EXPECT_EQ(rows[0]["confirmed"], false);
  EXPECT_EQ(rows[0]["proofs"], (nlohmann::json{"mo s3 sip.in_reply_to"}));
  EXPECT_EQ(rows[0]["gap"], "");
}

TEST_F(CoverageOfOneLadder, says_of_a_row_without_proof_why_in_words_and_counts) {
  const std::string isc =
      list_requirements(table_, {.clause = "24.341-4.4-a", .proven = false}, &found_);
  EXPECT_NE(isc.find("; seen only on legs that are not played: shows on ISC and HSS alone\n"),
            std::string::npos)
      << isc;
  EXPECT_NE(isc.find("     1  seen only on legs that are not played\n"), std::string::npos) << isc;
  const auto rows =
      nlohmann::json::parse(list_requirements_json(table_, {.clause = "24.341-E-a"}, &found_));
  EXPECT_EQ(rows[0]["gap"], "cannot be observed");
  EXPECT_EQ(rows[0]["why_unproved"], "what the clause describes shows in no message");
}

}  // namespace
}  // namespace rung
