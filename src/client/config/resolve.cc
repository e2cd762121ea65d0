#include <algorithm>
#include <charconv>

#include "base/ascii_case.h"
#include "base/uuid.h"
#include "client/config/connection_settings.h"
#include "client/config/connection_string.h"
#include "client/config/profile_files.h"

namespace firesteel::client {
namespace {

constexpr std::string_view kDatabricksClusterHeader = "x-databricks-cluster-id";
constexpr std::string_view kOceanSparkService = "wss://api.spotinst.io/ocean/spark/cluster/";

/// The settings of one source, by the names of a connection string's parameters, and its own name.
struct Layer {
  std::map<std::string, Variable> settings;
  TokenSource token;
  std::map<std::string, Variable> headers;

  void Set(const std::string& name, const std::string& value, const std::string& source) {
    if (!value.empty()) settings.insert_or_assign(name, Variable{value, source});
  }
  void Set(const std::string& name, const std::optional<std::string>& value, const std::string& source) {
    if (value) settings.insert_or_assign(name, Variable{*value, source});
  }
  void Set(const std::string& name, std::optional<bool> value, const std::string& source) {
    if (value) settings.insert_or_assign(name, Variable{*value ? "true" : "false", source});
  }
};

/// A server's address and what came with it.
struct Endpoint {
  ConnectionString connection;
  bool local = false;
  std::string source;
};

bool IsLocalMaster(const std::string& text) { return text == "local" || text.rfind("local[", 0) == 0; }

Result<Endpoint> ReadEndpoint(const std::string& text, const std::string& source, bool strict) {
  Endpoint endpoint;
  endpoint.source = source;
  if (IsLocalMaster(text)) {
    endpoint.local = true;
    return endpoint;
  }
  auto connection = strict ? ParseConnectionString(text, source) : ParseEndpoint(text, source);
  if (!connection) return std::move(connection).error();
  endpoint.connection = *std::move(connection);
  return endpoint;
}

const std::string kParameters[] = {"use_ssl",
                                   "user_id",
                                   "user_agent",
                                   "session_id",
                                   "grpc_keepalive_enabled",
                                   "grpc_keepalive_time_ms",
                                   "grpc_keepalive_timeout_ms",
                                   "grpc_keepalive_without_calls"};

/// What a connection string says besides the address: parameters that Spark does not know are headers.
Layer LayerOf(const Endpoint& endpoint) {
  Layer layer;
  if (endpoint.connection.https) layer.Set("use_ssl", std::optional(true), endpoint.source);
  for (const auto& [name, value] : endpoint.connection.parameters) {
    if (name == "token") {
      layer.token = {TokenSource::Kind::kText, value, endpoint.source};
    } else if (std::find(std::begin(kParameters), std::end(kParameters), name) != std::end(kParameters)) {
      layer.Set(name, value, endpoint.source);
    } else {
      layer.headers.insert_or_assign(name, Variable{value, endpoint.source});
    }
  }
  return layer;
}

Layer LayerOf(const RequestedSettings& requested) {
  Layer layer;
  const auto set = [&](const std::string& name, const auto& value) { layer.Set(name, value, name + " of the call"); };
  set("user_id", requested.user_id);
  set("user_agent", requested.user_agent);
  set("session_id", requested.session_id);
  set("cluster_id", requested.cluster_id);
  set("app_id", requested.app_id);
  set("account", requested.account);
  layer.Set("use_ssl", requested.tls, "tls of the call");
  set("tls_ca", requested.tls_ca);
  set("tls_certificate", requested.tls_certificate);
  set("tls_key", requested.tls_key);
  set("tls_server_name", requested.tls_server_name);
  for (const auto& [name, value] : requested.headers) layer.headers[name] = {value, "a header of the call"};
  if (requested.token_command) {
    layer.token = {TokenSource::Kind::kCommand, *requested.token_command, "the call"};
  } else if (requested.token_file) {
    layer.token = {TokenSource::Kind::kFile, *requested.token_file, "the call"};
  } else if (requested.token) {
    layer.token = {TokenSource::Kind::kText, *requested.token, "the call"};
  }
  return layer;
}

std::string SourceOf(const Profile& profile) { return "profile '" + profile.name + "' (" + profile.file + ")"; }

Layer LayerOf(const Profile& profile) {
  Layer layer;
  const std::string source = SourceOf(profile);
  layer.Set("user_id", profile.user_id, source);
  layer.Set("cluster_id", profile.cluster_id, source);
  layer.Set("app_id", profile.app_id, source);
  layer.Set("account", profile.account, source);
  layer.Set("use_ssl", profile.tls, source);
  layer.Set("tls_ca", profile.tls_ca, source);
  layer.Set("tls_certificate", profile.tls_certificate, source);
  layer.Set("tls_key", profile.tls_key, source);
  layer.Set("tls_server_name", profile.tls_server_name, source);
  for (const auto& [name, value] : profile.headers) layer.headers[name] = {value, source};
  if (!profile.token_command.empty()) {
    layer.token = {TokenSource::Kind::kCommand, profile.token_command, source};
  } else if (!profile.token_file.empty()) {
    layer.token = {TokenSource::Kind::kFile, profile.token_file, source};
  } else if (!profile.token.empty()) {
    layer.token = {TokenSource::Kind::kText, profile.token, source};
  }
  return layer;
}

/// Length of urllib.parse.quote's answer: letters, digits and "_.-~/" stay.
size_t QuotedLength(std::string_view text) {
  size_t length = 0;
  for (const char c : text) {
    const bool stays = std::isalnum(static_cast<unsigned char>(c)) || std::string_view("_.-~/").find(c) != text.npos;
    length += stays ? 1 : 3;
  }
  return length;
}

/// "tls_key of the call", "tls_key from profile 'prod' (…)".
std::string Told(const std::string& name, const std::string& source) {
  return source.starts_with(name) ? source : name + " from " + source;
}

Result<bool> BoolOf(const std::string& name, const Variable& setting) {
  const std::string text = AsciiLower(setting.value);
  if (text == "true") return true;
  if (text == "false") return false;
  return Error::Invalid(Told(name, setting.source) + " must be true or false");
}

Result<int64_t> MillisecondsOf(const std::string& name, const Variable& setting) {
  int64_t number = 0;
  const char* end = setting.value.data() + setting.value.size();
  const auto [stop, error] = std::from_chars(setting.value.data(), end, number);
  if (error != std::errc() || stop != end || number <= 0 || number > INT32_MAX) {
    return Error::Invalid(Told(name, setting.source) + " must be a number of milliseconds above 0");
  }
  return number;
}

/// Metadata of gRPC: names of lower-case letters, digits and "-_.", values of printable ASCII unless named "…-bin".
Result<void> CheckHeader(const std::string& name, const Variable& header) {
  const auto letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
  };
  if (name.empty() || !std::all_of(name.begin(), name.end(), letter)) {
    return Error::Invalid(Told("a header", header.source) +
                          " has a bad name: only letters, digits, '-', '_' and '.' may be in it");
  }
  if (name.rfind("grpc-", 0) == 0) {
    return Error::Invalid("the header '" + name + "' belongs to gRPC itself: " + header.source + " cannot set it");
  }
  const bool binary = name.size() > 4 && name.compare(name.size() - 4, 4, "-bin") == 0;
  const auto printable = [](char c) { return c >= ' ' && c <= '~'; };
  if (!binary && !std::all_of(header.value.begin(), header.value.end(), printable)) {
    return Error::Invalid("the header '" + name + "' from " + header.source +
                          " has characters that no header may have");
  }
  return {};
}

class Resolver {
 public:
  Resolver(const RequestedSettings& requested, const LayeredEnvironment& environment)
      : requested_(requested), environment_(environment), paths_(FindProfilePaths(environment)) {}

  Result<ConnectionSettings> Run() {
    layers_.push_back(LayerOf(requested_));
    if (requested_.profile) {
      Result<Profile> profile = FindProfile(paths_, *requested_.profile);
      if (!profile) return std::move(profile).error();
      profile_ = *std::move(profile);
    }
    Result<std::optional<Endpoint>> endpoint = ChooseEndpoint();
    if (!endpoint) return std::move(endpoint).error();
    endpoint_ = *std::move(endpoint);
    // A connection string of the call counts over the profile, one of the profile or the environment does not.
    const bool called = requested_.remote.has_value();
    if (endpoint_ && called) layers_.push_back(LayerOf(*endpoint_));
    if (profile_) layers_.push_back(LayerOf(*profile_));
    if (endpoint_ && !called) layers_.push_back(LayerOf(*endpoint_));
    layers_.push_back(LayerOfEnvironment());
    return Build();
  }

 private:
  /// Nothing: nobody named a server.
  Result<std::optional<Endpoint>> ChooseEndpoint() {
    if (requested_.force_local) return Optional(ReadEndpoint("local", "force_local of the call", true));
    if (requested_.remote) return Optional(ReadEndpoint(*requested_.remote, "the connection string", true));
    if (profile_ && !profile_->endpoint.empty()) return OfProfile();
    // The address of a tunnel is made of the ids; a server that the environment names is another one.
    if (requested_.app_id || (profile_ && !profile_->app_id.empty())) return std::optional<Endpoint>();
    if (const auto remote = environment_.Find("SPARK_REMOTE")) {
      return Optional(ReadEndpoint(remote->value, remote->source, true));
    }
    if (const auto host = environment_.Find("DATABRICKS_HOST")) return Optional(OfDatabricks(*host));
    if (!profile_) {
      for (const char* name : {"DATABRICKS_PROFILE", "DATABRICKS_CONFIG_PROFILE"}) {
        const auto variable = environment_.Find(name);
        if (!variable) continue;
        Result<Profile> profile = FindProfile(paths_, variable->value);
        if (!profile) return Error::Invalid(variable->source + ": " + profile.error().message);
        profile_ = *std::move(profile);
        return OfProfile();
      }
      Result<std::optional<Profile>> fallback = FindDefaultProfile(paths_);
      if (!fallback) return std::move(fallback).error();
      if (*fallback) {
        profile_ = **std::move(fallback);
        return OfProfile();
      }
    }
    return std::optional<Endpoint>();
  }

  Result<std::optional<Endpoint>> OfProfile() {
    if (profile_->endpoint.empty()) return std::optional<Endpoint>();
    return Optional(ReadEndpoint(profile_->endpoint, "the endpoint of " + SourceOf(*profile_), false));
  }

  /// DATABRICKS_HOST is written with or without https://; only TLS on port 443 is ever meant.
  static Result<Endpoint> OfDatabricks(const Variable& host) {
    Result<Endpoint> endpoint = ReadEndpoint(host.value, host.source, false);
    if (endpoint) endpoint->connection.https = true;
    return endpoint;
  }

  static Result<std::optional<Endpoint>> Optional(Result<Endpoint> endpoint) {
    if (!endpoint) return std::move(endpoint).error();
    return std::optional(*std::move(endpoint));
  }

  /// Variables of Databricks are for the host that DATABRICKS_HOST names, or for the one of its own file's profile.
  bool IsDatabricks() const {
    if (!endpoint_ || endpoint_->local) return false;
    const auto host = environment_.Find("DATABRICKS_HOST");
    if (!host) return profile_ && profile_->file == paths_.databricks;
    Result<Endpoint> named = OfDatabricks(*host);
    return named && named->connection.host == endpoint_->connection.host;
  }

  Layer LayerOfEnvironment() const {
    Layer layer;
    const auto set = [&](const std::string& setting, const char* name) {
      const auto variable = environment_.Find(name);
      if (variable) layer.settings.emplace(setting, *variable);
    };
    const auto token = [&](const char* name) {
      const auto variable = environment_.Find(name);
      if (variable && !layer.token) layer.token = {TokenSource::Kind::kText, variable->value, variable->source};
    };
    set("user_agent", "SPARK_CONNECT_USER_AGENT");
    set("cluster_id", "SPARK_CONNECT_CLUSTER_ID");
    token("SPARK_CONNECT_AUTHENTICATE_TOKEN");
    if (IsDatabricks()) {
      set("cluster_id", "DATABRICKS_CLUSTER_ID");
      token("DATABRICKS_TOKEN");
    }
    if (!endpoint_ && Find("app_id")) {
      set("account", "SPOTINST_ACCOUNT");
      token("SPOTINST_TOKEN");
    }
    set("user_id", "SPARK_USER");
    set("user_id", "USER");
    return layer;
  }

  const Variable* Find(const std::string& name) const {
    for (const Layer& layer : layers_) {
      const auto found = layer.settings.find(name);
      if (found != layer.settings.end()) return &found->second;
    }
    return nullptr;
  }

  /// The setting's text, noted with its source; empty when no source has it.
  std::string Take(const std::string& name) {
    const Variable* setting = Find(name);
    if (setting == nullptr) return "";
    settings_.sources[name] = setting->source;
    return setting->value;
  }

  Result<ConnectionSettings> Build() {
    if (endpoint_) {
      settings_.sources["endpoint"] = endpoint_->source;
      settings_.local = endpoint_->local;
    }
    for (const Layer& layer : layers_) {
      if (!layer.token) continue;
      settings_.token = layer.token;
      settings_.sources["token"] = layer.token.source;
      break;
    }
    settings_.user_id = Take("user_id");
    if (settings_.user_id.empty()) settings_.user_id = "firesteel";
    settings_.cluster_id = Take("cluster_id");
    settings_.app_id = Take("app_id");
    settings_.account = Take("account");
    if (profile_) settings_.conf = profile_->conf;
    for (const auto& [key, value] : requested_.conf) settings_.conf[key] = value;
    for (const auto step : {&Resolver::ReadAddress, &Resolver::ReadSecurity, &Resolver::ReadKeepalive,
                            &Resolver::ReadIdentity, &Resolver::ReadHeaders}) {
      Result<void> read = (this->*step)();
      if (!read) return std::move(read).error();
    }
    return std::move(settings_);
  }

  Result<void> ReadAddress() {
    if (settings_.local) return {};
    if (endpoint_) {
      settings_.host = endpoint_->connection.host;
      settings_.port = endpoint_->connection.port.value_or(endpoint_->connection.https ? 443 : 15002);
      settings_.tunnel_url = endpoint_->connection.tunnel;
    } else if (!settings_.app_id.empty()) {
      if (settings_.cluster_id.empty()) return MissingForTunnel("a cluster id");
      if (!settings_.token) return MissingForTunnel("a token");
      for (const std::string* id : {&settings_.cluster_id, &settings_.app_id, &settings_.account}) {
        const auto letter = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '_'; };
        if (!std::all_of(id->begin(), id->end(), letter)) {
          return Error::Invalid("the ids of an application have only letters, digits, '-' and '_' (from " +
                                settings_.SourceOf("app_id") + ")");
        }
      }
      settings_.tunnel_url = std::string(kOceanSparkService) + settings_.cluster_id + "/app/" + settings_.app_id +
                             "/connect" + (settings_.account.empty() ? "" : "?accountId=" + settings_.account);
      settings_.host = "localhost";
      settings_.sources["endpoint"] = settings_.SourceOf("app_id");
    } else {
      settings_.host = "localhost";
    }
    return {};
  }

  Result<void> MissingForTunnel(const std::string& what) const {
    return Error::Invalid("the application of " + settings_.SourceOf("app_id") + " is reached with " + what +
                          ", which no source gave");
  }

  /// As PySpark: a token needs TLS unless the host is literally localhost.
  Result<void> ReadSecurity() {
    settings_.tls.ca = Take("tls_ca");
    settings_.tls.certificate = Take("tls_certificate");
    settings_.tls.key = Take("tls_key");
    settings_.tls.server_name = Take("tls_server_name");
    bool tls = false;
    const Variable* use_ssl = Find("use_ssl");
    if (use_ssl != nullptr) {
      Result<bool> value = BoolOf("use_ssl", *use_ssl);
      if (!value) return std::move(value).error();
      tls = *value;
      settings_.sources["use_ssl"] = use_ssl->source;
    }
    if (settings_.tls.certificate.empty() != settings_.tls.key.empty()) {
      const bool key = settings_.tls.certificate.empty();
      const std::string given = key ? "tls_key" : "tls_certificate";
      return Error::Invalid(Told(given, settings_.SourceOf(given)) + " needs " + (key ? "tls_certificate" : "tls_key") +
                            " beside it");
    }
    for (const char* name : {"tls_ca", "tls_certificate", "tls_server_name"}) {
      if (settings_.sources.count(name) == 0) continue;
      if (use_ssl != nullptr && !tls) {
        return Error::Invalid(Told(name, settings_.SourceOf(name)) + " needs TLS, which " + use_ssl->source +
                              " turns off");
      }
      tls = true;
    }
    if (settings_.local || !settings_.tunnel_url.empty()) return {};
    if (tls) {
      settings_.security = Security::kTls;
    } else if (settings_.token) {
      settings_.security = settings_.host == "localhost" ? Security::kLocal : Security::kTls;
    }
    return {};
  }

  Result<void> ReadKeepalive() {
    KeepaliveSettings& keepalive = settings_.keepalive;
    const auto flag = [&](const std::string& name, bool& target) -> Result<void> {
      if (const Variable* setting = Find(name)) {
        Result<bool> value = BoolOf(name, *setting);
        if (!value) return std::move(value).error();
        target = *value;
      }
      return {};
    };
    const auto time = [&](const std::string& name, int64_t& target) -> Result<void> {
      if (const Variable* setting = Find(name)) {
        Result<int64_t> value = MillisecondsOf(name, *setting);
        if (!value) return std::move(value).error();
        target = *value;
      }
      return {};
    };
    for (Result<void> read :
         {flag("grpc_keepalive_enabled", keepalive.enabled),
          flag("grpc_keepalive_without_calls", keepalive.without_calls),
          time("grpc_keepalive_time_ms", keepalive.time_ms), time("grpc_keepalive_timeout_ms", keepalive.timeout_ms)}) {
      if (!read) return read;
    }
    return {};
  }

  Result<void> ReadIdentity() {
    settings_.user_agent = Take("user_agent");
    if (settings_.user_agent.empty()) settings_.user_agent = "_SPARK_CONNECT_CPP";
    if (const size_t length = QuotedLength(settings_.user_agent); length > 2048) {
      return Error::Invalid(Told("user_agent", settings_.SourceOf("user_agent")) + " has " + std::to_string(length) +
                            " characters after URL escaping; 2048 at most");
    }
    if (const std::string session_id = Take("session_id"); !session_id.empty()) {
      if (!IsUuid(session_id)) {
        Error error = Error::Invalid(Told("session_id", settings_.SourceOf("session_id")) +
                                     " must be a UUID, as in 00112233-4455-6677-8899-aabbccddeeff");
        error.condition = "INVALID_SESSION_UUID_ID";
        return error;
      }
      settings_.session_id = session_id;
    }
    return {};
  }

  Result<void> ReadHeaders() {
    std::map<std::string, Variable> headers;
    if (!settings_.cluster_id.empty() && settings_.app_id.empty()) {
      headers[std::string(kDatabricksClusterHeader)] = {settings_.cluster_id, settings_.SourceOf("cluster_id")};
    }
    for (auto layer = layers_.rbegin(); layer != layers_.rend(); ++layer) {
      for (const auto& [name, header] : layer->headers) headers[AsciiLower(name)] = header;
    }
    for (auto& [name, header] : headers) {
      Result<void> checked = CheckHeader(name, header);
      if (!checked) return checked;
      settings_.sources["header " + name] = header.source;
      settings_.headers.emplace_back(name, header.value);
    }
    return {};
  }

  const RequestedSettings& requested_;
  const LayeredEnvironment& environment_;
  const ProfilePaths paths_;
  std::optional<Profile> profile_;
  std::optional<Endpoint> endpoint_;
  std::vector<Layer> layers_;  // the one that counts first
  ConnectionSettings settings_;
};

}  // namespace

std::string ConnectionSettings::Target() const {
  const bool brackets = host.find(':') != std::string::npos;
  return (brackets ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

std::string ConnectionSettings::SourceOf(const std::string& setting) const {
  const auto found = sources.find(setting);
  return found == sources.end() ? "the default" : found->second;
}

Result<ConnectionSettings> Resolve(const RequestedSettings& requested, const Environment& environment) {
  Result<LayeredEnvironment> layered = LayeredEnvironment::Make(environment, requested.env_files);
  if (!layered) return std::move(layered).error();
  return Resolver(requested, *layered).Run();
}

}  // namespace firesteel::client
