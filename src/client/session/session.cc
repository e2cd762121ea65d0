#include "firesteel/session.h"

#include <utility>

#include "client/session/artifact_upload.h"
#include "client/session/session_state.h"

namespace firesteel::client {
namespace {

using proto::ConfigRequest;

Error WrongTag(const std::string& tag) {
  return Error::Invalid(tag.empty() ? "A tag is no empty text." : "A tag has no comma: '" + tag + "'.");
}

bool IsTag(const std::string& tag) { return !tag.empty() && tag.find(',') == std::string::npos; }

/// The first pair's value; an error when the server left it out.
Result<std::string> OnlyValue(const Result<proto::ConfigResponse>& response, const std::string& key) {
  if (!response) return response.error();
  if (response->pairs_size() == 1 && response->pairs(0).has_value()) return response->pairs(0).value();
  return Error::Invalid("The configuration " + key + " has no value.");
}

}  // namespace

Result<void> RuntimeConfig::set(const std::string& key, const std::string& value) const {
  ConfigRequest::Operation operation;
  proto::KeyValue* pair = operation.mutable_set()->add_pairs();
  pair->set_key(key);
  pair->set_value(value);
  Result<proto::ConfigResponse> response = state_->Config(std::move(operation));
  if (!response) return response.error();
  return {};
}

Result<std::string> RuntimeConfig::get(const std::string& key) const {
  ConfigRequest::Operation operation;
  operation.mutable_get()->add_keys(key);
  return OnlyValue(state_->Config(std::move(operation)), key);
}

Result<std::string> RuntimeConfig::get(const std::string& key, const std::string& default_value) const {
  ConfigRequest::Operation operation;
  proto::KeyValue* pair = operation.mutable_get_with_default()->add_pairs();
  pair->set_key(key);
  pair->set_value(default_value);
  return OnlyValue(state_->Config(std::move(operation)), key);
}

Result<std::optional<std::string>> RuntimeConfig::get_option(const std::string& key) const {
  ConfigRequest::Operation operation;
  operation.mutable_get_option()->add_keys(key);
  Result<proto::ConfigResponse> response = state_->Config(std::move(operation));
  if (!response) return response.error();
  if (response->pairs_size() == 1 && response->pairs(0).has_value()) return std::optional(response->pairs(0).value());
  return std::optional<std::string>();
}

Result<std::map<std::string, std::string>> RuntimeConfig::get_all(const std::string& prefix) const {
  ConfigRequest::Operation operation;
  operation.mutable_get_all();
  if (!prefix.empty()) operation.mutable_get_all()->set_prefix(prefix);
  Result<proto::ConfigResponse> response = state_->Config(std::move(operation));
  if (!response) return response.error();
  std::map<std::string, std::string> pairs;
  for (const auto& pair : response->pairs()) pairs.emplace(pair.key(), pair.value());
  return pairs;
}

Result<void> RuntimeConfig::unset(const std::string& key) const {
  ConfigRequest::Operation operation;
  operation.mutable_unset()->add_keys(key);
  Result<proto::ConfigResponse> response = state_->Config(std::move(operation));
  if (!response) return response.error();
  return {};
}

Result<bool> RuntimeConfig::is_modifiable(const std::string& key) const {
  ConfigRequest::Operation operation;
  operation.mutable_is_modifiable()->add_keys(key);
  Result<std::string> value = OnlyValue(state_->Config(std::move(operation)), key);
  if (!value) return value.error();
  return *value == "true";
}

RuntimeConfig Session::conf() const { return RuntimeConfig(state_); }
Result<std::string> Session::version() const { return state_->Version(); }
const std::string& Session::session_id() const { return state_->session_id(); }
const std::string& Session::user_id() const { return state_->user_id(); }
Result<void> Session::stop() const { return state_->Stop(); }
bool Session::is_stopped() const { return state_->stopped(); }
std::shared_ptr<Executor> Session::executor() const { return state_; }

Session Session::of(const std::shared_ptr<Executor>& executor) {
  return Session(std::static_pointer_cast<SessionState>(executor));
}

Result<Session> Session::clone() const {
  Result<std::shared_ptr<SessionState>> state = state_->Clone();
  if (!state) return state.error();
  return Session(*std::move(state));
}

Result<Session> Session::new_session() const {
  Result<std::shared_ptr<SessionState>> state = state_->NewSession();
  if (!state) return state.error();
  return Session(*std::move(state));
}

Result<void> Session::add_tag(const std::string& tag) const {
  if (!IsTag(tag)) return WrongTag(tag);
  std::set<std::string> tags = state_->Tags();
  tags.insert(tag);
  state_->SetTags(std::move(tags));
  return {};
}

Result<void> Session::remove_tag(const std::string& tag) const {
  if (!IsTag(tag)) return WrongTag(tag);
  std::set<std::string> tags = state_->Tags();
  tags.erase(tag);
  state_->SetTags(std::move(tags));
  return {};
}

std::set<std::string> Session::tags() const { return state_->Tags(); }
void Session::clear_tags() const { state_->SetTags({}); }

Result<std::vector<std::string>> Session::interrupt_all() const {
  proto::InterruptRequest request;
  request.set_interrupt_type(proto::InterruptRequest::INTERRUPT_TYPE_ALL);
  return state_->Interrupt(std::move(request));
}

Result<std::vector<std::string>> Session::interrupt_tag(const std::string& tag) const {
  if (!IsTag(tag)) return WrongTag(tag);
  proto::InterruptRequest request;
  request.set_interrupt_type(proto::InterruptRequest::INTERRUPT_TYPE_TAG);
  request.set_operation_tag(tag);
  return state_->Interrupt(std::move(request));
}

Result<std::vector<std::string>> Session::interrupt_operation(const std::string& operation_id) const {
  proto::InterruptRequest request;
  request.set_interrupt_type(proto::InterruptRequest::INTERRUPT_TYPE_OPERATION_ID);
  request.set_operation_id(operation_id);
  return state_->Interrupt(std::move(request));
}

Result<void> Session::add_artifacts(const std::vector<std::string>& paths, ArtifactKind kind) const {
  std::vector<Artifact> artifacts;
  for (const std::string& path : paths) {
    Result<Artifact> artifact = ArtifactOfPath(path, kind);
    if (!artifact) return artifact.error();
    artifacts.push_back(*std::move(artifact));
  }
  return UploadArtifacts(*state_, artifacts);
}

Result<void> Session::copy_from_local_to_fs(const std::string& local_path, const std::string& absolute_path) const {
  if (!absolute_path.starts_with('/')) {
    return Error::Invalid("The path on the server must be absolute: '" + absolute_path + "'.");
  }
  Result<Artifact> artifact = ArtifactOfFile("forward_to_fs" + absolute_path, local_path);
  if (!artifact) return artifact.error();
  return UploadArtifacts(*state_, {*std::move(artifact)});
}

int64_t Session::add_progress_handler(std::function<void(const Progress&)> handler) const {
  return state_->AddProgressHandler(std::move(handler));
}
void Session::remove_progress_handler(int64_t number) const { state_->RemoveProgressHandler(number); }
void Session::clear_progress_handlers() const { state_->ClearProgressHandlers(); }

}  // namespace firesteel::client
