#include <toml++/toml.h>

#include <cstdint>
#include <filesystem>

#include "client/config/profile_files.h"

namespace firesteel::client {
namespace {

namespace fs = std::filesystem;

using Texts = std::map<std::string, std::string>;

/// Reads one table. The first mistake counts; no message shows a value.
class ProfileReader {
 public:
  ProfileReader(const std::string& file, Profile& profile) : file_(file), profile_(profile) {}

  Result<void> Read(const toml::table& table) {
    for (const auto& [key, node] : table) {
      const std::string name(key.str());
      if (name == "tls") {
        ReadTls(node);
      } else if (name == "headers") {
        ReadTexts(node, name, profile_.headers);
      } else if (name == "conf") {
        ReadTexts(node, name, profile_.conf);
      } else if (std::string* target = TextOf(name)) {
        ReadText(node, name, *target);
        if (name == "token_file") *target = AtFile(*target);
      } else {
        Fail(node, "there is no setting '" + name +
                       "'; the settings are endpoint, token, token_file, token_command, user_id, cluster_id, app_id, "
                       "account, headers, tls, conf");
      }
      if (error_) return *std::move(error_);
    }
    return {};
  }

 private:
  std::string* TextOf(const std::string& name) {
    if (name == "endpoint") return &profile_.endpoint;
    if (name == "token") return &profile_.token;
    if (name == "token_file") return &profile_.token_file;
    if (name == "token_command") return &profile_.token_command;
    if (name == "user_id") return &profile_.user_id;
    if (name == "cluster_id") return &profile_.cluster_id;
    if (name == "app_id") return &profile_.app_id;
    if (name == "account") return &profile_.account;
    return nullptr;
  }

  void Fail(const toml::node& node, const std::string& why) {
    if (error_) return;
    error_ = Error::Invalid(file_ + ", line " + std::to_string(node.source().begin.line) + ": profile '" +
                            profile_.name + "': " + why);
  }

  void ReadText(const toml::node& node, const std::string& name, std::string& target) {
    const auto* text = node.as_string();
    if (text == nullptr || text->get().empty()) return Fail(node, name + " must be a string that is not empty");
    target = text->get();
  }

  void ReadTexts(const toml::node& node, const std::string& name, Texts& target) {
    const toml::table* table = node.as_table();
    if (table == nullptr) return Fail(node, name + " must be a table");
    AppendTexts(*table, "", name, target);
  }

  /// Keys with dots may be quoted or not: spark.sql.ansi.enabled are then tables in tables.
  void AppendTexts(const toml::table& table, const std::string& prefix, const std::string& name, Texts& target) {
    for (const auto& [key, node] : table) {
      const std::string full = prefix + std::string(key.str());
      if (const auto* inner = node.as_table()) {
        AppendTexts(*inner, full + ".", name, target);
      } else if (const auto* text = node.as_string()) {
        target[full] = text->get();
      } else if (const auto* number = node.as_integer()) {
        target[full] = std::to_string(number->get());
      } else if (const auto* flag = node.as_boolean()) {
        target[full] = flag->get() ? "true" : "false";
      } else {
        Fail(node, "'" + full + "' of " + name + " must be a string, a whole number, true or false");
      }
    }
  }

  void ReadTls(const toml::node& node) {
    if (const auto* flag = node.as_boolean()) {
      profile_.tls = flag->get();
      return;
    }
    const toml::table* table = node.as_table();
    if (table == nullptr) return Fail(node, "tls must be true, false or a table");
    for (const auto& [key, inner] : *table) {
      const std::string name(key.str());
      if (name == "ca") {
        ReadText(inner, "tls.ca", profile_.tls_ca);
        profile_.tls_ca = AtFile(profile_.tls_ca);
      } else if (name == "certificate") {
        ReadText(inner, "tls.certificate", profile_.tls_certificate);
        profile_.tls_certificate = AtFile(profile_.tls_certificate);
      } else if (name == "key") {
        ReadText(inner, "tls.key", profile_.tls_key);
        profile_.tls_key = AtFile(profile_.tls_key);
      } else if (name == "server_name") {
        ReadText(inner, "tls.server_name", profile_.tls_server_name);
      } else {
        Fail(inner, "tls has no setting '" + name + "'; its settings are ca, certificate, key, server_name");
      }
    }
    if (!profile_.tls) profile_.tls = true;
  }

  /// A path that is not absolute begins at the folder of the profiles' file.
  std::string AtFile(const std::string& path) const {
    if (path.empty() || path[0] == '/') return path;
    std::error_code ignored;
    return (fs::absolute(file_, ignored).parent_path() / path).lexically_normal().string();
  }

  const std::string& file_;
  Profile& profile_;
  std::optional<Error> error_;
};

std::string Quoted(const std::string& text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      quoted += '\\';
      quoted += c;
    } else if (static_cast<unsigned char>(c) < ' ' || c == '\x7f') {
      constexpr char kDigits[] = "0123456789abcdef";
      quoted += "\\u00";
      quoted += kDigits[static_cast<unsigned char>(c) >> 4];
      quoted += kDigits[c & 15];
    } else {
      quoted += c;
    }
  }
  return quoted + "\"";
}

void AppendTable(std::string& text, const std::string& name, const Texts& values) {
  if (values.empty()) return;
  text += name + " = { ";
  bool first = true;
  for (const auto& [key, value] : values) {
    text += (first ? "" : ", ") + Quoted(key) + " = " + Quoted(value);
    first = false;
  }
  text += " }\n";
}

}  // namespace

Result<std::vector<Profile>> ParseTomlProfiles(std::string_view text, const std::string& file) {
  std::vector<Profile> profiles;
  try {
    const toml::table root = toml::parse(text, file);
    // Tables are sorted by name: the file's order is that of their lines.
    std::vector<std::pair<uint32_t, Profile>> found;
    for (const auto& [key, node] : root) {
      const toml::table* table = node.as_table();
      const std::string line = std::to_string(node.source().begin.line);
      if (table == nullptr) {
        return Error::Invalid(file + ", line " + line + ": '" + std::string(key.str()) +
                              "' stands outside a profile; profiles begin with [NAME]");
      }
      Profile profile;
      profile.name = key.str();
      profile.file = file;
      Result<void> read = ProfileReader(file, profile).Read(*table);
      if (!read) return std::move(read).error();
      found.emplace_back(node.source().begin.line, std::move(profile));
    }
    std::stable_sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    for (auto& [line, profile] : found) profiles.push_back(std::move(profile));
  } catch (const toml::parse_error& error) {
    // The description may quote the value that could not be read.
    return Error::Invalid(file + ", line " + std::to_string(error.source().begin.line) + ", column " +
                          std::to_string(error.source().begin.column) + ": this is not TOML");
  } catch (const std::exception& error) {
    return Error::Invalid(file + ": the file cannot be read");
  }
  return profiles;
}

std::string TomlText(const Profile& profile) {
  std::string text = "[" + Quoted(profile.name) + "]\n";
  const auto append = [&](const char* name, const std::string& value) {
    if (!value.empty()) text += std::string(name) + " = " + Quoted(value) + "\n";
  };
  append("endpoint", profile.endpoint);
  append("token", profile.token);
  append("token_file", profile.token_file);
  append("token_command", profile.token_command);
  append("user_id", profile.user_id);
  append("cluster_id", profile.cluster_id);
  append("app_id", profile.app_id);
  append("account", profile.account);
  AppendTable(text, "headers", profile.headers);
  Texts tls;
  if (!profile.tls_ca.empty()) tls["ca"] = profile.tls_ca;
  if (!profile.tls_certificate.empty()) tls["certificate"] = profile.tls_certificate;
  if (!profile.tls_key.empty()) tls["key"] = profile.tls_key;
  if (!profile.tls_server_name.empty()) tls["server_name"] = profile.tls_server_name;
  if (tls.empty() && profile.tls) text += *profile.tls ? "tls = true\n" : "tls = false\n";
  AppendTable(text, "tls", tls);
  AppendTable(text, "conf", profile.conf);
  return text;
}

}  // namespace firesteel::client
