#include "scenarios/scenarios.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace rung {
namespace {

TEST(Scenarios, embed_every_file_of_the_folder_octet_for_octet) {
  std::size_t on_disk = 0;
  for (const auto& entry : std::filesystem::directory_iterator(RUNG_SOURCE_DIR "/src/scenarios")) {
    const auto extension = entry.path().extension();
    on_disk += extension == ".ladder" || extension == ".messages" ? 1 : 0;
  }
  EXPECT_EQ(built_in_scenarios().size(), on_disk);
  for (const ScenarioFile& scenario : built_in_scenarios()) {
    std::ifstream file(std::filesystem::path(RUNG_SOURCE_DIR "/src/scenarios") / scenario.name,
                       std::ios::binary);
    const std::string text(std::istreambuf_iterator<char>(file), {});
    EXPECT_EQ(scenario.text, text) << scenario.name;
    EXPECT_FALSE(scenario.text.empty()) << scenario.name;
  }
}

}  // namespace
}  // namespace rung
