#include "base/utf8.h"
#include "functions/kernels/variant/variant_kernels.h"

namespace firesteel::functions {
namespace {

/// The fields of an object or elements of an array, in their order; none of other values. Keys are not made anew: each
/// part has the whole dictionary, one copy in memory for all parts of a row.
void Run(KernelContext&, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  for (size_t row = 0; row < rows; ++row) {
    if (!arguments[0].IsValid(row)) {
      result.SetList(row, 0, 0);
      result.SetNull(row);
      continue;
    }
    const Variant variant = VariantAt(arguments[0], row);
    const VariantType type = variant.type();
    const bool is_object = type == VariantType::kObject;
    const size_t count = is_object || type == VariantType::kArray ? variant.size() : 0;
    VariantWalk walk(variant.encoded());
    const uint64_t first = result.AppendList(row, count);
    ResultVector& entries = result.Child(0);
    ResultVector& values = entries.Child(2);
    for (size_t i = 0; i < count; ++i) {
      const size_t at = first + i;
      entries.Child(0).Data<int32_t>()[at] = static_cast<int32_t>(i);
      std::string_view part;
      if (is_object) {
        const Variant::Field field = variant.field(i);
        if (IsValidUtf8(field.key)) {
          entries.Child(1).SetText(at, field.key);
        } else {
          entries.Child(1).SetText(at, DecodeUtf8LikeJava(field.key));
        }
        part = field.value.exact();
      } else {
        entries.Child(1).SetNull(at);
        part = variant.element(i).exact();
      }
      walk.Visit(0, part.size());
      values.Child(0).SetText(at, part);
      if (i == 0) {
        values.Child(1).SetText(at, variant.metadata());
      } else {
        auto* slots = values.Child(1).Data<StringSlot>();
        slots[at] = slots[first];
      }
    }
  }
}

}  // namespace

const Kernel kVariantParts{Run, nullptr, true};

}  // namespace firesteel::functions
