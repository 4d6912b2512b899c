// What the built-in ladders prove on either topology: every row, or a line that says why not.

#include <gtest/gtest.h>

#include "checks/catalogue.hpp"
#include "checks/coverage.hpp"
#include "sim_rig.hpp"

namespace rung {
namespace {

class CoverageOf : public testing::TestWithParam<Topology> {
 protected:
  RequirementTable table_ = requirement_table();
  Coverage found_ = coverage(read_book(), table_, GetParam());
};

bool in_words(const Unproved& reason) {
  return reason.gap == ProofGap::leg || reason.gap == ProofGap::ours ||
         reason.why != "no ladder judges it";
}

TEST_P(CoverageOf, a_row_is_proved_or_says_in_words_why_not) {
  for (std::size_t i = 0; i < table_.size(); ++i) {
    if (found_.proven(i)) continue;
    const Requirement& r = table_.entries()[i];
    const Unproved reason = why_unproved(r, GetParam());
    EXPECT_TRUE(in_words(reason)) << r.id;
    EXPECT_NE(reason.gap, ProofGap::none) << r.id;
    EXPECT_LE(reason.why.size(), 100U) << r.id;
  }
  EXPECT_TRUE(found_.without_rule.empty()) << found_.without_rule.front();
}

INSTANTIATE_TEST_SUITE_P(Topologies, CoverageOf, testing::Values(Topology::gm, Topology::isc),
                         [](const auto& test) { return std::string(to_string(test.param)); });

/// A reason for a row that some ladder proves wherever its leg is played would be a lie.
TEST(Unproved, a_reason_belongs_to_a_row_that_no_topology_proves) {
  const RequirementTable table = requirement_table();
  const LadderBook book = read_book();
  const Coverage gm = coverage(book, table, Topology::gm);
  const Coverage isc = coverage(book, table, Topology::isc);
#define RUNG_UNPROVED(id, gap, why)                \
  {                                                \
    const RequirementIndex index = table.find(id); \
    ASSERT_TRUE(index.valid()) << (id);            \
    EXPECT_FALSE(gm.proven(index.value)) << (id);  \
    EXPECT_FALSE(isc.proven(index.value)) << (id); \
  }
#include "checks/unproved.def"
#undef RUNG_UNPROVED
}

}  // namespace
}  // namespace rung
