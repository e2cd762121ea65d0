#include "lowering/expression/single_row.h"

namespace firesteel::lowering {
namespace {

template <ErrorClass kClass>
void CheckRows(functions::KernelContext& context, std::span<const functions::VectorView> arguments, size_t rows,
               functions::ResultVector& result) {
  bool* out = result.Data<bool>();
  for (size_t row = 0; row < rows; ++row) {
    out[row] = false;
    if (arguments[0].IsValid(row) && arguments[0].Get<int64_t>(row) > 1) {
      context.Fail(row, "SCALAR_SUBQUERY_TOO_MANY_ROWS", {}, kClass, kClass != ErrorClass::kRuntime);
      return;
    }
  }
}

}  // namespace

bool HasAtMostOneRow(const bound::Relation& query) {
  if (const auto* aggregate = query.As<bound::Aggregate>()) {
    return aggregate->groups.empty() && aggregate->grouping_sets.empty();
  }
  if (query.As<bound::OneRow>()) return true;
  if (const auto* data = query.As<bound::LocalData>()) return !data->arrow_ipc && data->rows.size() <= 1;
  if (const auto* limit = query.As<bound::Limit>()) {
    return (limit->limit && *limit->limit <= 1) || HasAtMostOneRow(*limit->child);
  }
  if (query.As<bound::Project>() || query.As<bound::Filter>() || query.As<bound::Sort>() ||
      query.As<bound::Repartition>() || query.As<bound::Deduplicate>() || query.As<bound::Window>()) {
    return HasAtMostOneRow(*bound::Children(query).at(0));
  }
  return false;
}

bool RefersToOuter(const bound::Relation& query) {
  for (const bound::ExpressionPtr& expression : bound::Expressions(query)) {
    if (bound::AnyOf(expression, [](const bound::Expression& node) { return node.As<bound::OuterRef>() != nullptr; })) {
      return true;
    }
  }
  for (const bound::RelationPtr& child : bound::Children(query)) {
    if (RefersToOuter(*child)) return true;
  }
  return false;
}

const functions::Kernel& TooManyRowsKernel(bool is_correlated) {
  static constexpr functions::Kernel kPlain{CheckRows<ErrorClass::kSpark>, nullptr, true};
  static constexpr functions::Kernel kCorrelated{CheckRows<ErrorClass::kRuntime>, nullptr, true};
  return is_correlated ? kCorrelated : kPlain;
}

}  // namespace firesteel::lowering
