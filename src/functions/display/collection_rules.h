#pragma once

#include "functions/display/display_rules.h"

/// How calls on arrays print where it is not name(a, b).
namespace firesteel::functions {

/// array_sort(a) prints the comparator that Spark puts in.
std::string ShowArraySort(const bound::Expression& call, Texts arguments);

}  // namespace firesteel::functions
