#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "plan/expression.h"
#include "types/value.h"

namespace firesteel::session {

/// A session variable: a value of a fixed type.
struct Variable {
  TypedValue current;
  plan::ExpressionPtr default_value;  ///< what DEFAULT gives anew; null: NULL
};

/// The variables of one session, by name without case. Thread-safe: every function locks for its own duration.
class Variables {
 public:
  /// False if there is one of that name and `replace` is not set.
  bool Declare(const std::string& name, Variable variable, bool replace);
  std::optional<Variable> Find(const std::string& name) const;
  /// False if there is none.
  bool Set(const std::string& name, Value value);
  bool Drop(const std::string& name);
  /// Takes over the variables of `other` in place of its own.
  void CopyFrom(const Variables& other);

 private:
  mutable std::mutex mutex_;
  std::map<std::string, Variable> variables_;  // guarded by mutex_
};

}  // namespace firesteel::session
