#pragma once

#include <string>

#include "functions/binding/binding.h"

/// How the two operands of a binary operator meet (Spark's type coercion of BinaryOperator).
namespace firesteel::functions {

/// Casts the operands of an arithmetic operator to where they can meet: a number and a text, an integer and a decimal,
/// two numbers of different kinds, NULL. Two decimals stay as they are. Operands that cannot meet stay unchanged.
void CoerceOperands(BindRequest& request);
/// As above for comparisons, where also dates, timestamps and two decimals meet in one type.
void CoerceComparison(BindRequest& request);

[[noreturn]] void ThrowDifferentOperands(const BindRequest& request);
[[noreturn]] void ThrowWrongOperand(const BindRequest& request, std::string required);

}  // namespace firesteel::functions
