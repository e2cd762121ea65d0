#pragma once

#include <initializer_list>

#include "types/data_type.h"

namespace firesteel {

/// Whether the type is of one of these kinds, or holds such a one at any depth (elements, keys, values, fields).
bool HoldsKind(const DataType& type, std::initializer_list<TypeKind> kinds);

}  // namespace firesteel
