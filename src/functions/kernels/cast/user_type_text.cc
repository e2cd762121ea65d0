#include "functions/kernels/cast/user_type_text.h"

#include <string_view>

#include "base/java_text.h"
#include "types/user_type.h"

namespace firesteel::functions {
namespace {

void AppendDoubles(const VectorView& list, size_t row, std::string_view separator, std::string& text) {
  const ListSlot slot = list.Get<ListSlot>(row);
  for (uint64_t i = 0; i < slot.length; ++i) {
    if (i > 0) text += separator;
    text += JavaDoubleText(list.children[0].Get<double>(slot.offset + i));
  }
}

void AppendIntegers(const VectorView& list, size_t row, std::string& text) {
  const ListSlot slot = list.Get<ListSlot>(row);
  for (uint64_t i = 0; i < slot.length; ++i) {
    if (i > 0) text += ',';
    text += std::to_string(list.children[0].Get<int32_t>(slot.offset + i));
  }
}

// [1.0,2.0] of a dense vector, (3,[0,2],[1.0,2.0]) of a sparse one.
void AppendVector(const VectorView& in, size_t row, std::string& text) {
  constexpr int8_t kDense = 1;
  const size_t index = in.IndexOf(row);
  const bool is_dense = in.children[0].Get<int8_t>(index) == kDense;
  if (!is_dense) {
    text += "(" + std::to_string(in.children[1].Get<int32_t>(index)) + ",[";
    AppendIntegers(in.children[2], index, text);
    text += "],";
  }
  text += '[';
  AppendDoubles(in.children[3], index, ",", text);
  text += is_dense ? "]" : "])";
}

}  // namespace

bool AppendUserTypeText(const DataType& type, const VectorView& in, size_t row, std::string& text) {
  const std::string name = UserTypeName(type);
  if (name == "vector") {
    AppendVector(in, row, text);
    return true;
  }
  if (name != "examplepoint") return false;
  text += '(';
  AppendDoubles(in, row, ", ", text);
  text += ')';
  return true;
}

}  // namespace firesteel::functions
