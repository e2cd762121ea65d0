#include "session/python/python_stages.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "bound/python_eval_type.h"
#include "optimizer/place_rows.h"
#include "optimizer/python_columns.h"
#include "optimizer/rebuild.h"
#include "session/python/worker_feed.h"
#include "types/user_type.h"

namespace firesteel::session {
namespace {

using bound::PythonStage;
using bound::RelationPtr;

/// A worker each: where there are more, fewer see the rows of several.
constexpr int32_t kMostPartitions = 16;

bool ReadsDefinition(const RelationPtr& plan) {
  return optimizer::AnyRelation(plan,
                                [](const bound::Relation& node) { return node.As<bound::CteReference>() != nullptr; });
}

// Structs that Arrow's readers in Python would read wrong.
void CheckFieldNames(const DataType& type) {
  switch (type.kind()) {
    case TypeKind::kArray:
      return CheckFieldNames(type.element_type());
    case TypeKind::kMap:
      CheckFieldNames(type.key_type());
      return CheckFieldNames(type.value_type());
    case TypeKind::kStruct: {
      std::set<std::string_view> names;
      std::string all;
      for (const StructField& field : type.fields()) {
        names.insert(field.name);
        all += (all.empty() ? "" : ", ") + field.name;
      }
      if (names.size() < type.fields().size()) {
        throw QueryError("DUPLICATED_FIELD_NAME_IN_ARROW_STRUCT", {{"fieldNames", "[" + all + "]"}}, nullptr,
                         ErrorClass::kUnsupported);
      }
      for (const StructField& field : type.fields()) CheckFieldNames(field.type);
      return;
    }
    default:
      return;
  }
}

// Rows that came inside the plan, perhaps fewer of them and other columns: Spark's optimizer computes such plans
// itself.
bool IsOfClient(const RelationPtr& plan) {
  if (plan->As<bound::LocalData>()) return true;
  const bool is_kept = plan->As<bound::Project>() || plan->As<bound::Filter>() || plan->As<bound::Limit>() ||
                       plan->As<bound::Sort>() || plan->As<bound::Repartition>();
  return is_kept && IsOfClient(bound::Children(*plan)[0]);
}

void CheckArguments(const PythonStage& stage) {
  for (const bound::NamedExpression& named : stage.calls) {
    const auto* call = named.expression->As<bound::PythonCall>();
    if (!call || call->function->eval_type == bound::kPythonBatched) continue;
    for (const bound::ExpressionPtr& argument : call->arguments) CheckFieldNames(StorageType(argument->type));
  }
}

}  // namespace

bool HasPythonStage(const RelationPtr& plan) {
  return optimizer::AnyRelation(plan, [](const bound::Relation& node) { return node.As<PythonStage>() != nullptr; });
}

RelationPtr PythonStages::Run(const RelationPtr& plan) { return Inside(plan); }

RelationPtr PythonStages::Inside(const RelationPtr& relation) {
  if (const auto* with = relation->As<bound::WithCte>()) {
    const size_t around = definitions_.size();
    bound::WithCte result = *with;
    for (bound::WithCte::Definition& definition : result.definitions) {
      definition.query = Inside(definition.query);
      definitions_.push_back(definition);
    }
    result.child = Inside(with->child);
    definitions_.resize(around);
    return bound::MakeRelation(std::move(result), relation->output, relation->origin);
  }
  if (const auto* recursion = relation->As<bound::Recursion>(); recursion && NeedsLevels(*recursion)) {
    return RunRecursion(*relation, *recursion);
  }
  RelationPtr inside = optimizer::MapExpressions(relation, [&](const bound::ExpressionPtr& expression) {
    return bound::TransformUp(expression, [&](const bound::ExpressionPtr& node) -> bound::ExpressionPtr {
      const RelationPtr* query = bound::SubqueryOf(*node);
      if (!query) return nullptr;
      RelationPtr inner = Inside(*query);
      return inner == *query ? nullptr : optimizer::WithSubquery(*node, std::move(inner));
    });
  });
  inside = optimizer::MapChildren(inside, [&](const RelationPtr& child) { return Inside(child); });
  const auto* stage = inside->As<PythonStage>();
  if (!stage) return inside;
  return RunStage(*inside, *stage, IsOfClient(bound::Children(*relation)[0]));
}

RelationPtr PythonStages::WithDefinitions(RelationPtr plan) const {
  if (definitions_.empty() || !ReadsDefinition(plan)) return plan;
  std::vector<bound::Attribute> output = plan->output;
  return bound::MakeRelation(bound::WithCte{definitions_, std::move(plan)}, std::move(output));
}

void PythonStages::Feed(WorkerFeed& feed, RelationPtr input, const Shape& shape, ArrowOutput* beside) const {
  context_.run(WithDefinitions(std::move(input)), shape, [&](const engine::ArrowBatch& batch) {
    feed.Add(batch);
    if (beside && !batch.beside.empty()) beside->AddBatch(batch.beside);
    return true;
  });
  feed.Finish();
}

RelationPtr PythonStages::WithPartitions(RelationPtr input, Shape& shape, FeedOptions& options) const {
  std::optional<optimizer::Partitioned> partitioned = optimizer::WithPartitions(input, context_.settings);
  if (!partitioned || partitioned->count > kMostPartitions) return input;
  options.partitions = static_cast<size_t>(std::max(1, partitioned->count));
  shape.has_groups = true;
  return partitioned->relation;
}

RelationPtr PythonStages::RunStage(const bound::Relation& relation, const PythonStage& stage, bool is_of_client) {
  for (const RelationPtr& input : stage.inputs) {
    if (optimizer::IsCorrelated(input)) {
      ThrowUnsupported("a Python function in a correlated subquery of this form", relation.origin);
    }
  }
  if (stage.kind != PythonStage::Kind::kTable) CheckArguments(stage);
  switch (stage.kind) {
    case PythonStage::Kind::kEval:
      return RunEval(relation, stage);
    case PythonStage::Kind::kMap:
      return RunMap(relation, stage, is_of_client);
    case PythonStage::Kind::kGroupMap:
      return RunGroupMap(relation, stage);
    case PythonStage::Kind::kCoGroup:
      return RunCoGroup(relation, stage);
    case PythonStage::Kind::kAggregate:
      return RunAggregate(relation, stage);
    case PythonStage::Kind::kWindow:
      return RunWindow(relation, stage);
    case PythonStage::Kind::kTable:
      return RunTable(relation, stage);
  }
  throw InternalError("a Python stage of no kind");
}

}  // namespace firesteel::session
