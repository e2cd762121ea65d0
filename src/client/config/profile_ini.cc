#include <functional>

#include "base/ascii_case.h"
#include "client/config/environment.h"
#include "client/config/profile_files.h"

namespace firesteel::client {
namespace {

/// The sections of an INI file; `set` takes the keys that it knows. Keys of other tools are no mistake.
Result<std::vector<Profile>> ParseIni(std::string_view text, const std::string& file,
                                      const std::function<void(Profile&, const std::string&, std::string)>& set) {
  std::vector<Profile> profiles;
  int number = 0;
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = std::min(text.find('\n', begin), text.size());
    const std::string_view line = Trim(text.substr(begin, end - begin));
    begin = end + 1;
    ++number;
    const std::string place = file + ", line " + std::to_string(number) + ": ";
    if (line.empty() || line[0] == '#' || line[0] == ';') continue;
    if (line[0] == '[') {
      if (line.back() != ']') return Error::Invalid(place + "a section is [NAME]");
      Profile& profile = profiles.emplace_back();
      profile.name = Trim(line.substr(1, line.size() - 2));
      profile.file = file;
      continue;
    }
    const size_t separator = line.find_first_of("=:");
    if (separator == std::string_view::npos) return Error::Invalid(place + "a line is key = value");
    if (profiles.empty()) return Error::Invalid(place + "a key stands before the first section");
    set(profiles.back(), AsciiLower(Trim(line.substr(0, separator))), std::string(Trim(line.substr(separator + 1))));
  }
  return profiles;
}

}  // namespace

Result<std::vector<Profile>> ParseDatabricksProfiles(std::string_view text, const std::string& file) {
  return ParseIni(text, file, [](Profile& profile, const std::string& key, std::string value) {
    if (key == "host") {
      // The web page's address is what people copy: without its path.
      while (!value.empty() && value.back() == '/') value.pop_back();
      profile.endpoint = value.find("://") == std::string::npos ? "https://" + value : value;
    } else if (key == "token") {
      profile.token = std::move(value);
    } else if (key == "cluster_id") {
      profile.cluster_id = std::move(value);
    }
  });
}

Result<std::vector<Profile>> ParseSpotinstProfiles(std::string_view text, const std::string& file) {
  return ParseIni(text, file, [](Profile& profile, const std::string& key, std::string value) {
    if (key == "token") {
      profile.token = std::move(value);
    } else if (key == "account") {
      profile.account = std::move(value);
    }
  });
}

}  // namespace firesteel::client
