#pragma once

#include <concepts>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "firesteel/types.h"
#include "firesteel/value.h"

namespace firesteel::client {

class Column;
class ColumnOrName;
class ColumnOrOrdinal;
class ColumnOrValue;
class DataFrame;
class WindowSpec;

namespace internal {
struct Access;
struct ExpressionNode;
}  // namespace internal

/// What a function of columns may be given: anything that makes a Column.
template <class T>
concept ColumnLike = std::convertible_to<const T&, ColumnOrName>;
/// What groups and orders may be given: anything that makes a Column, or a place among the columns.
template <class T>
concept ColumnOrOrdinalLike = std::convertible_to<const T&, ColumnOrOrdinal>;
/// What stands for a value in an expression: a Column, or anything that makes a Value.
template <class T>
concept ValueLike = std::convertible_to<const T&, ColumnOrValue>;
template <class T>
concept NameLike = std::convertible_to<const T&, std::string>;

template <class T>
concept LiteralLike = std::convertible_to<const T&, Value>;

/// An expression over the columns of a DataFrame that is named later: `col("price") * 1.19`. Nothing is checked and
/// nothing is sent before an action; arguments that make no expression are told as that action's error.
///
/// Operators build expressions: `==`, `!=`, `<`, `<=`, `>`, `>=`, `+`, `-`, `*`, `/`, `%`, and `&&` (or `&`), `||` (or
/// `|`), `!` (or `~`) for conditions; bits have bitwise_and() and its kin. One side may be a plain value, which is then
/// a literal: strings too (`col("name") == "x"`), unlike in functions, where a string names a column.
///
/// A handle to a shared immutable node: cheap to copy, thread-safe.
///
///     using namespace firesteel::client::functions;
///     Column vat = (col("price") * 0.19).alias("vat");
///     Column open = col("state").isin("new", "paid") && !col("deleted");
class Column {
 public:
  // Names and types.

  /// Several names are for functions that make several columns. `metadata_json` is the text of a JSON object.
  Column alias(std::string name) const;
  Column alias(std::string name, std::string metadata_json) const;
  Column alias(std::vector<std::string> names) const;
  Column name(std::string name) const { return alias(std::move(name)); }
  /// To a type, or to the type of a text that the server reads ("decimal(10,2)").
  Column cast(const DataType& type) const;
  Column cast(std::string type) const;
  Column cast(const char* type) const { return cast(std::string(type)); }
  Column astype(const DataType& type) const { return cast(type); }
  Column astype(std::string type) const { return cast(std::move(type)); }
  /// NULL instead of an error where a value does not fit.
  Column try_cast(const DataType& type) const;
  Column try_cast(std::string type) const;
  Column try_cast(const char* type) const { return try_cast(std::string(type)); }

  // Comparison and conditions; the operators are below.

  Column eq_null_safe(const ColumnOrValue& other) const;  ///< true for two NULLs
  Column is_null() const;
  Column is_not_null() const;
  Column is_nan() const;
  Column between(const ColumnOrValue& lower, const ColumnOrValue& upper) const;
  template <ValueLike... T>
  Column isin(const T&... values) const;
  Column isin(const std::vector<ColumnOrValue>& values) const;
  /// Whether the value is in the one column of the plan; for struct(…), whether the row of its fields is.
  Column isin(const DataFrame& subquery) const;
  /// Of a column made by functions::when(): the next case. kInvalidArgument elsewhere and after otherwise().
  Column when(const Column& condition, const ColumnOrValue& value) const;
  Column otherwise(const ColumnOrValue& value) const;

  // Text.

  Column contains(const ColumnOrValue& other) const;
  Column startswith(const ColumnOrValue& other) const;
  Column endswith(const ColumnOrValue& other) const;
  Column like(const ColumnOrValue& pattern) const;
  Column ilike(const ColumnOrValue& pattern) const;
  Column rlike(const ColumnOrValue& pattern) const;
  Column substr(const ColumnOrValue& start, const ColumnOrValue& length) const;  ///< positions count from 1

  // Bits.

  Column bitwise_and(const ColumnOrValue& other) const;
  Column bitwise_or(const ColumnOrValue& other) const;
  Column bitwise_xor(const ColumnOrValue& other) const;

  // Parts of arrays, maps and structs.

  Column operator[](const ColumnOrValue& key) const;
  Column get_item(const ColumnOrValue& key) const;
  Column get_field(const ColumnOrValue& name) const;
  Column with_field(std::string name, const Column& value) const;
  /// kInvalidArgument without a name.
  template <std::convertible_to<std::string>... T>
  Column drop_fields(const T&... names) const {
    return drop_fields(std::vector<std::string>{std::string(names)...});
  }
  Column drop_fields(const std::vector<std::string>& names) const;

  // Orders: for sort(), order_by() and windows.

  Column asc() const { return asc_nulls_first(); }
  Column asc_nulls_first() const;
  Column asc_nulls_last() const;
  Column desc() const { return desc_nulls_last(); }
  Column desc_nulls_first() const;
  Column desc_nulls_last() const;

  // Others.

  /// An aggregate or window function over a window.
  Column over(const WindowSpec& window) const;
  /// f(*this), for chains.
  template <class F>
  Column transform(F&& f) const {
    return std::forward<F>(f)(*this);
  }
  /// A column of the plan around a subquery.
  Column outer() const { return *this; }

  friend Column operator==(const ColumnOrValue& left, const ColumnOrValue& right);
  friend Column operator!=(const ColumnOrValue& left, const ColumnOrValue& right);
  friend Column operator<(const ColumnOrValue& left, const ColumnOrValue& right);
  friend Column operator<=(const ColumnOrValue& left, const ColumnOrValue& right);
  friend Column operator>(const ColumnOrValue& left, const ColumnOrValue& right);
  friend Column operator>=(const ColumnOrValue& left, const ColumnOrValue& right);
  friend Column operator+(const ColumnOrValue& left, const ColumnOrValue& right);
  friend Column operator-(const ColumnOrValue& left, const ColumnOrValue& right);
  friend Column operator*(const ColumnOrValue& left, const ColumnOrValue& right);
  friend Column operator/(const ColumnOrValue& left, const ColumnOrValue& right);
  friend Column operator%(const ColumnOrValue& left, const ColumnOrValue& right);
  /// Both sides are always built; the server decides what it computes.
  friend Column operator&&(const ColumnOrValue& left, const ColumnOrValue& right);
  friend Column operator||(const ColumnOrValue& left, const ColumnOrValue& right);
  friend Column operator&(const ColumnOrValue& left, const ColumnOrValue& right);
  friend Column operator|(const ColumnOrValue& left, const ColumnOrValue& right);
  Column operator!() const;
  Column operator~() const { return !*this; }
  Column operator-() const;

 private:
  friend struct internal::Access;
  explicit Column(std::shared_ptr<const internal::ExpressionNode> node) : node_(std::move(node)) {}

  std::shared_ptr<const internal::ExpressionNode> node_;
};

/// A parameter that takes a Column or the name of one: "a", "a.b", "*". A name with other characters needs backticks.
class ColumnOrName {
 public:
  ColumnOrName(Column column) : column_(std::move(column)) {}                      // NOLINT: implicit by purpose
  ColumnOrName(std::string_view name);                                             // NOLINT
  ColumnOrName(const std::string& name) : ColumnOrName(std::string_view(name)) {}  // NOLINT
  ColumnOrName(const char* name) : ColumnOrName(std::string_view(name)) {}         // NOLINT

  const Column& column() const { return column_; }
  /// The name, when it was made of one.
  const std::optional<std::string>& name() const { return name_; }

 private:
  Column column_;
  std::optional<std::string> name_;
};

/// A parameter that takes a Column, the name of one, or its place among the DataFrame's columns, counted from 1. The
/// columns are asked for when an action first needs them.
class ColumnOrOrdinal {
 public:
  ColumnOrOrdinal(ColumnOrName column) : column_(std::move(column)) {}                  // NOLINT: implicit by purpose
  ColumnOrOrdinal(Column column) : ColumnOrOrdinal(ColumnOrName(std::move(column))) {}  // NOLINT
  ColumnOrOrdinal(std::string_view name) : ColumnOrOrdinal(ColumnOrName(name)) {}       // NOLINT
  ColumnOrOrdinal(const std::string& name) : ColumnOrOrdinal(ColumnOrName(name)) {}     // NOLINT
  ColumnOrOrdinal(const char* name) : ColumnOrOrdinal(ColumnOrName(name)) {}            // NOLINT
  template <std::integral T>
  requires(!std::same_as<T, bool>) ColumnOrOrdinal(T ordinal)  // NOLINT
      : ordinal_(static_cast<int64_t>(ordinal)) {}

  /// Nothing when it is a place.
  const std::optional<ColumnOrName>& column() const { return column_; }
  int64_t ordinal() const { return ordinal_; }

 private:
  std::optional<ColumnOrName> column_;
  int64_t ordinal_ = 0;
};

/// A parameter that takes a Column or a value, which becomes a literal. Text is a literal here, never a name.
class ColumnOrValue {
 public:
  ColumnOrValue(Column column) : column_(std::move(column)) {}  // NOLINT: implicit by purpose
  template <class T>
  requires(!std::same_as<T, Column> && !std::same_as<T, ColumnOrValue> && std::convertible_to<const T&, Value>)
      ColumnOrValue(const T& value)
      : ColumnOrValue(Literal(value)) {}  // NOLINT
  /// An array.
  template <class T>
  requires(!std::same_as<T, Value> && std::convertible_to<const T&, Value>)
      ColumnOrValue(const std::vector<T>& elements)  // NOLINT
      : ColumnOrValue(Literal(Value(Array(elements.begin(), elements.end())))) {}

  const Column& column() const { return column_; }

 private:
  static Column Literal(const Value& value);

  Column column_;
};

/// A parameter that takes a Column, the name of one, or a number, which becomes a literal.
class ColumnOrNumber {
 public:
  ColumnOrNumber(Column column) : column_(std::move(column)) {}                        // NOLINT: implicit by purpose
  ColumnOrNumber(std::string_view name) : column_(ColumnOrName(name).column()) {}      // NOLINT
  ColumnOrNumber(const std::string& name) : ColumnOrNumber(std::string_view(name)) {}  // NOLINT
  ColumnOrNumber(const char* name) : ColumnOrNumber(std::string_view(name)) {}         // NOLINT
  template <class T>
  requires(std::integral<T> || std::floating_point<T> || std::same_as<T, Decimal>) ColumnOrNumber(const T& number)
      : column_(ColumnOrValue(number).column()) {}  // NOLINT

  const Column& column() const { return column_; }

 private:
  Column column_;
};

template <ValueLike... T>
Column Column::isin(const T&... values) const {
  return isin(std::vector<ColumnOrValue>{ColumnOrValue(values)...});
}

}  // namespace firesteel::client
