#pragma once

#include <grpcpp/server_context.h>
#include <grpcpp/support/status.h>

#include <string>

namespace firesteel::server {

/// Spark's pre-shared token (`spark.connect.authenticate.token`, SPARK_CONNECT_AUTHENTICATE_TOKEN): every call must
/// carry it as `authorization: Bearer <token>`. Immutable, thread-safe.
class Authentication {
 public:
  /// With an empty token every call is let in.
  explicit Authentication(const std::string& token);

  /// OK, or what the call ends with: UNAUTHENTICATED with Spark's texts.
  grpc::Status Check(const grpc::ServerContextBase& context) const;

 private:
  const std::string expected_;  // the header's value; empty without a token
};

}  // namespace firesteel::server
