#include "server/authentication.h"

#include <openssl/crypto.h>

namespace firesteel::server {

Authentication::Authentication(const std::string& token) : expected_(token.empty() ? "" : "Bearer " + token) {}

grpc::Status Authentication::Check(const grpc::ServerContextBase& context) const {
  if (expected_.empty()) return grpc::Status::OK;
  const auto& metadata = context.client_metadata();
  auto found = metadata.find("authorization");
  // JVM clients before Spark 4.1 name the header so.
  if (found == metadata.end()) found = metadata.find("authentication");
  if (found == metadata.end()) return {grpc::StatusCode::UNAUTHENTICATED, "No authentication token provided"};
  const grpc::string_ref given = found->second;
  // The time it takes must not tell how much of a guess is right.
  if (given.size() != expected_.size() || CRYPTO_memcmp(given.data(), expected_.data(), given.size()) != 0) {
    return {grpc::StatusCode::UNAUTHENTICATED, "Invalid authentication token"};
  }
  return grpc::Status::OK;
}

}  // namespace firesteel::server
