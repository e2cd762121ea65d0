#include "gateway/auth/token_cache.h"

#include <utility>

namespace firesteel::gateway {
namespace {

constexpr std::chrono::minutes kKeptFor(1);

}  // namespace

std::shared_ptr<const Identity> TokenCache::Find(const Sha256Digest& digest) const {
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find(digest);
  if (found == entries_.end()) return nullptr;
  const Entry& entry = found->second;
  if (clock_.Steady() >= entry.until) return nullptr;
  if (entry.expires_micros && clock_.NowMicros() >= *entry.expires_micros) return nullptr;
  return entry.identity;
}

uint64_t TokenCache::generation() const {
  const std::lock_guard lock(mutex_);
  return generation_;
}

void TokenCache::Put(uint64_t generation, const Sha256Digest& digest, std::shared_ptr<const Identity> identity,
                     std::optional<int64_t> expires_micros) {
  const auto until = clock_.Steady() + kKeptFor;
  const std::lock_guard lock(mutex_);
  if (generation != generation_) return;
  const auto [place, is_new] = entries_.try_emplace(digest);
  place->second = {std::move(identity), until, expires_micros};
  if (!is_new) return;
  order_.push_back(digest);
  if (order_.size() > most_) {
    entries_.erase(order_.front());
    order_.pop_front();
  }
}

void TokenCache::Clear() {
  const std::lock_guard lock(mutex_);
  ++generation_;
  entries_.clear();
  order_.clear();
}

size_t TokenCache::size() const {
  const std::lock_guard lock(mutex_);
  return entries_.size();
}

}  // namespace firesteel::gateway
