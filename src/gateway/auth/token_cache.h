#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <unordered_map>

#include "base/clock.h"
#include "gateway/auth/identity.h"
#include "gateway/sha256.h"

namespace firesteel::gateway {

/// Tokens that were verified within the last minute, by their digests. Bounded: the oldest leave first. Thread-safe.
class TokenCache {
 public:
  TokenCache(const Clock& clock, size_t most) : clock_(clock), most_(most) {}

  /// Null: unknown, or it was too long ago.
  std::shared_ptr<const Identity> Find(const Sha256Digest& digest) const;

  /// To be taken before a token is verified, and given to Put: what was verified by keys that were replaced meanwhile
  /// is not kept.
  uint64_t generation() const;
  /// `expires_micros`: since 1970; nothing: never.
  void Put(uint64_t generation, const Sha256Digest& digest, std::shared_ptr<const Identity> identity,
           std::optional<int64_t> expires_micros);
  /// Keys or tokens changed.
  void Clear();
  size_t size() const;

 private:
  struct Entry {
    std::shared_ptr<const Identity> identity;
    std::chrono::steady_clock::time_point until;
    std::optional<int64_t> expires_micros;
  };
  /// The digests are random by themselves.
  struct FirstBytes {
    size_t operator()(const Sha256Digest& digest) const {
      size_t hash = 0;
      std::memcpy(&hash, digest.data(), sizeof hash);
      return hash;
    }
  };

  const Clock& clock_;
  const size_t most_;
  mutable std::mutex mutex_;
  std::unordered_map<Sha256Digest, Entry, FirstBytes> entries_;
  std::deque<Sha256Digest> order_;  // of entries_, the oldest first
  uint64_t generation_ = 0;
};

}  // namespace firesteel::gateway
