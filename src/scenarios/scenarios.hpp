// The built-in ladders and message tables as text, embedded by CMake from the files of this folder.
#pragma once

#include <span>
#include <string_view>

namespace rung {

struct ScenarioFile {
  std::string_view name;  // "mt.ladder"
  std::string_view text;
};

/// Every *.ladder and *.messages file, by name. They refer to each other: read all, then resolve.
std::span<const ScenarioFile> built_in_scenarios();

}  // namespace rung
