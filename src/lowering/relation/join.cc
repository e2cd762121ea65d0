#include <iterator>

#include "base/error.h"
#include "lowering/expression/expression_facts.h"
#include "lowering/expression/expression_writer.h"
#include "lowering/lowerer.h"

namespace firesteel::lowering {
namespace {

using Type = bound::Join::Type;

const char* Keyword(Type type, bool has_condition) {
  switch (type) {
    case Type::kInner:
    case Type::kCross:
      return has_condition ? " INNER JOIN " : " CROSS JOIN ";
    case Type::kLeftOuter:
      return " LEFT JOIN ";
    case Type::kRightOuter:
      return " RIGHT JOIN ";
    case Type::kFullOuter:
      return " FULL JOIN ";
    case Type::kLeftSemi:
      return " SEMI JOIN ";
    case Type::kLeftAnti:
      return " ANTI JOIN ";
  }
  return " CROSS JOIN ";
}

bool IsInner(Type type) { return type == Type::kInner || type == Type::kCross; }

/// Whether the condition has an equality that the engine can hash on.
bool HasEquality(const bound::ExpressionPtr& condition) {
  for (const bound::ExpressionPtr& conjunct : FlattenChain(condition, "and")) {
    if (AsCall(*conjunct, "=") || AsCall(*conjunct, "<=>")) return true;
  }
  return false;
}

/// A side as one table of a FROM; a join in parentheses.
std::string AsOperand(const std::string& from) {
  return from.find(" JOIN ") == std::string::npos || from.front() == '(' ? from : "(" + from + ")";
}

}  // namespace

Select Lowerer::LowerNode(const bound::Relation& relation, const bound::Join& node) {
  if (!IsInner(node.type) && node.condition && HasSubquery(node.condition)) {
    ThrowUnsupported("a subquery in the condition of an outer, semi or anti join", relation.origin);
  }
  Select left = Lower(*node.left);
  // Inner joins may leave the filters of their sides in the common WHERE.
  const bool keeps_where = IsInner(node.type) && !node.lateral;
  const auto make_table = [&](Select& side) {
    std::vector<std::string> where;
    if (keeps_where && side.is_open()) where.swap(side.where);
    MakeTableOrRestore(side, where);
    return where;
  };
  std::vector<std::string> where = make_table(left);
  Select right;
  if (node.lateral) {
    const Scope outer(left.columns);
    right = LowerSubquery(*node.right, outer);
    Wrap(right);
    right.from = "LATERAL " + right.from;
  } else {
    right = Lower(*node.right);
    for (std::string& conjunct : make_table(right)) where.push_back(std::move(conjunct));
  }

  Select both;
  both.columns = left.columns;
  both.columns.insert(both.columns.end(), right.columns.begin(), right.columns.end());
  both.nesting = std::max(left.nesting, right.nesting);
  both.has_filter_below = left.has_filter_below || right.has_filter_below;
  const bool is_half = node.type == Type::kLeftSemi || node.type == Type::kLeftAnti;
  const std::string condition = node.condition ? ConditionSql(node.condition, both) : "";
  if (is_half && (!node.condition || !HasEquality(node.condition))) {
    // The engine's own semi and anti joins want something to compare.
    std::string exists = "EXISTS (SELECT 1 FROM " + right.from + (condition.empty() ? "" : " WHERE " + condition) + ")";
    left.where.push_back(node.type == Type::kLeftAnti ? "(NOT " + exists + ")" : exists);
    return left;
  }
  both.from = left.from + Keyword(node.type, !condition.empty()) + (node.lateral ? right.from : AsOperand(right.from));
  if (!condition.empty()) {
    both.from += " ON " + condition;
  } else if (!IsInner(node.type)) {
    both.from += " ON true";
  }
  both.where = std::move(where);
  if (is_half) both.columns = std::move(left.columns);
  if (is_half) both.has_filter_below = true;
  return both;
}

std::string Lowerer::ConditionSql(const bound::ExpressionPtr& condition, const Select& select) {
  const Scope scope(select.columns);
  return ExpressionWriter(*this, scope).Condition(condition);
}

void Lowerer::MakeTableOrRestore(Select& side, std::vector<std::string>& where) {
  bool is_table = side.is_open() && side.where.empty() && !side.from.empty();
  for (const Column& column : side.columns) is_table = is_table && column.form == Column::Form::kReference;
  if (is_table) return;
  // The filter's text speaks of what is inside.
  side.where.insert(side.where.end(), std::make_move_iterator(where.begin()), std::make_move_iterator(where.end()));
  where.clear();
  Wrap(side);
}

}  // namespace firesteel::lowering
