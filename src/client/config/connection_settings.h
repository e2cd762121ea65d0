#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "client/config/environment.h"
#include "firesteel/error.h"

namespace firesteel::client {

/// What the caller asked for, by the calls of Session::Builder or the options of the command line. All of it counts
/// over every other source.
struct RequestedSettings {
  /// Connection string, "sc://host:port/;key=value"; "wss://…" of a gateway's tunnel; "local" as in PySpark.
  std::optional<std::string> remote;
  std::optional<std::string> profile;  ///< name
  std::optional<std::string> token;
  std::optional<std::string> token_file;     ///< path; counts over `token`
  std::optional<std::string> token_command;  ///< for /bin/sh; counts over `token` and `token_file`
  std::optional<std::string> user_id;
  std::optional<std::string> user_agent;
  std::optional<std::string> session_id;  ///< UUID
  std::optional<std::string> cluster_id;
  std::optional<std::string> app_id;
  std::optional<std::string> account;
  std::optional<bool> tls;
  std::optional<std::string> tls_ca;           ///< PEM file
  std::optional<std::string> tls_certificate;  ///< PEM file
  std::optional<std::string> tls_key;          ///< PEM file
  std::optional<std::string> tls_server_name;
  std::map<std::string, std::string> headers;
  std::map<std::string, std::string> conf;
  bool force_local = false;            ///< a server of our own, whatever the other sources say
  std::vector<std::string> env_files;  ///< `.env` files to read
};

/// Where the token comes from. Holding one reads nothing.
struct TokenSource {
  enum class Kind : uint8_t { kNone, kText, kFile, kCommand };
  Kind kind = Kind::kNone;
  std::string text;    ///< the token (secret), the file's path, or the command
  std::string source;  ///< "the connection string", "profile 'prod' (/home/me/.config/firesteel/profiles.toml)"

  explicit operator bool() const { return kind != Kind::kNone; }
  /// The token. Files are read and commands run each time (at most 60 seconds): call it once for a connection and again
  /// after the server refused the token. Errors name the source, never the token. Thread-safe.
  Result<std::string> Get() const;
};

enum class Security : uint8_t {
  kPlain,  ///< no TLS, no token
  kLocal,  ///< no TLS although there is a token: only for the host literally named localhost, as in PySpark
  kTls,
};

struct TlsFiles {
  std::string ca;           ///< PEM file of the authorities to trust instead of the system's; empty: the system's
  std::string certificate;  ///< PEM file of the client's chain; empty: none
  std::string key;
  std::string server_name;  ///< empty: the host
};

struct KeepaliveSettings {
  bool enabled = true;
  int64_t time_ms = 60'000;
  int64_t timeout_ms = 20'000;
  bool without_calls = true;
};

/// Everything that a connection needs, checked. Where each value came from is in `sources`.
struct ConnectionSettings {
  bool local = false;  ///< start `firesteel serve` and use that; host, port, security are then not set
  std::string host;    ///< without brackets
  uint16_t port = 15002;
  Security security = Security::kPlain;
  TlsFiles tls;
  TokenSource token;
  KeepaliveSettings keepalive;
  std::string user_id;     ///< never empty
  std::string user_agent;  ///< the name alone; the transport adds versions
  std::optional<std::string> session_id;
  std::string cluster_id;  ///< also among the headers, as Databricks wants it, unless app_id is set
  std::string app_id;
  std::string account;
  /// A server that lies behind WebSockets (a gateway's tunnel, wss://…; Ocean Spark where cluster, app and account were
  /// given): `firesteel connect` opens a local port, which is then used. Empty otherwise; then host and port count.
  std::string tunnel_url;
  std::vector<std::pair<std::string, std::string>> headers;  ///< metadata of every call, lower-case names
  std::map<std::string, std::string> conf;
  std::map<std::string, std::string> sources;  ///< "endpoint" → "profile 'prod' (…)"; of settings that are set

  /// "host:port" as gRPC wants it, with brackets around an IPv6 address.
  std::string Target() const;
  /// "the default", or where the setting (a key of `sources`) came from.
  std::string SourceOf(const std::string& setting) const;
  /// Nobody named a server: `host` is the default localhost.
  bool endpoint_is_default() const { return !local && sources.count("endpoint") == 0; }
};

/// The settings by call > connection string > profile > environment (SPARK_REMOTE, SPARK_CONNECT_AUTHENTICATE_TOKEN,
/// DATABRICKS_HOST, DATABRICKS_TOKEN, DATABRICKS_CLUSTER_ID, DATABRICKS_PROFILE, SPARK_CONNECT_CLUSTER_ID, SPARK_USER,
/// USER, SPARK_CONNECT_USER_AGENT) > profile DEFAULT > default. The variables of one service are not sent to another:
/// DATABRICKS_TOKEN only goes to the host of DATABRICKS_HOST, and the profile DEFAULT counts only where nothing else
/// names a server. Reads files, sends nothing, runs nothing. Errors name the source, never a secret. Thread-safe.
Result<ConnectionSettings> Resolve(const RequestedSettings& requested, const Environment& environment);

}  // namespace firesteel::client
