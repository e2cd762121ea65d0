#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "client/config/environment.h"
#include "firesteel/profile.h"

namespace firesteel::client {

/// The files that hold profiles, in the order that counts.
struct ProfilePaths {
  std::string toml;
  std::string databricks;
  std::string spotinst;
};
ProfilePaths FindProfilePaths(const LayeredEnvironment& environment);

/// As list_profiles, find_profile, add_profile and remove_profile, of this environment.
Result<ProfileList> ListProfiles(const ProfilePaths& paths);
Result<Profile> FindProfile(const ProfilePaths& paths, const std::string& name);
/// The profile DEFAULT of the TOML file, which counts where nothing else names a server.
Result<std::optional<Profile>> FindDefaultProfile(const ProfilePaths& paths);
Result<std::string> AddProfile(const ProfilePaths& paths, const Profile& profile);
Result<std::string> RemoveProfile(const ProfilePaths& paths, const std::string& name);

/// The profiles of a TOML file's text.
Result<std::vector<Profile>> ParseTomlProfiles(std::string_view text, const std::string& file);
/// Of an INI file of Databricks (host, token, cluster_id) or Spotinst (token, account).
Result<std::vector<Profile>> ParseDatabricksProfiles(std::string_view text, const std::string& file);
Result<std::vector<Profile>> ParseSpotinstProfiles(std::string_view text, const std::string& file);

/// The profile as a table of the TOML file.
std::string TomlText(const Profile& profile);
/// The TOML file's text without the profile, wherever in the file its settings are. Other profiles and their comments
/// stay letter by letter; where that cannot be it is an error.
Result<std::string> WithoutTomlProfile(std::string_view text, const std::string& file, const std::string& name);

}  // namespace firesteel::client
