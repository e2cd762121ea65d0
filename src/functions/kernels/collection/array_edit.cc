#include <algorithm>
#include <string>

#include "functions/kernels/collection/array_builder.h"
#include "functions/kernels/collection/collection.h"
#include "functions/kernels/kernels.h"
#include "functions/kernels/random/generators.h"

namespace firesteel::functions {

namespace {

using Elements = std::vector<Element>;

void AddAll(const ArrayRow& row, size_t argument, Elements& elements) {
  const size_t length = row.Length(argument);
  for (size_t i = 0; i < length; ++i) elements.push_back(row.At(argument, i));
}

bool FailTooLong(ArrayRow& row, const char* function, int64_t length) {
  return row.Fail("COLLECTION_SIZE_LIMIT_EXCEEDED.FUNCTION",
                  {{"numberOfElements", std::to_string(length)},
                   {"maxRoundedArrayLength", std::to_string(kMaxArrayLength)},
                   {"functionName", std::string("`") + function + "`"}},
                  ErrorClass::kRuntime, false);
}

bool Append(ArrayRow& row, Elements& elements) {
  AddAll(row, 0, elements);
  elements.push_back(row.Value(1));
  return true;
}

bool Prepend(ArrayRow& row, Elements& elements) {
  elements.push_back(row.Value(1));
  AddAll(row, 0, elements);
  return true;
}

/// array_insert(array, position, value): positions count from 1, from the end when negative (−1: behind the last).
/// A position outside fills up with NULLs.
bool Insert(ArrayRow& row, Elements& elements) {
  const int64_t position = row.Get<int32_t>(1);
  const auto length = static_cast<int64_t>(row.Length(0));
  if (position == 0) return row.Fail("INVALID_INDEX_OF_ZERO", {}, ErrorClass::kRuntime);
  if (std::abs(position) > kMaxArrayLength) return FailTooLong(row, "array_insert", std::abs(position));
  if (position < 0 && -position > length) {
    elements.push_back(row.Value(2));
    elements.resize(static_cast<size_t>(-position - length));
    AddAll(row, 0, elements);
    return true;
  }
  AddAll(row, 0, elements);
  const int64_t index = position > 0 ? position - 1 : length + position + 1;
  if (index > length) elements.resize(static_cast<size_t>(index));
  elements.insert(elements.begin() + index, row.Value(2));
  return true;
}

bool Remove(ArrayRow& row, Elements& elements) {
  const DataType& type = row.element_type(0);
  for (size_t i = 0; i < row.Length(0); ++i) {
    const Element element = row.At(0, i);
    if (element.is_null() || CompareElements(type, element, row.Value(1)) != 0) elements.push_back(element);
  }
  return true;
}

bool Compact(ArrayRow& row, Elements& elements) {
  for (size_t i = 0; i < row.Length(0); ++i) {
    if (const Element element = row.At(0, i); !element.is_null()) elements.push_back(element);
  }
  return true;
}

bool Repeat(ArrayRow& row, Elements& elements) {
  const int64_t count = std::max(row.Get<int32_t>(1), 0);
  if (count > kMaxArrayLength) return FailTooLong(row, "array_repeat", count);
  elements.assign(static_cast<size_t>(count), row.Value(0));
  return true;
}

bool Slice(ArrayRow& row, Elements& elements) {
  const int64_t start = row.Get<int32_t>(1);
  const int64_t wanted = row.Get<int32_t>(2);
  const auto length = static_cast<int64_t>(row.Length(0));
  if (start == 0) {
    return row.Fail("INVALID_PARAMETER_VALUE.START", {{"parameter", "`start`"}, {"functionName", "`slice`"}},
                    ErrorClass::kRuntime, false);
  }
  if (wanted < 0) {
    return row.Fail("INVALID_PARAMETER_VALUE.LENGTH",
                    {{"parameter", "`length`"}, {"length", std::to_string(wanted)}, {"functionName", "`slice`"}},
                    ErrorClass::kRuntime, false);
  }
  const int64_t first = start > 0 ? start - 1 : length + start;
  if (first < 0) return true;
  for (int64_t i = first; i < std::min(length, first + wanted); ++i) {
    elements.push_back(row.At(0, static_cast<size_t>(i)));
  }
  return true;
}

bool Flatten(ArrayRow& row, Elements& elements) {
  for (size_t i = 0; i < row.Length(0); ++i) {
    const Element inner = row.At(0, i);
    if (inner.is_null()) return false;
    const ListSlot slot = inner.view->Get<ListSlot>(inner.row);
    for (uint64_t j = 0; j < slot.length; ++j) elements.push_back({&inner.view->children[0], slot.offset + j});
  }
  return true;
}

bool Reverse(ArrayRow& row, Elements& elements) {
  AddAll(row, 0, elements);
  std::reverse(elements.begin(), elements.end());
  return true;
}

bool Concat(ArrayRow& row, Elements& elements) {
  for (size_t i = 0; i < row.count(); ++i) AddAll(row, i, elements);
  return true;
}

int32_t NextBelow(MersenneTwister& twister, int32_t bound) {
  if ((bound & -bound) == bound)
    return static_cast<int32_t>((static_cast<int64_t>(bound) * (twister.Next() >> 1)) >> 31);
  for (;;) {
    const auto bits = static_cast<int64_t>(twister.Next() >> 1);
    const int64_t value = bits % bound;
    if (bits - value + (bound - 1) <= INT32_MAX) return static_cast<int32_t>(value);
  }
}

/// shuffle(array, seed). The order of the rows of one batch repeats with the seed.
void Shuffle(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  const DataType& element_type = context.call().result_type.element_type();
  MersenneTwister twister;
  bool is_seeded = false;
  ArrayRow row(context, arguments);
  Elements shuffled;
  for (row.index = 0; row.index < rows; ++row.index) {
    if (!is_seeded && !row.IsNull(1)) {
      twister = MersenneTwister(row.Get<int64_t>(1));
      is_seeded = true;
    }
    if (row.IsNull(0)) {
      result.SetList(row.index, 0, 0);
      result.SetNull(row.index);
      continue;
    }
    shuffled.resize(row.Length(0));
    for (size_t i = 0; i < shuffled.size(); ++i) {
      const auto j = static_cast<size_t>(NextBelow(twister, static_cast<int32_t>(i + 1)));
      if (j != i) shuffled[i] = shuffled[j];
      shuffled[j] = row.At(0, i);
    }
    WriteList(element_type, shuffled, result, row.index);
  }
}

constexpr uint64_t kFirst = 1;
constexpr uint64_t kFirstTwo = 3;
constexpr uint64_t kCount = 2;

}  // namespace

const Kernel kArrayAppend{RunArrayBuilder<Append, kFirst>};
const Kernel kArrayPrepend{RunArrayBuilder<Prepend, kFirst>};
const Kernel kArrayInsert{RunArrayBuilder<Insert, kFirstTwo>, nullptr, true};
const Kernel kArrayRemove{RunArrayBuilder<Remove>};
const Kernel kArrayCompact{RunArrayBuilder<Compact>};
const Kernel kArrayRepeat{RunArrayBuilder<Repeat, kCount>, nullptr, true};
const Kernel kSlice{RunArrayBuilder<Slice>, nullptr, true};
const Kernel kFlatten{RunArrayBuilder<Flatten>};
const Kernel kReverseArray{RunArrayBuilder<Reverse>};
const Kernel kConcatArrays{RunArrayBuilder<Concat>};
const Kernel kShuffle{Shuffle};

}  // namespace firesteel::functions
