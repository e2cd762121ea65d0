#include <array>
#include <utility>

#include "base/error.h"
#include "lowering/expression/expression_facts.h"
#include "lowering/expression/expression_writer.h"
#include "lowering/type_sql.h"

namespace firesteel::lowering {
namespace {

using Kind = bound::FrameBoundary::Kind;

/// Ranking functions and the like: the frame is part of their meaning and not to be written.
bool TakesNoFrame(std::string_view name) {
  static constexpr std::array<std::string_view, 9> kNames = {
      "row_number", "rank", "dense_rank", "percent_rank", "cume_dist", "ntile", "lag", "lead", "counter_diff"};
  for (const std::string_view known : kNames) {
    if (name == known) return true;
  }
  return false;
}

const functions::Function* FunctionOf(const bound::Expression& expression) {
  if (const auto* call = expression.As<bound::Call>()) return call->function;
  if (const auto* call = expression.As<bound::AggregateCall>()) return call->function;
  return nullptr;
}

}  // namespace

std::string ExpressionWriter::Node(const bound::ExpressionPtr&, const bound::WindowCall& node) {
  const functions::Function* function = FunctionOf(*node.function);
  if (!function) throw InternalError("a window call without a function");
  const bound::WindowCall* enclosing = std::exchange(window_, &node);
  std::string text;
  if (node.function->As<bound::AggregateCall>() ||
      std::holds_alternative<functions::LowerAggregate>(function->lowering) ||
      std::holds_alternative<functions::LowerSpecial>(function->lowering)) {
    // The row's lowering comes to Aggregate, which writes OVER.
    text = Sql(node.function);
  } else if (const auto* row = std::get_if<functions::LowerSql>(&function->lowering)) {
    window_ = nullptr;
    std::vector<std::string> arguments;
    for (const bound::ExpressionPtr& argument : node.function->As<bound::Call>()->arguments) {
      arguments.push_back(Sql(argument));
    }
    const std::string call = FillTemplate(row->text, arguments, lowering::TypeSql(node.function->type));
    text = call + " OVER (" + WindowSpec(node, FrameSql(node)) + ")";
  } else {
    ThrowUnsupported("the function " + std::string(function->name) + " over a window", node.function->origin);
  }
  window_ = enclosing;
  return text;
}

std::string ExpressionWriter::WindowSpec(const bound::WindowCall& window, const std::string& frame) {
  // What stands in the specification is not itself a window's function.
  const bound::WindowCall* enclosing = std::exchange(window_, nullptr);
  std::string text;
  for (const bound::ExpressionPtr& key : window.partition_by) {
    text += text.empty() ? "PARTITION BY " : ", ";
    text += Lowerer::NormalizedKey(Sql(key), key->type);
  }
  const std::string order = OrderBy(window.order_by);
  if (!order.empty()) text += (text.empty() ? "" : " ") + order;
  if (!frame.empty()) text += (text.empty() ? "" : " ") + frame;
  window_ = enclosing;
  return text;
}

std::string ExpressionWriter::FrameSql(const bound::WindowCall& window) {
  const functions::Function* function = FunctionOf(*window.function);
  if (TakesNoFrame(function->name)) return "";
  const bound::WindowFrame& frame = window.frame;
  const bool is_rows_so_far = frame.is_rows && frame.upper.kind == Kind::kCurrentRow;  // ewm, null_index
  if (!frame.is_specified && !is_rows_so_far) {
    // Spark's default: all rows without an order, else all up to the last peer of the current row.
    return window.order_by.empty() ? "ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING"
                                   : "RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW";
  }
  // A frame that ends before it begins has no rows; the engine refuses to read most of them.
  const auto side = [](const bound::FrameBoundary& b) {
    return b.kind == Kind::kPreceding ? -1 : b.kind == Kind::kFollowing ? 1 : 0;
  };
  if (frame.lower.kind != Kind::kUnboundedPreceding && frame.upper.kind != Kind::kUnboundedFollowing &&
      side(frame.lower) > side(frame.upper)) {
    return "ROWS BETWEEN 4611686018427387904 FOLLOWING AND UNBOUNDED FOLLOWING";
  }
  const auto whole = [](const bound::FrameBoundary& lower, const bound::FrameBoundary& upper) {
    return lower.kind == Kind::kUnboundedPreceding && upper.kind == Kind::kUnboundedFollowing;
  };
  const bool by_rows = frame.is_rows || whole(frame.lower, frame.upper);
  return std::string(by_rows ? "ROWS" : "RANGE") + " BETWEEN " + BoundarySql(frame.lower, window) + " AND " +
         BoundarySql(frame.upper, window);
}

std::string ExpressionWriter::BoundarySql(const bound::FrameBoundary& boundary, const bound::WindowCall& window) {
  switch (boundary.kind) {
    case Kind::kUnboundedPreceding:
      return "UNBOUNDED PRECEDING";
    case Kind::kCurrentRow:
      return "CURRENT ROW";
    case Kind::kUnboundedFollowing:
      return "UNBOUNDED FOLLOWING";
    case Kind::kPreceding:
    case Kind::kFollowing:
      break;
  }
  const bound::WindowCall* enclosing = std::exchange(window_, nullptr);
  std::string offset = Sql(boundary.offset);
  window_ = enclosing;
  if (!window.frame.is_rows && !window.order_by.empty()) {
    // The engine adds the offset to the order column: dates and timestamps take its own interval type.
    const DataType& order = window.order_by[0].child->type;
    const DataType& type = boundary.offset->type;
    if (order.IsDatetime() && !order.Is(TypeKind::kTime)) {
      if (type.Is(TypeKind::kDayTimeInterval)) {
        offset = "to_microseconds(" + offset + ")";
      } else if (type.Is(TypeKind::kYearMonthInterval)) {
        offset = "to_months(" + offset + ")";
      } else if (type.IsIntegral()) {
        offset = "to_days(" + offset + ")";
      }
    }
  }
  return offset + (boundary.kind == Kind::kPreceding ? " PRECEDING" : " FOLLOWING");
}

}  // namespace firesteel::lowering
