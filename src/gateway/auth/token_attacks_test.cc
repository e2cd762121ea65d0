#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "gateway/auth/testing/signing_key.h"
#include "gateway/auth/testing/token_gate.h"
#include "gateway/testing/temporary_file.h"

/// Every way we know to forge, bend or reuse a token: each must be UNAUTHENTICATED, for its own reason.
namespace firesteel::gateway {
namespace {

using nlohmann::json;
using ::testing::AllOf;
using testing::EcKey;
using testing::GoodClaims;
using testing::GoodToken;
using ::testing::HasSubstr;
using testing::Header;
using testing::kNow;
using testing::kSecond;
using ::testing::Not;
using testing::RsaKey;
using testing::SigningKey;
using testing::ToBase64Url;

class TokenAttacks : public ::testing::Test {
 protected:
  TokenAttacks() : key_file_(KeySet()) {
    AuthConfig config;
    config.anonymous = true;  // must never help a bad token
    JwtIssuer issuer = testing::TestIssuer();
    issuer.jwks_file = key_file_.path();
    config.issuers.push_back(issuer);
    gate_ = std::make_unique<Authenticator>(config, clock_);
  }

  static const SigningKey& SmallKey() {
    static const SigningKey kKey = SigningKey::Rsa(1024);
    return kKey;
  }
  static const SigningKey& P384Key() {
    static const SigningKey kKey = SigningKey::Ec("P-384", "P-384");
    return kKey;
  }

  static std::string KeySet() {
    json encryption = RsaKey().Jwk("encryption");
    encryption["use"] = "enc";
    json other_algorithm = RsaKey().Jwk("rs512");
    other_algorithm["alg"] = "RS512";
    json wrapping = RsaKey().Jwk("wrapping");
    wrapping["key_ops"] = {"wrapKey"};
    json exponent_one = RsaKey().Jwk("one");
    exponent_one["e"] = "AQ";
    json off_curve = EcKey().Jwk("off-curve");
    off_curve["y"] = off_curve["x"];
    json renamed = P384Key().Jwk("renamed");
    renamed["crv"] = "P-256";
    return testing::KeySetText({RsaKey().Jwk("rsa"),
                                EcKey().Jwk("ec"),
                                SmallKey().Jwk("small"),
                                P384Key().Jwk("p384"),
                                renamed,
                                off_curve,
                                encryption,
                                other_algorithm,
                                wrapping,
                                exponent_one,
                                RsaKey().SecretJwk("secret"),
                                {{"kid", "oct"}, {"kty", "oct"}, {"k", ToBase64Url("a secret of the issuer")}}});
  }

  std::string Refused(const std::string& token) {
    const std::string message = testing::RefusalOf(*gate_, token);
    EXPECT_THAT(message, Not(HasSubstr(token))) << "the message quotes the token";
    return message;
  }
  /// A token signed with the right RSA key, but for this header.
  std::string WithHeader(const std::string& header) { return Refused(RsaKey().TokenOf(header, GoodClaims().dump())); }
  std::string WithHeader(const std::string& name, const json& value) {
    json header = Header("RS256", "rsa");
    header[name] = value;
    return WithHeader(header.dump());
  }
  std::string WithClaimsText(const std::string& claims) {
    return Refused(RsaKey().TokenOf(Header("RS256", "rsa").dump(), claims));
  }
  std::string WithClaim(const std::string& name, const json& value) {
    json claims = GoodClaims();
    claims[name] = value;
    return WithClaimsText(claims.dump());
  }
  std::string WithoutClaim(const std::string& name) {
    json claims = GoodClaims();
    claims.erase(name);
    return WithClaimsText(claims.dump());
  }

  ManualClock clock_{kNow};
  testing::TemporaryFile key_file_;
  std::unique_ptr<Authenticator> gate_;
};

TEST_F(TokenAttacks, GoodTokensOfBothAlgorithmsPass) {
  EXPECT_EQ(testing::UserOf(*gate_, GoodToken(RsaKey(), "RS256", "rsa")), "alice");
  EXPECT_EQ(testing::UserOf(*gate_, GoodToken(EcKey(), "ES256", "ec")), "alice");
}

TEST_F(TokenAttacks, AlgorithmNone) {
  for (const char* none : {"none", "None", "NONE", "nOnE"}) {
    const std::string text = ToBase64Url(Header(none, "rsa").dump()) + "." + ToBase64Url(GoodClaims().dump());
    EXPECT_THAT(Refused(text + "."), HasSubstr("not signed (alg none)")) << none;
    EXPECT_THAT(Refused(text + "." + ToBase64Url(RsaKey().Sign(text))), HasSubstr("not signed (alg none)")) << none;
  }
}

TEST_F(TokenAttacks, NoSignature) {
  const std::string text = ToBase64Url(Header("RS256", "rsa").dump()) + "." + ToBase64Url(GoodClaims().dump());
  EXPECT_THAT(Refused(text + "."), HasSubstr("has no signature"));
  EXPECT_THAT(Refused(text), HasSubstr("three parts"));
}

TEST_F(TokenAttacks, RsaKeyAsSharedSecret) {
  const std::string text = ToBase64Url(Header("HS256", "rsa").dump()) + "." + ToBase64Url(GoodClaims().dump());
  const std::string secret = RsaKey().Jwk("rsa")["n"];
  unsigned char mac[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(), mac, &size);
  const std::string token = text + "." + ToBase64Url({reinterpret_cast<char*>(mac), size});
  EXPECT_THAT(Refused(token), HasSubstr("shared secret"));
}

TEST_F(TokenAttacks, OtherAlgorithms) {
  for (const char* name :
       {"RS384", "RS512", "PS256", "ES384", "ES512", "ES256K", "EdDSA", "rs256", "Rs256", "RS256 ", ""}) {
    EXPECT_THAT(WithHeader(Header(name, "rsa").dump()), HasSubstr("algorithm (alg) is not accepted")) << name;
  }
  for (const json& value : {json(256), json(nullptr), json::array({"RS256"}), json(true)}) {
    EXPECT_THAT(WithHeader("alg", value), HasSubstr("names no algorithm (alg)")) << value;
  }
  EXPECT_THAT(WithHeader(R"({"kid":"rsa"})"), HasSubstr("names no algorithm (alg)"));
}

TEST_F(TokenAttacks, KeysOrTheirAddressesInTheHeader) {
  const SigningKey attacker = SigningKey::Ec();
  for (const char* name : {"jku", "x5u"}) {
    EXPECT_THAT(WithHeader(name, "https://evil.example.com/keys"), HasSubstr("header has " + std::string(name)));
  }
  EXPECT_THAT(WithHeader("jwk", attacker.Jwk("rsa")), HasSubstr("header has jwk"));
  EXPECT_THAT(WithHeader("x5c", json::array({"MIIB"})), HasSubstr("header has x5c"));
  json header = Header("ES256", "ec");
  header["jwk"] = attacker.Jwk("ec");
  EXPECT_THAT(Refused(attacker.TokenOf(header.dump(), GoodClaims().dump())), HasSubstr("header has jwk"));
}

TEST_F(TokenAttacks, CriticalExtensions) {
  EXPECT_THAT(WithHeader("crit", json::array({"exp"})), HasSubstr("header has crit"));
  EXPECT_THAT(WithHeader("crit", json::array()), HasSubstr("header has crit"));
  EXPECT_THAT(WithHeader("b64", false), HasSubstr("header has b64"));
}

TEST_F(TokenAttacks, TokensForOtherPurposes) {
  EXPECT_THAT(WithHeader("typ", "logout+jwt"), HasSubstr("type (typ)"));
  EXPECT_THAT(WithHeader("typ", 1), HasSubstr("type (typ)"));
}

TEST_F(TokenAttacks, KeyIdsThatArePaths) {
  for (const char* id : {"../../../../dev/null", "..\\..\\win.ini", "keys/../rsa", "./rsa", "file:///dev/null",
                         "https://evil.example.com/k", "~/.ssh/id_rsa"}) {
    EXPECT_THAT(WithHeader("kid", id), HasSubstr("(kid) is a path")) << id;
  }
  EXPECT_THAT(WithHeader("kid", "/dev/null"), HasSubstr("not in its issuer's key set"));
}

TEST_F(TokenAttacks, KeyIdsThatAreNone) {
  EXPECT_THAT(WithHeader(R"({"alg":"RS256"})"), HasSubstr("does not say which key"));
  for (const json& value : {json(1), json(nullptr), json::array({"rsa"}), json::object()}) {
    EXPECT_THAT(WithHeader("kid", value), HasSubstr("(kid) is not text")) << value;
  }
  EXPECT_THAT(WithHeader("kid", ""), HasSubstr("(kid) is empty"));
  EXPECT_THAT(WithHeader("kid", std::string(257, 'k')), HasSubstr("longer than 256 bytes"));
  EXPECT_THAT(WithHeader("kid", std::string("rsa\0", 4)), HasSubstr("control characters"));
  EXPECT_THAT(WithHeader("kid", "rsa' OR '1'='1"), HasSubstr("holds blanks"));
  EXPECT_THAT(WithHeader("kid", "rsä"), HasSubstr("beyond ASCII"));
  EXPECT_THAT(WithHeader("kid", "RSA"), HasSubstr("not in its issuer's key set"));
}

TEST_F(TokenAttacks, KeysThatDoNotFitTheAlgorithm) {
  EXPECT_THAT(Refused(GoodToken(EcKey(), "ES256", "rsa")), HasSubstr("not of the kind"));
  EXPECT_THAT(Refused(GoodToken(RsaKey(), "RS256", "ec")), HasSubstr("not of the kind"));
}

TEST_F(TokenAttacks, KeysThatMayNotVerify) {
  const auto signed_as = [&](const char* id) { return Refused(GoodToken(RsaKey(), "RS256", id)); };
  EXPECT_THAT(Refused(GoodToken(SmallKey(), "RS256", "small")), HasSubstr("fewer than 2048 bits"));
  EXPECT_THAT(signed_as("encryption"), HasSubstr("not for signatures (use)"));
  EXPECT_THAT(signed_as("rs512"), HasSubstr("for another algorithm"));
  EXPECT_THAT(signed_as("wrapping"), HasSubstr("not for verifying (key_ops)"));
  EXPECT_THAT(signed_as("one"), HasSubstr("numbers (n, e) nobody may use"));
  EXPECT_THAT(signed_as("secret"), HasSubstr("published with its secret part"));
  EXPECT_THAT(signed_as("oct"), HasSubstr("is a shared secret"));
  EXPECT_THAT(Refused(GoodToken(EcKey(), "ES256", "off-curve")), HasSubstr("no valid public key"));
  EXPECT_THAT(Refused(GoodToken(EcKey(), "ES256", "p384")), HasSubstr("another curve than P-256"));
  EXPECT_THAT(Refused(GoodToken(EcKey(), "ES256", "renamed")), HasSubstr("coordinates (x, y) of 32 bytes"));
}

TEST_F(TokenAttacks, SignaturesOfOthers) {
  EXPECT_THAT(Refused(GoodToken(SigningKey::Rsa(2048), "RS256", "rsa")), HasSubstr("signature is wrong"));
  EXPECT_THAT(Refused(GoodToken(SigningKey::Ec(), "ES256", "ec")), HasSubstr("signature is wrong"));
}

TEST_F(TokenAttacks, ClaimsOfOneTokenSignatureOfAnother) {
  const std::string token = GoodToken(RsaKey(), "RS256", "rsa");
  json claims = GoodClaims();
  claims["sub"] = "root";
  const size_t first = token.find('.');
  const size_t second = token.rfind('.');
  EXPECT_THAT(Refused(token.substr(0, first + 1) + ToBase64Url(claims.dump()) + token.substr(second)),
              HasSubstr("signature is wrong"));
}

TEST_F(TokenAttacks, EveryBitOfASignatureCounts) {
  const std::string text = ToBase64Url(Header("ES256", "ec").dump()) + "." + ToBase64Url(GoodClaims().dump());
  const std::string signature = EcKey().Sign(text);
  for (size_t bit = 0; bit < signature.size() * 8; ++bit) {
    std::string changed = signature;
    changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ 1 << (bit % 8));
    EXPECT_THAT(Refused(text + "." + ToBase64Url(changed)), HasSubstr("signature is wrong")) << bit;
  }
}

TEST_F(TokenAttacks, SignaturesOfAnotherForm) {
  const std::string text = ToBase64Url(Header("ES256", "ec").dump()) + "." + ToBase64Url(GoodClaims().dump());
  const std::string good = EcKey().Sign(text);
  const auto with = [&](const std::string& signature) { return Refused(text + "." + ToBase64Url(signature)); };
  EXPECT_THAT(with(EcKey().SignPlain(text)), HasSubstr("not 64 bytes long"));  // DER
  EXPECT_THAT(with(good + '\0'), HasSubstr("not 64 bytes long"));
  EXPECT_THAT(with('\0' + good), HasSubstr("not 64 bytes long"));
  EXPECT_THAT(with(good.substr(0, 63)), HasSubstr("not 64 bytes long"));
  // CVE-2022-21449: zeros verify everything where nobody looks.
  EXPECT_THAT(with(std::string(64, '\0')), HasSubstr("signature is wrong"));
  EXPECT_THAT(with(std::string(32, '\0') + good.substr(32)), HasSubstr("signature is wrong"));
  EXPECT_THAT(with(std::string(64, '\xff')), HasSubstr("signature is wrong"));
  const std::string rsa_text = ToBase64Url(Header("RS256", "rsa").dump()) + "." + ToBase64Url(GoodClaims().dump());
  const std::string rsa = RsaKey().Sign(rsa_text);
  EXPECT_THAT(Refused(rsa_text + "." + ToBase64Url('\0' + rsa)), HasSubstr("signature is wrong"));
  EXPECT_THAT(Refused(rsa_text + "." + ToBase64Url(rsa.substr(1))), HasSubstr("signature is wrong"));
}

TEST_F(TokenAttacks, MembersNamedTwice) {
  EXPECT_THAT(WithHeader(R"({"alg":"none","kid":"rsa","alg":"RS256"})"), HasSubstr("header names a member twice"));
  EXPECT_THAT(WithHeader(R"({"alg":"RS256","kid":"ec","kid":"rsa"})"), HasSubstr("header names a member twice"));
  // Escapes make the same name.
  EXPECT_THAT(WithHeader(R"({"alg":"RS256","kid":"rsa","\u0061lg":"RS256"})"), HasSubstr("member twice"));
  std::string claims = GoodClaims().dump();
  EXPECT_THAT(WithClaimsText(R"({"sub":"root",)" + claims.substr(1)), HasSubstr("claims: the text names a member"));
  EXPECT_THAT(WithClaimsText(R"({"x":[{"y":1,"y":2}],)" + claims.substr(1)), HasSubstr("names a member twice"));
}

TEST_F(TokenAttacks, TextsThatAreNoJsonObject) {
  const std::string header = Header("RS256", "rsa").dump();
  const std::string claims = GoodClaims().dump();
  for (const std::string& text :
       {std::string(), std::string("x"), header + "x", header + header, header + std::string(1, '\0'),
        header + std::string("\0{}", 3), "\xef\xbb\xbf" + header, std::string("{\"alg\":\"RS256\",}"),
        std::string("{\"alg\":\"RS\xff\"}"), std::string("{'alg':'RS256'}"), "/**/" + header}) {
    EXPECT_THAT(WithHeader(text), HasSubstr("header is not JSON")) << text;
  }
  EXPECT_THAT(WithHeader("[" + header + "]"), HasSubstr("no object"));
  EXPECT_THAT(WithHeader("\"RS256\""), HasSubstr("no object"));
  EXPECT_THAT(WithClaimsText(claims + "}"), HasSubstr("is not JSON"));
  EXPECT_THAT(WithClaimsText(claims + std::string(1, '\0')), HasSubstr("is not JSON"));
  EXPECT_THAT(WithClaimsText("[" + claims + "]"), HasSubstr("no object"));
  EXPECT_THAT(WithClaimsText("{\"x\":" + std::string(5000, '[') + std::string(5000, ']') + "}"),
              HasSubstr("nested too deep"));
}

TEST_F(TokenAttacks, OtherFormsOfBase64) {
  const std::string good = GoodToken(EcKey(), "ES256", "ec");
  const size_t first = good.find('.');
  const std::string header = good.substr(0, first);
  const std::string rest = good.substr(first);
  const auto other_form = HasSubstr("not in canonical base64url");
  EXPECT_THAT(Refused(good + "="), other_form);
  EXPECT_THAT(Refused(good + "=="), other_form);
  EXPECT_THAT(Refused(header + "=" + rest), other_form);
  EXPECT_THAT(Refused(good + "A"), AllOf(Not(HasSubstr("accepted")), HasSubstr("64 bytes")));
  EXPECT_THAT(Refused(good + "+"), other_form);
  EXPECT_THAT(Refused(good + "%00"), other_form);
  // 64 bytes leave four spare bits in the last character: all but one value are another form of the same bytes.
  std::string spare = good;
  spare.back() = static_cast<char>(spare.back() + 1);
  EXPECT_THAT(Refused(spare), other_form);
}

TEST_F(TokenAttacks, MoreOrFewerParts) {
  const std::string good = GoodToken(EcKey(), "ES256", "ec");
  EXPECT_THAT(Refused(good + "."), HasSubstr("three parts"));
  EXPECT_THAT(Refused(good + ".e30"), HasSubstr("three parts"));
  EXPECT_THAT(Refused(good.substr(0, good.rfind('.'))), HasSubstr("three parts"));
  EXPECT_THAT(Refused("a.b.c.d.e"), HasSubstr("three parts"));
  EXPECT_THAT(Refused(".."), HasSubstr("header is not JSON"));
}

TEST_F(TokenAttacks, OversizedTokens) {
  json claims = GoodClaims();
  claims["padding"] = std::string(16 * 1024, 'x');
  EXPECT_THAT(Refused(GoodToken(EcKey(), "ES256", "ec", claims)), HasSubstr("longer than 16 KiB"));
  EXPECT_THAT(Refused(std::string(1 << 20, '.')), HasSubstr("longer than 16 KiB"));
  claims["padding"] = std::string(8 * 1024, 'x');
  EXPECT_EQ(testing::UserOf(*gate_, GoodToken(EcKey(), "ES256", "ec", claims)), "alice");
}

TEST_F(TokenAttacks, MandatoryClaims) {
  for (const char* name : {"iss", "aud", "exp", "nbf"}) {
    EXPECT_THAT(WithoutClaim(name), HasSubstr("mandatory claim " + std::string(name)));
  }
  EXPECT_THAT(WithoutClaim("sub"), HasSubstr("claim sub must name the user"));
}

TEST_F(TokenAttacks, ClaimsOfAnotherType) {
  const json seconds = kNow / kSecond + 3600;
  for (const json& value : {json("1800003600"), json(nullptr), json(true), json::array({seconds}), json::object()}) {
    EXPECT_THAT(WithClaim("exp", value), HasSubstr("claim exp is not a number")) << value;
    EXPECT_THAT(WithClaim("nbf", value), HasSubstr("claim nbf is not a number")) << value;
  }
  for (const json& value : {json(-1), json(1e300), json(253402300800)}) {
    EXPECT_THAT(WithClaim("exp", value), HasSubstr("claim exp is no time")) << value;
  }
  const std::string claims = GoodClaims().dump();
  EXPECT_THAT(WithClaimsText(R"({"x":1e999,)" + claims.substr(1)), HasSubstr("is not JSON"));
  EXPECT_THAT(WithClaimsText(R"({"x":NaN,)" + claims.substr(1)), HasSubstr("is not JSON"));
  for (const json& value : {json(1), json(nullptr), json::array({"https://id.example.com"})}) {
    EXPECT_THAT(WithClaim("iss", value), HasSubstr("claim iss is not text")) << value;
  }
  for (const json& value : {json(1), json(nullptr), json::object(), json::array({"firesteel", 1})}) {
    EXPECT_THAT(WithClaim("aud", value), HasSubstr("claim aud is neither")) << value;
  }
}

TEST_F(TokenAttacks, OtherIssuersAndAudiences) {
  for (const char* issuer : {"https://id.example.com/", "https://ID.example.com", "https://evil.example.com", ""}) {
    EXPECT_THAT(WithClaim("iss", issuer), HasSubstr("issuer (iss) is none")) << issuer;
  }
  for (const json& audience : {json("other"), json(""), json::array(), json::array({"other", "Firesteel"})}) {
    EXPECT_THAT(WithClaim("aud", audience), HasSubstr("another audience (aud)")) << audience;
  }
}

TEST_F(TokenAttacks, TokensOfAnotherTime) {
  const int64_t now = kNow / kSecond;
  EXPECT_THAT(WithClaim("exp", now - 30), HasSubstr("has expired (exp)"));
  EXPECT_THAT(WithClaim("nbf", now + 31), HasSubstr("not valid yet (nbf)"));
  EXPECT_THAT(WithClaim("exp", now - 15), HasSubstr("before it begins (nbf)"));
  json claims = GoodClaims();
  claims["nbf"] = now - 100;
  claims["exp"] = now - 29;  // the leeway is 30 s
  EXPECT_EQ(testing::UserOf(*gate_, GoodToken(EcKey(), "ES256", "ec", claims)), "alice");
  claims["nbf"] = now + 30;
  claims["exp"] = now + 60.5;
  EXPECT_EQ(testing::UserOf(*gate_, GoodToken(EcKey(), "ES256", "ec", claims)), "alice");
}

TEST_F(TokenAttacks, UsersThatAreNone) {
  for (const json& user :
       {json(""), json(1), json(nullptr), json::array({"alice"}), json(std::string(257, 'u')), json("a\nb"),
        json(std::string("a\0b", 3)), json("a\x7f"), json("a\u0085"), json("\x1b[0m")}) {
    EXPECT_THAT(WithClaim("sub", user), HasSubstr("claim sub must name the user")) << user;
  }
  json claims = GoodClaims();
  claims["sub"] = "Åsa 日本";
  EXPECT_EQ(testing::UserOf(*gate_, GoodToken(EcKey(), "ES256", "ec", claims)), "Åsa 日本");
}

TEST_F(TokenAttacks, RefusedTokensAreNotRemembered) {
  const std::string good = GoodToken(EcKey(), "ES256", "ec");
  std::string bad = good;
  bad[bad.size() - 5] = bad[bad.size() - 5] == 'A' ? 'B' : 'A';
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(testing::UserOf(*gate_, good), "alice");
    EXPECT_THAT(Refused(bad), HasSubstr("signature is wrong"));
  }
}

}  // namespace
}  // namespace firesteel::gateway
