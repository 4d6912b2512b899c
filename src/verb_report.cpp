// rung report: renders a recorded run again, or compares two.
#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "checks/report_text.hpp"
#include "checks/result_json.hpp"
#include "checks/run_verdict.hpp"
#include "verbs.hpp"

namespace rung {
namespace {

/// Reads result.json itself, or the one in a run directory.
Result<RunResult, std::string> read(const std::string& place) {
  std::filesystem::path path = place;
  if (std::filesystem::is_directory(path)) path /= "result.json";
  std::ifstream file(path, std::ios::binary);
  if (!file)
    return fmt::format("cannot read '{}', expected a run directory or a result.json",
                       path.string());
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  auto result = load_result_json(text);
  if (!result.ok()) return fmt::format("{}: {}", path.string(), result.error());
  return result;
}

}  // namespace

int verb_report(const Options& options) {
  if (options.arguments.empty() || options.arguments.size() > 2) {
    return complain(kExitUsage, {"report: expected one run directory, or two to compare"});
  }
  std::vector<RunResult> results;
  for (const std::string& place : options.arguments) {
    auto result = read(place);
    if (!result.ok()) return complain(kExitUsage, {result.error()});
    results.push_back(std::move(*result));
  }
  if (options.as != "text" && options.as != "json") {
    return complain(
        kExitUsage,
        {fmt::format("--as: '{}' is not accepted here, expected one of text|json", options.as)});
  }
  if (results.size() == 2) {
    fmt::print("{}", compare_text(results[0], results[1]));
    return kExitPass;
  }
  const bool json = options.as == "json";
  fmt::print("{}",
             json ? result_json(results[0]) : report_text(results[0], isatty(STDOUT_FILENO) != 0));
  return exit_code(results[0]);
}

}  // namespace rung
