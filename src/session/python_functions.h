#pragma once

#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "plan/expression.h"

namespace firesteel::session {

/// What clients are shown as the class of a registered function.
inline constexpr const char* kRegisteredFunctionClass = "firesteel.session.PythonFunction";

/// Python code that a session's client registered under names: functions, table functions, or data sources (one object
/// each). Names compare without case. Thread-safe.
class PythonFunctions {
 public:
  /// Replaces what has the name.
  void Put(plan::PythonCodePtr code);
  /// Null if there is none.
  plan::PythonCodePtr Find(const std::string& name) const;
  /// False if there was none.
  bool Drop(const std::string& name);
  /// In the order of their lower-case names.
  std::vector<plan::PythonCodePtr> List() const;
  void CopyFrom(const PythonFunctions& other);

 private:
  mutable std::mutex mutex_;
  std::map<std::string, plan::PythonCodePtr> by_name_;  // guarded by mutex_
};

}  // namespace firesteel::session
