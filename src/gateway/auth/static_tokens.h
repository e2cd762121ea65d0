#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "gateway/auth/identity.h"
#include "gateway/config/config.h"
#include "gateway/sha256.h"

namespace firesteel::gateway {

/// Reads the text of a tokens file:
///
///     [[token]]
///     name = "nightly"            # for the audit log
///     user = "etl"
///     sha256 = "9f86d0…"          # of the token: printf %s "$TOKEN" | sha256sum
///     teams = ["features"]        # optional; without it: any team
///     operator = false            # optional
///
/// Errors name the line and what is wrong, never a digest.
Result<std::vector<StaticToken>> ParseTokensFile(std::string_view text);

/// Service tokens, known by their SHA-256 only: those of the configuration, and those of a file that is read anew when
/// it changes. A file that cannot be opened any more takes its tokens with it; one with an error in it leaves the last
/// good ones in force. Thread-safe; only the constructor and Refresh block.
class StaticTokens {
 public:
  explicit StaticTokens(const AuthConfig& config);

  /// Null: no token has this digest. Takes the same time for every digest.
  std::shared_ptr<const Identity> Find(const Sha256Digest& digest) const;
  /// True where the tokens changed.
  bool Refresh();

 private:
  struct Entry {
    Sha256Digest digest;
    std::shared_ptr<const Identity> identity;
  };
  using Entries = std::vector<Entry>;

  static Status Append(const std::vector<StaticToken>& tokens, Entries& entries);
  void Report(const std::string& fault);
  void Use(Entries entries);

  const std::string path_;
  Entries configured_;

  std::mutex refreshing_;  // one at a time; guards the next two
  std::string text_;       // of the file, as used
  std::string fault_;      // what the log was told last

  mutable std::mutex mutex_;  // guards what follows, for moments only
  std::shared_ptr<const Entries> entries_;
};

}  // namespace firesteel::gateway
