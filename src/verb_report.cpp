// rung report: renders a recorded run or suite again, or compares two runs.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "checks/report_text.hpp"
#include "checks/result_json.hpp"
#include "checks/run_verdict.hpp"
#include "checks/suite_report.hpp"
#include "checks/suite_verdict.hpp"
#include "report_page.hpp"
#include "verbs.hpp"

namespace rung {
namespace {

constexpr const char* kSuiteName = "suite.json";

/// The file itself, or the one of that name in a directory.
std::filesystem::path file_in(const std::string& place, const char* name) {
  const std::filesystem::path path = place;
  return std::filesystem::is_directory(path) ? path / name : path;
}

bool is_suite(const std::string& place) {
  const std::filesystem::path path = file_in(place, kSuiteName);
  return path.filename() == kSuiteName && std::filesystem::exists(path);
}

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

/// Reads the file at `path` with `load`.
template <class T>
Result<T, std::string> read(const std::filesystem::path& path,
                            Result<T, std::string> (*load)(std::string_view)) {
  std::ifstream file(path, std::ios::binary);
  if (!file)
    return fmt::format("cannot read '{}', expected a run directory or a result.json",
                       path.string());
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  auto result = load(text);
  if (!result.ok()) return fmt::format("{}: {}", path.string(), result.error());
  return result;
}

int unknown_form(const Options& options, std::string_view forms) {
  return complain(kExitUsage, {fmt::format("--as: '{}' is not accepted here, expected one of {}",
                                           options.as, forms)});
}

bool colours(const Options& options) {
  return options.output.empty() && isatty(STDOUT_FILENO) != 0;
}

Result<SuiteResult, std::string> read_suite(const std::string& place) {
  return read(file_in(place, kSuiteName), load_suite_json);
}

int compare_suites(const Options& options) {
  const auto a = read_suite(options.arguments[0]);
  const auto b = read_suite(options.arguments[1]);
  if (!a.ok()) return complain(kExitUsage, {a.error()});
  if (!b.ok()) return complain(kExitUsage, {b.error()});
  if (options.as != "text") return unknown_form(options, "text");
  return deliver(options, compare_text(*a, *b), kExitPass);
}

int report_suite(const Options& options) {
  const std::string& place = options.arguments.front();
  const auto suite = read_suite(place);
  if (!suite.ok()) return complain(kExitUsage, {suite.error()});
  std::string text;
  if (options.as == "text") {
    text = suite_text(*suite, colours(options));
  } else if (options.as == "json") {
    text = suite_json(*suite);
  } else if (options.as == "junit") {
    text = suite_junit(*suite, "localhost");
  } else if (options.as == "html") {
    text = suite_page(directory_of(place), *suite, load_runs(directory_of(place), *suite));
  } else {
    return unknown_form(options, "text|json|junit|html");
  }
  return deliver(options, text, exit_code(*suite));
}

}  // namespace

int verb_report(const Options& options) {
  if (options.arguments.empty() || options.arguments.size() > 2) {
    return complain(kExitUsage, {"report: expected one run or suite, or two to compare"});
  }
  const auto suites = static_cast<std::size_t>(
      std::count_if(options.arguments.begin(), options.arguments.end(), is_suite));
  if (suites == 1 && options.arguments.size() == 2) {
    return complain(kExitUsage, {"report: a run and a suite, expected two of a kind"});
  }
  if (suites != 0) return suites == 1 ? report_suite(options) : compare_suites(options);
  std::vector<RunResult> results;
  for (const std::string& place : options.arguments) {
    auto result = read(file_in(place, "result.json"), load_result_json);
    if (!result.ok()) return complain(kExitUsage, {result.error()});
    results.push_back(std::move(*result));
  }
  if (options.as != "text" && options.as != "json" && options.as != "html") {
    return unknown_form(options, "text|json|html");
  }
  if (results.size() == 2) {
    return deliver(options, compare_text(results[0], results[1]), kExitPass);
  }
  const RunResult& result = results[0];
  const std::string text = options.as == "json" ? result_json(result)
                           : options.as == "html"
                               ? run_page(directory_of(options.arguments[0]), result)
                               : report_text(result, colours(options));
  return deliver(options, text, exit_code(result));
}

}  // namespace rung
