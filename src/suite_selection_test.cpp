#include "suite_selection.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "checks/catalogue.hpp"
#include "ladder_files.hpp"

namespace rung {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::IsSupersetOf;
using ::testing::Not;

class SuiteSelectionTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_THAT(read_book({}, book_, rows_, table_), IsEmpty());
    proofs_ = coverage(book_, table_, Topology::gm);
  }
  void select(const std::vector<std::string>& words, std::string_view severity = "") {
    errors_.clear();
    selection_ = select_suite(words, severity, book_, table_, proofs_, errors_);
  }
  [[nodiscard]] std::vector<std::string> ladders() const {
    std::vector<std::string> names;
    for (std::size_t l = 0; l < book_.ladders.size(); ++l) {
      if (selection_.ladders[l]) names.push_back(book_.ladders[l].name);
    }
    return names;
  }
  [[nodiscard]] std::vector<std::string> requirements() const {
    std::vector<std::string> ids;
    for (std::size_t i = 0; i < table_.size(); ++i) {
      if (selection_.requirements[i]) ids.emplace_back(table_.entries()[i].id);
    }
    return ids;
  }

  LadderBook book_;
  std::vector<Requirement> rows_;
  RequirementTable table_;
  Coverage proofs_;
  SuiteSelection selection_;
  std::vector<std::string> errors_;
};

TEST_F(SuiteSelectionTest, no_word_selects_everything) {
  select({});
  EXPECT_EQ(ladders().size(), book_.ladders.size());
  EXPECT_EQ(requirements().size(), table_.size());
}

TEST_F(SuiteSelectionTest, a_ladder_brings_the_requirements_it_proves) {
  select({"deregister"});
  EXPECT_THAT(ladders(), ElementsAre("deregister"));
  EXPECT_THAT(requirements(), Contains("TX-F"));
  EXPECT_THAT(requirements(), Not(Contains("24.341-5.3.3.4.2-c")));
}

TEST_F(SuiteSelectionTest, a_requirement_brings_the_ladders_that_prove_it_and_no_other_row) {
  select({"24.341-5.3.3.4.2-c"});
  EXPECT_THAT(requirements(), ElementsAre("24.341-5.3.3.4.2-c"));
  EXPECT_THAT(ladders(), IsSupersetOf({"mo_sms", "mo_to_mt"}));
  EXPECT_THAT(ladders(), Not(Contains("deregister")));
}

TEST_F(SuiteSelectionTest, a_clause_selects_what_stands_below_it) {
  select({"5.3.3.4"});
  EXPECT_THAT(requirements(), IsSupersetOf({"24.341-5.3.3.4.1-a", "24.341-5.3.3.4.2-c"}));
  EXPECT_THAT(requirements(), Not(Contains("24.341-5.3.2.3-a")));
  select({"TS 24.011"});
  for (const std::string& id : requirements()) {
    EXPECT_THAT(table_.at(table_.find(id)).clause, HasSubstr("TS 24.011"));
  }
}

TEST_F(SuiteSelectionTest, severity_narrows_requirements_and_leaves_ladders_that_prove_none_out) {
  select({}, "option");
  for (const std::string& id : requirements()) {
    EXPECT_EQ(table_.at(table_.find(id)).severity, Severity::option) << id;
  }
  EXPECT_LT(ladders().size(), book_.ladders.size());
}

TEST_F(SuiteSelectionTest, words_that_name_nothing_are_errors) {
  select({"mo_sms", "mo_smss", "5.3.3.99"});
  ASSERT_EQ(errors_.size(), 2U);
  EXPECT_EQ(errors_[0],
            "check: 'mo_smss' is not accepted, expected a ladder, a requirement or a clause "
            "(--list)");
}

TEST(NamesClause, takes_whole_numbers_only) {
  EXPECT_TRUE(names_clause("TS 24.341 5.3.3.4", "5.3"));
  EXPECT_TRUE(names_clause("TS 24.341 5.3.3.4", "5.3.3.4"));
  EXPECT_TRUE(names_clause("24.341-5.3.3.4.2-c", "5.3.3.4"));
  EXPECT_TRUE(names_clause("TS 24.341 5.3.3.4", "24.341"));
  EXPECT_FALSE(names_clause("TS 24.341 5.30", "5.3"));
  EXPECT_FALSE(names_clause("TS 24.341 15.3", "5.3"));
  EXPECT_FALSE(names_clause("TS 24.341 6.5.3", "5.3"));
  EXPECT_FALSE(names_clause("TS 24.341 5.3", ""));
}

}  // namespace
}  // namespace rung
