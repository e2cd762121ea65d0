#include "optimizer/source_filters.h"

#include <algorithm>
#include <map>
#include <memory>
#include <utility>

#include "base/error.h"
#include "base/overloaded.h"
#include "functions/function.h"
#include "optimizer/python_columns.h"
#include "optimizer/rebuild.h"
#include "optimizer/source_predicates.h"

namespace firesteel::optimizer {
namespace {

using bound::AttributeId;
using bound::ExpressionPtr;
using bound::RelationPtr;

/// A predicate on its way down, in terms of the relation that it has reached.
struct Falling {
  Predicate predicate;
  bool is_handled = false;  // by every source below
};
using Predicates = std::vector<Falling>;

bool ReadsSource(const bound::Relation& relation) {
  const auto* stage = relation.As<bound::PythonStage>();
  return stage && stage->source;
}

/// What a column is below, where it is a column there.
using Renames = std::map<AttributeId, ExpressionPtr>;

std::optional<ExpressionPtr> Renamed(const ExpressionPtr& expression, const Renames& renames) {
  bool are_known = true;
  ExpressionPtr renamed = bound::TransformUp(expression, [&](const ExpressionPtr& node) -> ExpressionPtr {
    const auto* reference = node->As<bound::AttributeRef>();
    if (!reference) return nullptr;
    const auto found = renames.find(reference->id);
    are_known = are_known && found != renames.end();
    return found == renames.end() ? nullptr : found->second;
  });
  if (!are_known) return std::nullopt;
  return renamed;
}

Renames SameColumns(const std::vector<bound::Attribute>& columns) {
  Renames renames;
  for (const bound::Attribute& column : columns) renames[column.id] = bound::MakeReference(column);
  return renames;
}

/// Columns that the list passes on or renames; none where it computes something else each time.
Renames RenamesOf(const std::vector<bound::NamedExpression>& list) {
  Renames renames;
  for (const bound::NamedExpression& named : list) {
    if (IsVolatile(named.expression)) return {};
    const ExpressionPtr& value = WithoutAlias(named.expression);
    if (!bound::AnyOf(value, [](const bound::Expression& e) { return e.As<bound::PythonCall>() || SubqueryOf(e); })) {
      renames[named.output.id] = value;
    }
  }
  return renames;
}

class Pusher {
 public:
  explicit Pusher(const ReadFiltered& read) : read_(read) {}

  RelationPtr Push(const RelationPtr& relation, Predicates& above) {
    if (ReadsSource(*relation)) return PushInto(relation, above);
    const RelationPtr inside = MapExpressions(relation, [&](const ExpressionPtr& expression) {
      return bound::TransformUp(expression, [&](const ExpressionPtr& node) -> ExpressionPtr {
        const RelationPtr* query = SubqueryOf(*node);
        if (!query) return nullptr;
        RelationPtr inner = PushAlone(*query);
        return inner == *query ? nullptr : WithSubquery(*node, std::move(inner));
      });
    });
    return std::visit(
        Overloaded{
            [&](const bound::Filter& x) { return PushFilter(inside, x, above); },
            [&](const bound::Project& x) { return PushRenamed(inside, RenamesOf(x.expressions), above); },
            [&](const bound::Sort&) { return PushSame(inside, above); },
            [&](const bound::Repartition&) { return PushSame(inside, above); },
            [&](const bound::Generate& x) { return PushRenamed(inside, SameColumns(x.child->output), above); },
            [&](const bound::Deduplicate& x) { return PushRenamed(inside, ColumnsNamed(x), above); },
            [&](const bound::Window& x) { return PushRenamed(inside, PartitionColumns(x), above); },
            [&](const bound::Aggregate& x) { return PushRenamed(inside, GroupColumns(x), above); },
            [&](const bound::SetOperation& x) { return PushUnion(inside, x, above); },
            [&](const bound::Join& x) { return PushJoin(inside, x, above); },
            [&](const auto&) { return MapChildren(inside, [&](const RelationPtr& c) { return PushAlone(c); }); }},
        inside->node);
  }

  RelationPtr PushAlone(const RelationPtr& relation) {
    Predicates none;
    return Push(relation, none);
  }

 private:
  RelationPtr PushInto(const RelationPtr& relation, Predicates& above) {
    const auto& stage = *relation->As<bound::PythonStage>();
    std::vector<SourceFilter> filters;
    for (const Falling& falling : above) AppendNotNulls(falling.predicate, filters);
    struct Part {
      size_t begin = 0;
      size_t end = 0;
      bool is_whole = false;
    };
    std::vector<Part> parts;
    for (const Falling& falling : above) {
      Part part{filters.size(), 0, false};
      part.is_whole = AppendFilters(falling.predicate, filters);
      part.end = filters.size();
      parts.push_back(part);
    }
    // What says no more than that a column is not null has been said.
    std::vector<size_t> shown_as(filters.size());
    std::vector<SourceFilter> shown;
    for (size_t i = 0; i < filters.size(); ++i) {
      const auto known = std::find_if(shown.begin(), shown.end(),
                                      [&](const SourceFilter& filter) { return IsSame(filter, filters[i]); });
      shown_as[i] = static_cast<size_t>(known - shown.begin());
      if (known == shown.end()) shown.push_back(filters[i]);
    }
    if (shown.empty()) return relation;
    std::optional<FilteredRead> read = read_(stage, shown);
    if (!read) return relation;
    if (read->is_handled.size() != shown.size()) throw InternalError("a Python data source saw other filters");
    for (size_t p = 0; p < parts.size(); ++p) {
      above[p].is_handled = parts[p].is_whole;
      for (size_t i = parts[p].begin; i < parts[p].end; ++i) {
        above[p].is_handled = above[p].is_handled && read->is_handled[shown_as[i]];
      }
    }
    return ReadBy(relation, stage, std::move(*read));
  }

  static bool IsSame(const SourceFilter& a, const SourceFilter& b) {
    if (a.name != b.name || a.column != b.column || a.is_negated != b.is_negated) return false;
    return a.value == b.value || (a.value && b.value && bound::SemanticEquals(*a.value, *b.value));
  }

  static RelationPtr ReadBy(const RelationPtr& relation, const bound::PythonStage& stage, FilteredRead read) {
    bound::PythonStage changed = stage;
    bound::LocalData partitions;
    for (std::string& pickled : read.partitions) {
      const auto number = static_cast<int64_t>(partitions.rows.size());
      partitions.rows.push_back({Value{number}, Value{BinaryValue{std::move(pickled)}}});
    }
    changed.inputs = {bound::MakeRelation(std::move(partitions), stage.inputs.at(0)->output, stage.inputs[0]->origin)};
    bound::PythonCall call = *stage.calls.at(0).expression->As<bound::PythonCall>();
    bound::PythonFunction function = *call.function;
    function.command = std::move(read.function);
    call.function = std::make_shared<const bound::PythonFunction>(std::move(function));
    const bound::Expression& before = *stage.calls[0].expression;
    changed.calls[0].expression = bound::Make(std::move(call), before.type, before.nullable, before.origin);
    return bound::MakeRelation(std::move(changed), relation->output, relation->origin);
  }

  RelationPtr PushFilter(const RelationPtr& relation, const bound::Filter& filter, Predicates& above) {
    Predicates both;
    for (const Predicate& predicate : PredicatesOf(filter.condition)) both.push_back({predicate});
    const auto own = static_cast<std::ptrdiff_t>(both.size());
    // Where the condition is computed anew each time, nothing falls through it.
    if (!IsVolatile(filter.condition)) both.insert(both.end(), above.begin(), above.end());
    const RelationPtr child = Push(filter.child, both);
    for (size_t i = 0; i + static_cast<size_t>(own) < both.size(); ++i) {
      above[i].is_handled = both[i + static_cast<size_t>(own)].is_handled;
    }
    if (child == filter.child) return relation;
    both.resize(static_cast<size_t>(own));
    if (std::none_of(both.begin(), both.end(), [](const Falling& falling) { return falling.is_handled; })) {
      return MapChildren(relation, [&](const RelationPtr&) { return child; });
    }
    ExpressionPtr rest;
    for (const Falling& falling : both) {
      if (falling.is_handled) continue;
      ExpressionPtr part = falling.predicate.condition;
      if (falling.predicate.is_negated) part = Condition("not", {part});
      rest = rest ? Condition("and", {rest, part}) : part;
    }
    if (!rest) return child;
    return bound::MakeRelation(bound::Filter{child, rest}, relation->output, relation->origin);
  }

  static ExpressionPtr Condition(const char* function, std::vector<ExpressionPtr> arguments) {
    const bool nullable =
        std::any_of(arguments.begin(), arguments.end(), [](const ExpressionPtr& each) { return each->nullable; });
    bound::Call call{functions::Find(function), std::move(arguments), EvalMode::kAnsi, {}};
    return bound::Make(std::move(call), DataType::Boolean(), nullable);
  }

  RelationPtr PushRenamed(const RelationPtr& relation, const Renames& renames, Predicates& above) {
    const RelationPtr child = bound::Children(*relation).at(0);
    Predicates below;
    std::vector<size_t> places;
    for (size_t i = 0; i < above.size(); ++i) {
      std::optional<ExpressionPtr> renamed = Renamed(above[i].predicate.condition, renames);
      if (!renamed) continue;
      below.push_back({{std::move(*renamed), above[i].predicate.is_negated}});
      places.push_back(i);
    }
    const RelationPtr pushed = Push(child, below);
    for (size_t i = 0; i < places.size(); ++i) above[places[i]].is_handled = below[i].is_handled;
    return MapChildren(relation, [&](const RelationPtr&) { return pushed; });
  }

  RelationPtr PushSame(const RelationPtr& relation, Predicates& above) {
    return PushRenamed(relation, SameColumns(relation->output), above);
  }

  static Renames ColumnsNamed(const bound::Deduplicate& node) {
    Renames renames;
    for (const bound::Attribute& column : node.child->output) {
      if (std::find(node.keys.begin(), node.keys.end(), column.id) != node.keys.end()) {
        renames[column.id] = bound::MakeReference(column);
      }
    }
    return renames;
  }

  /// Columns by which every window parts the rows.
  static Renames PartitionColumns(const bound::Window& node) {
    Renames renames = SameColumns(node.child->output);
    for (const bound::NamedExpression& named : node.expressions) {
      const auto& parts = named.expression->As<bound::WindowCall>()->partition_by;
      std::erase_if(renames, [&](const auto& column) {
        return std::none_of(parts.begin(), parts.end(), [&](const ExpressionPtr& part) {
          const auto* reference = part->As<bound::AttributeRef>();
          return reference && reference->id == column.first;
        });
      });
    }
    return renames;
  }

  static Renames GroupColumns(const bound::Aggregate& node) {
    if (!node.grouping_sets.empty() || node.groups.empty()) return {};
    const Renames groups = RenamesOf(node.groups);
    Renames renames;
    for (const bound::NamedExpression& output : node.outputs) {
      const bool aggregates = bound::AnyOf(output.expression, [](const bound::Expression& e) {
        return e.As<bound::AggregateCall>() || e.As<bound::PythonCall>() || SubqueryOf(e);
      });
      if (aggregates || IsVolatile(output.expression)) continue;
      if (std::optional<ExpressionPtr> value = Renamed(WithoutAlias(output.expression), groups)) {
        renames[output.output.id] = std::move(*value);
      }
    }
    return renames;
  }

  RelationPtr PushUnion(const RelationPtr& relation, const bound::SetOperation& node, Predicates& above) {
    const bool is_union = node.kind == bound::SetOperation::Kind::kUnion;
    for (Falling& falling : above) falling.is_handled = is_union;
    return MapChildren(relation, [&](const RelationPtr& input) {
      if (!is_union) return PushAlone(input);
      Renames renames;
      for (size_t i = 0; i < input->output.size(); ++i) {
        renames[relation->output[i].id] = bound::MakeReference(input->output[i]);
      }
      Predicates below = above;
      for (Falling& falling : below) {
        // The columns of a union are columns of each input.
        falling.predicate.condition = Renamed(falling.predicate.condition, renames).value();
        falling.is_handled = false;
      }
      RelationPtr pushed = Push(input, below);
      for (size_t i = 0; i < above.size(); ++i) above[i].is_handled = above[i].is_handled && below[i].is_handled;
      return pushed;
    });
  }

  /// Conditions of columns of one side fall into it, where that side's rows are not filled up with nulls.
  RelationPtr PushJoin(const RelationPtr& relation, const bound::Join& node, Predicates& above) {
    using Type = bound::Join::Type;
    const bool is_inner = node.type == Type::kInner || node.type == Type::kCross;
    const bool is_semi = node.type == Type::kLeftSemi;
    const auto push = [&](const RelationPtr& side, bool is_filled, bool takes_condition) {
      const Renames columns = SameColumns(side->output);
      Predicates below;
      std::vector<size_t> places;
      for (size_t i = 0; i < above.size(); ++i) {
        if (!Renamed(above[i].predicate.condition, columns)) continue;
        // A side that is filled up with nulls: what no null passes may fall, but must be asked again above.
        if (is_filled && !RejectsNull(above[i].predicate)) continue;
        below.push_back({above[i].predicate});
        if (!is_filled) places.push_back(i);
      }
      const size_t taken = places.size();
      // The condition stays where it is, whatever the source makes of it.
      if (takes_condition && node.condition) AddOfSide(PredicatesOf(node.condition), columns, below);
      RelationPtr pushed = Push(side, below);
      for (size_t i = 0; i < taken; ++i) above[places[i]].is_handled = below[i].is_handled;
      return pushed;
    };
    bound::Join joined = node;
    const bool fills_left = node.type == Type::kRightOuter || node.type == Type::kFullOuter;
    const bool fills_right = node.type == Type::kLeftOuter || node.type == Type::kFullOuter;
    joined.left = push(node.left, fills_left, is_inner || is_semi || node.type == Type::kRightOuter);
    if (node.lateral) {
      joined.right = PushAlone(node.right);
    } else {
      const bool takes = is_inner || is_semi || node.type == Type::kLeftOuter || node.type == Type::kLeftAnti;
      joined.right = push(node.right, fills_right, takes);
    }
    if (joined.left == node.left && joined.right == node.right) return relation;
    return bound::MakeRelation(std::move(joined), relation->output, relation->origin);
  }

  static bool RejectsNull(const Predicate& predicate) {
    std::vector<SourceFilter> not_null;
    AppendNotNulls(predicate, not_null);
    return !not_null.empty();
  }

  /// The parts of columns of the side; then, of equalities with the other side, that the columns are not null.
  static void AddOfSide(const std::vector<Predicate>& parts, const Renames& columns, Predicates& below) {
    for (const Predicate& part : parts) {
      if (Renamed(part.condition, columns)) below.push_back({part});
    }
    for (const Predicate& part : parts) {
      const auto* call = part.condition->As<bound::Call>();
      if (part.is_negated || !call || call->function->name != "=" || Renamed(part.condition, columns)) continue;
      for (const ExpressionPtr& argument : call->arguments) {
        if (Renamed(argument, columns)) below.push_back({{Condition("isnotnull", {argument}), false}});
      }
    }
  }

  const ReadFiltered& read_;
};

}  // namespace

RelationPtr PushSourceFilters(const RelationPtr& plan, const ReadFiltered& read) {
  if (!AnyRelation(plan, ReadsSource)) return plan;
  return Pusher(read).PushAlone(plan);
}

}  // namespace firesteel::optimizer
