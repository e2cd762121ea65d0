#include "gateway/transport/tls.h"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <string_view>

namespace firesteel::gateway {
namespace {

constexpr unsigned char kAlpn[] = {2, 'h', '2'};
constexpr unsigned char kHttpAlpn[] = {8, 'h', 't', 't', 'p', '/', '1', '.', '1'};

TlsContext NewContext(const SSL_METHOD* method) {
  TlsContext context(SSL_CTX_new(method), &SSL_CTX_free);
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  SSL_CTX_set_options(context.get(), SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION);
  // Buffers that an idle connection does not need are given back: thousands of idle sessions are ordinary.
  SSL_CTX_set_mode(context.get(),
                   SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
  return context;
}

Status UseCertificate(SSL_CTX* context, const std::string& certificate, const std::string& key) {
  ERR_clear_error();
  if (SSL_CTX_use_certificate_chain_file(context, certificate.c_str()) != 1) {
    return Status::Error(fmt::format("cannot use the certificate in {}: {}", certificate, TlsErrorText()));
  }
  if (SSL_CTX_use_PrivateKey_file(context, key.c_str(), SSL_FILETYPE_PEM) != 1) {
    return Status::Error(fmt::format("cannot use the private key in {}: {}", key, TlsErrorText()));
  }
  if (SSL_CTX_check_private_key(context) != 1) {
    return Status::Error(
        fmt::format("the private key in {} does not belong to the certificate in {}", key, certificate));
  }
  return Status::Ok();
}

int SelectAlpn(SSL*, const unsigned char** out, unsigned char* out_size, const unsigned char* in, unsigned in_size,
               void*) {
  unsigned char* chosen = nullptr;
  if (SSL_select_next_proto(&chosen, out_size, kAlpn, sizeof kAlpn, in, in_size) != OPENSSL_NPN_NEGOTIATED) {
    return SSL_TLSEXT_ERR_ALERT_FATAL;
  }
  *out = chosen;
  return SSL_TLSEXT_ERR_OK;
}

int SelectHttpAlpn(SSL*, const unsigned char** out, unsigned char* out_size, const unsigned char* in, unsigned in_size,
                   void*) {
  unsigned char* chosen = nullptr;
  if (SSL_select_next_proto(&chosen, out_size, kHttpAlpn, sizeof kHttpAlpn, in, in_size) != OPENSSL_NPN_NEGOTIATED) {
    return SSL_TLSEXT_ERR_ALERT_FATAL;
  }
  *out = chosen;
  return SSL_TLSEXT_ERR_OK;
}

}  // namespace

std::string TlsErrorText() {
  const unsigned long code = ERR_peek_last_error();  // NOLINT: OpenSSL's type
  ERR_clear_error();
  if (code == 0) return "unknown error";
  const char* reason = ERR_reason_error_string(code);
  return reason ? reason : fmt::format("error {:x}", code);
}

Result<TlsContext> ServerContext(const ServerTls& tls) {
  TlsContext context = NewContext(TLS_server_method());
  if (Status status = UseCertificate(context.get(), tls.certificate_file, tls.key_file); !status) return status;
  SSL_CTX_set_alpn_select_cb(context.get(), SelectAlpn, nullptr);
  if (!tls.client_ca_file.empty()) {
    if (SSL_CTX_load_verify_locations(context.get(), tls.client_ca_file.c_str(), nullptr) != 1) {
      return Status::Error(fmt::format("cannot read the authorities in {}: {}", tls.client_ca_file, TlsErrorText()));
    }
    SSL_CTX_set_client_CA_list(context.get(), SSL_load_client_CA_file(tls.client_ca_file.c_str()));
    SSL_CTX_set_verify(context.get(),
                       SSL_VERIFY_PEER | (tls.require_client_certificate ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0),
                       nullptr);
    // Sessions are not resumed: a resumed one would not show its certificate again.
    SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
    SSL_CTX_set_options(context.get(), SSL_OP_NO_TICKET);
  }
  return context;
}

Result<TlsContext> HttpServerContext(const ServerTls& tls) {
  Result<TlsContext> context = ServerContext(tls);
  if (context) SSL_CTX_set_alpn_select_cb(context->get(), SelectHttpAlpn, nullptr);
  return context;
}

Result<TlsContext> ClientContext(const ClientTls& tls) {
  TlsContext context = NewContext(TLS_client_method());
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  const int loaded = tls.ca_file.empty() ? SSL_CTX_set_default_verify_paths(context.get())
                                         : SSL_CTX_load_verify_locations(context.get(), tls.ca_file.c_str(), nullptr);
  if (loaded != 1) {
    return Status::Error(fmt::format("cannot read the authorities in {}: {}", tls.ca_file, TlsErrorText()));
  }
  if (!tls.certificate_file.empty()) {
    if (Status status = UseCertificate(context.get(), tls.certificate_file, tls.key_file); !status) return status;
  }
  SSL_CTX_set_alpn_protos(context.get(), kAlpn, sizeof kAlpn);
  return context;
}

std::string PeerCommonName(const SSL* ssl) {
  const std::unique_ptr<X509, decltype(&X509_free)> certificate(SSL_get1_peer_certificate(ssl), &X509_free);
  if (!certificate || SSL_get_verify_result(ssl) != X509_V_OK) return {};
  X509_NAME* subject = X509_get_subject_name(certificate.get());
  const int place = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
  // Two names would leave it to chance who calls.
  if (place < 0 || X509_NAME_get_index_by_NID(subject, NID_commonName, place) >= 0) return {};
  unsigned char* text = nullptr;
  const int size = ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, place)));
  if (size < 0) return {};
  std::string name(reinterpret_cast<const char*>(text), static_cast<size_t>(size));
  OPENSSL_free(text);
  return name.find('\0') == std::string::npos ? name : std::string();
}

}  // namespace firesteel::gateway
