#include "gateway/auth/static_tokens.h"

#include <openssl/crypto.h>
#include <toml++/toml.h>

#include <algorithm>
#include <cstddef>
#include <utility>

#include "base/hex_text.h"
#include "base/log.h"
#include "gateway/auth/jwt_identity.h"
#include "gateway/auth/small_file.h"

namespace firesteel::gateway {
namespace {

Status Fault(const toml::node& node, const std::string& what) {
  return Status::Error("line " + std::to_string(node.source().begin.line) + ": " + what);
}

/// Why the node is no value for the key; empty text: it is one, and in `token` now.
std::string ReadValue(std::string_view key, const toml::node& node, StaticToken& token) {
  if (key == "operator") {
    if (!node.is_boolean()) return "operator must be true or false";
    token.operator_rights = node.as_boolean()->get();
    return "";
  }
  if (key == "teams") {
    if (!node.is_array()) return "teams must be a list of texts";
    for (const toml::node& team : *node.as_array()) {
      if (!team.is_string()) return "teams must be a list of texts";
      token.teams.push_back(team.as_string()->get());
    }
    // A list without a team would mean any team, which is not what it says.
    return token.teams.empty() ? "teams is empty: name a team, or leave teams out to allow any" : "";
  }
  std::string* text = key == "name"     ? &token.name
                      : key == "user"   ? &token.user
                      : key == "sha256" ? &token.sha256
                                        : nullptr;
  if (!text) return "there is no such key; the keys are name, user, sha256, teams and operator";
  if (!node.is_string()) return std::string(key) + " must be text";
  *text = node.as_string()->get();
  return "";
}

/// Why the token cannot be used; empty: it can.
std::string FaultOf(const StaticToken& token) {
  if (token.sha256.size() != 2 * sizeof(Sha256Digest) || !FromHex(token.sha256)) {
    return "sha256 must have 64 hexadecimal digits (printf %s \"$TOKEN\" | sha256sum)";
  }
  if (!IsAcceptableName(token.user)) return "user must have 1 to 256 bytes without control characters";
  if (!std::all_of(token.teams.begin(), token.teams.end(), IsAcceptableName)) {
    return "a team must have 1 to 256 bytes without control characters";
  }
  return "";
}

}  // namespace

Result<std::vector<StaticToken>> ParseTokensFile(std::string_view text) {
  toml::table document;
  try {
    document = toml::parse(text);
  } catch (const toml::parse_error& error) {
    // The parser's own words would quote the file.
    return Status::Error("line " + std::to_string(error.source().begin.line) + ": this is not TOML");
  }
  std::vector<StaticToken> tokens;
  for (const auto& [key, list] : document) {
    if (key.str() != "token" || !list.is_array_of_tables()) {
      return Fault(list, "only tables [[token]] are expected here");
    }
    for (const toml::node& node : *list.as_array()) {
      StaticToken token;
      for (const auto& [name, value] : *node.as_table()) {
        const std::string fault = ReadValue(name.str(), value, token);
        if (!fault.empty()) return Fault(value, fault);
      }
      const std::string fault = FaultOf(token);
      if (!fault.empty()) return Fault(node, fault);
      tokens.push_back(std::move(token));
    }
  }
  return tokens;
}

StaticTokens::StaticTokens(const AuthConfig& config) : path_(config.tokens_file) {
  const Status status = Append(config.tokens, configured_);
  if (!status.ok()) log::Error("tokens of the configuration: {}", status.message);
  Use(configured_);
  Refresh();
}

std::shared_ptr<const Identity> StaticTokens::Find(const Sha256Digest& digest) const {
  std::shared_ptr<const Entries> entries;
  {
    const std::lock_guard lock(mutex_);
    entries = entries_;
  }
  const Entry* found = nullptr;
  // To the end in any case: how long it takes must not tell which of them begins like the guess.
  for (const Entry& entry : *entries) {
    const bool same = CRYPTO_memcmp(entry.digest.data(), digest.data(), digest.size()) == 0;
    found = same ? &entry : found;
  }
  return found ? found->identity : nullptr;
}

bool StaticTokens::Refresh() {
  if (path_.empty()) return false;
  const std::lock_guard one_at_a_time(refreshing_);
  const auto text = ReadSmallFile(path_);
  if (!text) {
    Report(text.error());
    const bool had_some = !text_.empty();
    text_.clear();
    if (had_some) Use(configured_);
    return had_some;
  }
  if (*text == text_) {
    Report("");
    return false;
  }
  const auto tokens = ParseTokensFile(*text);
  Entries entries = configured_;
  const Status status = tokens ? Append(*tokens, entries) : tokens.status();
  if (!status.ok()) {
    Report(path_ + ", " + status.message);
    return false;
  }
  Report("");
  text_ = *text;
  Use(std::move(entries));
  return true;
}

/// Whole or not at all: `entries` is as it was where there is an error.
Status StaticTokens::Append(const std::vector<StaticToken>& tokens, Entries& entries) {
  const size_t before = entries.size();
  std::string fault;
  for (const StaticToken& token : tokens) {
    fault = FaultOf(token);
    if (!fault.empty()) {
      fault = "the token \"" + token.name + "\" cannot be used: " + fault;
      break;
    }
    Entry entry;
    const auto digest = FromHex(token.sha256);
    std::copy(digest->begin(), digest->end(), entry.digest.begin());
    // Two users behind one token would make it a matter of order whom it proves.
    if (std::any_of(entries.begin(), entries.end(), [&](const Entry& e) { return e.digest == entry.digest; })) {
      fault = "the token \"" + token.name + "\" is there twice (the same sha256)";
      break;
    }
    auto identity = std::make_shared<Identity>();
    identity->method = Identity::Method::kToken;
    identity->user = token.user;
    identity->teams = token.teams;
    identity->operator_rights = token.operator_rights;
    identity->credential = token.name;
    entry.identity = std::move(identity);
    entries.push_back(std::move(entry));
  }
  if (fault.empty()) return Status::Ok();
  entries.resize(before);
  return Status::Error(fault);
}

void StaticTokens::Report(const std::string& fault) {
  if (fault == fault_) return;
  if (fault.empty()) {
    log::Info("the tokens file {} is read again", path_);
  } else {
    log::Warn("the tokens file is not used as it is: {}", fault);
  }
  fault_ = fault;
}

void StaticTokens::Use(Entries entries) {
  auto shared = std::make_shared<const Entries>(std::move(entries));
  const std::lock_guard lock(mutex_);
  entries_ = std::move(shared);
}

}  // namespace firesteel::gateway
