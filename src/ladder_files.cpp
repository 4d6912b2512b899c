#include "ladder_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iterator>

#include "checks/catalogue.hpp"
#include "checks/rules.hpp"
#include "engine/ladder/reader.hpp"
#include "given.hpp"
#include "scenarios/scenarios.hpp"

namespace rung {
namespace {

constexpr const char* kKeptFolder = "ladders";

}  // namespace

Topology topology_of(const Options& options) {
  return options.topology == "isc" ? Topology::isc : Topology::gm;
}

std::vector<std::string> read_book(const std::vector<std::string>& files, LadderBook& book,
                                   std::vector<Requirement>& rows, RequirementTable& table) {
  std::vector<TextError> errors;
  std::vector<std::string> texts;
  for (const ScenarioFile& file : built_in_scenarios())
    read_ladders(file.text, file.name, book, errors);
  for (const std::string& path : files) {
    std::ifstream file(path);
    if (!file) {
      texts.push_back(fmt::format("--ladder: cannot read '{}'", path));
      continue;
    }
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    read_ladders(text, path, book, errors);
  }
  resolve(book, errors);
  const RequirementTable catalogue = requirement_table();
  rows.assign(catalogue.entries().begin(), catalogue.entries().end());
  for (const DeclaredRequirement& own : book.requirements) {
    // At a step a requirement of one's own demands that the message comes, within the step's limit.
    rows.push_back({.id = own.id,
                    .clause = "own",
                    .text = own.text,
                    .legs = "",
                    .confirmed = true,
                    .rule = rules::arrives,
                    .basis = Basis::deadline});
  }
  table = RequirementTable(rows, catalogue.fates());
  if (errors.empty()) validate(book, table, errors);
  for (const TextError& e : errors) texts.push_back(to_string(e));
  for (std::string& e : given_errors(book)) texts.push_back(std::move(e));
  return texts;
}

std::string keep_ladders(const std::vector<std::string>& files,
                         const std::filesystem::path& directory) {
  std::error_code error;
  for (std::size_t i = 0; i < files.size() && !error; ++i) {
    std::filesystem::create_directories(directory / kKeptFolder, error);
    if (error) break;
    const std::string name = std::filesystem::path(files[i]).filename().string();
    std::filesystem::copy_file(files[i], directory / kKeptFolder / fmt::format("{:02}-{}", i, name),
                               std::filesystem::copy_options::overwrite_existing, error);
  }
  return error ? fmt::format("cannot keep the ladder files in '{}': {}", directory.string(),
                             error.message())
               : std::string{};
}

std::vector<std::string> kept_ladders(const std::filesystem::path& directory) {
  std::vector<std::string> files;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(directory / kKeptFolder, error)) {
    files.push_back(entry.path().string());
  }
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace rung
