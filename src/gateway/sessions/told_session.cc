
#include <chrono>
#include <cstdio>
#include <cstring>
#include <functional>

#include "gateway/sessions/state.h"
#include "gateway/sha256.h"

namespace firesteel::gateway {
namespace {

uint64_t Mix(uint64_t value) {
  value += 0x9e3779b97f4a7c15;
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
  value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
  return value ^ (value >> 31);
}

std::string UuidText(uint64_t high, uint64_t low) {
  char text[37];
  std::snprintf(text, sizeof text, "%08llx-%04llx-4%03llx-a%03llx-%012llx", static_cast<unsigned long long>(high >> 32),
                static_cast<unsigned long long>(high >> 16 & 0xffff), static_cast<unsigned long long>(high & 0xfff),
                static_cast<unsigned long long>(low >> 48 & 0xfff),
                static_cast<unsigned long long>(low & 0xffffffffffff));
  return text;
}

}  // namespace

// A function of this gateway's life, the session's name and the time: it need not be remembered for clients that only
// ask for a default and leave. It dies out sooner than tombstones do, so that nobody comes back under it to a new
// session in the place of one that is forgotten.
std::string Sessions::State::ToldSession(const SessionKey& key, int64_t epochs_ago) const {
  constexpr std::chrono::minutes kEpoch{10};
  const int64_t epoch = Now().time_since_epoch() / kEpoch - epochs_ago;
  const uint64_t high = Mix(seed_ ^ Mix(SessionKeyHash()(key) + static_cast<uint64_t>(epoch)));
  const uint64_t low = Mix(high ^ std::hash<std::string>()(key.id + "/" + key.caller.user));
  return UuidText(high, low);
}

// Nobody may guess it from others: for anonymous callers the id is all that keeps a session theirs.
std::string Sessions::State::NewSessionId() {
  const std::string text = "clone/" + std::to_string(seed_) + "/" + std::to_string(++last_serial_);
  const Sha256Digest digest = Sha256Of(text);
  uint64_t words[2];
  std::memcpy(words, digest.data(), sizeof words);
  return UuidText(words[0], words[1]);
}

bool Sessions::State::ToldLately(const SessionKey& key, const std::string& observed) const {
  return observed == ToldSession(key) || observed == ToldSession(key, 1);
}

}  // namespace firesteel::gateway
