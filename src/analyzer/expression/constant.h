#pragma once

#include <cstdint>
#include <optional>

#include "bound/expression.h"

namespace firesteel::analyzer {

/// The value of a constant integer expression (literals, casts, + - * div %, signs) that is known without running
/// anything; nothing when it is null, overflows, or is of another form.
std::optional<int64_t> ConstantInteger(const bound::ExpressionPtr& expression);

/// The same cast to BIGINT: numbers lose their fraction, texts are read. Throws CAST_INVALID_INPUT at `origin`.
std::optional<int64_t> ConstantLong(const bound::ExpressionPtr& expression, const OriginPtr& origin);

}  // namespace firesteel::analyzer
