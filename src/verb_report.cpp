// rung report: renders a recorded run again, or compares two.
#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "checks/report_text.hpp"
#include "checks/result_json.hpp"
#include "checks/run_verdict.hpp"
#include "report_page.hpp"
#include "verbs.hpp"

namespace rung {
namespace {

/// Prints the report, or puts it into the file that was asked for.
int deliver(const Options& options, const std::string& text, int code) {
  if (options.output.empty()) {
    fmt::print("{}", text);
    return code;
  }
  std::ofstream file(options.output, std::ios::binary);
  file << text;
  file.close();
  if (file) return code;
  return complain(kExitEnvironment, {fmt::format("--output: cannot write '{}'", options.output)});
}

/// Where result.json and the capture lie together.
std::filesystem::path directory_of(const std::string& place) {
  const std::filesystem::path path = place;
  return std::filesystem::is_directory(path) ? path : path.parent_path();
}

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
  if (options.as != "text" && options.as != "json" && options.as != "html") {
    return complain(kExitUsage,
                    {fmt::format("--as: '{}' is not accepted here, expected one of text|json|html",
                                 options.as)});
  }
  if (results.size() == 2) {
    return deliver(options, compare_text(results[0], results[1]), kExitPass);
  }
  const RunResult& result = results[0];
  const bool colours = options.output.empty() && isatty(STDOUT_FILENO) != 0;
  const std::string text = options.as == "json" ? result_json(result)
                           : options.as == "html"
                               ? run_page(directory_of(options.arguments[0]), result)
                               : report_text(result, colours);
  return deliver(options, text, exit_code(result));
}

}  // namespace rung
