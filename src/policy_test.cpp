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

LadderBook book_under(const Options& options) {
  LadderBook book;
  std::vector<Requirement> rows;
  RequirementTable table;
  EXPECT_THAT(read_book({}, book, rows, table), IsEmpty());
  apply_policies(options, book);
  return book;
}

/// Of the row that holds on isc.
std::vector<std::string> values(const Options& options, std::string_view message, Path path) {
  const LadderBook book = book_under(options);
  for (const FieldRule& field : book.message(message)->fields) {
    if (field.path == path && field.on_isc) return field.values;
  }
  return {};
}

std::vector<std::string> statuses(const Options& options, std::string_view message) {
  return values(options, message, Path::sip_status);
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

TEST(Policy, what_names_the_service_centre_decides_its_report) {
  const auto report = [](const Options& o) {
    return values(o, "report_sc_named_twice", Path::rp_mti);
  };
  EXPECT_THAT(report(parsed({})), ElementsAre("RP-ACK", "RP-ERROR"));
  EXPECT_THAT(report(parsed({"--sc-named-by", "rp-da"})), ElementsAre("RP-ERROR"));
  EXPECT_THAT(report(parsed({"--sc-named-by", "request-uri"})), ElementsAre("RP-ACK"));
}

/// Steps that demand a subscription; a step that may be left out demands nothing.
std::size_t subscriptions_demanded(const LadderBook& book) {
  std::size_t count = 0;
  for (const Ladder& ladder : book.ladders) {
    for (const Step& step : ladder.steps) {
      const auto& ids = step.requirements;
      const bool named = std::find(ids.begin(), ids.end(), "24.341-5.3.3.2-d") != ids.end();
      count += named && !step.optional ? 1 : 0;
    }
  }
  return count;
}

TEST(Policy, a_subscription_is_demanded_unless_never_says_otherwise) {
  const Options never = parsed({"--topology", "isc", "--reg-event", "never"});
  EXPECT_GT(subscriptions_demanded(book_under(parsed({}))), 4U);
  EXPECT_GT(subscriptions_demanded(book_under(parsed({"--reg-event", "when-needed"}))), 4U);
  EXPECT_EQ(subscriptions_demanded(book_under(never)), 0U);
  EXPECT_THAT(values(parsed({}), "register", Path::sip_body), ElementsAre("service_info"));
  EXPECT_THAT(values(never, "register", Path::sip_body), ElementsAre("embedded_register"));
  EXPECT_THAT(values(never, "deregister", Path::sip_body), IsEmpty());
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
