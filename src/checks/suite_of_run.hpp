// A single run seen as a suite of one, so that one writer of pages serves both.
#pragma once

#include "engine/base/suite_result.hpp"
#include "engine/ladder/ladder.hpp"
#include "engine/ladder/requirement.hpp"

namespace rung {

/// Ladders of `run` with what each says of a requirement. Where several ladders of the run carry
/// one, a run counts their judgements together: a cell then says pass where all judgements of the
/// run passed, fail where a finding of that ladder says so, and none otherwise.
SuiteResult suite_of(const RunResult& run, const LadderBook& book, const RequirementTable& table);

}  // namespace rung
