#pragma once

#include <cstddef>
#include <string>

#include "types/data_type.h"

namespace firesteel::functions {

constexpr size_t kNoColumn = static_cast<size_t>(-1);

/// The place of the field that takes the text of malformed records; kNoColumn when the type is no struct or has none.
inline size_t FindCorruptColumn(const DataType& type, const std::string& name) {
  if (!type.Is(TypeKind::kStruct)) return kNoColumn;
  for (size_t i = 0; i < type.fields().size(); ++i) {
    if (type.fields()[i].name == name) return i;
  }
  return kNoColumn;
}

}  // namespace firesteel::functions
