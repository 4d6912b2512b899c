// The text of `rung requirements`: the catalogue, filtered, with what proves each row.
#pragma once

#include <optional>
#include <string>

#include "checks/coverage.hpp"
#include "engine/ladder/requirement.hpp"

namespace rung {

/// Selects rows; an empty member selects all.
struct RequirementFilter {
  std::string clause{};  // part of the id or of the clause, in any case
  std::string leg{};     // Gm, ISC, SC or HSS, in any case
  std::optional<Severity> severity{};
  std::optional<bool> proven{};  // needs a coverage, else it selects all
};

/// One row a requirement, with the number of its proofs or why it has none, then the counts.
/// `found` may be null: then nothing is said about proofs.
std::string list_requirements(const RequirementTable& table, const RequirementFilter& filter,
                              const Coverage* found);

/// The same as a JSON array of objects with every column and every proof, ending in a newline.
std::string list_requirements_json(const RequirementTable& table, const RequirementFilter& filter,
                                   const Coverage* found);

}  // namespace rung
