#include "server/authentication.h"

#include <openssl/crypto.h>

#include <iterator>

namespace firesteel::server {

Authentication::Authentication(const std::string& token) : expected_(token.empty() ? "" : "Bearer " + token) {}

grpc::Status Authentication::Check(const grpc::ServerContextBase& context) const {
  if (expected_.empty()) return grpc::Status::OK;
  const auto& metadata = context.client_metadata();
  auto range = metadata.equal_range("authorization");
  // JVM clients before Spark 4.1 name the header so.
  if (range.first == range.second) range = metadata.equal_range("authentication");
  if (range.first == range.second) return {grpc::StatusCode::UNAUTHENTICATED, "No authentication token provided"};
  // Of several the last one counts, as in Spark.
  const grpc::string_ref given = std::prev(range.second)->second;
  // The time it takes must not tell how much of a guess is right.
  if (given.size() != expected_.size() || CRYPTO_memcmp(given.data(), expected_.data(), given.size()) != 0) {
    return {grpc::StatusCode::UNAUTHENTICATED, "Invalid authentication token"};
  }
  return grpc::Status::OK;
}

}  // namespace firesteel::server
