#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "functions/kernel.h"

/// Values of any type inside kernels: compared, hashed and copied by their place in a view.
namespace firesteel::functions {

/// Spark's order of two values that are not null: NaN is equal to NaN and greater than all, −0.0 equals 0.0, texts and
/// binaries by unsigned bytes, arrays and structs part by part (a null part is the least), intervals by their parts.
int CompareValues(const DataType& type, const VectorView& a, size_t a_row, const VectorView& b, size_t b_row);

/// Equal values (CompareValues gives 0) have equal hashes. For values that are not null.
uint64_t HashOfValue(const DataType& type, const VectorView& view, size_t row);

/// Copies a value, or NULL, into a row of the result. The result must have room for the row.
void CopyValue(const DataType& type, const VectorView& view, size_t row, ResultVector& out, size_t out_row);

/// The value as Java prints Spark's internal form of it (days of dates, microseconds of timestamps).
std::string InternalText(const DataType& type, const VectorView& view, size_t row);

/// A value by its place; without a view it is NULL.
struct Element {
  const VectorView* view = nullptr;
  size_t row = 0;
  bool is_null() const { return !view || !view->IsValid(row); }
};

int CompareElements(const DataType& type, const Element& a, const Element& b);
void CopyElement(const DataType& type, const Element& element, ResultVector& out, size_t out_row);

/// A set of values that are not null, by Spark's equality.
class ElementSet {
 public:
  explicit ElementSet(const DataType& type) : type_(type) {}
  /// Whether the value was new.
  bool Insert(const Element& element);
  bool Contains(const Element& element) const { return Find(element) != kNone; }
  /// Index in the order of insertion, or kNone.
  size_t Find(const Element& element) const;
  size_t size() const { return elements_.size(); }
  void Clear();
  static constexpr size_t kNone = static_cast<size_t>(-1);

 private:
  static constexpr size_t kScanned = 16;  ///< so many are compared one by one; more are hashed
  uint64_t Hash(const Element& element) const { return HashOfValue(type_, *element.view, element.row); }

  const DataType& type_;
  std::vector<Element> elements_;
  std::unordered_multimap<uint64_t, size_t> by_hash_;
};

}  // namespace firesteel::functions
