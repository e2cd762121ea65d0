#pragma once

#include <string>
#include <utility>
#include <vector>

#include "bound/relation.h"

/// What moving Python calls into stages is made of.
namespace firesteel::optimizer {

/// Gives out attribute ids that nothing in a plan has.
class FreshIds {
 public:
  explicit FreshIds(const bound::RelationPtr& plan);
  bound::AttributeId Next() { return ++last_; }

 private:
  bound::AttributeId last_ = 0;
};

/// Whether the expression itself is a call that gives a value a row.
bool IsScalarPythonCall(const bound::Expression& expression);
bool HasScalarPythonCall(const bound::ExpressionPtr& expression);
/// Whether the relation, or a subquery in it, names columns of a query around it.
bool IsCorrelated(const bound::RelationPtr& relation);
/// Whether the expression names no other columns than the relation's.
bool ReadsOnly(const bound::ExpressionPtr& expression, const bound::RelationPtr& relation);
/// Whether a second evaluation may give something else.
bool IsVolatile(const bound::ExpressionPtr& expression);
/// A projection to exactly these columns, or the relation itself when it has no others.
bound::RelationPtr Restore(const bound::RelationPtr& relation, const std::vector<bound::Attribute>& output);
/// The expression below the names that it may have.
const bound::ExpressionPtr& WithoutAlias(const bound::ExpressionPtr& expression);

/// Adds columns to a relation: of expressions, and of Python calls by stages.
class PythonColumns {
 public:
  PythonColumns(bound::RelationPtr relation, FreshIds& ids) : relation_(std::move(relation)), ids_(ids) {}

  /// Puts columns in place of all calls for rows that stand in the expressions, as Spark does: the calls of a type that
  /// need no other's result share a stage, those of iterators have one each, f(g(x)) of one type is one call.
  void Compute(std::vector<bound::ExpressionPtr>& expressions);
  /// A column of the relation with the expression's value: a new one unless it is a column already.
  bound::Attribute Column(const bound::ExpressionPtr& expression);
  /// A new column for what the expression gives; it is not computed here.
  bound::Attribute NewColumn(const std::string& name, const bound::Expression& expression);
  /// The call with columns of the relation for arguments.
  bound::ExpressionPtr WithColumns(const bound::ExpressionPtr& call);

  /// The relation with what was added. New columns come last.
  const bound::RelationPtr& relation();

 private:
  void AddStage(const std::vector<bound::ExpressionPtr>& calls, const std::vector<bound::Attribute>& columns);

  bound::RelationPtr relation_;
  FreshIds& ids_;
  std::vector<bound::NamedExpression> added_;  // not yet in relation_
};

}  // namespace firesteel::optimizer
