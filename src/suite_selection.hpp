// Which requirements and which ladders a suite is asked for: by ladder, by requirement, by clause,
// by severity.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "checks/coverage.hpp"
#include "engine/ladder/ladder.hpp"
#include "engine/ladder/requirement.hpp"

namespace rung {

struct SuiteSelection {
  std::vector<bool> requirements;  // by position in the table: it counts
  std::vector<bool> ladders;       // by position in the book: it runs
};

/// True where `text` names the clause `clause` or one below it, as whole numbers: 5.3 is in
/// "TS 24.341 5.3.3.4" and in "24.341-5.3.3.4.2-c", not in "TS 24.341 5.30" or "15.3".
bool names_clause(std::string_view text, std::string_view clause);

/// `words`: ladder names, requirement ids, clauses; none: everything. A ladder brings what it
/// proves, a requirement or clause the ladders that prove it. `severity` narrows the requirements;
/// empty: all. Words that name nothing are appended to `errors`.
SuiteSelection select_suite(const std::vector<std::string>& words, std::string_view severity,
                            const LadderBook& book, const RequirementTable& table,
                            const Coverage& proofs, std::vector<std::string>& errors);

}  // namespace rung
