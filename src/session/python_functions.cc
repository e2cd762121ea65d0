#include "session/python_functions.h"

#include <utility>

#include "analyzer/name.h"

namespace firesteel::session {

void PythonFunctions::Put(plan::PythonCodePtr code) {
  const std::string key = analyzer::FoldCase(code->name);
  std::lock_guard lock(mutex_);
  by_name_[key] = std::move(code);
}

plan::PythonCodePtr PythonFunctions::Find(const std::string& name) const {
  std::lock_guard lock(mutex_);
  const auto found = by_name_.find(analyzer::FoldCase(name));
  return found == by_name_.end() ? nullptr : found->second;
}

bool PythonFunctions::Drop(const std::string& name) {
  std::lock_guard lock(mutex_);
  return by_name_.erase(analyzer::FoldCase(name)) > 0;
}

std::vector<plan::PythonCodePtr> PythonFunctions::List() const {
  std::lock_guard lock(mutex_);
  std::vector<plan::PythonCodePtr> list;
  for (const auto& [key, code] : by_name_) list.push_back(code);
  return list;
}

void PythonFunctions::CopyFrom(const PythonFunctions& other) {
  if (&other == this) return;
  std::scoped_lock lock(mutex_, other.mutex_);
  by_name_ = other.by_name_;
}

}  // namespace firesteel::session
