#include "functions/kernels/collection/array_builder.h"
#include "functions/kernels/collection/collection.h"
#include "functions/kernels/collection/integer_type.h"

namespace firesteel::functions {

namespace {

using Elements = std::vector<Element>;

/// Collects different values in the order met; of all NULLs one.
class Different {
 public:
  Different(const DataType& type, Elements& elements) : set_(type), elements_(elements) {}
  void Add(const Element& element) {
    if (element.is_null()) {
      if (!has_null_) elements_.push_back(Element{});
      has_null_ = true;
    } else if (set_.Insert(element)) {
      elements_.push_back(element);
    }
  }

 private:
  ElementSet set_;
  Elements& elements_;
  bool has_null_ = false;
};

/// The different values of one argument.
struct Members {
  Members(const ArrayRow& row, size_t argument) : values(row.element_type(argument)) {
    for (size_t i = 0; i < row.Length(argument); ++i) {
      const Element element = row.At(argument, i);
      if (element.is_null()) {
        has_null = true;
      } else {
        values.Insert(element);
      }
    }
  }
  bool Has(const Element& element) const { return element.is_null() ? has_null : values.Contains(element); }

  ElementSet values;
  bool has_null = false;
};

bool Distinct(ArrayRow& row, Elements& elements) {
  Different different(row.element_type(0), elements);
  for (size_t i = 0; i < row.Length(0); ++i) different.Add(row.At(0, i));
  return true;
}

bool Union(ArrayRow& row, Elements& elements) {
  Different different(row.element_type(0), elements);
  for (size_t argument = 0; argument < 2; ++argument) {
    for (size_t i = 0; i < row.Length(argument); ++i) different.Add(row.At(argument, i));
  }
  return true;
}

template <bool kIsIn>
bool ByMembership(ArrayRow& row, Elements& elements) {
  const Members members(row, 1);
  Different different(row.element_type(0), elements);
  for (size_t i = 0; i < row.Length(0); ++i) {
    if (const Element element = row.At(0, i); members.Has(element) == kIsIn) different.Add(element);
  }
  return true;
}

/// As RunArrayBuilder; −0.0 comes out as 0.0, as from Spark's sets.
template <BuildArray kBuild>
void RunSet(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  RunArrayBuilder<kBuild>(context, arguments, rows, result);
  const DataType& type = context.call().result_type.element_type();
  const bool is_double = type.Is(TypeKind::kDouble);
  if (!is_double && !type.Is(TypeKind::kFloat)) return;
  for (size_t row = 0; row < rows; ++row) {
    const ListSlot slot = result.Data<ListSlot>()[row];
    for (uint64_t i = slot.offset; i < slot.offset + slot.length; ++i) {
      if (is_double) {
        result.Child(0).Data<double>()[i] += 0.0;
      } else {
        result.Child(0).Data<float>()[i] += 0.0F;
      }
    }
  }
}

/// A row's answer of three values.
void Answer(ResultVector& result, size_t row, bool is_true, bool is_unknown) {
  result.Data<bool>()[row] = is_true;
  if (!is_true && is_unknown) result.SetNull(row);
}

/// The place of the first element that is equal to a row's value, and whether a NULL stands before it (or anywhere,
/// when there is none: then the place is the length).
struct Place {
  size_t place;
  bool has_null;
};

template <class T>
Place FindInteger(const ArrayRow& row) {
  const ListSlot slot = row.Get<ListSlot>(0);
  const VectorView& child = row.argument(0).children[0];
  const T value = row.Get<T>(1);
  bool has_null = false;
  for (uint64_t i = 0; i < slot.length; ++i) {
    if (child.validity && !child.IsValid(slot.offset + i)) {
      has_null = true;
    } else if (child.Get<T>(slot.offset + i) == value) {
      return {i, has_null};
    }
  }
  return {slot.length, has_null};
}

Place FindElement(const ArrayRow& row) {
  bool has_null = false;
  for (size_t i = 0; i < row.Length(0); ++i) {
    const Element element = row.At(0, i);
    if (element.is_null()) {
      has_null = true;
    } else if (CompareElements(row.element_type(0), element, row.Value(1)) == 0) {
      return {i, has_null};
    }
  }
  return {row.Length(0), has_null};
}

/// Calls f(row, place) for rows without nulls.
template <class F>
void FindInRows(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result,
                const F& f) {
  const auto each = [&](const auto& find) {
    ArrayRow row(context, arguments);
    for (row.index = 0; row.index < rows; ++row.index) {
      if (row.IsNull(0) || row.IsNull(1)) {
        result.SetNull(row.index);
      } else {
        f(row, find(row));
      }
    }
  };
  const bool is_done = WithIntegerType(context.call().argument_types[0].element_type(),
                                       [&](auto zero) { each(FindInteger<decltype(zero)>); });
  if (!is_done) each(FindElement);
}

void Contains(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  FindInRows(context, arguments, rows, result, [&](const ArrayRow& row, const Place& found) {
    Answer(result, row.index, found.place < row.Length(0), found.has_null);
  });
}

/// Position from 1 of the first equal element; 0 if there is none.
void Position(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  FindInRows(context, arguments, rows, result, [&](const ArrayRow& row, const Place& found) {
    result.Data<int64_t>()[row.index] = found.place < row.Length(0) ? static_cast<int64_t>(found.place) + 1 : 0;
  });
}

/// Unknown when no value is common, neither array is empty, and one of them holds a NULL.
void Overlap(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  ArrayRow row(context, arguments);
  for (row.index = 0; row.index < rows; ++row.index) {
    if (row.IsNull(0) || row.IsNull(1)) {
      result.SetNull(row.index);
      continue;
    }
    bool is_common = false;
    bool has_null = false;
    if (row.Length(0) > 0 && row.Length(1) > 0) {
      const Members members(row, 1);
      has_null = members.has_null;
      for (size_t i = 0; i < row.Length(0) && !is_common; ++i) {
        const Element element = row.At(0, i);
        has_null = has_null || element.is_null();
        is_common = !element.is_null() && members.Has(element);
      }
    }
    Answer(result, row.index, is_common, has_null);
  }
}

}  // namespace

const Kernel kArrayContains{Contains};
const Kernel kArrayPosition{Position};
const Kernel kArrayDistinct{RunSet<Distinct>};
const Kernel kArrayUnion{RunSet<Union>};
const Kernel kArrayIntersect{RunSet<ByMembership<true>>};
const Kernel kArrayExcept{RunSet<ByMembership<false>>};
const Kernel kArraysOverlap{Overlap};

}  // namespace firesteel::functions
