#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace firesteel::gateway {

/// gRPC's status codes, by their numbers on the wire.
enum class Code : int {
  kOk = 0,
  kCancelled = 1,
  kUnknown = 2,
  kInvalidArgument = 3,
  kDeadlineExceeded = 4,
  kNotFound = 5,
  kAlreadyExists = 6,
  kPermissionDenied = 7,
  kResourceExhausted = 8,
  kFailedPrecondition = 9,
  kAborted = 10,
  kOutOfRange = 11,
  kUnimplemented = 12,
  kInternal = 13,
  kUnavailable = 14,
  kDataLoss = 15,
  kUnauthenticated = 16,
};

/// Why the gateway itself answers a call with an error. A value; `message` has no token, no secret and no final
/// newline.
struct Refusal {
  Code code = Code::kUnavailable;
  std::string message;
  std::string condition;                          ///< Spark's error class ("INVALID_HANDLE.SESSION_CHANGED"), or empty
  std::string sql_state;                          ///< with a condition
  std::map<std::string, std::string> parameters;  ///< of the condition
  std::optional<std::chrono::milliseconds>
      retry_after;  ///< sent as google.rpc.RetryInfo: clients wait exactly this long
};

/// Spark's condition INVALID_HANDLE.`reason` with Spark's text and SQLSTATE. INTERNAL, as Spark sends it, except
/// FORMAT, which is the caller's fault.
Refusal InvalidHandle(std::string_view reason, const std::string& handle);

Refusal Invalid(std::string message);
Refusal Denied(std::string message);
Refusal Exhausted(std::string message);
/// Final: clients do not try again by themselves.
Refusal Impossible(std::string message);
/// Clients try again after this time.
Refusal ComeBack(std::string message, std::chrono::milliseconds after);

}  // namespace firesteel::gateway
