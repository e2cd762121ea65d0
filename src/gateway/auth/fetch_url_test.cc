#include "gateway/auth/fetch_url.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <httplib.h>

#include <cstdlib>
#include <memory>
#include <string>
#include <thread>

#include "gateway/testing/certificate.h"

namespace firesteel::gateway {
namespace {

using ::testing::HasSubstr;

/// A server with a certificate that it signed itself, for one host name.
class TlsServer {
 public:
  explicit TlsServer(const std::string& name) : certificate_("DNS:" + name) {
    server_ = std::make_unique<httplib::SSLServer>(certificate_.file().c_str(), certificate_.key_file().c_str());
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
  const std::string& certificate_file() const { return certificate_.file(); }

 private:
  testing::Certificate certificate_;
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
