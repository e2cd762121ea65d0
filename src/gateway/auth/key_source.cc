#include "gateway/auth/key_source.h"

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "gateway/auth/fetch_url.h"
#include "gateway/auth/small_file.h"

namespace firesteel::gateway {
namespace {

constexpr std::chrono::seconds kLeastBetweenAttempts(10);
constexpr Milliseconds kMostStale = std::chrono::hours(24);

}  // namespace

KeySource::KeySource(const JwtIssuer& issuer, const Clock& clock)
    : name_(issuer.name), file_(issuer.jwks_file), url_(issuer.jwks_url), interval_(issuer.refresh), clock_(clock) {
  if (IsFile()) Refresh();
}

std::shared_ptr<const KeySet> KeySource::Keys() const {
  const Time now = clock_.Steady();
  const std::lock_guard lock(mutex_);
  return read_ && now - *read_ <= std::max(kMostStale, 2 * interval_) ? keys_ : nullptr;
}

bool KeySource::WantNewer() {
  if (IsFile()) return false;  // read at every Refresh anyway
  wanted_ = true;
  const Time now = clock_.Steady();
  const std::lock_guard lock(mutex_);
  return !attempted_ || now - *attempted_ >= kLeastBetweenAttempts;
}

bool KeySource::IsDue(Time now) {
  if (IsFile()) return true;
  const std::lock_guard lock(mutex_);
  if (!attempted_) return true;
  const auto since = now - *attempted_;
  if (since >= interval_) return true;
  return (failed_ || wanted_) && since >= kLeastBetweenAttempts;
}

bool KeySource::Refresh() {
  const std::lock_guard one_at_a_time(refreshing_);
  const Time now = clock_.Steady();
  if (!IsDue(now)) return false;
  // Before the reading: a key that is missed from now on may have been published behind it.
  wanted_ = false;
  {
    const std::lock_guard lock(mutex_);
    attempted_ = now;
  }
  return Take(IsFile() ? ReadSmallFile(file_) : FetchUrl(url_, kMostListBytes));
}

bool KeySource::Take(const Result<std::string>& text) {
  failed_ = true;
  if (!text) {
    Report(text.error());
    if (!IsFile()) return false;
    text_.clear();
    const std::lock_guard lock(mutex_);
    read_.reset();
    return std::exchange(keys_, nullptr) != nullptr;
  }
  std::shared_ptr<const KeySet> keys;
  if (*text != text_ || text_.empty()) {
    auto parsed = KeySet::Parse(*text);
    if (!parsed) {
      Report(parsed.error());
      return false;
    }
    keys = std::move(*parsed);
    text_ = *text;
  }
  failed_ = false;
  Report("");
  const std::lock_guard lock(mutex_);
  read_ = clock_.Steady();
  if (!keys) return false;
  keys_ = std::move(keys);
  return true;
}

void KeySource::Report(const std::string& fault) {
  if (fault == fault_) return;
  if (fault.empty()) {
    log::Info("the keys of issuer {} are read again", name_);
  } else {
    log::Warn("the keys of issuer {} cannot be read: {}", name_, fault);
  }
  fault_ = fault;
}

}  // namespace firesteel::gateway
