#include "gateway/auth/fetch_url.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <httplib.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <cstdlib>
#include <memory>
#include <string>
#include <thread>

#include "gateway/testing/temporary_file.h"

namespace firesteel::gateway {
namespace {

using ::testing::HasSubstr;
using testing::TemporaryFile;

std::string TextOf(BIO* memory) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(memory, &data);
  std::string text(data, static_cast<size_t>(size));
  BIO_free(memory);
  return text;
}

/// A server with a certificate that it signed itself, for one host name.
class TlsServer {
 public:
  explicit TlsServer(const std::string& name) {
    const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(EVP_EC_gen("P-256"), &EVP_PKEY_free);
    const std::unique_ptr<X509, decltype(&X509_free)> certificate(X509_new(), &X509_free);
    X509_set_version(certificate.get(), X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -3600);
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3600);
    X509_NAME* subject = X509_get_subject_name(certificate.get());
    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("test"), -1, -1, 0);
    X509_set_issuer_name(certificate.get(), subject);
    X509_set_pubkey(certificate.get(), key.get());
    X509_EXTENSION* names = X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, ("DNS:" + name).c_str());
    X509_add_ext(certificate.get(), names, -1);
    X509_EXTENSION_free(names);
    X509_sign(certificate.get(), key.get(), EVP_sha256());
    BIO* text = BIO_new(BIO_s_mem());
    PEM_write_bio_X509(text, certificate.get());
    certificate_.Write(TextOf(text));
    text = BIO_new(BIO_s_mem());
    PEM_write_bio_PrivateKey(text, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    key_.Write(TextOf(text));
    server_ = std::make_unique<httplib::SSLServer>(certificate_.path().c_str(), key_.path().c_str());
    server_->Get("/keys", [](const httplib::Request&, httplib::Response& response) {
      response.set_content("keys", "application/json");
    });
    port_ = server_->bind_to_any_port("127.0.0.1");
    thread_ = std::thread([this] { server_->listen_after_bind(); });
    while (!server_->is_running()) std::this_thread::yield();
  }
  ~TlsServer() {
    server_->stop();
    thread_.join();
  }
  std::string url() const { return "https://localhost:" + std::to_string(port_) + "/keys"; }
  const std::string& certificate_file() const { return certificate_.path(); }

 private:
  TemporaryFile certificate_, key_;
  std::unique_ptr<httplib::SSLServer> server_;
  int port_ = 0;
  std::thread thread_;
};

/// Makes a certificate one of the system's authorities, as OpenSSL lets users do.
class TrustedCertificate {
 public:
  explicit TrustedCertificate(const std::string& file) { setenv("SSL_CERT_FILE", file.c_str(), 1); }
  ~TrustedCertificate() { unsetenv("SSL_CERT_FILE"); }
};

TEST(FetchUrlTls, TakesKeysFromAServerWithATrustedCertificate) {
  const TlsServer server("localhost");
  const TrustedCertificate trusted(server.certificate_file());
  const auto body = FetchUrl(server.url(), 100);
  ASSERT_TRUE(body.ok()) << body.error();
  EXPECT_EQ(*body, "keys");
}

TEST(FetchUrlTls, RefusesACertificateOfAnAuthorityThatNobodyTrusts) {
  const TlsServer server("localhost");
  EXPECT_THAT(FetchUrl(server.url(), 100).status().message, HasSubstr("the server's certificate is for another host"));
}

TEST(FetchUrlTls, RefusesTheCertificateOfAnotherHost) {
  const TlsServer server("id.example.com");
  const TrustedCertificate trusted(server.certificate_file());
  EXPECT_THAT(FetchUrl(server.url(), 100).status().message, HasSubstr("the server's certificate is for another host"));
}

}  // namespace
}  // namespace firesteel::gateway
