// result.json and suite.json: what a run or a suite recorded, as text and back. The schemas are
// versioned by kRunResultSchema and kSuiteResultSchema and documented by *_schema_json().
#pragma once

#include <string>
#include <string_view>

#include "engine/base/result.hpp"
#include "engine/base/run_result.hpp"
#include "engine/base/suite_result.hpp"

namespace rung {

/// The whole of `result`, indented, ending in a newline. Octets that are no UTF-8 are replaced.
std::string result_json(const RunResult& result);

/// Reads what result_json() wrote. Fields that are not known are ignored, fields that are missing
/// keep their default: both happen when another version of the program wrote the file. The error is
/// one line that names the field and what was expected there.
Result<RunResult, std::string> load_result_json(std::string_view text);

/// The JSON Schema (draft 2020-12) of the format, ending in a newline.
std::string result_schema_json();

/// The same three for suite.json.
std::string suite_json(const SuiteResult& suite);
Result<SuiteResult, std::string> load_suite_json(std::string_view text);
std::string suite_schema_json();

}  // namespace rung
