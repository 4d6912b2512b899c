// rung requirements: the catalogue, filtered, with what proves each row.
#include <fmt/format.h>

#include "checks/requirement_list.hpp"
#include "ladder_files.hpp"
#include "verbs.hpp"

namespace rung {

int verb_requirements(const Options& options) {
  LadderBook book;
  std::vector<Requirement> rows;
  RequirementTable table;
  if (const auto errors = read_book(options.ladder, book, rows, table); !errors.empty()) {
    return complain(kExitUsage, errors);
  }
  RequirementFilter filter{.clause = options.clause, .leg = options.leg};
  if (options.severity == "mandatory") filter.severity = Severity::mandatory;
  if (options.severity == "option") filter.severity = Severity::option;
  if (options.severity == "informative") filter.severity = Severity::informative;
  if (!options.coverage.empty()) filter.proven = options.coverage == "proved";
  const Coverage found = coverage(book, table, topology_of(options));
  const bool json = options.as == "json";
  fmt::print("{}", json ? list_requirements_json(table, filter, &found)
                        : list_requirements(table, filter, &found));
  return kExitPass;
}

}  // namespace rung
