// The report as one HTML file that stands alone: no script, font or picture from elsewhere, legible
// without script, on paper, in light and dark. The verdict first, then the matrix of requirements
// by ladder, the figures, and every finding with its ladder and the messages of its session.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "engine/base/recorded_frame.hpp"
#include "engine/base/suite_result.hpp"
#include "engine/ladder/ladder.hpp"

namespace rung {

/// What the page is written from. A single run is a suite of one: suite_of().
struct ReportInput {
  const SuiteResult& suite;
  const LadderBook& book;             // as the run had it; a ladder that is not in it is not drawn
  const RunResult* single = nullptr;  // the one run that this is, with its figures
  /// By ladder of the suite, the run that played it: there its example is.
  std::map<std::string, const RunResult*> runs{};
  /// By capture file as findings and ladders name it: frames of the sessions to be shown.
  std::map<std::string, std::vector<RecordedFrame>> captures{};
};

/// The page. The same input gives the same octets.
std::string report_html(const ReportInput& input);

}  // namespace rung
