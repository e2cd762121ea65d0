#pragma once

#include <span>
#include <vector>

#include "functions/kernels/collection/nested_value.h"

/// Makes kernels of functions that give an array of values that already exist, row by row.
namespace firesteel::functions {

/// The most elements that Spark puts into one array.
inline constexpr int64_t kMaxArrayLength = 2147483632;

/// One row of a call whose arguments may be arrays.
class ArrayRow {
 public:
  ArrayRow(KernelContext& context, std::span<const VectorView> arguments) : context_(context), arguments_(arguments) {}

  const KernelCall& call() const { return context_.call(); }
  size_t count() const { return arguments_.size(); }
  const VectorView& argument(size_t i) const { return arguments_[i]; }
  /// Element type of the array that argument i is.
  const DataType& element_type(size_t i) const { return call().argument_types[i].element_type(); }
  bool IsNull(size_t i) const { return !arguments_[i].IsValid(index); }
  template <class T>
  const T& Get(size_t i) const {
    return arguments_[i].Get<T>(index);
  }
  /// Argument i itself as an element.
  Element Value(size_t i) const { return {&arguments_[i], index}; }
  size_t Length(size_t i) const { return arguments_[i].Get<ListSlot>(index).length; }
  Element At(size_t i, size_t position) const {
    return {&arguments_[i].children[0], arguments_[i].Get<ListSlot>(index).offset + position};
  }
  /// Always false, so that a builder can return it.
  bool Fail(std::string condition, ErrorParameters parameters, ErrorClass error_class, bool with_origin = true) {
    context_.Fail(index, std::move(condition), std::move(parameters), error_class, with_origin);
    return false;
  }

  size_t index = 0;

 private:
  KernelContext& context_;
  std::span<const VectorView> arguments_;
};

/// Fills the elements of the row's array; false: the row is NULL.
using BuildArray = bool (*)(ArrayRow& row, std::vector<Element>& elements);

inline void WriteList(const DataType& element_type, const std::vector<Element>& elements, ResultVector& result,
                      size_t row) {
  const uint64_t offset = result.AppendList(row, elements.size());
  ResultVector& child = result.Child(0);
  for (size_t i = 0; i < elements.size(); ++i) CopyElement(element_type, elements[i], child, offset + i);
}

/// A null among the arguments named by the bits of `kStrict` gives NULL.
template <BuildArray kBuild, uint64_t kStrict = ~uint64_t{0}>
void RunArrayBuilder(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  const DataType& element_type = context.call().result_type.element_type();
  std::vector<Element> elements;
  ArrayRow row(context, arguments);
  for (row.index = 0; row.index < rows; ++row.index) {
    elements.clear();
    bool is_null = false;
    for (size_t i = 0; i < arguments.size() && !is_null; ++i) {
      is_null = (i > 63 || ((kStrict >> i) & 1) != 0) && row.IsNull(i);
    }
    if (!is_null && kBuild(row, elements)) {
      WriteList(element_type, elements, result, row.index);
    } else {
      if (context.failed()) return;
      result.SetList(row.index, 0, 0);
      result.SetNull(row.index);
    }
  }
}

}  // namespace firesteel::functions
