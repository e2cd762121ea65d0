#include "gateway/tunnel/dial.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

#include "gateway/tunnel/testing/fake_proxy.h"
#include "gateway/tunnel/testing/far_gateway.h"
#include "gateway/tunnel/testing/near_client.h"

namespace firesteel::gateway::testing {
namespace {

using ::testing::HasSubstr;

TunnelClient::Options ToTls(const FarGateway& gateway, const std::string& host, const std::string& ca_file) {
  TunnelClient::Options options = NearClient::To(gateway.port());
  options.dial.gateway.tls = true;
  options.dial.gateway.host = host;
  Result<std::shared_ptr<asio::ssl::context>> tls = DialTls(ca_file);
  EXPECT_TRUE(tls.ok());
  options.dial.tls = *tls;
  return options;
}

TunnelClient::Options Through(const FakeProxy& proxy, TunnelClient::Options options) {
  options.dial.proxy = HttpProxy{.host = "127.0.0.1", .port = proxy.port(), .authorization = "Basic YTpi"};
  return options;
}

TEST(Dial, CarriesBytesOverTls) {
  const Certificate certificate("DNS:localhost");
  FarGateway gateway({.certificate = &certificate});
  NearClient client(ToTls(gateway, "localhost", certificate.file()));
  const Socket near = client.Connect();
  ASSERT_TRUE(SendAll(near, "question"));
  Peer peer;
  const Socket far = gateway.Next(&peer);
  ASSERT_TRUE(far);
  EXPECT_EQ(ReceiveUpTo(far, 8), "question");
  EXPECT_TRUE(peer.encrypted);
  ASSERT_TRUE(SendAll(far, "answer"));
  EXPECT_EQ(ReceiveUpTo(near, 6), "answer");
}

TEST(Dial, AcceptsTheAddressOfACertificate) {
  const Certificate certificate("IP:127.0.0.1");
  FarGateway gateway({.certificate = &certificate});
  NearClient client(ToTls(gateway, "127.0.0.1", certificate.file()));
  EXPECT_EQ(client.Test(), "");
}

TEST(Dial, RefusesACertificateOfAnotherHost) {
  const Certificate certificate("DNS:spark.example.com");
  FarGateway gateway({.certificate = &certificate});
  NearClient client(ToTls(gateway, "localhost", certificate.file()));
  EXPECT_THAT(client.Test(), HasSubstr("is not accepted: hostname mismatch"));
}

TEST(Dial, RefusesAnAuthorityThatIsNotTrusted) {
  const Certificate certificate("DNS:localhost"), other("DNS:localhost");
  FarGateway gateway({.certificate = &certificate});
  NearClient client(ToTls(gateway, "localhost", other.file()));
  EXPECT_THAT(client.Test(), HasSubstr("--ca FILE names the authority"));
}

TEST(Dial, SaysThatTheOtherEndSpeaksNoTls) {
  FarGateway gateway;
  NearClient client(ToTls(gateway, "localhost", ""));
  EXPECT_THAT(client.Test(), HasSubstr("does not speak TLS with us"));
}

TEST(Dial, NamesAnAuthorityThatCannotBeRead) {
  const auto tls = DialTls("/no/such/ca.pem");
  ASSERT_FALSE(tls.ok());
  EXPECT_THAT(tls.error(), HasSubstr("/no/such/ca.pem"));
}

TEST(Dial, SaysThatANameIsNotKnown) {
  TunnelClient::Options options = NearClient::To(1);
  options.dial.gateway.host = "no-such-host.invalid";
  NearClient client(std::move(options));
  EXPECT_THAT(client.Test(), HasSubstr("the name of the gateway no-such-host.invalid:1 cannot be resolved"));
}

TEST(Dial, SaysThatNobodyListens) {
  NearClient client(NearClient::To(1));
  EXPECT_EQ(client.Test(), "the gateway 127.0.0.1:1 cannot be reached: Connection refused");
}

TEST(Dial, SaysThatThePathIsWrong) {
  FarGateway gateway;
  TunnelClient::Options options = NearClient::To(gateway.port());
  options.dial.gateway.path = "/elsewhere";
  NearClient client(std::move(options));
  EXPECT_THAT(client.Test(), HasSubstr("has no tunnel at /elsewhere"));
}

TEST(Dial, GivesUpInTime) {
  // Takes the connection and never answers.
  Result<Socket> listener = Listen("127.0.0.1", 0, false);
  ASSERT_TRUE(listener.ok());
  TunnelClient::Options options = NearClient::To(LocalPort(*listener));
  options.dial.patience = std::chrono::milliseconds(100);
  NearClient client(std::move(options));
  EXPECT_THAT(client.Test(), HasSubstr("does not answer within 0.1 s"));
  const Socket near = client.Connect();
  EXPECT_EQ(EndingOf(near), Ending::kBreak);
}

TEST(Dial, GoesThroughAProxy) {
  const Certificate certificate("DNS:localhost");
  FarGateway gateway({.certificate = &certificate});
  FakeProxy proxy;
  NearClient client(Through(proxy, ToTls(gateway, "localhost", certificate.file())));
  const Socket near = client.Connect();
  ASSERT_TRUE(SendAll(near, "question"));
  const Socket far = gateway.Next();
  ASSERT_TRUE(far);
  EXPECT_EQ(ReceiveUpTo(far, 8), "question");
  const std::string target = "localhost:" + std::to_string(gateway.port());
  EXPECT_THAT(proxy.request(), HasSubstr("CONNECT " + target + " HTTP/1.1\r\n"));
  EXPECT_THAT(proxy.request(), HasSubstr("Proxy-Authorization: Basic YTpi\r\n"));
  // The token is the gateway's, not the proxy's.
  EXPECT_EQ(proxy.request().find("Bearer"), std::string::npos);
}

TEST(Dial, SaysThatTheProxyWantsCredentials) {
  FarGateway gateway;
  FakeProxy proxy("HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n");
  NearClient client(Through(proxy, NearClient::To(gateway.port())));
  EXPECT_THAT(client.Test(), HasSubstr("wants a user and a password"));
}

TEST(Dial, SaysThatTheProxyRefuses) {
  FarGateway gateway;
  FakeProxy proxy("HTTP/1.1 503 Sorry\r\nContent-Length: 0\r\n\r\n");
  NearClient client(Through(proxy, NearClient::To(gateway.port())));
  EXPECT_THAT(client.Test(), HasSubstr("does not connect to 127.0.0.1:" + std::to_string(gateway.port())));
}

TEST(Dial, SendsHeaders) {
  FarGateway gateway;
  TunnelClient::Options options = NearClient::To(gateway.port());
  // An Origin is what browsers send: the gateway's refusal shows that it arrived.
  options.dial.headers = {{"Origin", "https://example.com"}};
  NearClient client(std::move(options));
  EXPECT_THAT(client.Test(), HasSubstr("status 403): tunnels are not for browsers"));
}

}  // namespace
}  // namespace firesteel::gateway::testing
