#pragma once

#include <cstdint>
#include <optional>

#include "functions/binding/binding.h"

/// Bind and nullability rules of arrays, maps and hashes.
namespace firesteel::functions {

/// Functions of arrays: Spark's own checks of each, then the signature.
bound::ExpressionPtr BindArrayFunction(const BindRequest& request);
bound::ExpressionPtr BindArray(const BindRequest& request);  ///< array(value, …)
bound::ExpressionPtr BindArraysZip(const BindRequest& request);
bound::ExpressionPtr BindSequence(const BindRequest& request);
bound::ExpressionPtr BindShuffle(const BindRequest& request);
bound::ExpressionPtr BindMapFunction(const BindRequest& request);  ///< as BindArrayFunction, for maps
bound::ExpressionPtr BindMapConcat(const BindRequest& request);
bound::ExpressionPtr BindSize(const BindRequest& request);  ///< size, cardinality, array_size
bound::ExpressionPtr BindReverse(const BindRequest& request);
bound::ExpressionPtr BindHash(const BindRequest& request);  ///< hash, xxhash64

/// Nullability of an element of `array` at `index`. `from_one`: element_at's way of counting; `checked`: an index
/// outside is an error.
bool NullableElement(const bound::ExpressionPtr& array, const bound::ExpressionPtr& index, bool from_one, bool checked);

bool NullableOrElement(const bound::Expression& call);      ///< an argument, or an element of one
bool NullableArrayContains(const bound::Expression& call);  ///< an argument, or an element of the first
bool NullableFirstTwo(const bound::Expression& call);

}  // namespace firesteel::functions
