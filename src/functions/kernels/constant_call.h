#pragma once

#include <optional>

#include "bound/expression.h"
#include "bound/session_settings.h"

namespace firesteel::functions {

/// The value of a call of a kernel over literals; nothing when it is no such call. Throws the call's QueryError.
std::optional<Value> EvaluateConstantCall(const bound::ExpressionPtr& expression,
                                          const bound::SessionSettings& settings);

}  // namespace firesteel::functions
