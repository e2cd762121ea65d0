#pragma once

#include <string>

#include "functions/binding/binding.h"

/// How the two operands of a binary operator meet (Spark's type coercion of BinaryOperator).
namespace firesteel::functions {

/// The types that an operator works on (Spark's BinaryOperator.inputType).
using AcceptsType = bool (*)(const DataType& type);
bool IsNumberOrInterval(const DataType& type);

/// Casts the operands of an arithmetic operator to where they can meet: a number and a text, an integer and a decimal,
/// two types with a wider one that the operator accepts. Two decimals stay as they are. Operands that cannot meet stay
/// unchanged.
void CoerceOperands(BindRequest& request, AcceptsType accepts = IsNumberOrInterval);
/// As above for comparisons, where also dates, timestamps and two decimals meet in one type.
void CoerceComparison(BindRequest& request);

/// bit_count, bit_get: of whole numbers (and of truth values the former) alone, nothing is cast to one.
bound::ExpressionPtr BindBits(const BindRequest& request);

[[noreturn]] void ThrowDifferentOperands(const BindRequest& request);
[[noreturn]] void ThrowWrongOperand(const BindRequest& request, std::string required);

}  // namespace firesteel::functions
