#include "client/config/profile_files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <set>

namespace firesteel::client {
namespace {

namespace fs = std::filesystem;

using Parser = Result<std::vector<Profile>> (*)(std::string_view, const std::string&);

/// A file that is not there has no profiles.
Result<std::vector<Profile>> ReadProfiles(const std::string& path, Parser parse) {
  std::error_code error;
  if (path.empty() || (!fs::exists(path, error) && !error)) return std::vector<Profile>();
  Result<std::string> text = ReadTextFile("the file of profiles", path);
  if (!text) return std::move(text).error();
  return parse(*text, path);
}

bool OthersMayRead(const std::string& path) {
  struct stat status;
  return stat(path.c_str(), &status) == 0 && (status.st_mode & (S_IRGRP | S_IROTH)) != 0;
}

Error SystemError(const std::string& path, const std::string& what) {
  return Error::Invalid("the file of profiles " + path + " cannot be " + what + ": " + std::strerror(errno));
}

/// Writes the file beside the old one and puts it in its place: readers see the old or the new text. A link stays one.
Result<void> ReplaceFile(const std::string& named, const std::string& text) {
  std::error_code no_link;
  const fs::path target = fs::canonical(named, no_link);
  const std::string path = no_link ? named : target.string();
  std::string fresh = path + ".XXXXXX";
  const int descriptor = mkostemp(fresh.data(), O_CLOEXEC);  // readable by the owner alone
  if (descriptor < 0) return SystemError(path, "written");
  size_t written = 0;
  while (written < text.size()) {
    const ssize_t count = write(descriptor, text.data() + written, text.size() - written);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) break;
    written += static_cast<size_t>(count);
  }
  const bool complete = written == text.size() && fsync(descriptor) == 0;
  if (close(descriptor) != 0 || !complete || rename(fresh.c_str(), path.c_str()) != 0) {
    Error error = SystemError(path, "written");
    unlink(fresh.c_str());
    return error;
  }
  return {};
}

Result<LayeredEnvironment> OfProcess() { return LayeredEnvironment::Make(ProcessEnvironment(), {}); }

}  // namespace

ProfilePaths FindProfilePaths(const LayeredEnvironment& environment) {
  const auto value = [&](const char* name) {
    const auto variable = environment.Find(name);
    return variable ? variable->value : std::string();
  };
  const std::string home = value("HOME");
  const auto at_home = [&](const std::string& path) { return home.empty() ? "" : home + path; };
  ProfilePaths paths;
  paths.toml = value("FIRESTEEL_PROFILES");
  if (paths.toml.empty()) {
    const std::string config = value("XDG_CONFIG_HOME");
    paths.toml = config.empty() ? at_home("/.config/firesteel/profiles.toml") : config + "/firesteel/profiles.toml";
  }
  paths.databricks = value("DATABRICKS_CONFIG_FILE");
  if (paths.databricks.empty()) paths.databricks = at_home("/.databrickscfg");
  paths.spotinst = at_home("/.spotinst/credentials");
  return paths;
}

Result<ProfileList> ListProfiles(const ProfilePaths& paths) {
  ProfileList list;
  std::set<std::string> names;
  for (const auto& [path, parse] : {std::pair<const std::string&, Parser>(paths.toml, ParseTomlProfiles),
                                    {paths.databricks, ParseDatabricksProfiles},
                                    {paths.spotinst, ParseSpotinstProfiles}}) {
    Result<std::vector<Profile>> profiles = ReadProfiles(path, parse);
    if (!profiles) return std::move(profiles).error();
    bool secret = false;
    for (Profile& profile : *profiles) {
      secret = secret || !profile.token.empty();
      if (names.insert(profile.name).second) list.profiles.push_back(std::move(profile));
    }
    if (secret && OthersMayRead(path)) {
      list.warnings.push_back("the file " + path + " has tokens and can be read by others: chmod 600 " + path);
    }
  }
  return list;
}

Result<Profile> FindProfile(const ProfilePaths& paths, const std::string& name) {
  Result<ProfileList> list = ListProfiles(paths);
  if (!list) return std::move(list).error();
  std::string names;
  for (Profile& profile : list->profiles) {
    if (profile.name == name) return std::move(profile);
    names += (names.empty() ? "" : ", ") + profile.name;
  }
  return Error::Invalid("there is no profile '" + name + "' in " + paths.toml + ", " + paths.databricks + ", " +
                        paths.spotinst + (names.empty() ? "; they have none" : "; there is " + names));
}

Result<std::optional<Profile>> FindDefaultProfile(const ProfilePaths& paths) {
  Result<std::vector<Profile>> profiles = ReadProfiles(paths.toml, ParseTomlProfiles);
  if (!profiles) return std::move(profiles).error();
  for (Profile& profile : *profiles) {
    if (profile.name == "DEFAULT") return std::optional(std::move(profile));
  }
  return std::optional<Profile>();
}

Result<std::string> AddProfile(const ProfilePaths& paths, const Profile& profile) {
  if (paths.toml.empty()) {
    return Error::Invalid("there is no place for profiles: set the variable HOME or FIRESTEEL_PROFILES");
  }
  if (profile.name.empty()) return Error::Invalid("a profile needs a name");
  std::string text;
  std::error_code error;
  if (fs::exists(paths.toml, error)) {
    Result<std::string> old = ReadTextFile("the file of profiles", paths.toml);
    if (!old) return std::move(old).error();
    text = *std::move(old);
  }
  Result<std::vector<Profile>> before = ParseTomlProfiles(text, paths.toml);
  if (!before) return std::move(before).error();
  for (const Profile& other : *before) {
    if (other.name != profile.name) continue;
    return Error::Invalid("the file " + paths.toml + " has a profile '" + profile.name + "' already: change it there");
  }
  // The text of others stays as it is, comments included.
  if (!text.empty() && text.back() != '\n') text += '\n';
  if (!text.empty()) text += '\n';
  text += TomlText(profile);
  Result<std::vector<Profile>> after = ParseTomlProfiles(text, paths.toml);
  if (!after || after->size() != before->size() + 1) {
    return Error::Invalid("the profile '" + profile.name + "' cannot be written: " +
                          (after ? "its text is read as something else" : after.error().message));
  }
  fs::create_directories(fs::path(paths.toml).parent_path(), error);
  Result<void> written = ReplaceFile(paths.toml, text);
  if (!written) return std::move(written).error();
  return paths.toml;
}

Result<std::string> RemoveProfile(const ProfilePaths& paths, const std::string& name) {
  Result<Profile> found = FindProfile(paths, name);
  if (!found) return std::move(found).error();
  if (found->file != paths.toml) {
    return Error::Invalid("the profile '" + name + "' is in " + found->file +
                          ", a file of another program: remove it there");
  }
  Result<std::string> text = ReadTextFile("the file of profiles", paths.toml);
  if (!text) return std::move(text).error();
  Result<std::string> edited = WithoutTomlProfile(*text, paths.toml, name);
  if (!edited) return edited;
  Result<void> written = ReplaceFile(paths.toml, *edited);
  if (!written) return std::move(written).error();
  return paths.toml;
}

Result<ProfileList> list_profiles() {
  Result<LayeredEnvironment> environment = OfProcess();
  if (!environment) return std::move(environment).error();
  return ListProfiles(FindProfilePaths(*environment));
}

Result<Profile> find_profile(const std::string& name) {
  Result<LayeredEnvironment> environment = OfProcess();
  if (!environment) return std::move(environment).error();
  return FindProfile(FindProfilePaths(*environment), name);
}

Result<std::string> remove_profile(const std::string& name) {
  Result<LayeredEnvironment> environment = OfProcess();
  if (!environment) return std::move(environment).error();
  return RemoveProfile(FindProfilePaths(*environment), name);
}

Result<std::string> add_profile(const Profile& profile) {
  Result<LayeredEnvironment> environment = OfProcess();
  if (!environment) return std::move(environment).error();
  return AddProfile(FindProfilePaths(*environment), profile);
}

}  // namespace firesteel::client
