#include "optimizer/extract_python_calls.h"

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

#include "base/error.h"
#include "bound/python_eval_type.h"
#include "functions/binding/binding.h"
#include "functions/function.h"
#include "optimizer/collapse_projects.h"
#include "optimizer/hoist_outer_calls.h"
#include "optimizer/place_rows.h"
#include "optimizer/projection.h"
#include "optimizer/prune_columns.h"
#include "optimizer/push_below_stages.h"
#include "optimizer/python_aggregate.h"
#include "optimizer/python_columns.h"
#include "optimizer/rebuild.h"

namespace firesteel::optimizer {
namespace {

using bound::Attribute;
using bound::ExpressionPtr;
using bound::RelationPtr;

bool IsPythonCall(const bound::Expression& expression) { return expression.As<bound::PythonCall>() != nullptr; }

bool HoldsCalls(const bound::Relation& relation) {
  const std::vector<ExpressionPtr> expressions = bound::Expressions(relation);
  return std::any_of(expressions.begin(), expressions.end(),
                     [](const ExpressionPtr& e) { return bound::AnyOf(e, IsPythonCall); });
}

void SplitConjunction(const ExpressionPtr& condition, std::vector<ExpressionPtr>& parts) {
  const auto* call = condition->As<bound::Call>();
  if (!call || call->function->name != "and") {
    parts.push_back(condition);
    return;
  }
  for (const ExpressionPtr& argument : call->arguments) SplitConjunction(argument, parts);
}

const char* JoinText(bound::Join::Type type) {
  switch (type) {
    case bound::Join::Type::kLeftOuter:
      return "LEFT OUTER";
    case bound::Join::Type::kRightOuter:
      return "RIGHT OUTER";
    case bound::Join::Type::kFullOuter:
      return "FULL OUTER";
    case bound::Join::Type::kLeftSemi:
      return "LEFT SEMI";
    case bound::Join::Type::kLeftAnti:
      return "LEFT ANTI";
    default:
      return "INNER";
  }
}

/// Filters by each of the conditions, the first at the bottom.
RelationPtr Filtered(RelationPtr relation, const std::vector<ExpressionPtr>& conditions, const OriginPtr& origin) {
  for (const ExpressionPtr& condition : conditions) {
    std::vector<Attribute> output = relation->output;
    relation = bound::MakeRelation(bound::Filter{std::move(relation), condition}, std::move(output), origin);
  }
  return relation;
}

class Extractor {
 public:
  Extractor(FreshIds& ids, const bound::SessionSettings& settings) : ids_(ids), settings_(settings) {}

  RelationPtr Extract(const RelationPtr& original) {
    if (const auto* filter = original->As<bound::Filter>()) {
      std::vector<ExpressionPtr> parts;
      SplitConjunction(filter->condition, parts);
      for (const ExpressionPtr& part : parts) CheckExists(part);
    }
    const RelationPtr hoisted = HoistOuterCalls(original, ids_);
    if (hoisted != original) return Extract(hoisted);
    RelationPtr relation = MapExpressions(original, [&](const ExpressionPtr& expression) {
      return bound::TransformUp(expression, [&](const ExpressionPtr& node) -> ExpressionPtr {
        const RelationPtr* query = SubqueryOf(*node);
        if (!query || !HasPython(*query)) return nullptr;
        return WithSubquery(*node, Extract(*query));
      });
    });
    relation = MapChildren(relation, [&](const RelationPtr& child) { return Extract(child); });
    if (const auto* filter = relation->As<bound::Filter>()) return OfFilter(relation, *filter);
    // The functions of whole rows are stages already; metrics are asked by queries of their own.
    if (relation->As<bound::PythonStage>() || relation->As<bound::CollectMetrics>()) return relation;
    if (const auto* join = relation->As<bound::Join>(); join && join->lateral) {
      if (RelationPtr generated = OfLateralFunction(relation, *join)) return generated;
    }
    if (!HoldsCalls(*relation)) return relation;
    if (const auto* join = relation->As<bound::Join>()) return OfJoin(relation, *join);
    if (const auto* aggregate = relation->As<bound::Aggregate>()) {
      return ExtractFromAggregate(relation, *aggregate, ids_, settings_);
    }
    if (const auto* window = relation->As<bound::Window>()) return OfWindow(relation, *window);
    return OfUnary(relation);
  }

 private:
  // Projections, sorts, generators, repartitions: the calls are computed below, the rest stays.
  RelationPtr OfUnary(const RelationPtr& relation) {
    const std::vector<RelationPtr> children = bound::Children(*relation);
    if (children.size() != 1) throw InternalError("a Python call in a relation that cannot hold one");
    std::vector<ExpressionPtr> expressions = bound::Expressions(*relation);
    PythonColumns columns(children[0], ids_);
    columns.Compute(expressions);
    size_t next = 0;
    RelationPtr rebuilt = MapExpressions(relation, [&](const ExpressionPtr&) { return expressions[next++]; });
    rebuilt = MapChildren(rebuilt, [&](const RelationPtr&) { return columns.relation(); });
    if (relation->As<bound::Project>()) return rebuilt;
    bound::Relation wide = *rebuilt;
    for (const Attribute& attribute : columns.relation()->output) {
      const bool known = std::any_of(wide.output.begin(), wide.output.end(),
                                     [&](const Attribute& have) { return have.id == attribute.id; });
      if (!known) wide.output.push_back(attribute);
    }
    return Restore(std::make_shared<const bound::Relation>(std::move(wide)), relation->output);
  }

  RelationPtr OfFilter(const RelationPtr& relation, const bound::Filter& filter) {
    std::vector<ExpressionPtr> parts;
    SplitConjunction(filter.condition, parts);
    std::vector<ExpressionPtr> python;
    RelationPtr below = filter.child;
    for (const ExpressionPtr& part : parts) {
      if (bound::AnyOf(part, IsPythonCall)) {
        python.push_back(part);
      } else {
        below = FilterBelowStages(below, part, relation->origin);
      }
    }
    if (python.empty()) return below;
    PythonColumns columns(below, ids_);
    columns.Compute(python);
    return Restore(Filtered(columns.relation(), python, relation->origin), relation->output);
  }

  // Spark makes a join of EXISTS: a call of both sides' columns would stand in its condition.
  static void CheckExists(const ExpressionPtr& part) {
    const auto* negation = part->As<bound::Call>();
    const bool is_negated = negation && negation->function->name == "not";
    const ExpressionPtr& inner = is_negated ? negation->arguments[0] : part;
    const auto* exists = inner->As<bound::ExistsSubquery>();
    if (!exists) return;
    const bool has_mixed = AnyRelation(exists->query, [](const bound::Relation& node) {
      const std::vector<ExpressionPtr> expressions = bound::Expressions(node);
      return node.As<bound::Filter>() && std::any_of(expressions.begin(), expressions.end(), HasMixedCall);
    });
    if (!has_mixed) return;
    throw QueryError(
        "UNSUPPORTED_FEATURE.PYTHON_UDF_IN_ON_CLAUSE",
        {{"joinType", JoinText(is_negated ? bound::Join::Type::kLeftAnti : bound::Join::Type::kLeftSemi)}});
  }

  static bool HasMixedCall(const ExpressionPtr& expression) {
    return bound::AnyOf(expression, [](const bound::Expression& node) {
      if (!IsScalarPythonCall(node)) return false;
      bool names_outer = false;
      bool names_own = false;
      for (const ExpressionPtr& argument : bound::Children(node)) {
        (void)bound::AnyOf(argument, [&](const bound::Expression& below) {
          names_outer = names_outer || below.As<bound::OuterRef>();
          names_own = names_own || below.As<bound::AttributeRef>();
          return false;
        });
      }
      return names_outer && names_own;
    });
  }

  RelationPtr OfJoin(const RelationPtr& relation, const bound::Join& join) {
    std::vector<ExpressionPtr> parts;
    SplitConjunction(join.condition, parts);
    // A call of columns of one side is computed there.
    std::vector<ExpressionPtr> of_left;
    std::vector<ExpressionPtr> of_right;
    for (const ExpressionPtr& part : parts) CollectOfSides(part, join, of_left, of_right);
    bound::Join copy = join;
    std::vector<std::pair<ExpressionPtr, ExpressionPtr>> replaced;
    const auto compute = [&](RelationPtr& side, std::vector<ExpressionPtr> calls) {
      PythonColumns columns(side, ids_);
      const std::vector<ExpressionPtr> before = calls;
      columns.Compute(calls);
      side = columns.relation();
      for (size_t i = 0; i < calls.size(); ++i) replaced.emplace_back(before[i], calls[i]);
    };
    if (!of_left.empty()) compute(copy.left, of_left);
    if (!of_right.empty()) compute(copy.right, of_right);
    std::vector<ExpressionPtr> inside;
    std::vector<ExpressionPtr> above;
    for (ExpressionPtr& part : parts) {
      part = ReplaceCalls(part, replaced);
      (bound::AnyOf(part, IsPythonCall) ? above : inside).push_back(part);
    }
    const bool is_inner = join.type == bound::Join::Type::kInner || join.type == bound::Join::Type::kCross;
    if (!above.empty() && (!is_inner || join.lateral)) {
      throw QueryError("UNSUPPORTED_FEATURE.PYTHON_UDF_IN_ON_CLAUSE", {{"joinType", JoinText(join.type)}});
    }
    copy.condition = nullptr;
    for (const ExpressionPtr& part : inside) {
      copy.condition =
          copy.condition ? functions::BindByName("and", {copy.condition, part}, settings_, relation->origin) : part;
    }
    if (!copy.condition && copy.type == bound::Join::Type::kInner) copy.type = bound::Join::Type::kCross;
    std::vector<Attribute> output = copy.left->output;
    if (join.type != bound::Join::Type::kLeftSemi && join.type != bound::Join::Type::kLeftAnti) {
      output.insert(output.end(), copy.right->output.begin(), copy.right->output.end());
    }
    // Nullability is the join's where it says so.
    for (Attribute& attribute : output) {
      for (const Attribute& joined : relation->output) {
        if (joined.id == attribute.id) attribute = joined;
      }
    }
    RelationPtr result = bound::MakeRelation(std::move(copy), std::move(output), relation->origin);
    if (!above.empty()) {
      PythonColumns columns(result, ids_);
      columns.Compute(above);
      result = Filtered(columns.relation(), above, relation->origin);
    }
    return Restore(result, relation->output);
  }

  // A table function of columns of the left side: it runs over the rows of that side and keeps their columns.
  RelationPtr OfLateralFunction(const RelationPtr& relation, const bound::Join& join) {
    std::vector<const bound::Project*> above;
    RelationPtr right = join.right;
    while (const auto* project = right->As<bound::Project>()) {
      above.push_back(project);
      right = RelationPtr(project->child);
    }
    const auto* stage = right->As<bound::PythonStage>();
    if (!stage || stage->kind != bound::PythonStage::Kind::kTable || stage->has_table_argument) return nullptr;
    const auto* arguments = stage->inputs[0]->As<bound::Project>();
    if (!arguments || !arguments->child->As<bound::OneRow>()) return nullptr;
    const bool is_inner = join.type == bound::Join::Type::kInner || join.type == bound::Join::Type::kCross;
    const auto* constant = join.condition ? join.condition->As<bound::Literal>() : nullptr;
    const bool is_true = constant && constant->value == Value{true};
    if (!is_inner && join.type != bound::Join::Type::kLeftOuter) {
      ThrowUnsupported("such a LATERAL join of a Python table function", relation->origin);
    }
    // An outer join's condition decides for all rows that one row of the left side gives.
    const bool decides = !is_inner && join.condition && !is_true;
    RelationPtr left = join.left;
    const Attribute row{ids_.Next(), "row", DataType::Long(), false, {}, {}};
    if (decides) {
      std::vector<Attribute> numbered = left->output;
      numbered.push_back(row);
      left = bound::MakeRelation(bound::RowIndex{left, row, std::nullopt}, std::move(numbered));
    }
    PythonColumns columns(left, ids_);
    std::vector<ExpressionPtr> values;
    for (const bound::NamedExpression& argument : arguments->expressions) {
      values.push_back(OuterAsColumns(argument.expression));
    }
    columns.Compute(values);
    bound::PythonStage over = *stage;
    bound::PythonCall call = *over.calls[0].expression->As<bound::PythonCall>();
    for (size_t i = 0; i < values.size(); ++i) {
      call.arguments[i] = bound::MakeReference(columns.Column(values[i]), values[i]->origin);
    }
    over.calls[0].expression = bound::Make(std::move(call), over.calls[0].expression->type, true, relation->origin);
    over.inputs = {columns.relation()};
    over.outer = join.type == bound::Join::Type::kLeftOuter;
    std::vector<Attribute> output = left->output;
    for (const Attribute& attribute : output) over.kept.push_back(attribute.id);
    const size_t kept = output.size();
    output.insert(output.end(), right->output.begin(), right->output.end());
    for (size_t i = kept; i < output.size(); ++i) output[i].nullable = output[i].nullable || over.outer;
    RelationPtr result = bound::MakeRelation(std::move(over), std::move(output), relation->origin);
    // What the right side made of the function's columns.
    for (auto project = above.rbegin(); project != above.rend(); ++project) {
      bound::Project wide{result, {}};
      std::vector<Attribute> columns_above = left->output;
      for (const Attribute& attribute : columns_above) {
        wide.expressions.push_back({attribute, bound::MakeReference(attribute)});
      }
      for (const bound::NamedExpression& named : (*project)->expressions) {
        wide.expressions.push_back({named.output, OuterAsColumns(named.expression)});
        columns_above.push_back(named.output);
      }
      result = bound::MakeRelation(std::move(wide), std::move(columns_above), relation->origin);
    }
    if (join.condition && !is_true) {
      PythonColumns filtered(result, ids_);
      std::vector<ExpressionPtr> conditions{join.condition};
      filtered.Compute(conditions);
      if (decides) return Restore(OnlyMatches(filtered.relation(), conditions[0], row, left), relation->output);
      result = Filtered(filtered.relation(), conditions, relation->origin);
    }
    return Restore(result, relation->output);
  }

  // Of the rows that one row of the left side gave those that match; where none does, one with nulls.
  RelationPtr OnlyMatches(const RelationPtr& rows, const ExpressionPtr& condition, const Attribute& row,
                          const RelationPtr& left) {
    const ExpressionPtr never = bound::MakeLiteral(DataType::Boolean(), Value{false});
    const Attribute matches{ids_.Next(), "matches", DataType::Boolean(), true, {}, {}};
    const RelationPtr wide =
        AddColumns(rows, {{matches, functions::BindByName("coalesce", {condition, never}, settings_, nullptr)}});
    const Attribute rank{ids_.Next(), "rank", DataType::Int(), false, {}, {}};
    bound::WindowCall number;
    number.function = functions::BindByName("row_number", {}, settings_, nullptr);
    number.partition_by = {bound::MakeReference(row)};
    number.order_by = {{bound::MakeReference(matches), false, false}};
    bound::Window window{wide, {{rank, bound::Make(std::move(number), DataType::Int(), false)}}};
    std::vector<Attribute> ranked = wide->output;
    ranked.push_back(rank);
    const ExpressionPtr first = functions::BindByName(
        "=", {bound::MakeReference(rank), bound::MakeLiteral(DataType::Int(), Value{int64_t{1}})}, settings_, nullptr);
    const RelationPtr kept =
        Filtered(bound::MakeRelation(std::move(window), std::move(ranked)),
                 {functions::BindByName("or", {bound::MakeReference(matches), first}, settings_, nullptr)}, nullptr);
    bound::Project last{kept, {}};
    for (const Attribute& column : rows->output) {
      ExpressionPtr value = bound::MakeReference(column);
      const bool of_left = std::any_of(left->output.begin(), left->output.end(),
                                       [&](const Attribute& have) { return have.id == column.id; });
      if (!of_left) {
        value = functions::BindByName(
            "if", {bound::MakeReference(matches), value, bound::MakeLiteral(column.type, Value{})}, settings_, nullptr);
      }
      last.expressions.push_back({column, std::move(value)});
    }
    return bound::MakeRelation(std::move(last), rows->output);
  }

  static ExpressionPtr OuterAsColumns(const ExpressionPtr& expression) {
    return bound::TransformUp(expression, [](const ExpressionPtr& node) -> ExpressionPtr {
      const auto* outer = node->As<bound::OuterRef>();
      if (!outer) return nullptr;
      return bound::Make(bound::AttributeRef{outer->id, outer->name, outer->qualifier}, node->type, node->nullable,
                         node->origin);
    });
  }

  static void CollectOfSides(const ExpressionPtr& expression, const bound::Join& join, std::vector<ExpressionPtr>& left,
                             std::vector<ExpressionPtr>& right) {
    if (IsPythonCall(*expression)) {
      const bool of_left = ReadsOnly(expression, join.left);
      if (of_left || ReadsOnly(expression, join.right)) {
        (of_left ? left : right).push_back(expression);
        return;
      }
    }
    for (const ExpressionPtr& child : bound::Children(*expression)) CollectOfSides(child, join, left, right);
  }

  static ExpressionPtr ReplaceCalls(const ExpressionPtr& expression,
                                    const std::vector<std::pair<ExpressionPtr, ExpressionPtr>>& replaced) {
    return TransformDown(expression, [&](const ExpressionPtr& node) -> ExpressionPtr {
      for (const auto& [before, after] : replaced) {
        if (before == node) return after;
      }
      return nullptr;
    });
  }

  RelationPtr OfWindow(const RelationPtr& relation, const bound::Window& window) {
    std::vector<ExpressionPtr> expressions;
    for (const bound::NamedExpression& named : window.expressions) expressions.push_back(named.expression);
    PythonColumns columns(window.child, ids_);
    columns.Compute(expressions);
    bound::Window rest;
    std::vector<bound::NamedExpression> python;
    for (size_t i = 0; i < expressions.size(); ++i) {
      const auto& call = *expressions[i]->As<bound::WindowCall>();
      (IsPythonCall(*call.function) ? python : rest.expressions)
          .push_back({window.expressions[i].output, expressions[i]});
    }
    RelationPtr result = python.empty() ? columns.relation() : StagesOfWindow(python, columns, relation->origin);
    if (!rest.expressions.empty()) {
      std::vector<Attribute> output = result->output;
      for (const bound::NamedExpression& named : rest.expressions) output.push_back(named.output);
      rest.child = std::move(result);
      result = bound::MakeRelation(std::move(rest), std::move(output), relation->origin);
    }
    return Restore(result, relation->output);
  }

  // A stage for each frame: the windows of the node have the same groups and order.
  RelationPtr StagesOfWindow(const std::vector<bound::NamedExpression>& windows, PythonColumns& columns,
                             const OriginPtr& origin) {
    struct Part {
      const bound::WindowCall* call = nullptr;
      int32_t eval_type = 0;
      bound::PythonStage stage;
    };
    std::vector<Part> parts;
    for (const bound::NamedExpression& named : windows) {
      const auto& call = *named.expression->As<bound::WindowCall>();
      const auto& python = *call.function->As<bound::PythonCall>();
      bound::PythonFunction function = *python.function;
      if (function.eval_type == bound::kPandasGroupedAggregate) {
        function.eval_type = bound::kPandasWindowAggregate;
      } else if (function.eval_type == bound::kArrowGroupedAggregate) {
        function.eval_type = bound::kArrowWindowAggregate;
      } else {
        ThrowNoPhysicalPlan();
      }
      if (!parts.empty() && parts[0].eval_type != function.eval_type) {
        ThrowNoPhysicalPlan();
      }
      const auto same = [&](const Part& part) { return SameFrame(part.call->frame, call.frame); };
      auto part = std::find_if(parts.begin(), parts.end(), same);
      if (part == parts.end()) {
        part = parts.insert(parts.end(), Part{&call, function.eval_type, {}});
        part->stage.kind = bound::PythonStage::Kind::kWindow;
        part->stage.frame = call.frame;
        part->stage.keys.emplace_back();
        for (const ExpressionPtr& key : call.partition_by) part->stage.keys[0].push_back(columns.Column(key).id);
        for (bound::SortOrder order : call.order_by) {
          order.child = bound::MakeReference(columns.Column(order.child), order.child->origin);
          part->stage.orders.push_back(std::move(order));
        }
      }
      bound::PythonCall with_columns = *columns.WithColumns(call.function)->As<bound::PythonCall>();
      with_columns.function = std::make_shared<const bound::PythonFunction>(std::move(function));
      part->stage.calls.push_back(
          {named.output, bound::Make(std::move(with_columns), named.expression->type, true, named.expression->origin)});
    }
    RelationPtr result = columns.relation();
    for (Part& part : parts) {
      std::vector<Attribute> output = result->output;
      for (const bound::NamedExpression& call : part.stage.calls) output.push_back(call.output);
      part.stage.inputs = {std::move(result)};
      result = bound::MakeRelation(std::move(part.stage), std::move(output), origin);
    }
    return result;
  }

  static bool SameFrame(const bound::WindowFrame& a, const bound::WindowFrame& b) {
    const auto same = [](const bound::FrameBoundary& x, const bound::FrameBoundary& y) {
      if (x.kind != y.kind || !x.offset != !y.offset) return false;
      return !x.offset || bound::SemanticEquals(*x.offset, *y.offset);
    };
    return a.is_rows == b.is_rows && same(a.lower, b.lower) && same(a.upper, b.upper);
  }

  FreshIds& ids_;
  const bound::SessionSettings& settings_;
};

}  // namespace

bool HasPython(const RelationPtr& relation) {
  return AnyRelation(relation, [](const bound::Relation& node) {
    return node.As<bound::PythonStage>() != nullptr || HoldsCalls(node);
  });
}

RelationPtr ExtractPythonCalls(const RelationPtr& relation, const bound::SessionSettings& settings) {
  if (!HasPython(relation)) return relation;
  const RelationPtr pruned = CollapseProjects(PruneColumns(PlaceRows(relation, settings)));
  FreshIds ids(pruned);
  return CollapseProjects(PruneColumns(PushLimits(Extractor(ids, settings).Extract(pruned))));
}

}  // namespace firesteel::optimizer
