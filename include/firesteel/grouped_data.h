#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "firesteel/column.h"
#include "firesteel/dataframe.h"

namespace firesteel::client {

/// Rows in groups, to be aggregated: what DataFrame::group_by(), rollup(), cube() and grouping_sets() give. A value,
/// cheap to copy, thread-safe; nothing here does I/O.
///
///     df.group_by("city").pivot("year", {2023, 2024}).agg(avg("rent"));
class GroupedData {
 public:
  template <class... T>
  requires(sizeof...(T) > 0 && (std::same_as<T, Column> && ...)) DataFrame agg(const T&... aggregates)
  const { return agg(std::vector<Column>{aggregates...}); }
  DataFrame agg(const std::vector<Column>& aggregates) const;
  /// Columns and the functions' names: `agg({{"a", "max"}, {"b", "avg"}})`.
  DataFrame agg(const std::vector<std::pair<std::string, std::string>>& functions) const;

  DataFrame count() const;
  /// Of these columns; without any, of all numeric ones, which the action asks the server for.
  template <NameLike... T>
  DataFrame min(const T&... columns) const {
    return numeric("min", {std::string(columns)...});
  }
  template <NameLike... T>
  DataFrame max(const T&... columns) const {
    return numeric("max", {std::string(columns)...});
  }
  template <NameLike... T>
  DataFrame sum(const T&... columns) const {
    return numeric("sum", {std::string(columns)...});
  }
  template <NameLike... T>
  DataFrame avg(const T&... columns) const {
    return numeric("avg", {std::string(columns)...});
  }
  template <NameLike... T>
  DataFrame mean(const T&... columns) const {
    return numeric("avg", {std::string(columns)...});
  }

  /// One column for each value of `column`; without values the server looks for them. Once, and only after group_by().
  GroupedData pivot(std::string column, const std::vector<Value>& values = {}) const;

 private:
  friend class DataFrame;
  enum class Kind : uint8_t { kGroupBy, kRollup, kCube, kPivot, kGroupingSets };

  GroupedData(DataFrame frame, Kind kind, std::vector<Column> columns)
      : frame_(std::move(frame)), kind_(kind), columns_(std::move(columns)) {}
  DataFrame numeric(std::string function, std::vector<std::string> columns) const;
  /// `numeric_function` is applied to all numeric columns besides.
  DataFrame aggregate(const std::vector<Column>& aggregates, std::string numeric_function) const;

  DataFrame frame_;
  Kind kind_;
  std::vector<Column> columns_;
  std::optional<Column> pivot_column_;
  std::vector<Column> pivot_values_;
  std::vector<std::vector<Column>> grouping_sets_;
  std::optional<Error> error_;
};

template <ColumnOrOrdinalLike... T>
GroupedData DataFrame::group_by(const T&... columns) const {
  return group_by(std::vector<ColumnOrOrdinal>{ColumnOrOrdinal(columns)...});
}

template <ColumnOrOrdinalLike... T>
GroupedData DataFrame::rollup(const T&... columns) const {
  return rollup(std::vector<ColumnOrOrdinal>{ColumnOrOrdinal(columns)...});
}

template <ColumnOrOrdinalLike... T>
GroupedData DataFrame::cube(const T&... columns) const {
  return cube(std::vector<ColumnOrOrdinal>{ColumnOrOrdinal(columns)...});
}

}  // namespace firesteel::client
