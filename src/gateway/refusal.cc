#include "gateway/refusal.h"

#include <utility>

#include "base/error.h"

namespace firesteel::gateway {

Refusal InvalidHandle(std::string_view reason, const std::string& handle) {
  const QueryError error("INVALID_HANDLE." + std::string(reason), {{"handle", handle}}, nullptr, ErrorClass::kSql);
  Refusal refusal;
  refusal.code = reason == "FORMAT" ? Code::kInvalidArgument : Code::kInternal;
  refusal.message = error.message();
  refusal.condition = error.condition();
  refusal.sql_state = error.sql_state();
  refusal.parameters = {{"handle", handle}};
  return refusal;
}

Refusal Invalid(std::string message) { return {.code = Code::kInvalidArgument, .message = std::move(message)}; }

Refusal Denied(std::string message) { return {.code = Code::kPermissionDenied, .message = std::move(message)}; }

Refusal Exhausted(std::string message) { return {.code = Code::kResourceExhausted, .message = std::move(message)}; }

Refusal Impossible(std::string message) { return {.code = Code::kFailedPrecondition, .message = std::move(message)}; }

Refusal ComeBack(std::string message, std::chrono::milliseconds after) {
  return {.code = Code::kUnavailable, .message = std::move(message), .retry_after = after};
}

}  // namespace firesteel::gateway
