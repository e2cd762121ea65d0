#include <optional>
#include <string>

#include "server/answer.h"
#include "server/rpc/rpc.h"
#include "session/error/java_exception.h"

namespace firesteel::server {

namespace proto = ::spark::connect;
using session::Configuration;

namespace {

void AddPair(const std::string& key, const std::optional<std::string>& value, proto::ConfigResponse* response) {
  auto* pair = response->add_pairs();
  pair->set_key(key);
  if (value) pair->set_value(*value);
}

void AddWarnings(const std::string& key, proto::ConfigResponse* response) {
  for (std::string& warning : Configuration::Warnings(key)) response->add_warnings(std::move(warning));
}

/// What the exception in flight says, for warnings about keys that could not be set.
std::string MessageOfCurrentException() { return session::DescribeError(std::current_exception())->message; }

void Set(const proto::ConfigRequest::Set& set, Configuration& configuration, proto::ConfigResponse* response) {
  for (const auto& pair : set.pairs()) {
    try {
      if (!pair.has_value()) {
        throw session::JavaError("java.lang.IllegalArgumentException",
                                 "requirement failed: value cannot be null for key: " + pair.key());
      }
      configuration.Set(pair.key(), pair.value());
      AddWarnings(pair.key(), response);
    } catch (const std::exception&) {
      if (!set.silent()) throw;
      response->add_warnings("Failed to set " + pair.key() + " to " +
                             (pair.has_value() ? "Some(" + pair.value() + ")" : "None") + " due to " +
                             MessageOfCurrentException());
    }
  }
}

void Handle(const proto::ConfigRequest::Operation& operation, Configuration& configuration,
            proto::ConfigResponse* response) {
  using Operation = proto::ConfigRequest::Operation;
  switch (operation.op_type_case()) {
    case Operation::kSet:
      Set(operation.set(), configuration, response);
      return;
    case Operation::kGet:
      for (const std::string& key : operation.get().keys()) {
        AddPair(key, configuration.Get(key), response);
        AddWarnings(key, response);
      }
      return;
    case Operation::kGetWithDefault:
      for (const auto& pair : operation.get_with_default().pairs()) {
        std::optional<std::string> fallback;
        if (pair.has_value()) fallback = pair.value();
        AddPair(pair.key(), configuration.GetWithDefault(pair.key(), fallback), response);
        AddWarnings(pair.key(), response);
      }
      return;
    case Operation::kGetOption:
      for (const std::string& key : operation.get_option().keys()) {
        AddPair(key, configuration.GetOption(key), response);
        AddWarnings(key, response);
      }
      return;
    case Operation::kGetAll:
      for (const auto& [key, value] : configuration.GetAll(operation.get_all().prefix())) {
        AddPair(key, value, response);
        AddWarnings(operation.get_all().prefix() + key, response);
      }
      return;
    case Operation::kUnset:
      for (const std::string& key : operation.unset().keys()) {
        configuration.Unset(key);
        AddWarnings(key, response);
      }
      return;
    case Operation::kIsModifiable:
      for (const std::string& key : operation.is_modifiable().keys()) {
        AddPair(key, configuration.IsModifiable(key) ? "true" : "false", response);
        AddWarnings(key, response);
      }
      return;
    case Operation::OP_TYPE_NOT_SET:
      throw session::JavaError("java.lang.UnsupportedOperationException", " not supported.");
  }
}

bool OnlyReads(const proto::ConfigRequest::Operation& operation) {
  return !operation.has_set() && !operation.has_unset();
}

}  // namespace

grpc::Status Config(Services& services, const proto::ConfigRequest& request, proto::ConfigResponse* response) {
  return Answer([&](session::SessionPtr& session) {
    // Clients read configuration when they exit, also without having used the session: reading makes none.
    session = OnlyReads(request.operation())
                  ? services.sessions.GetOrPeek(request.user_context().user_id(), request.session_id(),
                                                request.client_observed_server_side_session_id())
                  : OpenSession(services, request);
    Handle(request.operation(), session->state().configuration(), response);
    Identify(*session, response);
  });
}

}  // namespace firesteel::server
