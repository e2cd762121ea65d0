#include "gateway/auth/authenticator.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <thread>
#include <vector>

#include "gateway/auth/testing/signing_key.h"
#include "gateway/auth/testing/token_gate.h"
#include "gateway/sha256.h"
#include "gateway/testing/temporary_file.h"

namespace firesteel::gateway {
namespace {

using nlohmann::json;
using testing::Bearer;
using testing::EcKey;
using ::testing::ElementsAre;
using testing::GoodClaims;
using testing::GoodToken;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::kNow;
using testing::kSecond;
using testing::RefusalOf;
using testing::TemporaryFile;
using testing::UserOf;

AuthConfig WithToken(const std::string& token = "s3cret") {
  AuthConfig config;
  config.tokens.push_back({.name = "nightly", .sha256 = Sha256Hex(token), .user = "etl", .teams = {"features", "ads"}});
  return config;
}

std::shared_ptr<const Identity> IdentityOf(Authenticator& gate, const Credentials& credentials) {
  const auto answer = gate.Authenticate(credentials);
  const auto* identity = std::get_if<0>(&answer);
  return identity ? *identity : nullptr;
}

class AuthenticatorTest : public ::testing::Test {
 protected:
  ManualClock clock_{kNow};
};

TEST_F(AuthenticatorTest, StaticTokensProveTheirUserAndTeams) {
  Authenticator gate(WithToken(), clock_);
  for (int i = 0; i < 2; ++i) {  // the second from the cache
    const auto identity = IdentityOf(gate, Bearer("s3cret"));
    ASSERT_NE(identity, nullptr);
    EXPECT_EQ(identity->method, Identity::Method::kToken);
    EXPECT_EQ(identity->user, "etl");
    EXPECT_THAT(identity->teams, ElementsAre("features", "ads"));
    EXPECT_FALSE(identity->operator_rights);
    EXPECT_EQ(identity->credential, "nightly");
  }
  EXPECT_THAT(RefusalOf(gate, "s3creT"), HasSubstr("none of this gateway's service tokens"));
  EXPECT_THAT(RefusalOf(gate, "s3cre"), HasSubstr("none of this gateway's service tokens"));
  EXPECT_THAT(RefusalOf(gate, "s3crets"), HasSubstr("none of this gateway's service tokens"));
  EXPECT_THAT(RefusalOf(gate, Sha256Hex("s3cret")), HasSubstr("none of this gateway's service tokens"));
}

TEST_F(AuthenticatorTest, TheSchemeHasAnyCase) {
  Authenticator gate(WithToken(), clock_);
  for (const char* value : {"Bearer s3cret", "bearer s3cret", "BEARER s3cret", "Bearer   s3cret"}) {
    Credentials credentials = Bearer("");
    credentials.authorization = value;
    EXPECT_EQ(UserOf(gate, credentials), "etl") << value;
  }
}

TEST_F(AuthenticatorTest, RefusesHeadersOfAnotherForm) {
  Authenticator gate(WithToken(), clock_);
  Credentials credentials = Bearer("");
  for (const char* value : {"s3cret", "Basic s3cret", "Bearers3cret", "Bearer\ts3cret", " Bearer s3cret", ""}) {
    credentials.authorization = value;
    EXPECT_THAT(RefusalOf(gate, credentials), HasSubstr("must be \"Bearer\"")) << value;
  }
  for (const char* value : {"Bearer ", "Bearer   "}) {
    credentials.authorization = value;
    EXPECT_THAT(RefusalOf(gate, credentials), HasSubstr("holds no token")) << value;
  }
  for (const char* value : {"Bearer s3cret ", "Bearer s3cret, Bearer other", "Bearer s3\x01", "Bearer s\xc3\xa9"}) {
    credentials.authorization = value;
    EXPECT_THAT(RefusalOf(gate, credentials), HasSubstr("characters that no token has")) << value;
  }
}

TEST_F(AuthenticatorTest, OlderClientsSendTheTokenUnderAnotherName) {
  Authenticator gate(WithToken(), clock_);
  Credentials credentials = Bearer("");
  credentials.authorization.reset();
  for (const char* value : {"s3cret", "Bearer s3cret", "bearer s3cret"}) {
    credentials.authentication = value;
    EXPECT_EQ(UserOf(gate, credentials), "etl") << value;
  }
  for (const char* value : {"", "Bearer ", "Basic s3cret", "other"}) {
    credentials.authentication = value;
    EXPECT_NE(RefusalOf(gate, credentials), "") << value;
  }
}

TEST_F(AuthenticatorTest, RefusesSeveralHeaders) {
  AuthConfig config = WithToken();
  config.anonymous = true;
  Authenticator gate(config, clock_);
  Credentials credentials = Bearer("s3cret");
  credentials.authorization_count = 2;
  EXPECT_THAT(RefusalOf(gate, credentials), HasSubstr("more than one"));
  credentials.authorization_count = 1;
  credentials.authentication = "s3cret";
  EXPECT_THAT(RefusalOf(gate, credentials), HasSubstr("more than one"));
  // Counted, but not given: whatever it was, it proves nothing.
  credentials.authorization.reset();
  credentials.authentication.reset();
  EXPECT_THAT(RefusalOf(gate, credentials), HasSubstr("cannot be read"));
}

TEST_F(AuthenticatorTest, ATokenNeedsAnEncryptedOrLocalConnection) {
  AuthConfig config = WithToken();
  config.anonymous = true;
  Credentials credentials = Bearer("s3cret");
  credentials.encrypted = false;
  {
    Authenticator gate(config, clock_);
    EXPECT_THAT(RefusalOf(gate, credentials), HasSubstr("without TLS"));
    credentials.loopback = true;
    EXPECT_EQ(UserOf(gate, credentials), "etl");
    credentials.loopback = false;
    EXPECT_THAT(RefusalOf(gate, credentials), HasSubstr("without TLS")) << "once it is known, too";
    EXPECT_EQ(UserOf(gate, Credentials()), "") << "who shows no token gives none away";
  }
  config.allow_plaintext_tokens = true;
  Authenticator gate(config, clock_);
  EXPECT_EQ(UserOf(gate, credentials), "etl");
}

TEST_F(AuthenticatorTest, AnonymousOnlyWhereConfigured) {
  AuthConfig config = WithToken();
  {
    Authenticator gate(config, clock_);
    EXPECT_THAT(RefusalOf(gate, Credentials()), HasSubstr("carries no token"));
  }
  config.anonymous = true;
  Authenticator gate(config, clock_);
  const auto identity = IdentityOf(gate, Credentials());
  ASSERT_NE(identity, nullptr);
  EXPECT_EQ(identity->method, Identity::Method::kAnonymous);
  EXPECT_EQ(identity->user, "");
  EXPECT_FALSE(identity->operator_rights);
  EXPECT_NE(RefusalOf(gate, "wrong"), "") << "a bad token is not anonymous";
}

TEST_F(AuthenticatorTest, CertificatesProveTheirCommonNameWhereConfigured) {
  Credentials credentials;
  credentials.certificate_name = "svc-reports";
  credentials.encrypted = true;
  {
    Authenticator gate(AuthConfig(), clock_);
    EXPECT_THAT(RefusalOf(gate, credentials), HasSubstr("carries no token"));
  }
  AuthConfig config = WithToken();
  config.certificates = true;
  Authenticator gate(config, clock_);
  const auto identity = IdentityOf(gate, credentials);
  ASSERT_NE(identity, nullptr);
  EXPECT_EQ(identity->method, Identity::Method::kCertificate);
  EXPECT_EQ(identity->user, "svc-reports");
  for (const std::string& name : {std::string("a\nb"), std::string("a\0b", 3), std::string(257, 'c')}) {
    credentials.certificate_name = name;
    EXPECT_THAT(RefusalOf(gate, credentials), HasSubstr("common name")) << name;
  }
  Credentials both = Bearer("s3cret");
  both.certificate_name = "svc-reports";
  EXPECT_EQ(UserOf(gate, both), "etl") << "a token says more exactly who calls";
  both.authorization = "Bearer wrong";
  EXPECT_NE(RefusalOf(gate, both), "") << "a certificate does not mend a bad token";
}

TEST_F(AuthenticatorTest, TheTokensFileIsReadAnewWhenItChanges) {
  const TemporaryFile file("[[token]]\nname = \"n\"\nuser = \"ann\"\nsha256 = \"" + Sha256Hex("one") +
                           "\"\nteams = [\"t\"]\noperator = true\n");
  AuthConfig config = WithToken();
  config.tokens_file = file.path();
  Authenticator gate(config, clock_);
  const auto identity = IdentityOf(gate, Bearer("one"));
  ASSERT_NE(identity, nullptr);
  EXPECT_EQ(identity->user, "ann");
  EXPECT_THAT(identity->teams, ElementsAre("t"));
  EXPECT_TRUE(identity->operator_rights);
  EXPECT_EQ(UserOf(gate, "s3cret"), "etl");

  file.Write("[[token]]\nname = \"n\"\nuser = \"bob\"\nsha256 = \"" + Sha256Hex("two") + "\"\n");
  EXPECT_EQ(UserOf(gate, "one"), "ann") << "not yet read";
  gate.Refresh();
  EXPECT_NE(RefusalOf(gate, "one"), "") << "removed tokens are not kept in the cache";
  EXPECT_EQ(UserOf(gate, "two"), "bob");
  EXPECT_EQ(UserOf(gate, "s3cret"), "etl");

  file.Write("[[token]]\nname = \"n\"\nuser = ");
  gate.Refresh();
  EXPECT_EQ(UserOf(gate, "two"), "bob") << "half a file takes nobody's token away";

  file.Remove();
  gate.Refresh();
  EXPECT_NE(RefusalOf(gate, "two"), "");
  EXPECT_EQ(UserOf(gate, "s3cret"), "etl");
}

TEST_F(AuthenticatorTest, JwtTeamsAndOperators) {
  const TemporaryFile file(testing::KeySetText({EcKey().Jwk("ec")}));
  AuthConfig config;
  JwtIssuer issuer = testing::TestIssuer();
  issuer.jwks_file = file.path();
  issuer.user_claim = "email";
  issuer.teams_claim = "groups";
  issuer.operator_claim = "role=admin";
  config.issuers.push_back(issuer);
  Authenticator gate(config, clock_);
  json claims = GoodClaims();
  claims["email"] = "a@example.com";
  const auto with = [&](const json& groups, const json& role) {
    claims["groups"] = groups;
    claims["role"] = role;
    return Bearer(GoodToken(EcKey(), "ES256", "ec", claims));
  };
  auto identity = IdentityOf(gate, with({"ads", "features"}, {"user", "admin"}));
  ASSERT_NE(identity, nullptr);
  EXPECT_EQ(identity->user, "a@example.com");
  EXPECT_THAT(identity->teams, ElementsAre("ads", "features"));
  EXPECT_TRUE(identity->operator_rights);
  EXPECT_EQ(identity->credential, "corp");
  identity = IdentityOf(gate, with("ads", "administrator"));
  ASSERT_NE(identity, nullptr);
  EXPECT_THAT(identity->teams, ElementsAre("ads"));
  EXPECT_FALSE(identity->operator_rights);
  for (const json& role : {json(1), json(true), json({{"admin", true}}), json::array({"admin", 1}), json(nullptr)}) {
    identity = IdentityOf(gate, with("ads", role));
    ASSERT_NE(identity, nullptr) << role;
    EXPECT_FALSE(identity->operator_rights) << role;
  }
  for (const json& groups : {json::array(), json(nullptr), json(1), json::array({"ads", 1})}) {
    EXPECT_THAT(RefusalOf(gate, with(groups, "user")), HasSubstr("claim groups must name its teams")) << groups;
  }
  for (const json& groups : {json(""), json::array({"ads", ""}), json("a\nb"), json(std::string(257, 't'))}) {
    EXPECT_THAT(RefusalOf(gate, with(groups, "user")), HasSubstr("claim groups must have")) << groups;
  }
  claims.erase("groups");
  EXPECT_THAT(RefusalOf(gate, GoodToken(EcKey(), "ES256", "ec", claims)), HasSubstr("must name its teams"))
      << "no teams must not mean any team";
}

TEST_F(AuthenticatorTest, ATokenIsCheckedWithItsOwnIssuersKeys) {
  const auto other = testing::SigningKey::Ec();
  const TemporaryFile first(testing::KeySetText({EcKey().Jwk("k")}));
  const TemporaryFile second(testing::KeySetText({other.Jwk("k")}));
  AuthConfig config;
  JwtIssuer issuer = testing::TestIssuer();
  issuer.jwks_file = first.path();
  config.issuers.push_back(issuer);
  issuer.name = "partner";
  issuer.issuer = "https://partner.example.com";
  issuer.jwks_file = second.path();
  config.issuers.push_back(issuer);
  issuer.name = "partner-batch";
  issuer.audience = "batch";
  issuer.user_claim = "client_id";
  config.issuers.push_back(issuer);
  Authenticator gate(config, clock_);
  json claims = GoodClaims();
  EXPECT_THAT(RefusalOf(gate, GoodToken(other, "ES256", "k", claims)), HasSubstr("signature is wrong"));
  claims["iss"] = "https://partner.example.com";
  EXPECT_THAT(RefusalOf(gate, GoodToken(EcKey(), "ES256", "k", claims)), HasSubstr("signature is wrong"));
  EXPECT_EQ(IdentityOf(gate, Bearer(GoodToken(other, "ES256", "k", claims)))->credential, "partner");
  claims["aud"] = {"batch"};
  claims["client_id"] = "job";
  EXPECT_EQ(UserOf(gate, GoodToken(other, "ES256", "k", claims)), "job");
}

TEST_F(AuthenticatorTest, VerifiedTokensAreNotKeptBeyondTheirEnd) {
  const TemporaryFile file(testing::KeySetText({EcKey().Jwk("ec")}));
  AuthConfig config;
  JwtIssuer issuer = testing::TestIssuer();
  issuer.jwks_file = file.path();
  issuer.leeway = Milliseconds(0);
  config.issuers.push_back(issuer);
  Authenticator gate(config, clock_);
  json claims = GoodClaims();
  claims["exp"] = kNow / kSecond + 5;
  const std::string token = GoodToken(EcKey(), "ES256", "ec", claims);
  EXPECT_EQ(UserOf(gate, token), "alice");
  clock_.Advance(5 * kSecond - 1);
  EXPECT_EQ(UserOf(gate, token), "alice");
  clock_.Advance(1);
  EXPECT_THAT(RefusalOf(gate, token), HasSubstr("has expired"));
}

TEST_F(AuthenticatorTest, ManyThreadsAtOnce) {
  const TemporaryFile file(testing::KeySetText({EcKey().Jwk("ec")}));
  AuthConfig config = WithToken();
  JwtIssuer issuer = testing::TestIssuer();
  issuer.jwks_file = file.path();
  config.issuers.push_back(issuer);
  Authenticator gate(config, clock_);
  std::vector<Credentials> credentials = {Bearer("s3cret"), Bearer(GoodToken(EcKey(), "ES256", "ec"))};
  std::vector<std::thread> threads;
  std::atomic<int> proven{0};
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 200; ++i) proven += IdentityOf(gate, credentials[(t + i) % 2]) != nullptr;
    });
  }
  for (int i = 0; i < 20; ++i) {
    file.Write(testing::KeySetText({EcKey().Jwk("ec"), EcKey().Jwk("other" + std::to_string(i))}));
    gate.Refresh();
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(proven, 4 * 200);
}

}  // namespace
}  // namespace firesteel::gateway
