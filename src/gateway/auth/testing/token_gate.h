#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <variant>

#include "base/clock.h"
#include "gateway/auth/authenticator.h"
#include "gateway/auth/testing/signing_key.h"

namespace firesteel::gateway::testing {

constexpr int64_t kSecond = 1'000'000;
constexpr int64_t kNow = 1'800'000'000 * kSecond;

inline JwtIssuer TestIssuer() {
  JwtIssuer issuer;
  issuer.name = "corp";
  issuer.issuer = "https://id.example.com";
  issuer.audience = "firesteel";
  return issuer;
}

/// Claims that TestIssuer's tokens have at kNow, valid for an hour.
inline nlohmann::json GoodClaims() {
  return {{"iss", "https://id.example.com"},
          {"aud", "firesteel"},
          {"sub", "alice"},
          {"nbf", kNow / kSecond - 10},
          {"exp", kNow / kSecond + 3600}};
}
inline nlohmann::json Header(const std::string& algorithm, const std::string& key_id) {
  return {{"typ", "JWT"}, {"alg", algorithm}, {"kid", key_id}};
}
inline std::string GoodToken(const SigningKey& key, const std::string& algorithm, const std::string& key_id,
                             const nlohmann::json& claims = GoodClaims()) {
  return key.TokenOf(Header(algorithm, key_id).dump(), claims.dump());
}

inline Credentials Bearer(const std::string& token) {
  Credentials credentials;
  credentials.authorization = "Bearer " + token;
  credentials.authorization_count = 1;
  credentials.encrypted = true;
  return credentials;
}

/// The user, or "" with a failure of the test.
inline std::string UserOf(Authenticator& gate, const Credentials& credentials) {
  const auto answer = gate.Authenticate(credentials);
  if (const auto* refusal = std::get_if<Refusal>(&answer)) {
    ADD_FAILURE() << "refused: " << refusal->message;
    return "";
  }
  return std::get<0>(answer)->user;
}
inline std::string UserOf(Authenticator& gate, const std::string& token) { return UserOf(gate, Bearer(token)); }

/// The refusal's message; a failure of the test where it is none, or not UNAUTHENTICATED.
inline std::string RefusalOf(Authenticator& gate, const Credentials& credentials) {
  const auto answer = gate.Authenticate(credentials);
  const auto* refusal = std::get_if<Refusal>(&answer);
  if (!refusal) {
    ADD_FAILURE() << "accepted as " << std::get<0>(answer)->user;
    return "";
  }
  EXPECT_EQ(refusal->code, Code::kUnauthenticated);
  EXPECT_EQ(refusal->condition, "");
  return refusal->message;
}
inline std::string RefusalOf(Authenticator& gate, const std::string& token) { return RefusalOf(gate, Bearer(token)); }

}  // namespace firesteel::gateway::testing
