#pragma once

#include <grpcpp/support/status.h>

#include <chrono>
#include <map>
#include <optional>
#include <string>

namespace firesteel::client {

/// What a status says beyond its code and message (google.rpc.Status).
struct StatusDetails {
  bool has_error_info = false;
  std::string message;                          ///< longer than the status's own may be
  std::string reason;                           ///< the exception's class
  std::map<std::string, std::string> metadata;  ///< "errorClass", "errorId", "sqlState", "classes", …
  std::optional<std::chrono::milliseconds> retry_delay;

  /// Empty when it is not there.
  std::string Find(const std::string& key) const {
    const auto found = metadata.find(key);
    return found == metadata.end() ? "" : found->second;
  }
};

/// Bytes that are no such message give nothing.
StatusDetails ReadStatusDetails(const grpc::Status& status);

}  // namespace firesteel::client
