#include "run_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

namespace rung {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

class RunDirectoryTest : public ::testing::Test {
 protected:
  void SetUp() override { std::filesystem::remove_all(root_); }
  void TearDown() override { std::filesystem::remove_all(root_); }

  std::vector<std::string> names() const {
    std::vector<std::string> found;
    for (const auto& entry : std::filesystem::directory_iterator(root_))
      found.push_back(entry.path().filename());
    return found;
  }

  const std::filesystem::path root_ =
      std::filesystem::path(::testing::TempDir()) / "run_directory_test";
};

TEST_F(RunDirectoryTest, holds_only_the_report_and_the_summary_after_writing) {
  auto directory = RunDirectory::create(root_, "1fce", 0);
  ASSERT_TRUE(directory.ok()) << directory.error();
  EXPECT_THAT(names(), IsEmpty());
  EXPECT_THAT(directory->write(RunResult{}), IsEmpty());
  EXPECT_THAT(names(), ::testing::UnorderedElementsAre("result.json", "summary.txt"));
}

TEST_F(RunDirectoryTest, is_taken_back_only_while_nothing_lies_in_it) {
  auto directory = RunDirectory::create(root_, "1fce", 0);
  ASSERT_TRUE(directory.ok()) << directory.error();
  std::ofstream(directory->file("capture.pcapng")) << "x";
  directory->remove_if_empty();
  EXPECT_TRUE(std::filesystem::exists(root_));
  std::filesystem::remove(directory->file("capture.pcapng"));
  directory->remove_if_empty();
  EXPECT_FALSE(std::filesystem::exists(root_));
}

TEST_F(RunDirectoryTest, that_cannot_be_made_is_named_with_the_reason) {
  std::ofstream(root_) << "a file";
  const auto directory = RunDirectory::create(root_ / "below", "1fce", 0);
  ASSERT_FALSE(directory.ok());
  EXPECT_THAT(directory.error(),
              HasSubstr("--run-dir: cannot make '" + (root_ / "below").string() + "'"));
}

TEST_F(RunDirectoryTest, is_named_after_the_instant_and_the_run_when_no_path_is_given) {
  const auto before = std::filesystem::current_path();
  std::filesystem::create_directories(root_);
  std::filesystem::current_path(root_);
  const auto directory = RunDirectory::create("", "1fce", 1773500966'000'000'000);
  std::filesystem::current_path(before);
  ASSERT_TRUE(directory.ok()) << directory.error();
  EXPECT_EQ(directory->path(), "runs/20260314T150926Z-1fce");
}

}  // namespace
}  // namespace rung
