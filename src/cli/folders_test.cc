#include "cli/folders.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace firesteel::cli {
namespace {

TEST(Folders, MakesWhatIsMissing) {
  const std::string folder = testing::TempDir() + "firesteel-folders/a/b";
  EXPECT_TRUE(MakeWritableFolder("--warehouse", folder).ok());
  EXPECT_TRUE(std::filesystem::is_directory(folder));
  EXPECT_TRUE(std::filesystem::is_empty(folder));
  std::filesystem::remove_all(testing::TempDir() + "firesteel-folders");
}

TEST(Folders, RefusesAFile) {
  const std::string file = testing::TempDir() + "firesteel-file";
  std::ofstream(file) << "x";
  Status status = MakeWritableFolder("--warehouse", file);
  EXPECT_NE(status.message.find("--warehouse"), std::string::npos);
  EXPECT_NE(status.message.find(file), std::string::npos);
  EXPECT_FALSE(MakeWritableFolder("--temp-dir", file + "/below").ok());
  std::filesystem::remove(file);
}

TEST(Folders, ScratchIsRemoved) {
  std::string path;
  {
    ScratchFolder scratch(testing::TempDir(), "-spill");
    path = scratch.path();
    std::filesystem::create_directories(path + "/spill");
  }
  EXPECT_FALSE(std::filesystem::exists(path));
}

}  // namespace
}  // namespace firesteel::cli
