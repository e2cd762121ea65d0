#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "gateway/auth/jwks.h"
#include "gateway/config/config.h"

namespace firesteel::gateway {

/// Where an issuer's keys come from and how they stay up to date. A set that was read replaces the one before whole, so
/// that removed keys stop working. Thread-safe; only Refresh blocks.
///
/// A file that cannot be opened any more takes its keys with it. A text that is no key set (an editor may be in the
/// middle of writing it), and an address that does not answer, leave the last set in force: for a day at most.
class KeySource {
 public:
  /// Reads a file at once; an address waits for Refresh.
  KeySource(const JwtIssuer& issuer, const Clock& clock);

  /// Null: none were read, or too long ago.
  std::shared_ptr<const KeySet> Keys() const;

  /// A token names a key that is not in the set: an address is asked again at the next Refresh, but 10 s after the
  /// last time at the earliest. True where that will be at once: then it is worth to try the token again soon.
  bool WantNewer();

  /// Reads a file anew, or an address that is due. True where the keys changed.
  bool Refresh();

 private:
  using Time = std::chrono::steady_clock::time_point;

  bool IsFile() const { return !file_.empty(); }
  bool IsDue(Time now);
  bool Take(const Result<std::string>& text);
  void Report(const std::string& fault);

  const std::string name_, file_, url_;
  const Milliseconds interval_;
  const Clock& clock_;
  std::atomic<bool> wanted_{false};

  std::mutex refreshing_;  // one at a time; guards the next three
  std::string text_;       // that keys_ was read from
  std::string fault_;      // what the log was told last
  bool failed_ = false;    // the last attempt

  mutable std::mutex mutex_;  // guards what follows, for moments only
  std::shared_ptr<const KeySet> keys_;
  std::optional<Time> attempted_, read_;
};

}  // namespace firesteel::gateway
