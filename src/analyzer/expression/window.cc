#include <algorithm>
#include <array>

#include "analyzer/expression/resolver.h"
#include "analyzer/name.h"
#include "analyzer/ordering.h"
#include "types/coercion.h"
#include "types/quoting.h"

namespace firesteel::analyzer {
namespace {

using BoundKind = bound::FrameBoundary::Kind;
using PlanKind = plan::WindowBoundary::Kind;

bool IsRankLike(std::string_view name) {
  static constexpr std::array<std::string_view, 6> kNames = {"row_number",   "rank",      "dense_rank",
                                                             "percent_rank", "cume_dist", "ntile"};
  return std::find(kNames.begin(), kNames.end(), name) != kNames.end();
}

bool IsOffset(std::string_view name) { return name == "lag" || name == "lead"; }

std::string_view WindowFunctionName(const bound::ExpressionPtr& function) {
  const auto* call = function->As<bound::Call>();
  return call ? call->function->name : std::string_view();
}

bound::FrameBoundary Edge(BoundKind kind) { return {kind, nullptr}; }

std::optional<int64_t> IntegerOf(const bound::ExpressionPtr& expression) {
  const auto* literal = expression->As<bound::Literal>();
  if (literal && expression->type.IsIntegral() && !literal->value.is_null()) return literal->value.integer();
  // - 1 arrives as a call of the sign.
  const auto* call = expression->As<bound::Call>();
  if (call && call->function->name == "negative" && call->arguments.size() == 1) {
    const std::optional<int64_t> value = IntegerOf(call->arguments[0]);
    if (value) return -*value;
  }
  return std::nullopt;
}

std::string BoundaryText(const bound::FrameBoundary& boundary, const bound::SessionSettings& settings) {
  switch (boundary.kind) {
    case BoundKind::kUnboundedPreceding:
      return "UNBOUNDED PRECEDING";
    case BoundKind::kUnboundedFollowing:
      return "UNBOUNDED FOLLOWING";
    case BoundKind::kCurrentRow:
      return "CURRENT ROW";
    case BoundKind::kPreceding:
      return functions::MessageSql(*boundary.offset, settings) + " PRECEDING";
    case BoundKind::kFollowing:
      return functions::MessageSql(*boundary.offset, settings) + " FOLLOWING";
  }
  return {};
}

std::string FrameText(const bound::WindowFrame& frame, const bound::SessionSettings& settings) {
  return std::string(frame.is_rows ? "ROWS" : "RANGE") + " BETWEEN " + BoundaryText(frame.lower, settings) + " AND " +
         BoundaryText(frame.upper, settings);
}

// Where a boundary lies, when that is known before running: 0 is the current row.
std::optional<int64_t> Position(const bound::FrameBoundary& boundary) {
  switch (boundary.kind) {
    case BoundKind::kUnboundedPreceding:
      return INT64_MIN;
    case BoundKind::kUnboundedFollowing:
      return INT64_MAX;
    case BoundKind::kCurrentRow:
      return 0;
    case BoundKind::kPreceding:
    case BoundKind::kFollowing: {
      const std::optional<int64_t> value = IntegerOf(boundary.offset);
      if (!value) return std::nullopt;
      return boundary.kind == BoundKind::kPreceding ? -*value : *value;
    }
  }
  return std::nullopt;
}

std::string RequiredFrameText(const bound::WindowFrame& frame) {
  const auto side = [](const bound::FrameBoundary& b) -> std::string {
    switch (b.kind) {
      case BoundKind::kUnboundedPreceding:
        return "unboundedpreceding$()";
      case BoundKind::kUnboundedFollowing:
        return "unboundedfollowing$()";
      case BoundKind::kCurrentRow:
        return "currentrow$()";
      default:
        return std::to_string(Position(b).value_or(0));
    }
  };
  return std::string("specifiedwindowframe(") + (frame.is_rows ? "RowFrame" : "RangeFrame") + ", " + side(frame.lower) +
         ", " + side(frame.upper) + ")";
}

class FrameBuilder {
 public:
  FrameBuilder(ExpressionResolver& resolver, bool is_rows, const std::vector<bound::SortOrder>& orders,
               const OriginPtr& origin)
      : resolver_(resolver), is_rows_(is_rows), orders_(orders), origin_(origin) {}

  bound::FrameBoundary Build(const plan::WindowBoundary& boundary) {
    switch (boundary.kind) {
      case PlanKind::kUnboundedPreceding:
        return Edge(BoundKind::kUnboundedPreceding);
      case PlanKind::kUnboundedFollowing:
        return Edge(BoundKind::kUnboundedFollowing);
      case PlanKind::kCurrentRow:
        return Edge(BoundKind::kCurrentRow);
      case PlanKind::kPreceding:
      case PlanKind::kFollowing:
        break;
    }
    bound::FrameBoundary result{boundary.kind == PlanKind::kPreceding ? BoundKind::kPreceding : BoundKind::kFollowing,
                                resolver_.Resolve(boundary.offset)};
    if (const std::optional<int64_t> value = IntegerOf(result.offset)) {
      // DataFrames send signed offsets; 0 is the current row, as Spark prints it.
      if (*value == 0) return Edge(BoundKind::kCurrentRow);
      if (*value < 0) {
        result.is_signed = result.kind == BoundKind::kFollowing;
        result.kind = result.kind == BoundKind::kPreceding ? BoundKind::kFollowing : BoundKind::kPreceding;
      }
      DataType type = result.offset->type;
      if (is_rows_ && type.Is(TypeKind::kLong) && *value >= -INT32_MAX && *value <= INT32_MAX) type = DataType::Int();
      result.offset = bound::MakeLiteral(type, Value{*value < 0 ? -*value : *value}, result.offset->origin);
    }
    return result;
  }

  void Check(bound::WindowFrame& frame) {
    CheckOffset(frame, frame.lower, "lower");
    CheckOffset(frame, frame.upper, "upper");
    const std::optional<int64_t> lower = Position(frame.lower);
    const std::optional<int64_t> upper = Position(frame.upper);
    const bool wrong_edge =
        frame.lower.kind == BoundKind::kUnboundedFollowing || frame.upper.kind == BoundKind::kUnboundedPreceding;
    if (wrong_edge || (lower && upper && *lower > *upper)) {
      throw QueryError(
          "DATATYPE_MISMATCH.SPECIFIED_WINDOW_FRAME_WRONG_COMPARISON",
          {{"sqlExpr", DoubleQuoted(FrameText(frame, resolver_.settings()))}, {"comparison", "less than or equal"}},
          origin_);
    }
  }

 private:
  void CheckOffset(const bound::WindowFrame& frame, bound::FrameBoundary& boundary, const char* location) {
    if (!boundary.offset) return;
    const bound::SessionSettings& settings = resolver_.settings();
    if (!IsFoldable(boundary.offset)) {
      throw QueryError("DATATYPE_MISMATCH.SPECIFIED_WINDOW_FRAME_WITHOUT_FOLDABLE",
                       {{"sqlExpr", DoubleQuoted(FrameText(frame, settings))},
                        {"location", location},
                        {"expression", QuotedSql(*boundary.offset, settings)}},
                       origin_);
    }
    if (is_rows_) {
      if (!boundary.offset->type.Is(TypeKind::kInt)) Refuse(frame, boundary.offset->type, location, "\"INT\"");
      return;
    }
    const DataType& order = orders_[0].child->type;
    const DataType& offset = boundary.offset->type;
    const bool interval = offset.IsAnsiInterval() || offset.Is(TypeKind::kCalendarInterval);
    if (order.Is(TypeKind::kDate) && (offset.Is(TypeKind::kInt) || interval)) return;
    if ((order.Is(TypeKind::kTimestamp) || order.Is(TypeKind::kTimestampNtz)) && interval) return;
    if (order.IsAnsiInterval() && offset.kind() == order.kind()) return;
    if (order.IsNumeric() && offset.IsNumeric()) {
      boundary.offset = bound::MakeCast(boundary.offset, order, resolver_.default_mode(), true);
      return;
    }
    if (!offset.IsNumeric() && !interval) {
      Refuse(frame, offset, location,
             R"(("NUMERIC" or "INTERVAL DAY TO SECOND" or "INTERVAL YEAR TO MONTH" or "INTERVAL"))");
    }
    throw QueryError("DATATYPE_MISMATCH.RANGE_FRAME_INVALID_TYPE",
                     {{"sqlExpr", DoubleQuoted("(ORDER BY " + OrderText(orders_[0], settings) + " " +
                                               FrameText(frame, settings) + ")")},
                      {"orderSpecType", QuoteType(order)},
                      {"valueBoundaryType", QuoteType(offset)}},
                     origin_);
  }

  [[noreturn]] void Refuse(const bound::WindowFrame& frame, const DataType& type, const char* location,
                           const std::string& expected) {
    throw QueryError("DATATYPE_MISMATCH.SPECIFIED_WINDOW_FRAME_UNACCEPTED_TYPE",
                     {{"sqlExpr", DoubleQuoted(FrameText(frame, resolver_.settings()))},
                      {"location", location},
                      {"exprType", QuoteType(type)},
                      {"expectedType", expected}},
                     origin_);
  }

  ExpressionResolver& resolver_;
  const bool is_rows_;
  const std::vector<bound::SortOrder>& orders_;
  const OriginPtr& origin_;
};

// The frame that the function itself asks for, or that SQL gives when none is written.
bound::WindowFrame DefaultFrame(const bound::ExpressionPtr& function, bool ordered) {
  const std::string_view name = WindowFunctionName(function);
  bound::WindowFrame frame;
  frame.lower = Edge(BoundKind::kUnboundedPreceding);
  frame.upper = Edge(BoundKind::kCurrentRow);
  if (IsOffset(name)) {
    // Spark prints the offset as its frame, with a sign: lag's is "-1 FOLLOWING".
    const auto& arguments = function->As<bound::Call>()->arguments;
    int64_t offset = 1;
    if (arguments.size() > 1) offset = IntegerOf(arguments[1]).value_or(1);
    const bound::ExpressionPtr literal = bound::MakeLiteral(DataType::Int(), Value{name == "lag" ? -offset : offset});
    frame.is_rows = true;
    frame.lower = offset == 0 ? Edge(BoundKind::kCurrentRow) : bound::FrameBoundary{BoundKind::kFollowing, literal};
    frame.upper = frame.lower;
  } else if (IsRankLike(name)) {
    frame.is_rows = name != "cume_dist";
  } else if (!ordered) {
    frame.is_rows = true;
    frame.upper = Edge(BoundKind::kUnboundedFollowing);
  }
  return frame;
}

}  // namespace

bound::WindowFrame ExpressionResolver::ResolveFrame(const plan::WindowSpec& spec, const bound::ExpressionPtr& function,
                                                    const std::vector<bound::SortOrder>& orders,
                                                    const OriginPtr& origin) {
  const bound::WindowFrame standard = DefaultFrame(function, !orders.empty());
  if (!spec.frame) return standard;
  bound::WindowFrame frame;
  frame.is_specified = true;
  frame.is_rows = spec.frame->is_rows;
  FrameBuilder builder(*this, frame.is_rows, orders, origin);
  frame.lower = builder.Build(spec.frame->lower);
  frame.upper = builder.Build(spec.frame->upper);

  const std::string_view name = WindowFunctionName(function);
  if (IsOffset(name)) throw QueryError("_LEGACY_ERROR_TEMP_1035", {{"prettyName", std::string(name)}}, nullptr);
  if (IsRankLike(name)) {
    const bool same = frame.is_rows == standard.is_rows && frame.lower.kind == standard.lower.kind &&
                      frame.upper.kind == standard.upper.kind;
    if (same) return standard;
    throw QueryError("_LEGACY_ERROR_TEMP_1036",
                     {{"wf", RequiredFrameText(frame)}, {"required", RequiredFrameText(standard)}}, nullptr);
  }
  const bool has_offset = frame.lower.offset || frame.upper.offset;
  if (!frame.is_rows && has_offset && orders.size() != 1) {
    std::string order_text;
    std::string list;
    for (const bound::SortOrder& order : orders) {
      list += (list.empty() ? "" : ",") + OrderText(order, settings());
      order_text += (order_text.empty() ? "ORDER BY " : ", ") + OrderText(order, settings());
    }
    ErrorParameters parameters{{"sqlExpr", DoubleQuoted("(" + order_text + (order_text.empty() ? "" : " ") +
                                                        FrameText(frame, settings()) + ")")}};
    if (orders.empty()) {
      throw QueryError("DATATYPE_MISMATCH.RANGE_FRAME_WITHOUT_ORDER", std::move(parameters), origin);
    }
    parameters.emplace_back("orderSpec", list);
    throw QueryError("DATATYPE_MISMATCH.RANGE_FRAME_MULTI_ORDER", std::move(parameters), origin);
  }
  builder.Check(frame);
  return frame;
}

plan::WindowSpec ExpressionResolver::FindWindowSpec(const plan::WindowSpec& spec) {
  if (spec.reference.empty()) return spec;
  const plan::WindowSpec* named = analysis_.FindWindow(spec.reference);
  if (!named) {
    throw QueryError("MISSING_WINDOW_SPECIFICATION",
                     {{"windowName", spec.reference}, {"docroot", "https://spark.apache.org/docs/latest"}}, nullptr);
  }
  plan::WindowSpec merged = FindWindowSpec(*named);
  if (!spec.partition_by.empty()) merged.partition_by = spec.partition_by;
  if (!spec.order_by.empty()) merged.order_by = spec.order_by;
  if (spec.frame) merged.frame = spec.frame;
  merged.reference.clear();
  return merged;
}

bound::ExpressionPtr ExpressionResolver::ResolveNode(const plan::WindowExpression& node, const plan::Expression& self) {
  const plan::WindowSpec spec = FindWindowSpec(node.spec);
  window_function_ = true;
  bound::WindowCall call;
  call.function = Resolve(node.function);
  window_function_ = false;
  const auto* aggregate = call.function->As<bound::AggregateCall>();
  const auto* function = call.function->As<bound::Call>();
  if (!aggregate && !(function && function->function->kind == functions::Kind::kWindow)) {
    throw QueryError("UNSUPPORTED_EXPR_FOR_WINDOW", {{"sqlExpr", QuotedSql(*call.function, settings())}}, self.origin);
  }
  for (const plan::ExpressionPtr& partition : spec.partition_by) call.partition_by.push_back(Resolve(partition));
  for (const plan::SortOrder& order : spec.order_by) {
    call.order_by.push_back(ResolveOrder(order));
    CheckOrderable(call.order_by.back(), settings());
  }
  call.frame = ResolveFrame(spec, call.function, call.order_by, self.origin);
  if (aggregate) call.ignore_nulls = aggregate->ignore_nulls;
  if (const auto* written = node.function->As<plan::UnresolvedFunction>()) {
    call.ignore_nulls = call.ignore_nulls || written->ignore_nulls.value_or(false);
  }
  const bool distinct = aggregate && aggregate->is_distinct;
  const bool needs_order = function && function->function->name != "nth_value" && call.order_by.empty();
  const DataType type = call.function->type;
  const bool nullable = call.function->nullable;
  if (needs_order) {
    throw QueryError("WINDOW_FUNCTION_FRAME_NOT_ORDERED",
                     {{"wf_name", std::string(function->function->name)},
                      {"wf_expr", functions::MessageSql(*call.function, settings())}},
                     nullptr);
  }
  bound::ExpressionPtr window = bound::Make(std::move(call), type, nullable, self.origin);
  if (distinct) {
    throw QueryError("DISTINCT_WINDOW_FUNCTION_UNSUPPORTED", {{"windowExpr", QuotedSql(*window, settings())}},
                     self.origin);
  }
  return window;
}

}  // namespace firesteel::analyzer
