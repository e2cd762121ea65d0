#pragma once

#include <cstddef>
#include <vector>

#include "functions/kernels/collection/nested_value.h"

namespace firesteel::functions {

/// The order in which Spark's OpenHashMap gives different values back that were put into it in this order, as indexes.
/// Aggregates that choose one of equals choose by it. Types whose Java hash code is not known keep their order.
/// Cost: linear in the values.
std::vector<size_t> HashMapOrder(const DataType& type, const std::vector<Element>& values);

}  // namespace firesteel::functions
