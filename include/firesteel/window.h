#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <vector>

#include "firesteel/column.h"

namespace firesteel::client {

/// The rows that a window function sees: partitions, an order inside, a frame around each row. A value, cheap to copy,
/// thread-safe; every call gives a new one.
///
///     WindowSpec by_day = Window::partition_by("city").order_by("day").rows_between(-6, Window::kCurrentRow);
///     df.with_column("week", sum("sales").over(by_day));
class WindowSpec {
 public:
  template <ColumnLike... T>
  WindowSpec partition_by(const T&... columns) const {
    return partition_by(std::vector<ColumnOrName>{ColumnOrName(columns)...});
  }
  WindowSpec partition_by(const std::vector<ColumnOrName>& columns) const;
  /// Columns that are no sort orders are sorted ascending, NULLs first.
  template <ColumnLike... T>
  WindowSpec order_by(const T&... columns) const {
    return order_by(std::vector<ColumnOrName>{ColumnOrName(columns)...});
  }
  WindowSpec order_by(const std::vector<ColumnOrName>& columns) const;
  /// By the number of rows before (negative) or behind the current one. Bounds that are no INT and not unbounded are
  /// the action's error.
  WindowSpec rows_between(int64_t start, int64_t end) const;
  /// By the values of the only sort order.
  WindowSpec range_between(int64_t start, int64_t end) const;

 private:
  friend class Column;
  friend class Window;
  WindowSpec() = default;
  struct Frame {
    bool rows;
    int64_t start;
    int64_t end;
  };
  WindowSpec between(bool rows, int64_t start, int64_t end) const;

  std::vector<Column> partition_;
  std::vector<Column> order_;
  std::optional<Frame> frame_;
};

/// Begins a WindowSpec.
class Window {
 public:
  static constexpr int64_t kUnboundedPreceding = std::numeric_limits<int64_t>::min();
  static constexpr int64_t kUnboundedFollowing = std::numeric_limits<int64_t>::max();
  static constexpr int64_t kCurrentRow = 0;
  // The names that Spark has.
  static constexpr int64_t unbounded_preceding = kUnboundedPreceding;
  static constexpr int64_t unbounded_following = kUnboundedFollowing;
  static constexpr int64_t current_row = kCurrentRow;

  template <ColumnLike... T>
  static WindowSpec partition_by(const T&... columns) {
    return WindowSpec().partition_by(columns...);
  }
  static WindowSpec partition_by(const std::vector<ColumnOrName>& columns) {
    return WindowSpec().partition_by(columns);
  }
  template <ColumnLike... T>
  static WindowSpec order_by(const T&... columns) {
    return WindowSpec().order_by(columns...);
  }
  static WindowSpec order_by(const std::vector<ColumnOrName>& columns) { return WindowSpec().order_by(columns); }
  static WindowSpec rows_between(int64_t start, int64_t end) { return WindowSpec().rows_between(start, end); }
  static WindowSpec range_between(int64_t start, int64_t end) { return WindowSpec().range_between(start, end); }
};

}  // namespace firesteel::client
