#include "functions/kernels/collection/array_builder.h"
#include "functions/kernels/collection/collection.h"
#include "functions/kernels/kernels.h"

namespace firesteel::functions {

namespace {

int64_t IntegralOf(const DataType& type, const VectorView& view, size_t row) {
  switch (type.kind()) {
    case TypeKind::kByte:
      return view.Get<int8_t>(row);
    case TypeKind::kShort:
      return view.Get<int16_t>(row);
    case TypeKind::kInt:
      return view.Get<int32_t>(row);
    default:
      return view.Get<int64_t>(row);
  }
}

ErrorParameters IndexParameters(int64_t index, size_t length) {
  return {{"indexValue", std::to_string(index)}, {"arraySize", std::to_string(length)}};
}

/// What an index means: a position from 0, nothing (NULL), or an error that was reported.
using Locate = std::optional<size_t> (*)(ArrayRow& row, int64_t index, size_t length);

/// element_at: from 1, from the end when negative. Zero is an error in every mode.
std::optional<size_t> LocateFromOne(ArrayRow& row, int64_t index, size_t length) {
  const auto count = static_cast<int64_t>(length);
  if (index > count || index < -count) {
    if (row.call().mode == EvalMode::kAnsi) {
      row.Fail("INVALID_ARRAY_INDEX_IN_ELEMENT_AT", IndexParameters(index, length), ErrorClass::kArrayIndex);
    }
    return std::nullopt;
  }
  return static_cast<size_t>(index > 0 ? index - 1 : count + index);
}

std::optional<size_t> LocateFromZero(ArrayRow& row, int64_t index, size_t length) {
  if (index >= 0 && index < static_cast<int64_t>(length)) return static_cast<size_t>(index);
  if (row.call().mode == EvalMode::kAnsi) {
    row.Fail("INVALID_ARRAY_INDEX", IndexParameters(index, length), ErrorClass::kArrayIndex);
  }
  return std::nullopt;
}

std::optional<size_t> LocateOrNull(ArrayRow&, int64_t index, size_t length) {
  if (index >= 0 && index < static_cast<int64_t>(length)) return static_cast<size_t>(index);
  return std::nullopt;
}

template <Locate kLocate, bool kNoZero>
void Item(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  const DataType& type = context.call().result_type;
  const DataType& index_type = context.call().argument_types[1];
  ArrayRow row(context, arguments);
  for (row.index = 0; row.index < rows; ++row.index) {
    Element element;
    if (!row.IsNull(0) && !row.IsNull(1)) {
      const int64_t index = IntegralOf(index_type, arguments[1], row.index);
      if (kNoZero && index == 0) {
        // Also try_element_at refuses zero; reported as a failed row, its mode would turn the error into NULL.
        OriginPtr origin = context.call().mode == EvalMode::kAnsi ? context.call().origin : nullptr;
        throw QueryError("INVALID_INDEX_OF_ZERO", {}, std::move(origin), ErrorClass::kRuntime);
      }
      const std::optional<size_t> position = kLocate(row, index, row.Length(0));
      if (context.failed()) return;
      if (position) element = row.At(0, *position);
    }
    CopyElement(type, element, result, row.index);
  }
}

/// The entry of a key, as its index in the map's keys; none if the key is missing or NULL.
std::optional<size_t> FindKey(const ArrayRow& row, const DataType& map) {
  if (row.IsNull(0) || row.IsNull(1)) return std::nullopt;
  const VectorView& entries = row.argument(0).children[0];
  const ListSlot slot = row.Get<ListSlot>(0);
  for (uint64_t i = 0; i < slot.length; ++i) {
    const size_t index = entries.IndexOf(slot.offset + i);
    if (CompareElements(map.key_type(), Element{&entries.children[0], index}, row.Value(1)) == 0) return index;
  }
  return std::nullopt;
}

void MapItem(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  const DataType& map = context.call().argument_types[0];
  ArrayRow row(context, arguments);
  for (row.index = 0; row.index < rows; ++row.index) {
    const std::optional<size_t> found = FindKey(row, map);
    CopyElement(map.value_type(), found ? Element{&arguments[0].children[0].children[1], *found} : Element{}, result,
                row.index);
  }
}

void MapContainsKey(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  const DataType& map = context.call().argument_types[0];
  ArrayRow row(context, arguments);
  for (row.index = 0; row.index < rows; ++row.index) {
    result.Data<bool>()[row.index] = FindKey(row, map).has_value();
    if (row.IsNull(0) || row.IsNull(1)) result.SetNull(row.index);
  }
}

}  // namespace

const Kernel kElementAt{Item<LocateFromOne, true>, nullptr, true};
const Kernel kGetItem{Item<LocateFromZero, false>, nullptr, true};
const Kernel kGetOrNull{Item<LocateOrNull, false>};
const Kernel kMapItem{MapItem};
const Kernel kMapContainsKey{MapContainsKey};

}  // namespace firesteel::functions
