#include <utility>

#include "client/config/connection_settings.h"
#include "client/config/environment.h"
#include "client/session/child_process.h"
#include "client/session/session_state.h"
#include "firesteel/session.h"

namespace firesteel::client {

struct Session::Builder::Settings {
  RequestedSettings requested;
  SessionOptions options;
  std::string program;
};

Session::Builder::Builder() : settings_(std::make_unique<Settings>()) {}
Session::Builder::Builder(const Builder& other) : settings_(std::make_unique<Settings>(*other.settings_)) {}
Session::Builder::Builder(Builder&&) noexcept = default;
Session::Builder& Session::Builder::operator=(const Builder& other) {
  settings_ = std::make_unique<Settings>(*other.settings_);
  return *this;
}
Session::Builder& Session::Builder::operator=(Builder&&) noexcept = default;
Session::Builder::~Builder() = default;

Session::Builder& Session::Builder::remote(std::string connection_string) {
  settings_->requested.remote = std::move(connection_string);
  return *this;
}
Session::Builder& Session::Builder::profile(std::string name) {
  settings_->requested.profile = std::move(name);
  return *this;
}
Session::Builder& Session::Builder::token(std::string token) {
  settings_->requested.token = std::move(token);
  return *this;
}
Session::Builder& Session::Builder::token_file(std::string path) {
  settings_->requested.token_file = std::move(path);
  return *this;
}
Session::Builder& Session::Builder::token_command(std::string command) {
  settings_->requested.token_command = std::move(command);
  return *this;
}
Session::Builder& Session::Builder::user_id(std::string id) {
  settings_->requested.user_id = std::move(id);
  return *this;
}
Session::Builder& Session::Builder::user_agent(std::string name) {
  settings_->requested.user_agent = std::move(name);
  return *this;
}
Session::Builder& Session::Builder::session_id(std::string uuid) {
  settings_->requested.session_id = std::move(uuid);
  return *this;
}
Session::Builder& Session::Builder::cluster_id(std::string id) {
  settings_->requested.cluster_id = std::move(id);
  return *this;
}
Session::Builder& Session::Builder::app_id(std::string id) {
  settings_->requested.app_id = std::move(id);
  return *this;
}
Session::Builder& Session::Builder::account(std::string id) {
  settings_->requested.account = std::move(id);
  return *this;
}
Session::Builder& Session::Builder::tls(bool on) {
  settings_->requested.tls = on;
  return *this;
}
Session::Builder& Session::Builder::tls_roots(std::string pem_file) {
  settings_->requested.tls_ca = std::move(pem_file);
  return *this;
}
Session::Builder& Session::Builder::tls_certificate(std::string pem_file, std::string key_pem_file) {
  settings_->requested.tls_certificate = std::move(pem_file);
  settings_->requested.tls_key = std::move(key_pem_file);
  return *this;
}
Session::Builder& Session::Builder::tls_server_name(std::string name) {
  settings_->requested.tls_server_name = std::move(name);
  return *this;
}
Session::Builder& Session::Builder::header(std::string name, std::string value) {
  settings_->requested.headers.insert_or_assign(std::move(name), std::move(value));
  return *this;
}
Session::Builder& Session::Builder::config(std::string key, std::string value) {
  settings_->requested.conf.insert_or_assign(std::move(key), std::move(value));
  return *this;
}
Session::Builder& Session::Builder::retry_policy(RetryPolicy policy) {
  settings_->options.retry = policy;
  return *this;
}
Session::Builder& Session::Builder::env_file(std::string path) {
  settings_->requested.env_files.push_back(std::move(path));
  return *this;
}
Session::Builder& Session::Builder::call_timeout(std::chrono::milliseconds timeout) {
  settings_->options.call_timeout = timeout;
  return *this;
}
Session::Builder& Session::Builder::reattachable(bool on) {
  settings_->options.reattachable = on;
  return *this;
}
Session::Builder& Session::Builder::logger(std::function<void(const std::string& line)> log) {
  settings_->options.log = std::move(log);
  return *this;
}
Session::Builder& Session::Builder::force_local(bool on) {
  settings_->requested.force_local = on;
  return *this;
}
Session::Builder& Session::Builder::local(std::string program) {
  settings_->requested.force_local = true;
  settings_->program = std::move(program);
  return *this;
}

Result<Session> Session::Builder::connect() const {
  Result<ConnectionSettings> resolved = Resolve(settings_->requested, ProcessEnvironment());
  if (!resolved) return resolved.error();
  ConnectionSettings settings = *std::move(resolved);
  std::shared_ptr<ChildProcess> process;
  if (settings.local || !settings.tunnel_url.empty()) {
    Result<std::string> program = FindFiresteel(settings_->program);
    if (!program) return program.error();
    Result<LocalServer> server = settings.local
                                     ? StartLocalServer(*program)
                                     : StartTunnel(*program, settings.tunnel_url, settings.tls, settings.token);
    if (!server) return server.error();
    settings.host = "127.0.0.1";
    settings.port = server->port;
    settings.security = Security::kPlain;
    settings.tls = {};
    settings.token = {};
    if (!server->token.empty()) {
      settings.token = {TokenSource::Kind::kText, server->token, "the local server"};
    }
    settings.local = false;
    settings.tunnel_url.clear();
    process = std::move(server->process);
  }

  Result<std::shared_ptr<SessionState>> state = SessionState::Make(settings, settings_->options, std::move(process));
  if (!state) return state.error();
  Result<void> met = (*state)->Handshake();
  if (!met) return met.error();
  if (!settings.conf.empty()) {
    proto::ConfigRequest::Operation operation;
    for (const auto& [key, value] : settings.conf) {
      proto::KeyValue* pair = operation.mutable_set()->add_pairs();
      pair->set_key(key);
      pair->set_value(value);
    }
    Result<proto::ConfigResponse> set = (*state)->Config(std::move(operation));
    if (!set) return set.error();
  }
  return Session(*std::move(state));
}

}  // namespace firesteel::client
