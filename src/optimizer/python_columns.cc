#include "optimizer/python_columns.h"

#include <algorithm>
#include <unordered_set>
#include <utility>

#include "base/error.h"
#include "base/overloaded.h"
#include "bound/python_eval_type.h"
#include "functions/function.h"
#include "optimizer/projection.h"
#include "optimizer/rebuild.h"

namespace firesteel::optimizer {
namespace {

using bound::Attribute;
using bound::AttributeId;
using bound::ExpressionPtr;
using bound::RelationPtr;

bool TakesIterator(int32_t eval_type) {
  return eval_type == bound::kPandasScalarIterator || eval_type == bound::kArrowScalarIterator;
}

/// The call whose result another of its type gets as its only argument; null if there is none.
const bound::PythonCall* Chained(const bound::PythonCall& call) {
  if (call.arguments.size() != 1) return nullptr;
  if (!call.argument_names.empty() && !call.argument_names[0].empty()) return nullptr;
  const auto* inner = WithoutAlias(call.arguments[0])->As<bound::PythonCall>();
  return inner && inner->function->eval_type == call.function->eval_type ? inner : nullptr;
}

/// Whether a call needs no result of a call that is not its chain's.
bool IsReady(const bound::PythonCall& call) {
  if (const bound::PythonCall* inner = Chained(call)) return IsReady(*inner);
  return std::none_of(call.arguments.begin(), call.arguments.end(), HasScalarPythonCall);
}

/// The calls that one stage can compute: of the type of the first that is found.
class ReadyCalls {
 public:
  void Collect(const ExpressionPtr& expression) {
    const auto* call = expression->As<bound::PythonCall>();
    if (call && IsScalarPythonCall(*expression) && IsReady(*call)) {
      const int32_t type = call->function->eval_type;
      const bool fits =
          calls_.empty() || (!TakesIterator(type) && type == calls_[0]->As<bound::PythonCall>()->function->eval_type);
      if (fits && Find(expression) == calls_.size()) calls_.push_back(expression);
      return;
    }
    for (const ExpressionPtr& child : bound::Children(*expression)) Collect(child);
  }
  /// The place of an equal call. A call that is not deterministic equals only itself.
  size_t Find(const ExpressionPtr& expression) const {
    for (size_t i = 0; i < calls_.size(); ++i) {
      if (calls_[i] == expression) return i;
      if (!IsVolatile(expression) && bound::SemanticEquals(*calls_[i], *expression)) return i;
    }
    return calls_.size();
  }
  const std::vector<ExpressionPtr>& calls() const { return calls_; }

 private:
  std::vector<ExpressionPtr> calls_;
};

/// Columns in place of the calls that were collected.
ExpressionPtr Replace(const ExpressionPtr& expression, const ReadyCalls& ready, const std::vector<Attribute>& columns) {
  return TransformDown(expression, [&](const ExpressionPtr& node) -> ExpressionPtr {
    if (!IsScalarPythonCall(*node)) return nullptr;
    const size_t place = ready.Find(node);
    return place < columns.size() ? bound::MakeReference(columns[place], node->origin) : nullptr;
  });
}

/// The relation with a stage on top; under filters that name columns of a query around, which no stage can read.
RelationPtr WithStage(const RelationPtr& relation, bound::PythonStage stage, const std::vector<Attribute>& columns) {
  std::vector<Attribute> output = relation->output;
  output.insert(output.end(), columns.begin(), columns.end());
  if (IsCorrelated(relation)) {
    const auto* filter = relation->As<bound::Filter>();
    if (!filter) {
      ThrowUnsupported("a Python function in a correlated subquery of this form", stage.calls[0].expression->origin);
    }
    bound::Filter copy = *filter;
    copy.child = WithStage(filter->child, std::move(stage), columns);
    return bound::MakeRelation(std::move(copy), std::move(output), relation->origin);
  }
  stage.inputs = {relation};
  return bound::MakeRelation(std::move(stage), std::move(output), relation->origin);
}

/// AddColumns, under correlated filters as above.
RelationPtr WithProject(const RelationPtr& relation, std::vector<bound::NamedExpression> added) {
  const auto* filter = relation->As<bound::Filter>();
  if (!filter || !IsCorrelated(relation)) return AddColumns(relation, std::move(added));
  std::vector<Attribute> output = relation->output;
  for (const bound::NamedExpression& column : added) output.push_back(column.output);
  bound::Filter copy = *filter;
  copy.child = WithProject(filter->child, std::move(added));
  return bound::MakeRelation(std::move(copy), std::move(output), relation->origin);
}

}  // namespace

FreshIds::FreshIds(const RelationPtr& plan) {
  const auto see = [&](AttributeId id) {
    if (CountsOn(id)) last_ = std::max(last_, id);
  };
  const auto see_named = [&](const std::vector<bound::NamedExpression>& list) {
    for (const bound::NamedExpression& named : list) see(named.output.id);
  };
  (void)AnyRelation(plan, [&](const bound::Relation& relation) {
    for (const Attribute& attribute : relation.output) see(attribute.id);
    std::visit(Overloaded{[&](const bound::Project& n) { see_named(n.expressions); },
                          [&](const bound::Aggregate& n) {
                            see_named(n.groups);
                            see_named(n.outputs);
                            if (n.grouping_id) see(n.grouping_id->id);
                          },
                          [&](const bound::Window& n) { see_named(n.expressions); },
                          [&](const bound::Generate& n) {
                            for (const Attribute& attribute : n.generated) see(attribute.id);
                          },
                          [&](const bound::CollectMetrics& n) { see_named(n.metrics); },
                          [&](const bound::PythonStage& n) { see_named(n.calls); }, [](const auto&) {}},
               relation.node);
    for (const ExpressionPtr& expression : bound::Expressions(relation)) {
      (void)bound::AnyOf(expression, [&](const bound::Expression& node) {
        if (const auto* reference = node.As<bound::AttributeRef>()) see(reference->id);
        if (const auto* lambda = node.As<bound::Lambda>()) {
          for (const bound::LambdaParameter& parameter : lambda->parameters) see(parameter.id);
        }
        return false;
      });
    }
    return false;
  });
}

bool IsScalarPythonCall(const bound::Expression& expression) {
  const auto* call = expression.As<bound::PythonCall>();
  return call && bound::IsScalar(call->function->eval_type);
}

bool HasScalarPythonCall(const ExpressionPtr& expression) { return bound::AnyOf(expression, IsScalarPythonCall); }

bool IsCorrelated(const RelationPtr& relation) {
  std::unordered_set<AttributeId> named;
  (void)AnyRelation(relation, [&](const bound::Relation& node) {
    for (const ExpressionPtr& expression : bound::Expressions(node)) {
      (void)bound::AnyOf(expression, [&](const bound::Expression& e) {
        if (const auto* outer = e.As<bound::OuterRef>()) named.insert(outer->id);
        return false;
      });
    }
    return false;
  });
  if (named.empty()) return false;
  (void)AnyRelation(relation, [&](const bound::Relation& node) {
    for (const Attribute& attribute : node.output) named.erase(attribute.id);
    return false;
  });
  return !named.empty();
}

RelationPtr Restore(const RelationPtr& relation, const std::vector<Attribute>& output) {
  const bool same = std::equal(output.begin(), output.end(), relation->output.begin(), relation->output.end(),
                               [](const Attribute& a, const Attribute& b) { return a.id == b.id && a.name == b.name; });
  return same ? relation : Select(relation, output);
}

bool ReadsOnly(const ExpressionPtr& expression, const RelationPtr& relation) {
  return !bound::AnyOf(expression, [&](const bound::Expression& node) {
    const auto* reference = node.As<bound::AttributeRef>();
    if (!reference) return false;
    return std::none_of(relation->output.begin(), relation->output.end(),
                        [&](const Attribute& attribute) { return attribute.id == reference->id; });
  });
}

bool IsVolatile(const ExpressionPtr& expression) {
  return bound::AnyOf(expression, [](const bound::Expression& node) {
    const auto* call = node.As<bound::Call>();
    const auto* python = node.As<bound::PythonCall>();
    return (call && call->function->volatility == functions::Volatility::kVolatile) ||
           (python && !python->function->deterministic);
  });
}

const ExpressionPtr& WithoutAlias(const ExpressionPtr& expression) {
  const ExpressionPtr* inner = &expression;
  while (const auto* alias = (*inner)->As<bound::InnerAlias>()) inner = &alias->child;
  return *inner;
}

const RelationPtr& PythonColumns::relation() {
  if (!added_.empty()) relation_ = WithProject(relation_, std::exchange(added_, {}));
  return relation_;
}

Attribute PythonColumns::NewColumn(const std::string& name, const bound::Expression& expression) {
  return {ids_.Next(), name, expression.type, expression.nullable, {}, {}};
}

Attribute PythonColumns::Column(const ExpressionPtr& expression) {
  const ExpressionPtr& value = WithoutAlias(expression);
  if (const auto* reference = value->As<bound::AttributeRef>()) {
    return {reference->id, reference->name, value->type, value->nullable, {}, {}};
  }
  const bool names_outer =
      bound::AnyOf(value, [](const bound::Expression& e) { return e.As<bound::OuterRef>() != nullptr; });
  if (names_outer) {
    ThrowUnsupported("a Python function of columns of the query around a correlated subquery", value->origin);
  }
  for (const bound::NamedExpression& known : added_) {
    if (!IsVolatile(value) && bound::SemanticEquals(*known.expression, *value)) return known.output;
  }
  added_.push_back({NewColumn("_p", *value), value});
  return added_.back().output;
}

ExpressionPtr PythonColumns::WithColumns(const ExpressionPtr& expression) {
  const auto& call = *expression->As<bound::PythonCall>();
  bound::PythonCall copy = call;
  for (ExpressionPtr& argument : copy.arguments) {
    if (Chained(call)) {
      argument = WithColumns(WithoutAlias(argument));
      continue;
    }
    const ExpressionPtr value = WithoutAlias(argument);
    if (value->As<bound::AttributeRef>()) {
      argument = value;
    } else {
      argument = bound::MakeReference(Column(value), value->origin);
    }
  }
  return bound::Make(std::move(copy), expression->type, expression->nullable, expression->origin);
}

void PythonColumns::AddStage(const std::vector<ExpressionPtr>& calls, const std::vector<Attribute>& columns) {
  bound::PythonStage stage;
  stage.kind = bound::PythonStage::Kind::kEval;
  // Rows of no columns cannot be counted as they travel.
  if (relation_->output.empty() && added_.empty()) {
    Column(bound::MakeLiteral(DataType::Int(), Value{int64_t{1}}));
  }
  for (size_t i = 0; i < calls.size(); ++i) stage.calls.push_back({columns[i], WithColumns(calls[i])});
  relation_ = WithStage(relation(), std::move(stage), columns);
}

void PythonColumns::Compute(std::vector<ExpressionPtr>& expressions) {
  while (true) {
    ReadyCalls ready;
    for (const ExpressionPtr& expression : expressions) ready.Collect(expression);
    if (ready.calls().empty()) return;
    std::vector<Attribute> columns;
    for (const ExpressionPtr& call : ready.calls()) {
      columns.push_back(NewColumn(call->As<bound::PythonCall>()->function->name, *call));
    }
    AddStage(ready.calls(), columns);
    for (ExpressionPtr& expression : expressions) expression = Replace(expression, ready, columns);
  }
}

}  // namespace firesteel::optimizer
