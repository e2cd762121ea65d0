#include "client/config/profile_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <iterator>

namespace firesteel::client {
namespace {

using testing::HasSubstr;

class ProfileFilesTest : public testing::Test {
 protected:
  ProfileFilesTest() : folder_(testing::TempDir() + "firesteel-profiles") {
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
    paths_ = {folder_ + "/new/profiles.toml", folder_ + "/databrickscfg", folder_ + "/credentials"};
  }
  ~ProfileFilesTest() override { std::filesystem::remove_all(folder_); }

  static std::string TextOf(const std::string& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  }

  std::string folder_;
  ProfilePaths paths_;
};

Profile Full() {
  Profile profile;
  profile.name = "prod.eu \"1\"";
  profile.endpoint = "sc://h:1";
  profile.token_command = "echo \"x\\y\"\n";
  profile.user_id = "é";
  profile.cluster_id = "c";
  profile.headers = {{"x-team", "data"}};
  profile.conf = {{"spark.sql.ansi.enabled", "false"}};
  profile.tls = true;
  profile.tls_ca = "/ca.pem";
  profile.tls_server_name = "n";
  return profile;
}

TEST_F(ProfileFilesTest, AddsWhatItReadsAgain) {
  ASSERT_TRUE(AddProfile(paths_, Full()).ok());
  const auto read = FindProfile(paths_, Full().name);
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(read->endpoint, "sc://h:1");
  EXPECT_EQ(read->token_command, Full().token_command);
  EXPECT_EQ(read->user_id, "é");
  EXPECT_EQ(read->headers, Full().headers);
  EXPECT_EQ(read->conf, Full().conf);
  EXPECT_EQ(read->tls, true);
  EXPECT_EQ(read->tls_ca, "/ca.pem");
  EXPECT_EQ(read->tls_server_name, "n");
  EXPECT_EQ(read->file, paths_.toml);
  struct stat status;
  ASSERT_EQ(stat(paths_.toml.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
}

TEST_F(ProfileFilesTest, KeepsWhatTheFileHas) {
  std::filesystem::create_directories(folder_ + "/new");
  std::ofstream(paths_.toml) << "# ours\n[a]\nendpoint = \"sc://a\" # here";
  Profile profile;
  profile.name = "b";
  profile.endpoint = "sc://b";
  ASSERT_TRUE(AddProfile(paths_, profile).ok());
  EXPECT_EQ(TextOf(paths_.toml), "# ours\n[a]\nendpoint = \"sc://a\" # here\n\n[\"b\"]\nendpoint = \"sc://b\"\n");
  const auto again = AddProfile(paths_, profile);
  ASSERT_FALSE(again.ok());
  EXPECT_THAT(again.error().message, HasSubstr("has a profile 'b' already"));
}

TEST_F(ProfileFilesTest, ListsEveryFileOnceAName) {
  std::filesystem::create_directories(folder_ + "/new");
  std::ofstream(paths_.toml) << "[z]\nendpoint = \"sc://z\"\n[a]\nendpoint = \"sc://a\"\ntls = { ca = \"ca.pem\" }\n";
  std::ofstream(paths_.databricks) << "[a]\nhost = other\n[d]\nhost = dbc\ntoken = t\n";
  std::ofstream(paths_.spotinst) << "[default]\ntoken = t\naccount = act\n";
  std::filesystem::permissions(paths_.databricks, std::filesystem::perms(0644));
  std::filesystem::permissions(paths_.spotinst, std::filesystem::perms(0600));
  const auto list = ListProfiles(paths_);
  ASSERT_TRUE(list.ok()) << list.error().message;
  std::vector<std::string> shown;
  for (const Profile& profile : list->profiles) shown.push_back(profile.name + " " + profile.endpoint);
  EXPECT_THAT(shown, testing::ElementsAre("z sc://z", "a sc://a", "d https://dbc", "default "));
  EXPECT_EQ(list->profiles[1].tls_ca, folder_ + "/new/ca.pem");
  ASSERT_EQ(list->warnings.size(), 1u);
  EXPECT_THAT(list->warnings[0], HasSubstr(paths_.databricks + " has tokens"));
}

TEST_F(ProfileFilesTest, SaysWhereItLooked) {
  const auto missing = FindProfile(paths_, "x");
  ASSERT_FALSE(missing.ok());
  EXPECT_THAT(missing.error().message, HasSubstr(paths_.toml));
  EXPECT_THAT(missing.error().message, HasSubstr("they have none"));
}

}  // namespace
}  // namespace firesteel::client
