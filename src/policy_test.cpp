#include "policy.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ladder_files.hpp"

namespace rung {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

Options parsed(std::vector<const char*> words) {
  words.insert(words.begin(), {"rung", "check"});
  Options options;
  EXPECT_THAT(parse_options(static_cast<int>(words.size()), words.data(), options), IsEmpty());
  return options;
}

std::vector<std::string> statuses(const Options& options, std::string_view message) {
  LadderBook book;
  std::vector<Requirement> rows;
  RequirementTable table;
  EXPECT_THAT(read_book({}, book, rows, table), IsEmpty());
  apply_policies(options, book);
  for (const FieldRule& field : book.message(message)->fields) {
    if (field.path == Path::sip_status) return field.values;
  }
  return {};
}

TEST(Policy, either_answer_passes_unless_one_is_asked_for) {
  EXPECT_THAT(statuses(parsed({}), "accepted"), ElementsAre("202", "200"));
  EXPECT_THAT(statuses(parsed({}), "report_accepted"), ElementsAre("202", "200"));
}

TEST(Policy, the_answers_to_submits_and_to_delivery_reports_are_chosen_apart) {
  const Options options = parsed({"--report-answer", "200"});
  EXPECT_THAT(statuses(options, "report_accepted"), ElementsAre("200"));
  EXPECT_THAT(statuses(options, "accepted"), ElementsAre("202", "200"));
  EXPECT_THAT(statuses(parsed({"--submit-answer", "202"}), "accepted"), ElementsAre("202"));
}

TEST(Policy, each_in_force_has_an_option_a_default_and_a_reason) {
  const auto policies = policies_in_force(parsed({"--report-answer", "200"}));
  ASSERT_FALSE(policies.empty());
  for (const SuitePolicy& policy : policies) {
    EXPECT_FALSE(policy.value.empty()) << policy.key;
    EXPECT_FALSE(policy.initial.empty()) << policy.key;
    EXPECT_FALSE(policy.reason.empty()) << policy.key;
  }
  const auto at = std::find_if(policies.begin(), policies.end(),
                               [](const auto& p) { return p.key == "report-answer"; });
  ASSERT_NE(at, policies.end());
  EXPECT_EQ(at->value, "200");
  EXPECT_EQ(at->initial, "either");
}

}  // namespace
}  // namespace rung
