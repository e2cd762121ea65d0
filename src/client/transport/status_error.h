#pragma once

#include <functional>
#include <optional>
#include <string>

#include "client/transport/transport.h"
#include "firesteel/error.h"

namespace firesteel::client {

/// Asks the server for all that it knows of an error; nothing when it does not answer.
using FetchDetails = std::function<std::optional<proto::FetchErrorDetailsResponse>(const std::string& error_id)>;

/// The error that a failed call means. `target` is "host:port", `tls` and `token_source` are the connection's, for what
/// the message advises.
struct ErrorContext {
  std::string target;
  bool tls = false;
  bool has_certificate = false;  ///< of the client's own
  std::string token_source;      ///< "the variable …"; empty: no token is sent
  std::string cluster;           ///< of a hosted service: "the cluster 0001 (from profile …)"; empty: none was named
  std::string server_version;    ///< of Spark, "4.3.0"; empty: not known yet
};
Error ErrorOf(Rpc rpc, const grpc::Status& status, const ErrorContext& context, const FetchDetails& fetch);

/// The version of Spark whose protocol this client speaks.
inline constexpr const char* kProtocolVersion = "4.3.0";

/// Of errors as messages of the protocol carry them, with the chain of causes.
Error ErrorOf(const google::protobuf::RepeatedPtrField<proto::FetchErrorDetailsResponse::Error>& errors, int root);

}  // namespace firesteel::client
