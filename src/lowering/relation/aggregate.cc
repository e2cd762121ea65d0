#include <algorithm>

#include "base/error.h"
#include "lowering/expression/expression_facts.h"
#include "lowering/expression/expression_writer.h"
#include "lowering/limits.h"
#include "lowering/lowerer.h"
#include "lowering/type_sql.h"

namespace firesteel::lowering {
namespace {

/// Whether a key stands in one of the sets, or there are none.
bool IsUsed(const std::vector<std::vector<int32_t>>& sets, size_t key) {
  if (sets.empty()) return true;
  for (const std::vector<int32_t>& set : sets) {
    if (std::find(set.begin(), set.end(), static_cast<int32_t>(key)) != set.end()) return true;
  }
  return false;
}

/// Spark's grouping id: one bit a group, the first group highest, set where the group is not in the set.
std::string GroupingId(const std::vector<std::string>& keys, const std::vector<std::vector<int32_t>>& sets) {
  std::string text = "0::BIGINT";
  for (size_t i = 0; i < keys.size(); ++i) {
    const std::string bit = "(1::BIGINT << " + std::to_string(keys.size() - 1 - i) + ")";
    text += " + " + (IsUsed(sets, i) ? "GROUPING(" + keys[i] + ") * " + bit : bit);
  }
  return "CAST(" + text + " AS BIGINT)";
}

std::string GroupingSets(const std::vector<std::vector<int32_t>>& sets, const std::vector<std::string>& keys) {
  std::string text = "GROUPING SETS (";
  for (size_t i = 0; i < sets.size(); ++i) {
    std::vector<std::string> members;
    for (const int32_t index : sets[i]) members.push_back(keys.at(static_cast<size_t>(index)));
    text += (i > 0 ? ", (" : "(") + JoinTexts(members, ", ") + ")";
  }
  return text + ")";
}

bool HasAggregateCall(const bound::Aggregate& node) {
  for (const bound::NamedExpression& output : node.outputs) {
    if (bound::AnyOf(output.expression, [](const bound::Expression& e) { return e.As<bound::AggregateCall>(); })) {
      return true;
    }
  }
  return false;
}

}  // namespace

Select Lowerer::LowerNode(const bound::Relation&, const bound::Aggregate& node) {
  if (node.groups.empty() && node.grouping_sets.empty() && !HasAggregateCall(node)) {
    // One row of constants, whatever the child has.
    Select select;
    for (const bound::NamedExpression& output : node.outputs) select.columns.push_back(Compute(output, Scope()));
    return select;
  }
  Select select = Lower(*node.child);
  if (!select.is_open()) Wrap(select);
  std::vector<bound::ExpressionPtr> expressions;
  for (const bound::NamedExpression& group : node.groups) expressions.push_back(group.expression);
  for (const bound::NamedExpression& output : node.outputs) expressions.push_back(output.expression);
  PrepareFor(select, expressions, /*is_projection=*/true);

  // Keys are columns of the FROM: outputs name them, and grouping sets replace them by NULL only there.
  const Scope inputs_scope(select.columns);
  bool has_computed_key = false;
  std::vector<Column> keys;
  for (const bound::NamedExpression& group : node.groups) {
    Column key = Compute(group, inputs_scope);
    const std::string normalized = NormalizedKey(key.sql, group.output.type);
    has_computed_key = has_computed_key || key.form != Column::Form::kReference || normalized != key.sql ||
                       !node.grouping_sets.empty();
    key.sql = normalized;
    keys.push_back(std::move(key));
  }
  if (has_computed_key) {
    // A stage below computes them beside the columns that the aggregates use. Its key columns have names of their own:
    // the same attribute may be a key, nulled by a grouping set, and an aggregate's argument.
    const std::vector<Column> inputs = select.columns;
    std::string items;
    const std::string alias = NewTableAlias();
    for (size_t i = 0; i < keys.size(); ++i) {
      items += (i > 0 ? ", " : "") + keys[i].sql + " AS k" + std::to_string(i);
      keys[i].sql = alias + ".k" + std::to_string(i);
    }
    std::unordered_map<bound::AttributeId, int> uses;
    for (const bound::NamedExpression& output : node.outputs) CountReferences(*output.expression, uses);
    std::unordered_map<bound::AttributeId, bool> added;
    for (const Column& column : inputs) {
      if (uses.count(column.id) == 0 || !added.emplace(column.id, true).second) continue;
      items += (items.empty() ? "" : ", ") + column.sql + " AS " + Alias(column.id);
    }
    Select outer;
    outer.nesting = select.nesting + 1;
    outer.has_filter_below = select.has_filter_below || !select.where.empty();
    outer.from = "(" + SelectTextOf(select, items) + ") AS " + alias;
    for (const Column& column : inputs) {
      outer.columns.push_back(Column{column.id, alias + "." + Alias(column.id), Column::Form::kReference, 1});
    }
    select = std::move(outer);
  }

  std::vector<std::string> key_texts;
  std::unordered_map<bound::AttributeId, std::string> keys_by_id;
  for (size_t i = 0; i < keys.size(); ++i) {
    key_texts.push_back(keys[i].sql);
    keys_by_id[node.groups[i].output.id] =
        IsUsed(node.grouping_sets, i) ? keys[i].sql : "NULL::" + TypeSql(node.groups[i].output.type);
  }
  if (node.grouping_id) keys_by_id[node.grouping_id->id] = GroupingId(key_texts, node.grouping_sets);

  const Scope scope(select.columns);
  std::vector<Column> columns;
  for (const bound::NamedExpression& output : node.outputs) {
    ExpressionWriter writer(*this, scope);
    writer.set_keys(&keys_by_id);
    Column column;
    column.id = output.output.id;
    column.sql = writer.Sql(output.expression);
    column.form = Column::Form::kComputed;
    columns.push_back(std::move(column));
  }
  select.columns = std::move(columns);
  select.is_closed = true;
  if (!node.grouping_sets.empty()) {
    select.group_by = GroupingSets(node.grouping_sets, key_texts);
    // No input is no group to Spark, not even the one of the empty set.
    for (const std::vector<int32_t>& set : node.grouping_sets) {
      if (!set.empty()) continue;
      select.group_by += " HAVING count(*) > 0";
      break;
    }
  } else {
    select.group_by = key_texts.empty() ? "" : JoinTexts(key_texts, ", ");
  }
  return select;
}

}  // namespace firesteel::lowering
