#include <algorithm>

#include "functions/kernels/collection/array_builder.h"
#include "functions/kernels/collection/collection.h"

namespace firesteel::functions {

namespace {

bool AnyNull(const ArrayRow& row) {
  for (size_t i = 0; i < row.count(); ++i) {
    if (row.IsNull(i)) return true;
  }
  return false;
}

void SetNullList(ResultVector& result, size_t row) {
  result.SetList(row, 0, 0);
  result.SetNull(row);
}

/// (array, array, …) → array of structs with one element of each; the short ones end in NULLs.
void ArraysZip(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  ArrayRow row(context, arguments);
  for (row.index = 0; row.index < rows; ++row.index) {
    if (AnyNull(row)) {
      SetNullList(result, row.index);
      continue;
    }
    size_t length = 0;
    for (size_t i = 0; i < row.count(); ++i) length = std::max(length, row.Length(i));
    const uint64_t offset = result.AppendList(row.index, length);
    for (size_t i = 0; i < row.count(); ++i) {
      ResultVector& field = result.Child(0).Child(i);
      for (size_t k = 0; k < length; ++k) {
        CopyElement(row.element_type(i), k < row.Length(i) ? row.At(i, k) : Element{}, field, offset + k);
      }
    }
  }
}

/// (map, map) → array of structs of a key and its values in both maps: the keys of the first, then those of the second.
void MapZip(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  const KernelCall& call = context.call();
  const DataType& key_type = call.argument_types[0].key_type();
  ArrayRow row(context, arguments);
  ElementSet keys(key_type);
  std::vector<Element> key_list;
  std::vector<Element> values[2];
  for (row.index = 0; row.index < rows; ++row.index) {
    if (AnyNull(row)) {
      SetNullList(result, row.index);
      continue;
    }
    keys.Clear();
    key_list.clear();
    for (size_t map = 0; map < 2; ++map) {
      values[map].clear();
      const VectorView& entries = arguments[map].children[0];
      const ListSlot slot = row.Get<ListSlot>(map);
      for (uint64_t i = 0; i < slot.length; ++i) {
        const size_t index = entries.IndexOf(slot.offset + i);
        const Element key{&entries.children[0], index};
        size_t place = keys.Find(key);
        if (place == ElementSet::kNone) {
          keys.Insert(key);
          place = key_list.size();
          key_list.push_back(key);
        }
        if (values[map].size() <= place) values[map].resize(place + 1);
        values[map][place] = Element{&entries.children[1], index};
      }
    }
    const uint64_t offset = result.AppendList(row.index, key_list.size());
    ResultVector& entry = result.Child(0);
    for (size_t i = 0; i < key_list.size(); ++i) {
      CopyElement(key_type, key_list[i], entry.Child(0), offset + i);
      for (size_t map = 0; map < 2; ++map) {
        CopyElement(call.argument_types[map].value_type(), i < values[map].size() ? values[map][i] : Element{},
                    entry.Child(map + 1), offset + i);
      }
    }
  }
}

}  // namespace

const Kernel kArraysZip{ArraysZip};
const Kernel kMapZip{MapZip};

}  // namespace firesteel::functions
