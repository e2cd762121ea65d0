#include "firesteel/window.h"

#include "client/plan/access.h"

namespace firesteel::client {

using internal::Access;

namespace {

// As PySpark: bounds beyond a Java long's range (its own limits are the same as ours) count as unbounded.
constexpr int64_t kPrecedingThreshold = -std::numeric_limits<int64_t>::max();

}  // namespace

WindowSpec WindowSpec::partition_by(const std::vector<ColumnOrName>& columns) const {
  WindowSpec spec = *this;
  spec.partition_.clear();
  for (const ColumnOrName& column : columns) spec.partition_.push_back(column.column());
  return spec;
}

WindowSpec WindowSpec::order_by(const std::vector<ColumnOrName>& columns) const {
  WindowSpec spec = *this;
  spec.order_.clear();
  for (const ColumnOrName& column : columns) {
    spec.order_.push_back(Access::Make(internal::AsSortOrder(Access::Node(column))));
  }
  return spec;
}

WindowSpec WindowSpec::rows_between(int64_t start, int64_t end) const { return between(true, start, end); }
WindowSpec WindowSpec::range_between(int64_t start, int64_t end) const { return between(false, start, end); }

WindowSpec WindowSpec::between(bool rows, int64_t start, int64_t end) const {
  WindowSpec spec = *this;
  spec.frame_ = Frame{rows, start <= kPrecedingThreshold ? Window::kUnboundedPreceding : start, end};
  return spec;
}

}  // namespace firesteel::client
