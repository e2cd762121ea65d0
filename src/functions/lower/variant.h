#pragma once

#include "functions/lower/lower.h"

namespace firesteel::functions {

std::string LowerSchemaOfVariantAggregate(const bound::ExpressionPtr& call, SqlWriter& writer);

}  // namespace firesteel::functions
