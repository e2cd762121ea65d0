#pragma once

#include <cstddef>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "firesteel/error.h"
#include "firesteel/types.h"
#include "firesteel/value.h"

namespace firesteel::client {

/// A row of a result, or a struct inside one: values by position and by name. The rows of one result share their
/// schema. A value; thread-safe to read.
///
///     for (const Row& row : *df.collect()) {
///       Result<int64_t> id = row.get<int64_t>("id");
///       std::optional<std::string> name = row.get<std::optional<std::string>>("name").value_or(std::nullopt);
///     }
class Row {
 public:
  Row() = default;
  /// Values without names, for create_data_frame.
  Row(std::initializer_list<Value> values) : values_(values) {}
  explicit Row(std::vector<Value> values) : values_(std::move(values)) {}
  Row(std::shared_ptr<const Schema> schema, std::vector<Value> values)
      : schema_(std::move(schema)), values_(std::move(values)) {}

  size_t size() const { return values_.size(); }
  bool empty() const { return values_.empty(); }
  const std::vector<Value>& values() const { return values_; }
  /// No check of the position.
  const Value& operator[](size_t index) const { return values_[index]; }
  auto begin() const { return values_.begin(); }
  auto end() const { return values_.end(); }

  /// Of the columns; null for a row without names.
  const std::shared_ptr<const Schema>& schema() const { return schema_; }
  /// The first column of this name; null when there is none.
  const Value* find(std::string_view name) const;
  std::optional<size_t> index_of(std::string_view name) const;

  /// The value of a column as T: exactly the value's type, a wider integer or floating-point type, or std::optional of
  /// such. kInvalidArgument when there is no such column, the value is null and T no optional, or the types differ.
  template <class T>
  Result<T> get(size_t index) const;
  template <class T>
  Result<T> get(std::string_view name) const {
    std::optional<size_t> index = index_of(name);
    if (!index) return Error::Invalid("There is no column " + std::string(name) + " in the row.");
    return get<T>(*index);
  }

  /// "Row(a=1, b='x')", or "Row(1, 'x')" without names.
  std::string to_string() const;

  /// Of the values; names do not count.
  bool operator==(const Row& other) const { return values_ == other.values_; }

 private:
  std::shared_ptr<const Schema> schema_;
  std::vector<Value> values_;
};

namespace internal {

template <class T>
struct OptionalOf {
  static constexpr bool kIs = false;
  using type = T;
};
template <class T>
struct OptionalOf<std::optional<T>> {
  static constexpr bool kIs = true;
  using type = T;
};

/// The value as T, or nothing when it does not fit.
template <class T>
std::optional<T> ValueAs(const Value& value) {
  if constexpr (std::is_same_v<T, Value>) {
    return value;
  } else if constexpr (std::is_same_v<T, bool>) {
    const bool* flag = value.get_if<bool>();
    return flag ? std::optional<T>(*flag) : std::nullopt;
  } else if constexpr (std::is_integral_v<T>) {
    const std::optional<int64_t> number = value.integer();
    return number && std::in_range<T>(*number) ? std::optional<T>(static_cast<T>(*number)) : std::nullopt;
  } else if constexpr (std::is_same_v<T, double>) {
    if (const float* narrow = value.get_if<float>()) return *narrow;
    const double* number = value.get_if<double>();
    return number ? std::optional<T>(*number) : std::nullopt;
  } else {
    const T* exact = value.get_if<T>();
    return exact ? std::optional<T>(*exact) : std::nullopt;
  }
}

Error WrongType(const Row& row, size_t index);

}  // namespace internal

template <class T>
Result<T> Row::get(size_t index) const {
  if (index >= values_.size()) {
    return Error::Invalid("There is no column " + std::to_string(index) + " in a row of " +
                          std::to_string(values_.size()) + " columns.");
  }
  using Target = internal::OptionalOf<T>;
  if constexpr (Target::kIs) {
    if (values_[index].is_null()) return T(std::nullopt);
  }
  std::optional<typename Target::type> found = internal::ValueAs<typename Target::type>(values_[index]);
  if (!found) return internal::WrongType(*this, index);
  return T(*std::move(found));
}

inline Value::Value(Row row) : data_(std::make_shared<const Row>(std::move(row))) {}

}  // namespace firesteel::client
