#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "functions/binding/binding.h"

/// Values of constant arguments, where they can be known before the query runs: literals, casts of them between
/// numbers, arrays and negations of them.
namespace firesteel::functions {

/// The number, or numbers of an array; an inner nothing is NULL. Nothing when they are not known.
std::optional<std::vector<std::optional<double>>> ConstantDoubles(const bound::ExpressionPtr& expression);
std::optional<int64_t> ConstantInteger(const bound::ExpressionPtr& expression);
/// Of a literal text, not NULL.
std::optional<std::string> ConstantText(const bound::ExpressionPtr& expression);
/// The literal under casts and names, or null.
const bound::Expression* ConstantLiteral(const bound::ExpressionPtr& expression);

}  // namespace firesteel::functions
