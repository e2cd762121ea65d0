#include "optimizer/python_aggregate.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "bound/python_eval_type.h"
#include "functions/binding/binding.h"
#include "optimizer/rebuild.h"
#include "types/quoting.h"

namespace firesteel::optimizer {
namespace {

using bound::Attribute;
using bound::ExpressionPtr;
using bound::RelationPtr;

bool HasOwnScalarCall(const ExpressionPtr& expression) {
  if (IsScalarPythonCall(*expression)) return true;
  if (bound::IsAggregate(*expression)) return false;
  const std::vector<ExpressionPtr> children = bound::Children(*expression);
  return std::any_of(children.begin(), children.end(), HasOwnScalarCall);
}

class AggregateExtractor {
 public:
  AggregateExtractor(const RelationPtr& relation, bound::Aggregate aggregate, FreshIds& ids,
                     const bound::SessionSettings& settings)
      : relation_(relation), aggregate_(std::move(aggregate)), ids_(ids), settings_(settings) {}

  RelationPtr Extract() {
    ComputeInputs();
    const bool has_python = Any([](const bound::Expression& e) {
      const auto* call = e.As<bound::PythonCall>();
      return call && bound::IsGroupedAggregate(call->function->eval_type);
    });
    if (has_python) return OverGroups();
    const auto is_own = [](const bound::NamedExpression& named) { return HasOwnScalarCall(named.expression); };
    if (std::any_of(aggregate_.outputs.begin(), aggregate_.outputs.end(), is_own)) return WithCallsAbove();
    return bound::MakeRelation(std::move(aggregate_), relation_->output, relation_->origin);
  }

 private:
  template <class F>
  bool Any(F&& f) const {
    return std::any_of(aggregate_.outputs.begin(), aggregate_.outputs.end(),
                       [&](const bound::NamedExpression& named) { return bound::AnyOf(named.expression, f); });
  }

  // Calls for rows in keys and in arguments of aggregates.
  void ComputeInputs() {
    std::vector<ExpressionPtr> expressions;
    for (const bound::NamedExpression& group : aggregate_.groups) expressions.push_back(group.expression);
    for (const bound::NamedExpression& output : aggregate_.outputs) {
      TransformDown(output.expression, [&](const ExpressionPtr& e) -> ExpressionPtr {
        if (!bound::IsAggregate(*e)) return nullptr;
        expressions.push_back(e);
        return e;
      });
    }
    PythonColumns columns(aggregate_.child, ids_);
    columns.Compute(expressions);
    aggregate_.child = columns.relation();
    size_t next = 0;
    for (bound::NamedExpression& group : aggregate_.groups) group.expression = expressions[next++];
    for (bound::NamedExpression& output : aggregate_.outputs) {
      output.expression = TransformDown(output.expression, [&](const ExpressionPtr& e) -> ExpressionPtr {
        return bound::IsAggregate(*e) ? expressions[next++] : nullptr;
      });
    }
  }

  // Calls over groups and aggregates: those become columns, the calls stand in a projection above.
  RelationPtr WithCallsAbove() {
    bound::Aggregate inner = aggregate_;
    inner.outputs.clear();
    for (const bound::NamedExpression& group : aggregate_.groups) {
      inner.outputs.push_back({group.output, bound::MakeReference(group.output)});
    }
    if (aggregate_.grouping_id) {
      inner.outputs.push_back({*aggregate_.grouping_id, bound::MakeReference(*aggregate_.grouping_id)});
    }
    std::vector<ExpressionPtr> expressions;
    for (const bound::NamedExpression& output : aggregate_.outputs) {
      expressions.push_back(TransformDown(output.expression, [&](const ExpressionPtr& e) -> ExpressionPtr {
        if (!bound::IsAggregate(*e)) return nullptr;
        for (const bound::NamedExpression& known : inner.outputs) {
          if (bound::SemanticEquals(*known.expression, *e)) return bound::MakeReference(known.output, e->origin);
        }
        inner.outputs.push_back({{ids_.Next(), "_a", e->type, e->nullable, {}, {}}, e});
        return bound::MakeReference(inner.outputs.back().output, e->origin);
      }));
    }
    std::vector<Attribute> output;
    for (const bound::NamedExpression& named : inner.outputs) output.push_back(named.output);
    return ProjectOver(bound::MakeRelation(std::move(inner), std::move(output), relation_->origin),
                       std::move(expressions));
  }

  RelationPtr ProjectOver(RelationPtr child, std::vector<ExpressionPtr> expressions) {
    PythonColumns columns(std::move(child), ids_);
    columns.Compute(expressions);
    bound::Project project{columns.relation(), {}};
    for (size_t i = 0; i < expressions.size(); ++i) {
      project.expressions.push_back({aggregate_.outputs[i].output, std::move(expressions[i])});
    }
    return bound::MakeRelation(std::move(project), relation_->output, relation_->origin);
  }

  // Functions of groups: no function of the catalogue may stand beside them.
  void Check(const std::vector<ExpressionPtr>& calls) const {
    std::string names;
    for (const ExpressionPtr& call : calls) {
      names += (names.empty() ? "" : ", ") + QuoteIdentifier(call->As<bound::PythonCall>()->function->name);
    }
    if (Any([](const bound::Expression& e) { return e.As<bound::AggregateCall>() != nullptr; })) {
      throw QueryError("INVALID_PANDAS_UDF_PLACEMENT", {{"functionList", names}});
    }
    const int32_t type = calls[0]->As<bound::PythonCall>()->function->eval_type;
    for (const ExpressionPtr& call : calls) {
      if (call->As<bound::PythonCall>()->function->eval_type != type) {
        ThrowNoPhysicalPlan();
      }
    }
  }

  RelationPtr OverGroups() {
    // Equal calls are one, unless they are not deterministic.
    std::vector<ExpressionPtr> calls;
    const auto find = [&](const ExpressionPtr& e) {
      for (size_t i = 0; i < calls.size(); ++i) {
        const bool repeatable = e->As<bound::PythonCall>()->function->deterministic;
        if (calls[i] == e || (repeatable && bound::SemanticEquals(*calls[i], *e))) return i;
      }
      return calls.size();
    };
    for (const bound::NamedExpression& output : aggregate_.outputs) {
      TransformDown(output.expression, [&](const ExpressionPtr& e) -> ExpressionPtr {
        if (!e->As<bound::PythonCall>() || !bound::IsAggregate(*e)) return nullptr;
        if (find(e) == calls.size()) calls.push_back(e);
        return e;
      });
    }
    Check(calls);

    PythonColumns columns(aggregate_.child, ids_);
    bound::PythonStage stage;
    stage.kind = bound::PythonStage::Kind::kAggregate;
    std::vector<Attribute> results;
    for (const ExpressionPtr& call : calls) {
      results.push_back(columns.NewColumn(call->As<bound::PythonCall>()->function->name, *call));
      stage.calls.push_back({results.back(), columns.WithColumns(call)});
    }
    std::vector<Attribute> output;
    stage.inputs = {WithKeys(columns.relation(), output)};
    stage.keys.emplace_back();
    for (const Attribute& key : output) stage.keys[0].push_back(key.id);
    output.insert(output.end(), results.begin(), results.end());
    RelationPtr groups = bound::MakeRelation(std::move(stage), std::move(output), relation_->origin);

    std::vector<ExpressionPtr> expressions;
    for (const bound::NamedExpression& named : aggregate_.outputs) {
      expressions.push_back(TransformDown(named.expression, [&](const ExpressionPtr& e) -> ExpressionPtr {
        if (!e->As<bound::PythonCall>() || !bound::IsAggregate(*e)) return nullptr;
        return bound::MakeReference(results[find(e)], e->origin);
      }));
    }
    return ProjectOver(std::move(groups), std::move(expressions));
  }

  // The input with the keys as columns of their own ids; with grouping sets once for each set.
  RelationPtr WithKeys(const RelationPtr& input, std::vector<Attribute>& keys) {
    const bool has_sets = !aggregate_.grouping_sets.empty();
    const RelationPtr wide = has_sets ? WithSets(input) : input;
    bound::Project project{wide, {}};
    std::vector<Attribute> output;
    const auto add = [&](const Attribute& attribute, ExpressionPtr expression) {
      project.expressions.push_back({attribute, std::move(expression)});
      output.push_back(attribute);
    };
    for (size_t i = 0; i < aggregate_.groups.size(); ++i) {
      const bound::NamedExpression& group = aggregate_.groups[i];
      ExpressionPtr key = group.expression;
      if (has_sets) {
        const DataType type = key->type;
        key = functions::BindByName("if", {bound::MakeReference(masks_[i]), key, bound::MakeLiteral(type, Value{})},
                                    settings_, relation_->origin);
      }
      add(group.output, std::move(key));
    }
    if (has_sets) {
      const Attribute id = aggregate_.grouping_id ? *aggregate_.grouping_id : set_id_;
      add(id, bound::MakeReference(set_id_));
    }
    keys = output;
    for (const Attribute& attribute : input->output) {
      const bool is_key =
          std::any_of(keys.begin(), keys.end(), [&](const Attribute& k) { return k.id == attribute.id; });
      if (!is_key) add(attribute, bound::MakeReference(attribute));
    }
    return bound::MakeRelation(std::move(project), std::move(output), relation_->origin);
  }

  // The rows once for each grouping set, with its number and which groups it keeps.
  RelationPtr WithSets(const RelationPtr& input) {
    set_id_ = {ids_.Next(), "spark_grouping_id", DataType::Long(), false, {}, {}};
    std::vector<Attribute> columns{set_id_};
    for (size_t i = 0; i < aggregate_.groups.size(); ++i) {
      masks_.push_back({ids_.Next(), "_grouped", DataType::Boolean(), false, {}, {}});
      columns.push_back(masks_.back());
    }
    bound::LocalData sets;
    for (const std::vector<int32_t>& set : aggregate_.grouping_sets) {
      int64_t number = 0;
      std::vector<Value> row(1);
      for (size_t i = 0; i < aggregate_.groups.size(); ++i) {
        const bool grouped = std::find(set.begin(), set.end(), static_cast<int32_t>(i)) != set.end();
        number = number * 2 + (grouped ? 0 : 1);
        row.push_back(Value{grouped});
      }
      row[0] = Value{number};
      sets.rows.push_back(std::move(row));
    }
    bound::Join join;
    join.left = input;
    join.right = bound::MakeRelation(std::move(sets), columns, relation_->origin);
    join.type = bound::Join::Type::kCross;
    std::vector<Attribute> output = input->output;
    output.insert(output.end(), columns.begin(), columns.end());
    return bound::MakeRelation(std::move(join), std::move(output), relation_->origin);
  }

  const RelationPtr& relation_;
  bound::Aggregate aggregate_;
  FreshIds& ids_;
  const bound::SessionSettings& settings_;
  Attribute set_id_;
  std::vector<Attribute> masks_;
};

}  // namespace

void ThrowNoPhysicalPlan() {
  throw QueryError(
      "INTERNAL_ERROR",
      {{"message",
        "The Spark SQL phase planning failed with an internal error. You hit a bug in Spark or the Spark "
        "plugins you use. Please, report this bug to the corresponding communities or vendors, and provide "
        "the full stack trace."}},
      nullptr, ErrorClass::kSpark);
}

RelationPtr ExtractFromAggregate(const RelationPtr& relation, const bound::Aggregate& aggregate, FreshIds& ids,
                                 const bound::SessionSettings& settings) {
  return AggregateExtractor(relation, aggregate, ids, settings).Extract();
}

}  // namespace firesteel::optimizer
