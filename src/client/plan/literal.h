#pragma once

#include "client/plan/expression.h"
#include "client/session/executor.h"
#include "firesteel/error.h"
#include "firesteel/value.h"

/// Values of the program inside plans.
namespace firesteel::client::internal {

/// The value as an expression. Arrays, maps and structs are calls of the functions that make them, as PySpark's lit()
/// has it; so are variants and geometries, for which the protocol has no literal.
ExpressionPtr LiteralOf(const Value& value);

/// The value as the parameter of a statement: as LiteralOf(), but whole where nulls inside would need casts, which
/// servers take for expressions and refuse there.
ExpressionPtr ParameterOf(const Value& value);

/// The message of a constant. An error for variants and geometries, and for nested values whose parts are of several
/// types.
Result<void> WriteLiteral(const Value& value, proto::Expression::Literal* out);

}  // namespace firesteel::client::internal
