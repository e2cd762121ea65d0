#include "session/operation/closed_operations.h"

#include "base/uuid.h"

namespace firesteel::session {

void ClosedOperations::Add(const std::string& id, Ending ending, Time now) {
  const auto key = UuidWords(id);
  if (!key) return;
  if (endings_.insert_or_assign(*key, ending).second) order_.emplace_back(*key, now);
  while (order_.size() > most_) ForgetOldest();
}

std::optional<ClosedOperations::Ending> ClosedOperations::Find(const std::string& id) const {
  const auto key = UuidWords(id);
  if (!key) return std::nullopt;
  const auto it = endings_.find(*key);
  return it == endings_.end() ? std::nullopt : std::optional(it->second);
}

void ClosedOperations::Forget(Time now) {
  while (!order_.empty() && now - order_.front().second >= kPatience) ForgetOldest();
}

void ClosedOperations::ForgetOldest() {
  endings_.erase(order_.front().first);
  order_.pop_front();
}

}  // namespace firesteel::session
