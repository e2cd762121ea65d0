#include "gateway/auth/jwt.h"

#include <gtest/gtest.h>

#include "gateway/auth/jwks.h"
#include "gateway/auth/testing/signing_key.h"

namespace firesteel::gateway {
namespace {

using testing::EcKey;

TEST(Jwt, ASignatureIsOnlyCheckedWithAKeyOfItsKind) {
  const auto keys = KeySet::Parse(testing::KeySetText({EcKey().Jwk("ec")}));
  ASSERT_TRUE(keys.ok()) << keys.error();
  EVP_PKEY* key = (*keys)->Find("ec", JwtAlgorithm::kEs256).key;
  ASSERT_NE(key, nullptr);
  Jwt jwt;
  jwt.signed_bytes = "header.claims";
  jwt.algorithm = JwtAlgorithm::kEs256;
  jwt.signature = EcKey().Sign(jwt.signed_bytes);
  EXPECT_TRUE(VerifySignature(jwt, key));
  // OpenSSL itself would take this: the right key and the form of signature that it reads.
  jwt.algorithm = JwtAlgorithm::kRs256;
  jwt.signature = EcKey().SignPlain(jwt.signed_bytes);
  EXPECT_FALSE(VerifySignature(jwt, key));
}

TEST(KeySet, RefusesWhatIsNoSet) {
  const auto error = [](const std::string& text) { return KeySet::Parse(text).status().message; };
  EXPECT_EQ(error("<html>"), "the key set is not JSON");
  EXPECT_EQ(error("[]"), "the key set is no object of JSON");
  EXPECT_EQ(error("{}"), "the key set has no list \"keys\"");
  EXPECT_EQ(error(R"({"keys":[],"keys":[]})"), "the key set names a member twice");
  EXPECT_EQ(error(testing::KeySetText(std::vector<nlohmann::json>(101, {{"kid", "x"}}))),
            "the key set has more than 100 keys");
  EXPECT_TRUE(KeySet::Parse(R"({"keys":[1,null,{},{"kid":1,"kty":"RSA"},{"kid":"x","kty":"EC"}]})").ok());
}

TEST(KeySet, KeysOfOneIdAreToldApartByTheirAlgorithm) {
  const auto keys = KeySet::Parse(testing::KeySetText({EcKey().Jwk("k"), testing::RsaKey().Jwk("k")}));
  ASSERT_TRUE(keys.ok());
  const auto ec = (*keys)->Find("k", JwtAlgorithm::kEs256);
  const auto rsa = (*keys)->Find("k", JwtAlgorithm::kRs256);
  ASSERT_NE(ec.key, nullptr);
  ASSERT_NE(rsa.key, nullptr);
  EXPECT_NE(ec.key, rsa.key);
  EXPECT_FALSE((*keys)->Find("", JwtAlgorithm::kEs256).listed);
  EXPECT_FALSE((*keys)->Find("other", JwtAlgorithm::kEs256).listed);
}

}  // namespace
}  // namespace firesteel::gateway
