#pragma once

#include <string>

#include "types/data_type.h"
#include "types/value.h"

namespace firesteel::lowering {

/// A constant as engine SQL of exactly the engine's type of `type`. Safe for every value: NaN, infinities, −0.0, texts
/// with quotes, NUL or invalid UTF-8, dates far out, nested values.
std::string LiteralSql(const Value& value, const DataType& type);

}  // namespace firesteel::lowering
