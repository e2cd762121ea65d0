#pragma once

#include "functions/binding/binding.h"

/// Bind rules of the functions that read and write JSON and CSV.
namespace firesteel::functions {

/// The options argument: a call of map() with texts, as one map<string,string> literal. Throws INVALID_OPTIONS.….
bound::ExpressionPtr OptionsLiteral(const BindRequest& request, const bound::ExpressionPtr& argument);

bound::ExpressionPtr BindToJson(const BindRequest& request);
bound::ExpressionPtr BindToCsv(const BindRequest& request);

}  // namespace firesteel::functions
