// What the built-in ladders prove on Gm: every row that Gm shows, or a line that says why not.

#include <gtest/gtest.h>

#include "checks/catalogue.hpp"
#include "checks/coverage.hpp"
#include "engine/ladder/reader.hpp"
#include "scenarios/scenarios.hpp"

namespace rung {
namespace {

TEST(CoverageOnGm, a_row_that_gm_shows_is_proved_or_says_why_not) {
  LadderBook book;
  std::vector<TextError> errors;
  for (const ScenarioFile& file : built_in_scenarios())
    read_ladders(file.text, file.name, book, errors);
  ASSERT_TRUE(resolve(book, errors));
  const RequirementTable table = requirement_table();
  const Coverage found = coverage(book, table, Topology::gm);

  for (std::size_t i = 0; i < table.size(); ++i) {
    const Requirement& r = table.entries()[i];
    if (!r.on_gm || r.legs.find("Gm") == std::string_view::npos) continue;
    EXPECT_TRUE(found.proven(i) || !why_unproved(r).empty()) << r.id;
  }
  EXPECT_TRUE(found.without_rule.empty());
}

TEST(CoverageOnGm, a_reason_belongs_to_a_row_and_is_one_line) {
  const RequirementTable table = requirement_table();
  std::size_t reasons = 0;
  for (const Requirement& r : table.entries()) {
    const std::string_view why = why_unproved(r);
    reasons += why.empty() ? 0 : 1;
    EXPECT_LE(why.size(), 100U) << r.id;
  }
  EXPECT_GT(reasons, 50U);
#define RUNG_UNPROVED(id, why) EXPECT_TRUE(table.find(id).valid()) << (id);
#include "checks/unproved.def"
#undef RUNG_UNPROVED
}

}  // namespace
}  // namespace rung
