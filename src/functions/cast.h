#pragma once

#include <string>

#include "functions/function.h"

namespace firesteel::functions {

/// Engine SQL of a bound Cast: the engine's own cast where it is exactly Spark's and cannot fail, else the cast kernel
/// (whose KernelCall takes its mode from the bound::Cast).
std::string CastSql(const bound::ExpressionPtr& cast, SqlWriter& writer);

/// Engine SQL that turns SQL text of one type into another by an implicit, infallible or kernel cast; `for_expression`
/// is the bound::Cast or the call that needs it.
std::string CastTextSql(const std::string& sql, const DataType& from, const DataType& to,
                        const bound::Expression& for_expression, SqlWriter& writer);

/// The error of a CAST that the types do not allow, with what Spark suggests instead. `shown` is the cast in messages.
[[noreturn]] void ThrowInvalidCast(std::string shown, const DataType& from, const DataType& to, EvalMode mode,
                                   const OriginPtr& origin);

}  // namespace firesteel::functions
