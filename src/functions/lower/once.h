#pragma once

#include <functional>
#include <string>

#include "functions/function.h"

/// Engine SQL that needs a value at several places. Written out each time, calls in calls would double their text with
/// every level; so a long value is computed once, as the only element of a list, and called by a name.
namespace firesteel::functions {

/// `text` applied to `sql`, or to a name that stands for its value. What `text` adds must not hold a subquery: the
/// engine has none in lambdas.
std::string Once(const std::string& sql, const std::function<std::string(const std::string& value)>& text);

/// The same for a bound expression. `text` gets the expression itself, or a reference to its value; it may also put
/// `others` into its result: where they hold a subquery the value is written out each time.
std::string Once(const bound::ExpressionPtr& value, const std::vector<bound::ExpressionPtr>& others, SqlWriter& writer,
                 const std::function<std::string(const bound::ExpressionPtr& value)>& text);

}  // namespace firesteel::functions
