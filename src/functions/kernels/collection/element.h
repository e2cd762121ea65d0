#pragma once

#include <optional>
#include <string>
#include <vector>

#include "functions/kernels/cast/caster.h"

/// What kernels over arrays and maps share: elements by reference, their order and equality, and results made of them.
namespace firesteel::functions {

/// One element of some column; `column` is null for a null that is in no column.
struct Element {
  const VectorView* column = nullptr;
  size_t row = 0;
  bool IsNull() const { return column == nullptr || !column->IsValid(row); }
};
using Elements = std::vector<Element>;

/// Elements of the array in a row.
Elements ElementsOf(const VectorView& array, size_t row);

/// Order of two values that are not null: Spark's ordering (NaN the greatest and equal to itself, -0.0 equal to 0.0,
/// nested nulls first).
int CompareElements(const DataType& type, const Element& a, const Element& b);
/// Equal values have equal keys and no others.
std::string ElementKey(const DataType& type, const Element& element);

/// Copies elements of one type into results.
class ElementCopier {
 public:
  explicit ElementCopier(const DataType& type) : caster_(MakeCopier(type)) {}
  void Copy(KernelContext& context, const Element& element, ResultVector& out, size_t out_row) const;
  /// Appends a list of the elements as the array of `row`.
  void Append(KernelContext& context, const Elements& elements, ResultVector& out, size_t row) const;

 private:
  static CasterPtr MakeCopier(const DataType& type);
  CasterPtr caster_;
};

}  // namespace firesteel::functions
