#include "server/transport_security.h"

#include <grpcpp/security/tls_certificate_provider.h>
#include <grpcpp/security/tls_credentials_options.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <cstdio>

namespace firesteel::server {
namespace {

constexpr unsigned kReloadSeconds = 10;

struct Close {
  void operator()(std::FILE* file) const { std::fclose(file); }
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};

/// A passphrase would be asked for on the terminal.
int NoPassphrase(char*, int, int, void*) { return 0; }

Status Check(const std::string& certificate_path, const std::string& key_path) {
  ERR_clear_error();
  const std::unique_ptr<std::FILE, Close> certificate_file(std::fopen(certificate_path.c_str(), "re"));
  if (!certificate_file) return Status::Error("cannot read --tls-certificate " + certificate_path);
  const std::unique_ptr<X509, Close> certificate(PEM_read_X509(certificate_file.get(), nullptr, nullptr, nullptr));
  if (!certificate) return Status::Error("--tls-certificate " + certificate_path + " holds no certificate in PEM form");
  const std::unique_ptr<std::FILE, Close> key_file(std::fopen(key_path.c_str(), "re"));
  if (!key_file) return Status::Error("cannot read --tls-key " + key_path);
  const std::unique_ptr<EVP_PKEY, Close> key(PEM_read_PrivateKey(key_file.get(), nullptr, &NoPassphrase, nullptr));
  if (!key) return Status::Error("--tls-key " + key_path + " holds no private key in PEM form without a passphrase");
  if (X509_check_private_key(certificate.get(), key.get()) != 1) {
    return Status::Error("the private key " + key_path + " is not the one of the certificate " + certificate_path);
  }
  return {};
}

}  // namespace

Result<std::shared_ptr<grpc::ServerCredentials>> MakeServerCredentials(const std::string& certificate_path,
                                                                       const std::string& key_path) {
  if (certificate_path.empty() && key_path.empty()) return grpc::InsecureServerCredentials();
  if (certificate_path.empty() || key_path.empty()) {
    return Status::Error("--tls-certificate and --tls-key belong together: one of them is missing");
  }
  if (Status status = Check(certificate_path, key_path); !status.ok()) return status;
  namespace tls = grpc::experimental;
  tls::TlsServerCredentialsOptions options(
      std::make_shared<tls::FileWatcherCertificateProvider>(key_path, certificate_path, kReloadSeconds));
  options.watch_identity_key_cert_pairs();
  options.set_cert_request_type(GRPC_SSL_DONT_REQUEST_CLIENT_CERTIFICATE);
  return tls::TlsServerCredentials(options);
}

}  // namespace firesteel::server
