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

TEST_F(ProfileFilesTest, RemovesAProfileAndNothingElse) {
  const std::string text =
      "# Our servers.\n[DEFAULT]\nendpoint = \"sc://a\"   # here\n\n"
      "# Production: ask before use.\n# [prod] is a name, [dev] too.\n[prod]\nendpoint = \"sc://p\"\n"
      "# token = \"old\"\ntoken = \"\"\"\n[dev]\n# not a comment\n\"\"\"\n# the next one is to come\n\n"
      "# Development.\n[dev]\nendpoint = 'sc://d'\n\n"
      "[prod.headers]   # of production\nx-team = \"data\"\n[prod.tls]\nca = \"ca.pem\"\n# the end\n";
  const std::string file = "profiles.toml";
  EXPECT_EQ(WithoutTomlProfile(text, file, "prod").value_or("failed"),
            "# Our servers.\n[DEFAULT]\nendpoint = \"sc://a\"   # here\n\n"
            "# Development.\n[dev]\nendpoint = 'sc://d'\n");
  const std::string without_dev = WithoutTomlProfile(text, file, "dev").value_or("failed");
  EXPECT_THAT(without_dev, HasSubstr("# the next one is to come\n\n[prod.headers]   # of production\n"));
  EXPECT_THAT(without_dev, HasSubstr("[dev]\n# not a comment\n"));
  EXPECT_THAT(without_dev, Not(HasSubstr("# Development.")));
  EXPECT_THAT(WithoutTomlProfile(text, file, "DEFAULT").value_or("failed"),
              testing::StartsWith("# Our servers.\n\n# Prod"));
  // In other forms of TOML.
  EXPECT_EQ(
      WithoutTomlProfile("a = { endpoint = \"sc://a\" }\nb.endpoint = \"sc://b\"\n", file, "a").value_or("failed"),
      "b.endpoint = \"sc://b\"\n");
  EXPECT_EQ(WithoutTomlProfile("a.endpoint = \"sc://a\"\r\nb.endpoint = \"sc://b\"\r\na.token = \"t\"", file, "a")
                .value_or("failed"),
            "b.endpoint = \"sc://b\"\r\n");
  EXPECT_EQ(WithoutTomlProfile("[a]\nendpoint = \"sc://a\"", file, "a").value_or("failed"), "");
}

TEST_F(ProfileFilesTest, RemovesFromItsOwnFileOnly) {
  std::filesystem::create_directories(folder_ + "/new");
  const std::string kept = folder_ + "/kept.toml";
  std::ofstream(kept) << "[a]\nendpoint = \"sc://a\"\n\n[b]\nendpoint = \"sc://b\"\n";
  std::filesystem::create_symlink(kept, paths_.toml);
  std::ofstream(paths_.databricks) << "[d]\nhost = dbc\ntoken = t\n";
  EXPECT_EQ(RemoveProfile(paths_, "a").value_or("failed"), paths_.toml);
  EXPECT_TRUE(std::filesystem::is_symlink(paths_.toml));
  EXPECT_EQ(TextOf(kept), "[b]\nendpoint = \"sc://b\"\n");
  const auto foreign = RemoveProfile(paths_, "d");
  ASSERT_FALSE(foreign.ok());
  EXPECT_THAT(foreign.error().message, HasSubstr(paths_.databricks + ", a file of another program"));
  const auto missing = RemoveProfile(paths_, "a");
  ASSERT_FALSE(missing.ok());
  EXPECT_THAT(missing.error().message, HasSubstr("there is no profile 'a'"));
}

TEST_F(ProfileFilesTest, SaysWhereItLooked) {
  const auto missing = FindProfile(paths_, "x");
  ASSERT_FALSE(missing.ok());
  EXPECT_THAT(missing.error().message, HasSubstr(paths_.toml));
  EXPECT_THAT(missing.error().message, HasSubstr("they have none"));
}

}  // namespace
}  // namespace firesteel::client
