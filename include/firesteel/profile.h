#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "firesteel/error.h"

/// Named connections. They lie in a TOML file, `~/.config/firesteel/profiles.toml` unless the variable
/// FIRESTEEL_PROFILES names another:
///
///     [DEFAULT]
///     endpoint = "sc://localhost:15002"
///
///     [prod]
///     endpoint = "sc://spark.example.com:443"
///     token_command = "vault read -field=token secret/spark"   # or token = "…", token_file = "…"
///     cluster_id = "1234-567890-abcdefgh"
///     headers = { x-team = "data" }
///     tls = { ca = "ca.pem", certificate = "me.pem", key = "me.key" }
///     conf = { "spark.sql.session.timeZone" = "UTC" }
///
/// Names that are not there are looked for in `~/.databrickscfg` (or DATABRICKS_CONFIG_FILE) and in
/// `~/.spotinst/credentials`. Functions are thread-safe, read the files anew at each call, and never throw.
namespace firesteel::client {

/// How to reach a server. What is not set is left to the environment and the defaults.
struct Profile {
  std::string name;
  std::string file;  ///< where it was read; set by who reads

  std::string endpoint;       ///< "sc://host:port/;key=value", "https://host" or "host:port"
  std::string token;          ///< secret: never shown
  std::string token_file;     ///< read anew for each connection, counts over `token`
  std::string token_command;  ///< for /bin/sh, run for each connection; counts over `token` and `token_file`
  std::string user_id;
  std::string cluster_id;  ///< of hosted services
  std::string app_id;
  std::string account;
  std::map<std::string, std::string> headers;  ///< metadata of every call
  std::map<std::string, std::string> conf;     ///< Spark's configuration for the session

  std::optional<bool> tls;      ///< as use_ssl in a connection string
  std::string tls_ca;           ///< PEM file; paths that are not absolute begin at the profile's file
  std::string tls_certificate;  ///< PEM file, with tls_key, for servers that want one
  std::string tls_key;
  std::string tls_server_name;  ///< that the server's certificate must carry, when it is not the host

  bool operator==(const Profile&) const = default;
};

/// What was found, and what is wrong with it without being an error.
struct ProfileList {
  std::vector<Profile> profiles;      ///< a name that several files have: the one that counts
  std::vector<std::string> warnings;  ///< whole sentences, "… can be read by others"
};

/// Every profile, in the order of the files. Files that are not there are no error; files with mistakes are, and the
/// error names file and line, but never a secret.
Result<ProfileList> list_profiles();

/// The profile of this name, or an error that says where it was looked for and which names there are.
Result<Profile> find_profile(const std::string& name);

/// Adds the profile to the TOML file, which is made when needed (readable by its owner alone); gives the file's path.
/// A name that the file has already, or a profile that could not be read again, is an error and changes nothing.
Result<std::string> add_profile(const Profile& profile);

/// Takes the profile out of the TOML file, with the comments that are its own; gives the file's path. Everything else
/// in the file stays as it is. A name that the file has not is an error, and so are those of files of other programs.
Result<std::string> remove_profile(const std::string& name);

}  // namespace firesteel::client
