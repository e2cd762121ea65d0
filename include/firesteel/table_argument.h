#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "firesteel/column.h"
#include "firesteel/dataframe.h"

namespace firesteel::client {

/// A DataFrame as the argument of a table-valued function, cut into partitions that the function sees one by one. A
/// value, thread-safe. Calls in a wrong order are the action's error.
///
///     call_function("my_udtf", df.as_table().partition_by("city").order_by("day"));
class TableArgument {
 public:
  template <ColumnLike... T>
  TableArgument partition_by(const T&... columns) const {
    return partition_by(std::vector<ColumnOrName>{ColumnOrName(columns)...});
  }
  TableArgument partition_by(const std::vector<ColumnOrName>& columns) const;
  /// After partition_by() or with_single_partition().
  template <ColumnLike... T>
  TableArgument order_by(const T&... columns) const {
    return order_by(std::vector<ColumnOrName>{ColumnOrName(columns)...});
  }
  TableArgument order_by(const std::vector<ColumnOrName>& columns) const;
  TableArgument with_single_partition() const;

  operator Column() const;  // NOLINT: an argument as any other

 private:
  friend class DataFrame;
  explicit TableArgument(DataFrame frame) : frame_(std::move(frame)) {}
  bool partitioned() const { return !partition_.empty() || single_partition_; }

  DataFrame frame_;
  std::vector<Column> partition_;
  std::vector<Column> order_;
  bool single_partition_ = false;
  std::optional<Error> error_;
};

}  // namespace firesteel::client
