#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/uuid.h"
#include "base/wire_writer.h"
#include "gateway/wire/grpc_message.h"
#include "gateway/wire/method_layout.h"

namespace firesteel::gateway {
namespace {

// ConfigRequest and its operations.
constexpr uint32_t kOperation = 3;
constexpr uint32_t kSet = 1;
constexpr uint32_t kSilent = 2;  // of Set
constexpr uint32_t kGetOption = 4;
constexpr uint32_t kListed = 1;  // the pairs or keys of an operation

// CloneSessionRequest.
constexpr uint32_t kNewSessionId = 4;

// ExecutePlanResponse.
constexpr uint32_t kOperationId = 12;
constexpr uint32_t kResponseId = 13;
constexpr uint32_t kResultComplete = 14;

/// Room for the prefix, which Seal writes when the message stands behind it.
std::string Unsealed() { return std::string(kMessagePrefix, '\0'); }

std::string Seal(std::string framed) {
  const size_t size = framed.size() - kMessagePrefix;
  for (size_t i = 1; i < kMessagePrefix; ++i) framed[i] = static_cast<char>(size >> (8 * (kMessagePrefix - 1 - i)));
  return framed;
}

std::string Pair(std::string_view key, const std::optional<std::string_view>& value) {
  std::string pair;
  WireWriter writer(&pair);
  writer.Text(kPairKey, key);
  if (value) writer.Bytes(kPairValue, *value);
  return pair;
}

std::string Request(Method method, std::string_view session_id, std::string_view user, std::string_view client_type,
                    std::string_view operation) {
  std::string request = Unsealed();
  WireWriter writer(&request);
  writer.Text(kSessionId, session_id);
  request += UserContextField(user);
  if (!operation.empty()) writer.Bytes(kOperation, operation);
  writer.Text(LayoutOf(method).client_type, client_type);
  return Seal(std::move(request));
}

}  // namespace

std::string UserContextField(std::string_view user) {
  std::string context;
  WireWriter inner(&context);
  inner.Bytes(kUserId, user);
  inner.Bytes(kUserName, user);
  std::string field;
  WireWriter(&field).Bytes(kUserContext, context);
  return field;
}

std::string ObservedSessionField(Method method, std::string_view id) {
  std::string field;
  if (const uint32_t number = LayoutOf(method).observed_session) WireWriter(&field).Bytes(number, id);
  return field;
}

std::string NewSessionIdField(std::string_view id) {
  std::string field;
  WireWriter(&field).Bytes(kNewSessionId, id);
  return field;
}

std::string ServerSideSessionIdField(Method method, std::string_view id) {
  std::string field;
  if (const uint32_t number = LayoutOf(method).server_side_session_id) WireWriter(&field).Bytes(number, id);
  return field;
}

std::string Framed(std::string_view message) {
  std::string framed;
  framed.reserve(kMessagePrefix + message.size());
  framed.assign(kMessagePrefix, '\0').append(message);
  return Seal(std::move(framed));
}

std::string ConfigSetRequest(std::string_view session_id, std::string_view user, std::string_view client_type,
                             const std::vector<std::pair<std::string, std::string>>& pairs, bool silent) {
  std::string set, operation;
  WireWriter writer(&set);
  for (const auto& [key, value] : pairs) writer.Bytes(kListed, Pair(key, value));
  if (silent) writer.Int(kSilent, 1);
  WireWriter(&operation).Bytes(kSet, set);
  return Request(Method::kConfig, session_id, user, client_type, operation);
}

std::string ConfigGetOptionRequest(std::string_view session_id, std::string_view user, std::string_view client_type,
                                   const std::vector<std::string>& keys) {
  std::string get, operation;
  WireWriter writer(&get);
  for (const std::string& key : keys) writer.Bytes(kListed, key);
  WireWriter(&operation).Bytes(kGetOption, get);
  return Request(Method::kConfig, session_id, user, client_type, operation);
}

std::string ReleaseSessionRequest(std::string_view session_id, std::string_view user, std::string_view client_type) {
  return Request(Method::kReleaseSession, session_id, user, client_type, {});
}

std::string ConfigResponse(std::string_view session_id,
                           const std::vector<std::pair<std::string, std::optional<std::string>>>& pairs,
                           const std::vector<std::string>& warnings, std::string_view server_side_session_id) {
  const MethodLayout& layout = LayoutOf(Method::kConfig);
  std::string response = Unsealed();
  WireWriter writer(&response);
  writer.Text(layout.response_session_id, session_id);
  for (const auto& [key, value] : pairs) writer.Bytes(kConfigResponsePairs, Pair(key, value));
  response += ConfigWarnings(warnings);
  writer.Text(layout.server_side_session_id, server_side_session_id);
  return Seal(std::move(response));
}

std::string ResultCompleteResponse(std::string_view session_id, std::string_view operation_id,
                                   std::string_view server_side_session_id) {
  const MethodLayout& layout = LayoutOf(Method::kExecutePlan);
  std::string response = Unsealed();
  WireWriter writer(&response);
  writer.Text(layout.response_session_id, session_id);
  writer.Text(kOperationId, operation_id);
  writer.Bytes(kResponseId, NewUuid());
  writer.Bytes(kResultComplete, {});
  writer.Text(layout.server_side_session_id, server_side_session_id);
  return Seal(std::move(response));
}

std::string EmptyResponse(Method method, std::string_view session_id, std::string_view server_side_session_id) {
  const MethodLayout& layout = LayoutOf(method);
  std::string response = Unsealed();
  WireWriter writer(&response);
  if (layout.response_session_id != 0) writer.Text(layout.response_session_id, session_id);
  if (layout.server_side_session_id != 0) writer.Text(layout.server_side_session_id, server_side_session_id);
  return Seal(std::move(response));
}

std::string ConfigWarnings(const std::vector<std::string>& warnings) {
  std::string fields;
  WireWriter writer(&fields);
  for (const std::string& warning : warnings) writer.Bytes(kConfigResponseWarnings, warning);
  return fields;
}

}  // namespace firesteel::gateway
