// Only for tests: the files of src/scenarios as one resolved book, read from the source tree.
#pragma once

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "engine/ladder/reader.hpp"

namespace rung::files {

inline std::vector<std::filesystem::path> scenario_paths() {
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(RUNG_SOURCE_DIR "/src/scenarios")) {
    const auto extension = entry.path().extension();
    if (extension == ".ladder" || extension == ".messages") paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

inline std::string text_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

inline LadderBook scenario_book(std::vector<TextError>& errors) {
  LadderBook book;
  for (const auto& path : scenario_paths()) {
    read_ladders(text_of(path), path.filename().string(), book, errors);
  }
  resolve(book, errors);
  return book;
}

}  // namespace rung::files
