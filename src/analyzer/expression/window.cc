#include <algorithm>
#include <array>

#include "analyzer/expression/resolver.h"
#include "analyzer/name.h"
#include "analyzer/ordering.h"
#include "base/ascii_case.h"
#include "base/query_context.h"
#include "functions/signature.h"
#include "types/coercion.h"
#include "types/quoting.h"

namespace firesteel::analyzer {
namespace {

using BoundKind = bound::FrameBoundary::Kind;
using PlanKind = plan::WindowBoundary::Kind;

bool IsRankLike(std::string_view name) {
  static constexpr std::array<std::string_view, 9> kNames = {
      "row_number", "rank", "dense_rank", "percent_rank", "cume_dist", "ntile", "counter_diff", "ewm", "null_index"};
  return std::find(kNames.begin(), kNames.end(), name) != kNames.end();
}

/// Aggregates that sort their rows themselves: they take whole partitions only.
bool IsOfAllRows(std::string_view name) {
  return name == "median" || name == "percentile_cont" || name == "percentile_disc";
}

bool IsWhole(const bound::WindowFrame& frame) {
  return !frame.is_specified ||
         (frame.lower.kind == BoundKind::kUnboundedPreceding && frame.upper.kind == BoundKind::kUnboundedFollowing);
}

bool IsOffset(std::string_view name) { return name == "lag" || name == "lead"; }

/// Whether the last argument of lag, lead or nth_value says that NULLs are skipped.
bool IsToldToSkipNulls(const plan::UnresolvedFunction& call) {
  const std::string name = AsciiLower(call.name.back());
  const size_t count = IsOffset(name) ? 4 : name == "nth_value" ? 3 : 0;
  if (count == 0 || call.arguments.size() != count) return false;
  const auto* literal = call.arguments.back()->As<plan::Literal>();
  const auto* flag = literal ? std::get_if<bool>(&literal->value.value.data) : nullptr;
  return flag && *flag;
}

std::string_view WindowFunctionName(const bound::ExpressionPtr& function) {
  const auto* call = function->As<bound::Call>();
  return call ? call->function->name : std::string_view();
}

bound::FrameBoundary Edge(BoundKind kind) { return {kind, nullptr}; }

std::optional<int64_t> IntegerOf(const bound::ExpressionPtr& expression) {
  const auto* literal = expression->As<bound::Literal>();
  const bool whole = expression->type.IsIntegral() || expression->type.IsAnsiInterval();
  if (literal && whole && !literal->value.is_null()) return literal->value.integer();
  // - 1 arrives as a call of the sign.
  const auto* call = expression->As<bound::Call>();
  if (call && call->function->name == "negative" && call->arguments.size() == 1) {
    const std::optional<int64_t> value = IntegerOf(call->arguments[0]);
    if (value) return -*value;
  }
  return std::nullopt;
}

// A boundary as the user wrote it: `offset` under the cast that Spark makes for the order column; null for the others.
struct WrittenBoundary {
  BoundKind kind = BoundKind::kCurrentRow;
  bound::ExpressionPtr offset;
};
struct WrittenFrame {
  bool is_rows = false;
  WrittenBoundary lower;
  WrittenBoundary upper;
};

std::string BoundaryText(const WrittenBoundary& boundary, const bound::SessionSettings& settings) {
  switch (boundary.kind) {
    case BoundKind::kUnboundedPreceding:
      return "UNBOUNDED PRECEDING";
    case BoundKind::kUnboundedFollowing:
      return "UNBOUNDED FOLLOWING";
    case BoundKind::kCurrentRow:
      return "CURRENT ROW";
    case BoundKind::kFollowing:
      return functions::MessageSql(*boundary.offset, settings) + " FOLLOWING";
    case BoundKind::kPreceding:
      break;
  }
  // Spark negates a cast offset instead of printing it as PRECEDING.
  const std::string text = functions::MessageSql(*boundary.offset, settings);
  return boundary.offset->As<bound::Cast>() ? "(- " + text + ") FOLLOWING" : text + " PRECEDING";
}

// The boundary as an expression: PRECEDING is a negation.
std::string BoundaryExpression(const WrittenBoundary& boundary, const bound::SessionSettings& settings) {
  if (!boundary.offset) return DoubleQuoted(BoundaryText(boundary, settings));
  const std::string text = functions::MessageSql(*boundary.offset, settings);
  return DoubleQuoted(boundary.kind == BoundKind::kPreceding ? "(- " + text + ")" : text);
}

std::string FrameText(const WrittenFrame& frame, const bound::SessionSettings& settings) {
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
      const auto* cast = boundary.offset->As<bound::Cast>();
      const std::optional<int64_t> value = IntegerOf(cast ? cast->child : boundary.offset);
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

bool IsInterval(const DataType& type) { return type.IsAnsiInterval() || type.Is(TypeKind::kCalendarInterval); }

// Whether Spark adds values of the type to the order column.
bool IsFrameType(const DataType& order, const DataType& offset) {
  if (order.Is(TypeKind::kDate)) return offset.Is(TypeKind::kInt) || IsInterval(offset);
  if (order.Is(TypeKind::kTimestamp) || order.Is(TypeKind::kTimestampNtz)) return IsInterval(offset);
  return SameTypeIgnoringNullability(order, offset) || (order.IsAnsiInterval() && order.kind() == offset.kind());
}

class FrameBuilder {
 public:
  FrameBuilder(ExpressionResolver& resolver, bool is_rows, const std::vector<bound::SortOrder>& orders,
               const OriginPtr& origin)
      : resolver_(resolver), is_rows_(is_rows), orders_(orders), origin_(origin) {}

  bound::FrameBoundary Build(const plan::WindowBoundary& boundary, WrittenBoundary& written) {
    written = {static_cast<BoundKind>(static_cast<uint8_t>(boundary.kind)), nullptr};
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
    const bool preceding = boundary.kind == PlanKind::kPreceding;
    bound::FrameBoundary result{preceding ? BoundKind::kPreceding : BoundKind::kFollowing,
                                resolver_.Resolve(boundary.offset)};
    const std::optional<int64_t> value = IntegerOf(result.offset);
    const bool from_dataframe = !result.offset->origin || !result.offset->origin->sql_text;
    if (value && is_rows_ && from_dataframe && result.offset->type.Is(TypeKind::kLong) && *value >= -INT32_MAX &&
        *value <= INT32_MAX) {
      result.offset = bound::MakeLiteral(DataType::Int(), Value{*value});
    }
    written.offset = ToOrderType(result.offset);
    if (!value) {
      result.offset = written.offset;
      return result;
    }
    if (*value == 0) {
      // DataFrames send the current row as 0, and Spark prints it so.
      if (from_dataframe) written = {BoundKind::kCurrentRow, nullptr};
      return Edge(BoundKind::kCurrentRow);
    }
    if (*value < 0) {
      result.is_signed = !preceding;
      result.kind = preceding ? BoundKind::kFollowing : BoundKind::kPreceding;
    }
    result.offset = ToOrderType(
        bound::MakeLiteral(result.offset->type, Value{*value < 0 ? -*value : *value}, result.offset->origin));
    return result;
  }

  void Check(const bound::WindowFrame& frame, const WrittenFrame& written) {
    CheckOffset(written, written.lower, "lower");
    CheckOffset(written, written.upper, "upper");
    const bound::SessionSettings& settings = resolver_.settings();
    const std::string sql = DoubleQuoted(FrameText(written, settings));
    const bool invalid =
        written.lower.kind == BoundKind::kUnboundedFollowing || written.upper.kind == BoundKind::kUnboundedPreceding;
    if (invalid) {
      throw QueryError("DATATYPE_MISMATCH.SPECIFIED_WINDOW_FRAME_INVALID_BOUND",
                       {{"sqlExpr", sql},
                        {"upper", BoundaryExpression(written.upper, settings)},
                        {"lower", BoundaryExpression(written.lower, settings)}},
                       origin_);
    }
    if (!written.lower.offset || !written.upper.offset) return;
    const DataType& lower_type = written.lower.offset->type;
    const DataType& upper_type = written.upper.offset->type;
    if (!SameTypeIgnoringNullability(lower_type, upper_type)) {
      throw QueryError("DATATYPE_MISMATCH.SPECIFIED_WINDOW_FRAME_DIFF_TYPES",
                       {{"sqlExpr", sql},
                        {"lower", BoundaryExpression(written.lower, settings)},
                        {"upper", BoundaryExpression(written.upper, settings)},
                        {"lowerType", QuoteType(lower_type)},
                        {"upperType", QuoteType(upper_type)}},
                       origin_);
    }
    const std::optional<int64_t> lower = Position(frame.lower);
    const std::optional<int64_t> upper = Position(frame.upper);
    if (lower && upper && *lower > *upper) {
      throw QueryError("DATATYPE_MISMATCH.SPECIFIED_WINDOW_FRAME_WRONG_COMPARISON",
                       {{"sqlExpr", sql}, {"comparison", "less than or equal"}}, origin_);
    }
  }

 private:
  // RANGE adds the offset to the order column: Spark casts it to that type, but for dates and times.
  bound::ExpressionPtr ToOrderType(const bound::ExpressionPtr& offset) const {
    if (is_rows_ || orders_.size() != 1) return offset;
    const DataType& order = orders_[0].child->type;
    if (order.Is(TypeKind::kDate) || order.Is(TypeKind::kTimestamp) || order.Is(TypeKind::kTimestampNtz)) return offset;
    if (!CanCast(offset->type, order, resolver_.default_mode())) return offset;
    return bound::MakeCast(offset, order, resolver_.default_mode(), true);
  }

  void CheckOffset(const WrittenFrame& frame, const WrittenBoundary& boundary, const char* location) {
    if (!boundary.offset) return;
    const bound::SessionSettings& settings = resolver_.settings();
    if (!IsFoldable(boundary.offset)) {
      throw QueryError("DATATYPE_MISMATCH.SPECIFIED_WINDOW_FRAME_WITHOUT_FOLDABLE",
                       {{"sqlExpr", DoubleQuoted(FrameText(frame, settings))},
                        {"location", location},
                        {"expression", QuotedSql(*boundary.offset, settings)}},
                       origin_);
    }
    const DataType& type = boundary.offset->type;
    if (is_rows_) {
      if (!type.Is(TypeKind::kInt)) Refuse(frame, type, location, "\"INT\"");
    } else if (!type.IsNumeric() && !IsInterval(type)) {
      Refuse(frame, type, location,
             R"(("NUMERIC" or "INTERVAL DAY TO SECOND" or "INTERVAL YEAR TO MONTH" or "INTERVAL"))");
    }
  }

  [[noreturn]] void Refuse(const WrittenFrame& frame, const DataType& type, const char* location,
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

// What RANGE with offsets asks of the ORDER BY.
void CheckOrders(const WrittenFrame& frame, const std::vector<bound::ExpressionPtr>& partitions,
                 const std::vector<bound::SortOrder>& orders, const bound::SessionSettings& settings,
                 const OriginPtr& origin) {
  const bound::ExpressionPtr& offset = frame.lower.offset ? frame.lower.offset : frame.upper.offset;
  if (frame.is_rows || !offset) return;
  std::string order_text;
  std::string list;
  for (const bound::SortOrder& order : orders) {
    list += (list.empty() ? "" : ",") +
            OrderText({PlanReferences(order.child), order.ascending, order.nulls_first}, settings);
    order_text += (order_text.empty() ? "ORDER BY " : ", ") + OrderText(order, settings);
  }
  std::string partition_text;
  for (const bound::ExpressionPtr& partition : partitions) {
    partition_text += (partition_text.empty() ? "PARTITION BY " : ", ") + functions::MessageSql(*partition, settings);
  }
  if (!partition_text.empty()) partition_text += " ";
  ErrorParameters parameters{
      {"sqlExpr", DoubleQuoted("(" + partition_text + order_text + (order_text.empty() ? "" : " ") +
                               FrameText(frame, settings) + ")")}};
  if (orders.empty()) {
    throw QueryError("DATATYPE_MISMATCH.RANGE_FRAME_WITHOUT_ORDER", std::move(parameters), origin);
  }
  if (orders.size() > 1) {
    parameters.emplace_back("orderSpec", list);
    throw QueryError("DATATYPE_MISMATCH.RANGE_FRAME_MULTI_ORDER", std::move(parameters), origin);
  }
  if (IsFrameType(orders[0].child->type, offset->type)) return;
  parameters.emplace_back("orderSpecType", QuoteType(orders[0].child->type));
  parameters.emplace_back("valueBoundaryType", QuoteType(offset->type));
  throw QueryError("DATATYPE_MISMATCH.RANGE_FRAME_INVALID_TYPE", std::move(parameters), origin);
}

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
  const OriginPtr& place = spec.origin ? spec.origin : origin;
  FrameBuilder builder(*this, frame.is_rows, orders, place);
  WrittenFrame written{frame.is_rows, {}, {}};
  frame.lower = builder.Build(spec.frame->lower, written.lower);
  frame.upper = builder.Build(spec.frame->upper, written.upper);

  const std::string_view name = WindowFunctionName(function);
  if (IsOffset(name)) {
    // The frame that the function has anyway may be written.
    const auto is_own = [&](const bound::FrameBoundary& edge) {
      return edge.offset && Position(edge) == Position(standard.lower);
    };
    if (frame.is_rows && is_own(frame.lower) && is_own(frame.upper)) return standard;
    throw QueryError("_LEGACY_ERROR_TEMP_1035", {{"prettyName", std::string(name)}}, Nowhere());
  }
  if (IsRankLike(name)) {
    const bool same = frame.is_rows == standard.is_rows && frame.lower.kind == standard.lower.kind &&
                      frame.upper.kind == standard.upper.kind;
    if (same) return standard;
    throw QueryError("_LEGACY_ERROR_TEMP_1036",
                     {{"wf", RequiredFrameText(frame)}, {"required", RequiredFrameText(standard)}}, Nowhere());
  }
  builder.Check(frame, written);
  std::vector<bound::ExpressionPtr> partitions;
  if (!frame.is_rows) {
    for (const plan::ExpressionPtr& partition : spec.partition_by) partitions.push_back(Resolve(partition));
  }
  CheckOrders(written, partitions, orders, settings(), place);
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
  if (spec.origin) merged.origin = spec.origin;
  if (!spec.partition_by.empty()) merged.partition_by = spec.partition_by;
  if (!spec.order_by.empty()) merged.order_by = spec.order_by;
  if (spec.frame) merged.frame = spec.frame;
  merged.reference.clear();
  return merged;
}

void ExpressionResolver::ThrowNotOrdered(const plan::UnresolvedFunction& call) {
  const std::string name = AsciiLower(call.name.back());
  std::vector<std::string> arguments;
  for (const plan::ExpressionPtr& argument : call.arguments) {
    arguments.push_back(QualifiedSql(Resolve(argument), settings()));
  }
  if (IsOffset(name) && arguments.size() == 1) arguments.push_back("1");
  if (IsOffset(name) && arguments.size() == 2) arguments.push_back("NULL");
  std::string text = name + "(";
  for (size_t i = 0; i < arguments.size(); ++i) text += (i ? ", " : "") + arguments[i];
  throw QueryError("WINDOW_FUNCTION_FRAME_NOT_ORDERED", {{"wf_name", name}, {"wf_expr", text + ")"}}, Nowhere());
}

bound::ExpressionPtr ExpressionResolver::ResolveNode(const plan::WindowExpression& node, const plan::Expression& self) {
  const plan::WindowSpec spec = FindWindowSpec(node.spec);
  window_function_ = true;
  bound::WindowCall call;
  try {
    call.function = Resolve(node.function);
  } catch (const QueryError& error) {
    // That an order is missing, or that an offset takes no frame, is found before the types of the arguments.
    const auto* written = node.function->As<plan::UnresolvedFunction>();
    const std::string name = written ? AsciiLower(written->name.back()) : "";
    const functions::Function* called = functions::Find(name);
    const bool is_mismatch = error.condition().starts_with("DATATYPE_MISMATCH");
    if (!is_mismatch || !called || called->kind != functions::Kind::kWindow) throw;
    if (spec.order_by.empty()) ThrowNotOrdered(*written);
    if (spec.frame && IsRankLike(name)) {
      // So is a frame that a ranking function does not take.
      window_function_ = false;
      std::vector<bound::SortOrder> orders;
      for (const plan::SortOrder& order : spec.order_by) orders.push_back(ResolveOrder(order));
      const bound::ExpressionPtr ranking =
          bound::Make(bound::Call{called, {}, EvalMode::kAnsi, ""}, DataType::Int(), false, self.origin);
      ResolveFrame(spec, ranking, orders, self.origin);
    }
    if (!spec.frame || !IsOffset(name)) throw;
    throw QueryError("_LEGACY_ERROR_TEMP_1035", {{"prettyName", name}}, nullptr);
  }
  window_function_ = false;
  const auto* aggregate = call.function->As<bound::AggregateCall>();
  const auto* function = call.function->As<bound::Call>();
  if (!bound::IsAggregate(*call.function) && !(function && function->function->kind == functions::Kind::kWindow)) {
    throw QueryError("UNSUPPORTED_EXPR_FOR_WINDOW", {{"sqlExpr", QuotedSql(*call.function, settings())}}, self.origin);
  }
  for (const plan::ExpressionPtr& partition : spec.partition_by) {
    const bound::ExpressionPtr key = call.partition_by.emplace_back(Resolve(partition));
    if (!functions::IsOrderable(key->type)) {
      throw QueryError("EXPRESSION_TYPE_IS_NOT_ORDERABLE",
                       {{"expr", QuotedSql(*key, settings())}, {"exprType", QuoteType(key->type)}}, key->origin);
    }
    if (key->type.collation() != "UTF8_BINARY") {
      ThrowUnsupported("the collation " + std::string(key->type.collation()), self.origin);
    }
  }
  for (const plan::SortOrder& order : spec.order_by) {
    call.order_by.push_back(ResolveOrder(order));
    CheckOrderable(call.order_by.back(), settings());
  }
  if (function && call.order_by.empty()) {
    throw QueryError(
        "WINDOW_FUNCTION_FRAME_NOT_ORDERED",
        {{"wf_name", std::string(function->function->name)}, {"wf_expr", QualifiedSql(call.function, settings())}},
        Nowhere());
  }
  call.frame = ResolveFrame(spec, call.function, call.order_by, self.origin);
  if (aggregate) call.ignore_nulls = aggregate->ignore_nulls;
  if (aggregate && IsOfAllRows(aggregate->function->name) && (!call.order_by.empty() || !IsWhole(call.frame))) {
    std::string shown = QuotedSql(*call.function, settings());
    if (!aggregate->order.empty() && !aggregate->arguments.empty()) {
      // As Spark keeps it: the ordered value is the first argument.
      shown = "\"" + std::string(aggregate->function->name) + "(" +
              functions::MessageSql(*aggregate->order[0].child, settings()) + ", " +
              functions::MessageSql(*aggregate->arguments[0], settings()) + ")\"";
    }
    throw QueryError("INVALID_WINDOW_SPEC_FOR_AGGREGATION_FUNC", {{"aggFunc", std::move(shown)}}, self.origin);
  }
  if (const auto* written = node.function->As<plan::UnresolvedFunction>()) {
    call.ignore_nulls = call.ignore_nulls || written->ignore_nulls.value_or(false) || IsToldToSkipNulls(*written);
  }
  // Collections hold no nulls anyway.
  if (aggregate && aggregate->function->name.starts_with("collect_")) call.ignore_nulls = false;
  const bool distinct = aggregate && aggregate->is_distinct;
  const DataType type = call.function->type;
  const bool nullable = call.function->nullable;
  bound::ExpressionPtr window = bound::Make(std::move(call), type, nullable, self.origin);
  if (distinct) {
    throw QueryError("DISTINCT_WINDOW_FUNCTION_UNSUPPORTED", {{"windowExpr", QuotedSql(*window, settings())}},
                     self.origin);
  }
  return window;
}

}  // namespace firesteel::analyzer
