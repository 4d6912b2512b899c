// SuitePlan: what `rung check` was asked for: the requirements that count, the ladders that run and
// the run of each, or why it does not run. Checked before anything starts.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "checks/coverage.hpp"
#include "engine/base/suite_result.hpp"
#include "options.hpp"
#include "run_setup.hpp"

namespace rung {

/// How a gateway has to be set up for a ladder; ladders that want the same share one.
struct SuiteGateway {
  Options options;  // of the embedded gateway
};

/// One ladder of the suite.
struct SuiteItem {
  std::string ladder;
  std::string idle_reason;  // not empty: it does not run
  std::size_t gateway = 0;  // among the plan's
  Duration length_min{};    // what it takes where nobody is late
  Options options;          // of its run
  RunSetup setup;           // for those options; filled where it runs
};

struct SuitePlan {
  LadderBook book;
  std::vector<Requirement> requirement_rows;
  RequirementTable requirements;
  Coverage proofs;
  std::vector<bool> selected;  // by position in the table
  std::vector<SuiteGateway> gateways;
  std::vector<std::unique_ptr<SuiteItem>> items;  // in the order of the book; the options stay put
  std::uint16_t suite_id = 0;
  Topology topology = Topology::gm;

  /// Positions of the items that run, those that take longest first.
  [[nodiscard]] std::vector<std::size_t> order() const;
};

/// Fills `plan`; every error at once, naming option or selection, value and what was expected.
std::vector<std::string> plan_suite(const Options& options, SuitePlan& plan);

/// The suite's result before anything ran: its ladders and requirements, with why those that will
/// not be judged will not be.
SuiteResult planned_result(const Options& options, const SuitePlan& plan);

}  // namespace rung
