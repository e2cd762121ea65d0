#include "gateway/auth/key_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <httplib.h>

#include <atomic>
#include <mutex>
#include <thread>

#include "gateway/auth/fetch_url.h"
#include "gateway/auth/small_file.h"
#include "gateway/auth/testing/signing_key.h"
#include "gateway/auth/testing/token_gate.h"
#include "gateway/testing/temporary_file.h"

namespace firesteel::gateway {
namespace {

using testing::EcKey;
using testing::GoodToken;
using ::testing::HasSubstr;
using testing::KeySetText;
using testing::kNow;
using testing::kSecond;
using testing::RefusalOf;
using testing::RsaKey;
using testing::TemporaryFile;
using testing::UserOf;

/// An issuer's address on this machine, whose answer can be changed.
class KeyServer {
 public:
  explicit KeyServer(std::string body) : body_(std::move(body)) {
    server_.Get("/keys", [this](const httplib::Request&, httplib::Response& response) {
      ++requests_;
      const std::lock_guard lock(mutex_);
      response.status = status_;
      response.set_content(body_, "application/json");
    });
    server_.Get("/moved", [](const httplib::Request&, httplib::Response& response) { response.set_redirect("/keys"); });
    port_ = server_.bind_to_any_port("127.0.0.1");
    thread_ = std::thread([this] { server_.listen_after_bind(); });
    while (!server_.is_running()) std::this_thread::yield();
  }
  ~KeyServer() {
    server_.stop();
    thread_.join();
  }
  void Answer(int status, std::string body) {
    const std::lock_guard lock(mutex_);
    status_ = status;
    body_ = std::move(body);
  }
  std::string url(const std::string& path = "/keys") const {
    return "http://127.0.0.1:" + std::to_string(port_) + path;
  }
  int requests() const { return requests_; }

 private:
  httplib::Server server_;
  std::mutex mutex_;
  int status_ = 200;
  std::string body_;
  std::atomic<int> requests_{0};
  int port_ = 0;
  std::thread thread_;
};

class KeyRotation : public ::testing::Test {
 protected:
  std::unique_ptr<Authenticator> GateOf(const std::string& file, const std::string& url) {
    AuthConfig config;
    JwtIssuer issuer = testing::TestIssuer();
    issuer.jwks_file = file;
    issuer.jwks_url = url;
    config.issuers.push_back(issuer);
    return std::make_unique<Authenticator>(config, clock_);
  }
  std::optional<Milliseconds> RetryOf(Authenticator& gate, const std::string& token) {
    const auto answer = gate.Authenticate(testing::Bearer(token));
    return std::holds_alternative<Refusal>(answer) ? std::get<Refusal>(answer).retry_after : std::nullopt;
  }

  ManualClock clock_{kNow};
  const std::string old_keys_ = KeySetText({RsaKey().Jwk("old")});
  const std::string new_keys_ = KeySetText({EcKey().Jwk("new")});
  const std::string both_keys_ = KeySetText({RsaKey().Jwk("old"), EcKey().Jwk("new")});
  const std::string old_token_ = GoodToken(RsaKey(), "RS256", "old");
  const std::string new_token_ = GoodToken(EcKey(), "ES256", "new");
};

TEST_F(KeyRotation, FileIsReadAtOnceAndWhenItChanges) {
  const TemporaryFile file(old_keys_);
  const auto gate = GateOf(file.path(), "");
  EXPECT_EQ(UserOf(*gate, old_token_), "alice");
  EXPECT_THAT(RefusalOf(*gate, new_token_), HasSubstr("not in its issuer's key set"));

  file.Write(both_keys_);
  gate->Refresh();
  EXPECT_EQ(UserOf(*gate, old_token_), "alice");
  EXPECT_EQ(UserOf(*gate, new_token_), "alice");

  file.Write(new_keys_);
  gate->Refresh();
  EXPECT_THAT(RefusalOf(*gate, old_token_), HasSubstr("not in its issuer's key set")) << "verified before, but removed";
  EXPECT_EQ(UserOf(*gate, new_token_), "alice");
}

TEST_F(KeyRotation, AKeyThatChangesUnderItsIdStopsAtOnce) {
  const TemporaryFile file(KeySetText({EcKey().Jwk("new")}));
  const auto gate = GateOf(file.path(), "");
  EXPECT_EQ(UserOf(*gate, new_token_), "alice");
  file.Write(KeySetText({testing::SigningKey::Ec().Jwk("new")}));
  gate->Refresh();
  EXPECT_THAT(RefusalOf(*gate, new_token_), HasSubstr("signature is wrong"));
}

TEST_F(KeyRotation, AFileInTheMakingLeavesTheKeysAMissingOneTakesThem) {
  const TemporaryFile file(old_keys_);
  const auto gate = GateOf(file.path(), "");
  for (const std::string& text : {std::string(), old_keys_.substr(0, 40), std::string("{}"),
                                  std::string(R"({"keys":1})"), R"({"keys":[],)" + old_keys_.substr(1)}) {
    file.Write(text);
    gate->Refresh();
    clock_.Advance(61 * kSecond);  // beyond the cache
    EXPECT_EQ(UserOf(*gate, old_token_), "alice") << text;
  }
  file.Remove();
  gate->Refresh();
  EXPECT_THAT(RefusalOf(*gate, old_token_), HasSubstr("could not be read yet"));
  file.Write(old_keys_);
  gate->Refresh();
  EXPECT_EQ(UserOf(*gate, old_token_), "alice");
  file.Write(R"({"keys":[]})");
  gate->Refresh();
  EXPECT_THAT(RefusalOf(*gate, old_token_), HasSubstr("not in its issuer's key set"));
}

TEST_F(KeyRotation, AnUnreadableFileRefuses) {
  const auto gate = GateOf("/no/such/file.json", "");
  EXPECT_THAT(RefusalOf(*gate, old_token_), HasSubstr("could not be read yet"));
  EXPECT_EQ(RetryOf(*gate, old_token_), std::nullopt);
}

TEST_F(KeyRotation, AddressIsAskedByRefreshWhenDue) {
  KeyServer server(old_keys_);
  const auto gate = GateOf("", server.url());
  EXPECT_THAT(RefusalOf(*gate, old_token_), HasSubstr("could not be read yet"));
  EXPECT_EQ(server.requests(), 0) << "a call must never wait for the network";
  gate->Refresh();
  EXPECT_EQ(UserOf(*gate, old_token_), "alice");
  server.Answer(200, both_keys_);
  clock_.Advance(299 * kSecond);
  gate->Refresh();
  EXPECT_EQ(server.requests(), 1) << "every five minutes";
  clock_.Advance(1 * kSecond);
  gate->Refresh();
  EXPECT_EQ(server.requests(), 2);
  EXPECT_EQ(UserOf(*gate, new_token_), "alice");
}

TEST_F(KeyRotation, AnUnknownKeyIsAskedForEarlyButNotOften) {
  KeyServer server(old_keys_);
  const auto gate = GateOf("", server.url());
  gate->Refresh();
  clock_.Advance(9 * kSecond);
  EXPECT_EQ(RetryOf(*gate, new_token_), std::nullopt) << "the keys are just read: trying again soon is in vain";
  gate->Refresh();
  EXPECT_EQ(server.requests(), 1);
  clock_.Advance(1 * kSecond);
  server.Answer(200, both_keys_);
  EXPECT_EQ(RetryOf(*gate, new_token_), Milliseconds(2000));
  EXPECT_EQ(server.requests(), 1) << "not inline";
  gate->Refresh();
  EXPECT_EQ(server.requests(), 2);
  EXPECT_EQ(UserOf(*gate, new_token_), "alice");
  // Somebody tries ids: one request in 10 s, however many there are.
  for (int i = 0; i < 100; ++i) {
    RefusalOf(*gate, GoodToken(EcKey(), "ES256", "guess" + std::to_string(i)));
    clock_.Advance(kSecond / 5);
    gate->Refresh();
  }
  EXPECT_EQ(server.requests(), 4);
}

TEST_F(KeyRotation, RemovedKeysStopWithinTheMinute) {
  KeyServer server(both_keys_);
  const auto gate = GateOf("", server.url());
  gate->Refresh();
  EXPECT_EQ(UserOf(*gate, old_token_), "alice");
  server.Answer(200, new_keys_);
  clock_.Advance(300 * kSecond);
  gate->Refresh();
  EXPECT_THAT(RefusalOf(*gate, old_token_), HasSubstr("not in its issuer's key set"));
  EXPECT_EQ(UserOf(*gate, new_token_), "alice");
}

TEST_F(KeyRotation, AnIssuerThatIsDownLeavesItsKeysForADay) {
  KeyServer server(old_keys_);
  JwtIssuer issuer = testing::TestIssuer();
  issuer.jwks_url = server.url();
  KeySource source(issuer, clock_);
  EXPECT_EQ(source.Keys(), nullptr);
  EXPECT_TRUE(source.Refresh());
  EXPECT_FALSE(source.Refresh()) << "nothing changed";
  for (const auto& [status, body] : {std::pair{500, std::string("oops")}, {404, ""}, {200, "<html>"}, {200, ""}}) {
    server.Answer(status, body);
    clock_.Advance(300 * kSecond);
    EXPECT_FALSE(source.Refresh());
    EXPECT_NE(source.Keys(), nullptr) << status << body;
  }
  const int before = server.requests();
  clock_.Advance(10 * kSecond);
  source.Refresh();
  EXPECT_EQ(server.requests(), before + 1) << "after a failure it is asked every 10 s";
  clock_.Advance(24 * 3600 * kSecond);
  source.Refresh();
  EXPECT_EQ(source.Keys(), nullptr);
  server.Answer(200, old_keys_);
  clock_.Advance(10 * kSecond);
  source.Refresh();
  EXPECT_NE(source.Keys(), nullptr);
}

TEST(FetchUrl, ReadsOverHttpFromThisMachineOnly) {
  KeyServer server("keys");
  const auto error = [](const std::string& url) { return FetchUrl(url, 100).status().message; };
  EXPECT_EQ(FetchUrl(server.url(), 100).value_or("?"), "keys");
  EXPECT_EQ(FetchUrl(server.url("/keys?a=b#c"), 100).value_or("?"), "keys");
  EXPECT_THAT(error("http://id.example.com/keys"), HasSubstr("https only"));
  EXPECT_THAT(error("http://127.0.0.1.example.com/keys"), HasSubstr("https only"));
  EXPECT_THAT(error("http://localhost.example.com/keys"), HasSubstr("https only"));
  EXPECT_THAT(error("http://localhost@example.com/keys"), HasSubstr("no user"));
  EXPECT_THAT(error("file:///etc/passwd"), HasSubstr("must begin with https://"));
  EXPECT_THAT(error("https:///keys"), HasSubstr("must have a host"));
  EXPECT_THAT(error(server.url("/moved")), HasSubstr("HTTP status 302"));
  EXPECT_THAT(error(server.url("/none")), HasSubstr("HTTP status 404"));
  server.Answer(200, std::string(101, 'x'));
  EXPECT_THAT(error(server.url()), HasSubstr("larger than 100 bytes"));
}

TEST(FetchUrl, NobodyListens) {
  std::string url;
  {
    KeyServer server("keys");
    url = server.url();
  }
  EXPECT_THAT(FetchUrl(url, 100).status().message, HasSubstr("nobody answers"));
}

TEST(SmallFile, RefusesWhatIsNone) {
  const TemporaryFile file(std::string(kMostListBytes, 'x'));
  EXPECT_TRUE(ReadSmallFile(file.path()).ok());
  file.Write(std::string(kMostListBytes + 1, 'x'));
  EXPECT_THAT(ReadSmallFile(file.path()).status().message, HasSubstr("larger than 1 MiB"));
  EXPECT_THAT(ReadSmallFile("/").status().message, HasSubstr("not a regular file"));
  EXPECT_THAT(ReadSmallFile("/dev/zero").status().message, HasSubstr("not a regular file"));
  EXPECT_THAT(ReadSmallFile("/no/such").status().message, HasSubstr("cannot read /no/such: No such file"));
}

}  // namespace
}  // namespace firesteel::gateway
