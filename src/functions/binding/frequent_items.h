#pragma once

#include "functions/function.h"

namespace firesteel::functions {

/// frequent_items(array of structs of one field, most counted): array of values of the field.
bound::ExpressionPtr BindFrequentItems(const BindRequest& request);

}  // namespace firesteel::functions
