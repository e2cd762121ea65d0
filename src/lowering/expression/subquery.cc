#include "base/error.h"
#include "lowering/expression/expression_facts.h"
#include "lowering/expression/expression_writer.h"
#include "lowering/expression/single_row.h"

namespace firesteel::lowering {
namespace {

std::vector<bound::AttributeId> OutputIds(const bound::Relation& relation) {
  std::vector<bound::AttributeId> ids;
  for (const bound::Attribute& attribute : relation.output) ids.push_back(attribute.id);
  return ids;
}

std::vector<std::string> OutputNames(const bound::Relation& relation) {
  std::vector<std::string> names;
  for (const bound::Attribute& attribute : relation.output) names.push_back(Alias(attribute.id));
  return names;
}

// Whether the tested value is a constant null, under the casts that coercion puts around it.
bool IsNullConstant(const bound::InSubquery& in) {
  if (in.values.size() != 1) return false;
  bound::ExpressionPtr value = StripAlias(in.values[0]);
  while (const auto* cast = value->As<bound::Cast>()) value = StripAlias(cast->child);
  const auto* literal = value->As<bound::Literal>();
  return literal && literal->value.is_null();
}

}  // namespace

std::string ExpressionWriter::Node(const bound::ExpressionPtr& expression, const bound::ScalarSubquery& node) {
  Select select = lowerer_.LowerSubquery(*node.query, scope_);
  if (!select.set_operation.empty()) lowerer_.Wrap(select);
  if (HasAtMostOneRow(*node.query)) {
    return "(" + SelectText(select, OutputIds(*node.query), OutputNames(*node.query)) + ")";
  }
  // More than one row is an error that the engine only tells by its text.
  lowerer_.Wrap(select);
  functions::KernelCall check;
  const bool is_correlated = RefersToOuter(*node.query);
  check.kernel = &TooManyRowsKernel(is_correlated);
  check.argument_types = {DataType::Long()};
  check.result_type = DataType::Boolean();
  check.constants.resize(1);
  if (!is_correlated) check.origin = expression->origin;
  const std::string value = select.columns.at(0).sql;
  return "(SELECT CASE WHEN " + lowerer_.KernelCallSql(std::move(check), {"count(*)"}, false) +
         " THEN NULL ELSE first(" + value + ") END FROM " + select.from + ")";
}

std::string ExpressionWriter::Node(const bound::ExpressionPtr&, const bound::ExistsSubquery& node) {
  Select select = lowerer_.LowerSubquery(*node.query, scope_);
  if (!select.set_operation.empty()) lowerer_.Wrap(select);
  if (select.is_open()) return "(EXISTS (" + SelectText(select, {}, {}) + "))";
  return "(EXISTS (" + SelectText(select) + "))";
}

/// As a value Spark computes IN and NOT IN with existence joins, which know no null: both are false instead.
std::string ExpressionWriter::InValueSql(const bound::InSubquery& node, bool negated) {
  if (IsNullConstant(node)) {
    // A constant null is folded before that: null, or false for an empty query.
    Select select = lowerer_.LowerSubquery(*node.query, scope_);
    if (!select.set_operation.empty()) lowerer_.Wrap(select);
    const std::string empty = negated ? "true" : "false";
    return "(CASE WHEN EXISTS (" + SelectText(select) + ") THEN NULL ELSE " + empty + " END)";
  }
  return std::string("coalesce(") + (negated ? "NOT " : "") + InSql(node) + ", false)";
}

std::string ExpressionWriter::Node(const bound::ExpressionPtr&, const bound::InSubquery& node) {
  return InValueSql(node, /*negated=*/false);
}

std::string ExpressionWriter::InSql(const bound::InSubquery& node) {
  Select select = lowerer_.LowerSubquery(*node.query, scope_);
  if (!select.set_operation.empty()) lowerer_.Wrap(select);
  if (node.values.size() == 1) {
    return "(" + Sql(node.values[0]) + " IN (" + SelectText(select, OutputIds(*node.query), OutputNames(*node.query)) +
           "))";
  }
  // Several columns: true if some row equals in all, else null if some row could, else false.
  lowerer_.Wrap(select);
  const Scope inner(select.columns);
  std::vector<std::string> equal;
  for (size_t i = 0; i < node.values.size(); ++i) {
    equal.push_back(Sql(node.values[i]) + " = " + inner.Find(node.query->output[i].id)->sql);
  }
  const std::string all = "(" + JoinTexts(equal, " AND ") + ")";
  const std::string exists = "EXISTS (SELECT 1 FROM " + select.from + " WHERE ";
  return "(CASE WHEN " + exists + all + ") THEN true WHEN " + exists + all + " IS NULL) THEN NULL ELSE false END)";
}

}  // namespace firesteel::lowering
