#pragma once

#include <grpcpp/security/server_credentials.h>

#include <memory>
#include <string>

#include "base/result.h"

namespace firesteel::server {

/// TLS with a certificate chain and its private key from PEM files, which are read again every ten seconds: a renewed
/// certificate needs no restart, new connections get it. Fails when a file cannot be read or the two do not belong
/// together. Without both paths: no TLS.
Result<std::shared_ptr<grpc::ServerCredentials>> MakeServerCredentials(const std::string& certificate_path,
                                                                       const std::string& key_path);

}  // namespace firesteel::server
