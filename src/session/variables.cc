#include "session/variables.h"

#include <utility>

#include "base/ascii_case.h"

namespace firesteel::session {

bool Variables::Declare(const std::string& name, Variable variable, bool replace) {
  std::lock_guard lock(mutex_);
  if (replace) {
    variables_.insert_or_assign(AsciiLower(name), std::move(variable));
    return true;
  }
  return variables_.emplace(AsciiLower(name), std::move(variable)).second;
}

std::optional<Variable> Variables::Find(const std::string& name) const {
  std::lock_guard lock(mutex_);
  const auto found = variables_.find(AsciiLower(name));
  if (found == variables_.end()) return std::nullopt;
  return found->second;
}

bool Variables::Set(const std::string& name, Value value) {
  std::lock_guard lock(mutex_);
  const auto found = variables_.find(AsciiLower(name));
  if (found == variables_.end()) return false;
  found->second.current.value = std::move(value);
  return true;
}

bool Variables::Drop(const std::string& name) {
  std::lock_guard lock(mutex_);
  return variables_.erase(AsciiLower(name)) > 0;
}

void Variables::CopyFrom(const Variables& other) {
  std::map<std::string, Variable> copy;
  {
    std::lock_guard lock(other.mutex_);
    copy = other.variables_;
  }
  std::lock_guard lock(mutex_);
  variables_ = std::move(copy);
}

}  // namespace firesteel::session
