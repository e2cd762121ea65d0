#include "arrow/text_check.h"

#include <string_view>

#include "arrow/invalid_data.h"
#include "base/utf8.h"

namespace firesteel::arrow {
namespace {

void CheckStrings(const ArrowArray& array) {
  const auto* offsets = static_cast<const int32_t*>(array.buffers[1]);
  const auto* bytes = static_cast<const char*>(array.buffers[2]);
  if (!offsets || array.length == 0) return;
  const int32_t begin = offsets[0];
  const int32_t end = offsets[array.length];
  if (begin == end) return;
  const std::string_view all(bytes + begin, static_cast<size_t>(end - begin));
  bool valid = IsValidUtf8(all);
  // Valid as a whole, and no value ends within a sequence.
  for (int64_t i = 1; valid && i < array.length; ++i) {
    valid = offsets[i] >= end || (static_cast<unsigned char>(bytes[offsets[i]]) & 0xC0) != 0x80;
  }
  if (!valid) ThrowInvalidArrow("a string is not UTF-8");
}

}  // namespace

void CheckTexts(const ArrowArray& array, const DataType& type) {
  switch (type.kind()) {
    case TypeKind::kString:
      return CheckStrings(array);
    case TypeKind::kArray:
      return CheckTexts(*array.children[0], type.element_type());
    case TypeKind::kMap:
      CheckTexts(*array.children[0]->children[0], type.key_type());
      return CheckTexts(*array.children[0]->children[1], type.value_type());
    case TypeKind::kStruct:
      for (size_t i = 0; i < type.fields().size(); ++i) CheckTexts(*array.children[i], type.fields()[i].type);
      return;
    default:
      return;
  }
}

}  // namespace firesteel::arrow
