#include "optimizer/place_rows.h"

#include <algorithm>
#include <random>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "functions/binding/binding.h"
#include "optimizer/partition_facts.h"
#include "optimizer/projection.h"
#include "optimizer/rebuild.h"

namespace firesteel::optimizer {
namespace {

using bound::Attribute;
using bound::ExpressionPtr;
using bound::RelationPtr;

bool IsPlaced(const bound::Expression& node) {
  const auto* call = node.As<bound::Call>();
  if (!call) return false;
  const std::string_view name = call->function->name;
  if (name == "rand" || name == "uuid") return !call->arguments.empty();
  return name == "distributed_sequence_id" || name == "randn" || name == "uniform" || name == "randstr" ||
         name == "monotonically_increasing_id" || name == "distributed_id" || name == "spark_partition_id";
}

bool HasPlaced(const ExpressionPtr& expression) { return bound::AnyOf(expression, IsPlaced); }

bool HasPlaced(const bound::Relation& relation) {
  for (const ExpressionPtr& expression : bound::Expressions(relation)) {
    if (HasPlaced(expression)) return true;
  }
  return false;
}

/// What Spark builds for each partition and merges, so that it depends on the partitions: the bytes of sketches, and
/// whether a sum of intervals overflows on its way.
bool IsDivided(const bound::Expression& node) {
  const auto* call = node.As<bound::AggregateCall>();
  if (!call || call->is_distinct) return false;
  const std::string_view name = call->function->name;
  if (name == "sum" || name == "avg" || name == "try_sum" || name == "try_avg") {
    return call->arguments.size() == 1 && call->arguments[0]->type.IsAnsiInterval();
  }
  return name == "hll_sketch_agg" || name == "approx_top_k" || name == "approx_top_k_accumulate" ||
         name.starts_with("tuple_sketch_agg_") || name.starts_with("kll_sketch_agg_");
}

bool HasDivided(const bound::Relation& relation) {
  for (const ExpressionPtr& expression : bound::Expressions(relation)) {
    if (bound::AnyOf(expression, IsDivided)) return true;
  }
  return false;
}

/// The sketches among a relation's expressions with one more argument: the row's partition, a short.
RelationPtr WithPartition(const RelationPtr& relation, const ExpressionPtr& partition) {
  return MapExpressions(relation, [&](const ExpressionPtr& expression) -> ExpressionPtr {
    return bound::TransformUp(expression, [&](const ExpressionPtr& node) -> ExpressionPtr {
      if (!IsDivided(*node)) return nullptr;
      bound::AggregateCall call = *node->As<bound::AggregateCall>();
      call.arguments.push_back(partition);
      return bound::Make(std::move(call), node->type, node->nullable, node->origin);
    });
  });
}

bool Concerns(const bound::Relation& relation) {
  if (relation.As<bound::Sample>() || HasDivided(relation)) return true;
  for (const ExpressionPtr& expression : bound::Expressions(relation)) {
    const bool found = bound::AnyOf(expression, [](const bound::Expression& node) {
      const RelationPtr* query = SubqueryOf(node);
      return IsPlaced(node) || (query && Concerns(**query));
    });
    if (found) return true;
  }
  for (const RelationPtr& child : bound::Children(relation)) {
    if (Concerns(*child)) return true;
  }
  return false;
}

/// Client data under projections, filters and limits: Spark computes all of it while it plans, as one partition.
bool IsLocal(const bound::Relation& relation) {
  if (relation.As<bound::LocalData>() || relation.As<bound::OneRow>()) return true;
  const bool through = relation.As<bound::Project>() || relation.As<bound::Filter>() || relation.As<bound::Limit>();
  return through && IsLocal(*bound::Children(relation).at(0));
}

/// A relation whose rows have places: where they stand as expressions over its columns.
struct Tracked {
  RelationPtr relation;
  ExpressionPtr partition;        ///< int
  ExpressionPtr order;            ///< long; grows over all partitions, not always without gaps
  ExpressionPtr row;              ///< long; from 0 in each partition. Null: to be counted from `order`
  ExpressionPtr sequence;         ///< long; from 0 over all rows. Null: not counted yet
  std::vector<Attribute> places;  ///< the columns that these three name
  int32_t partitions = 1;
};

class Placer {
 public:
  explicit Placer(const bound::SessionSettings& settings) : settings_(settings) {}

  /// The same output without places.
  RelationPtr Rewrite(const RelationPtr& relation);
  Partitioned Partition(const RelationPtr& relation);

 private:
  Tracked Track(const RelationPtr& relation);
  Tracked TrackNode(const RelationPtr& relation);
  Tracked Single(const RelationPtr& rewritten);
  Tracked Sliced(const RelationPtr& rewritten, int32_t parts);
  Tracked SlicedRange(const RelationPtr& relation, int32_t parts);
  /// The input of a projection or filter.
  Tracked TrackInput(const RelationPtr& child) { return IsLocal(*child) ? Single(Rewrite(child)) : Track(child); }

  Tracked OverProject(const RelationPtr& relation, const bound::Project& node, Tracked input);
  Tracked OverFilter(const RelationPtr& relation, const bound::Filter& node, Tracked input);
  Tracked OverSort(const RelationPtr& relation, const bound::Sort& node);
  Tracked OverRepartition(const RelationPtr& relation, const bound::Repartition& node);
  Tracked OverUnion(const RelationPtr& relation, const bound::SetOperation& node);
  Tracked OverSample(const RelationPtr& relation, const bound::Sample& node);
  RelationPtr PullOut(const RelationPtr& relation);
  /// Tells sketches in which partition each row is, where that is cheap to know.
  RelationPtr Divide(const RelationPtr& relation);

  /// Makes sure that the row's number is there.
  void Count(Tracked& tracked);
  /// Renumbers in the order in which the rows come.
  void Reorder(Tracked& tracked);
  ExpressionPtr Replace(const ExpressionPtr& expression, Tracked& tracked);
  ExpressionPtr Placed(const bound::Expression& call, const Tracked& tracked);
  RelationPtr RewriteSubqueries(const RelationPtr& relation);

  Attribute NewAttribute(const char* name, DataType type) { return {++last_id_, name, std::move(type), false, {}, {}}; }
  ExpressionPtr Call(std::string_view name, std::vector<ExpressionPtr> arguments) {
    return functions::BindByName(name, std::move(arguments), settings_, nullptr);
  }
  static ExpressionPtr Long(int64_t value) { return bound::MakeLiteral(DataType::Long(), Value{value}); }
  static ExpressionPtr Int(int64_t value) { return bound::MakeLiteral(DataType::Int(), Value{value}); }
  static ExpressionPtr Double(double value) { return bound::MakeLiteral(DataType::Double(), Value{value}); }

  const bound::SessionSettings& settings_;
  bound::AttributeId last_id_ = int64_t{1} << 42;  // above every id of the analysis
};

std::vector<Attribute> Join(std::vector<Attribute> output, const std::vector<Attribute>& more) {
  output.insert(output.end(), more.begin(), more.end());
  return output;
}

Tracked Placer::Single(const RelationPtr& rewritten) {
  Tracked tracked;
  tracked.relation = rewritten;
  Reorder(tracked);
  tracked.partition = Int(0);
  tracked.row = tracked.order;
  return tracked;
}

void Placer::Reorder(Tracked& tracked) {
  const Attribute index = NewAttribute("index", DataType::Long());
  std::vector<Attribute> output = tracked.relation->output;
  output.push_back(index);
  tracked.relation = bound::MakeRelation(bound::RowIndex{tracked.relation, index, std::nullopt}, std::move(output));
  tracked.places.push_back(index);
  tracked.order = bound::MakeReference(index);
  tracked.row = nullptr;
  tracked.sequence = nullptr;
}

Tracked Placer::SlicedRange(const RelationPtr& relation, int32_t parts) {
  const bound::Range& range = *relation->As<bound::Range>();
  const int128_t distance = static_cast<int128_t>(range.end) - range.start;
  const int128_t last = distance + (range.step > 0 ? range.step - 1 : range.step + 1);
  const auto rows = static_cast<int64_t>(std::max<int128_t>(0, last / range.step));
  Tracked tracked;
  tracked.partitions = parts;
  const Attribute index = NewAttribute("index", DataType::Long());
  const Attribute& id = relation->output.at(0);
  bound::Project project{relation, {{id, bound::MakeReference(id)}}};
  ExpressionPtr index_of_row = bound::MakeReference(id);
  if (range.start != 0) index_of_row = Call("-", {std::move(index_of_row), Long(range.start)});
  if (range.step != 1) index_of_row = Call("div", {std::move(index_of_row), Long(range.step)});
  project.expressions.push_back({index, std::move(index_of_row)});
  tracked.relation = bound::MakeRelation(std::move(project), Join(relation->output, {index}));
  tracked.places = {index};
  tracked.order = bound::MakeReference(index);
  tracked.partition = Call("partition_of", {tracked.order, Long(rows), Int(parts)});
  tracked.row = Call("row_in_partition", {tracked.order, Long(rows), Int(parts)});
  return tracked;
}

Tracked Placer::Sliced(const RelationPtr& rewritten, int32_t parts) {
  if (parts <= 1) return Single(rewritten);
  Tracked tracked;
  tracked.partitions = parts;
  if (const auto* range = rewritten->As<bound::Range>(); range && IsNarrow(*range))
    return SlicedRange(rewritten, parts);
  const Attribute index = NewAttribute("index", DataType::Long());
  const Attribute count = NewAttribute("count", DataType::Long());
  tracked.relation =
      bound::MakeRelation(bound::RowIndex{rewritten, index, count}, Join(rewritten->output, {index, count}));
  tracked.places = {index, count};
  tracked.order = bound::MakeReference(index);
  // Client data of few rows has a partition for each of them, no more.
  ExpressionPtr slices = Int(parts);
  if (!rewritten->As<bound::Range>()) {
    slices = bound::MakeCast(Call("least", {bound::MakeReference(count), Long(parts)}), DataType::Int(),
                             EvalMode::kLegacy, true);
  }
  tracked.partition = Call("partition_of", {tracked.order, bound::MakeReference(count), slices});
  tracked.row = Call("row_in_partition", {tracked.order, bound::MakeReference(count), slices});
  return tracked;
}

void Placer::Count(Tracked& tracked) {
  if (tracked.row) return;
  const Attribute number = NewAttribute("number", DataType::Int());
  const functions::Function* function = functions::Find("row_number");
  if (!function) throw InternalError("the catalogue has no row_number");
  bound::WindowCall call;
  call.function = bound::Make(bound::Call{function, {}, EvalMode::kAnsi, ""}, DataType::Int(), false);
  if (!tracked.partition->As<bound::Literal>()) call.partition_by = {tracked.partition};
  call.order_by = {{tracked.order, true, true}};
  bound::Window window{tracked.relation, {{number, bound::Make(std::move(call), DataType::Int(), false)}}};
  tracked.relation = bound::MakeRelation(std::move(window), Join(tracked.relation->output, {number}));
  tracked.places.push_back(number);
  tracked.row =
      Call("-", {bound::MakeCast(bound::MakeReference(number), DataType::Long(), EvalMode::kLegacy, true), Long(1)});
}

ExpressionPtr Placer::Placed(const bound::Expression& expression, const Tracked& tracked) {
  const bound::Call& call = *expression.As<bound::Call>();
  const std::string_view name = call.function->name;
  if (name == "spark_partition_id") return tracked.partition;
  if (name == "distributed_sequence_id") return tracked.sequence;
  if (name == "monotonically_increasing_id" || name == "distributed_id")
    return Call("row_id", {tracked.partition, tracked.row});
  const auto seed = [&](size_t index) {
    if (index < call.arguments.size()) return call.arguments[index];
    std::random_device random;
    return Long(static_cast<int64_t>(static_cast<uint64_t>(random()) << 32 | random()));
  };
  if (name == "randstr") {
    return Call("randstr_at", {call.arguments[0], seed(1), tracked.partition, tracked.row});
  }
  if (name == "uuid") return Call("uuid_at", {seed(0), tracked.partition, tracked.row});
  if (name != "uniform") {
    return Call(name == "rand" ? "rand_at" : "randn_at", {seed(0), tracked.partition, tracked.row});
  }
  // min + (max − min) · rand(seed), in doubles.
  for (size_t i = 0; i < 2; ++i) {
    if (call.arguments[i]->type.Is(TypeKind::kNull)) return bound::MakeLiteral(expression.type, Value{});
  }
  const EvalMode mode = settings_.ansi ? EvalMode::kAnsi : EvalMode::kLegacy;
  const ExpressionPtr min = bound::MakeCast(call.arguments[0], DataType::Double(), mode, true);
  const ExpressionPtr max = bound::MakeCast(call.arguments[1], DataType::Double(), mode, true);
  const ExpressionPtr random = Call("rand_at", {seed(2), tracked.partition, tracked.row});
  const ExpressionPtr value = Call("+", {min, Call("*", {Call("-", {max, min}), random})});
  return bound::MakeCast(value, expression.type, mode, true);
}

ExpressionPtr Placer::Replace(const ExpressionPtr& expression, Tracked& tracked) {
  if (!HasPlaced(expression)) return expression;
  const bool has_sequence = bound::AnyOf(expression, [](const bound::Expression& node) {
    const auto* call = node.As<bound::Call>();
    return call && call->function->name == "distributed_sequence_id";
  });
  if (has_sequence && !tracked.sequence) {
    ExpressionPtr order = tracked.order;
    ExpressionPtr row = tracked.row;
    Reorder(tracked);
    tracked.sequence = std::exchange(tracked.order, std::move(order));
    tracked.row = std::move(row);
  }
  Count(tracked);
  return bound::TransformUp(expression, [&](const ExpressionPtr& node) -> ExpressionPtr {
    return IsPlaced(*node) ? Placed(*node, tracked) : nullptr;
  });
}

Tracked Placer::OverProject(const RelationPtr& relation, const bound::Project& node, Tracked input) {
  bound::Project project{nullptr, {}};
  for (const bound::NamedExpression& named : node.expressions) {
    project.expressions.push_back({named.output, Replace(named.expression, input)});
  }
  for (const Attribute& place : input.places) {
    project.expressions.push_back({place, bound::MakeReference(place)});
  }
  project.child = input.relation;
  input.relation = bound::MakeRelation(std::move(project), Join(relation->output, input.places), relation->origin);
  return input;
}

Tracked Placer::OverFilter(const RelationPtr& relation, const bound::Filter& node, Tracked input) {
  bound::Filter filter{nullptr, Replace(node.condition, input)};
  filter.child = input.relation;
  input.relation = bound::MakeRelation(std::move(filter), input.relation->output, relation->origin);
  input.row = nullptr;
  input.sequence = nullptr;
  return input;
}

Tracked Placer::OverSort(const RelationPtr& relation, const bound::Sort& node) {
  if (node.is_global) return Single(Rewrite(relation));
  Tracked tracked = Track(node.child);
  const Attribute number = NewAttribute("number", DataType::Int());
  bound::WindowCall call;
  call.function =
      bound::Make(bound::Call{functions::Find("row_number"), {}, EvalMode::kAnsi, ""}, DataType::Int(), false);
  if (!tracked.partition->As<bound::Literal>()) call.partition_by = {tracked.partition};
  call.order_by = node.orders;
  call.order_by.push_back({tracked.order, true, true});
  bound::Window window{tracked.relation, {{number, bound::Make(std::move(call), DataType::Int(), false)}}};
  tracked.relation = bound::MakeRelation(std::move(window), Join(tracked.relation->output, {number}), relation->origin);
  tracked.places.push_back(number);
  tracked.row =
      Call("-", {bound::MakeCast(bound::MakeReference(number), DataType::Long(), EvalMode::kLegacy, true), Long(1)});
  tracked.order = Call("row_id", {tracked.partition, tracked.row});
  tracked.relation =
      bound::MakeRelation(bound::Sort{tracked.relation, {{tracked.order, true, true}}, true}, tracked.relation->output);
  return tracked;
}

Tracked Placer::OverRepartition(const RelationPtr& relation, const bound::Repartition& node) {
  if (!node.num_partitions || *node.num_partitions <= 1) return Single(Rewrite(relation));
  Tracked tracked = Track(node.child);
  const int32_t wanted = *node.num_partitions;
  if (!node.shuffle) {
    if (wanted >= tracked.partitions) return tracked;
    // Neighbouring partitions are put together.
    const ExpressionPtr old = bound::MakeCast(tracked.partition, DataType::Long(), EvalMode::kLegacy, true);
    tracked.partition = Call("partition_of", {old, Long(tracked.partitions), Int(wanted)});
    tracked.partitions = wanted;
    tracked.row = nullptr;
    return tracked;
  }
  // By Spark's hash; without expressions in turns.
  ExpressionPtr number = tracked.order;
  if (!node.expressions.empty()) {
    const auto* call = node.expressions[0]->As<bound::Call>();
    const bool direct = call && call->function->name == "direct_shuffle_partition_id";
    number = direct ? call->arguments[0] : Call("hash", node.expressions);
  }
  const ExpressionPtr parts = bound::MakeLiteral(number->type, Value{int64_t{wanted}});
  const Attribute partition = NewAttribute("partition", DataType::Int());
  const ExpressionPtr value = bound::MakeCast(Call("pmod", {number, parts}), DataType::Int(), EvalMode::kLegacy, true);
  bound::Project project{tracked.relation, {}};
  for (const Attribute& attribute : tracked.relation->output) {
    project.expressions.push_back({attribute, bound::MakeReference(attribute)});
  }
  project.expressions.push_back({partition, value});
  tracked.relation = bound::MakeRelation(std::move(project), Join(tracked.relation->output, {partition}));
  tracked.places.push_back(partition);
  tracked.partition = bound::MakeReference(partition);
  tracked.partitions = wanted;
  tracked.row = nullptr;
  return tracked;
}

Tracked Placer::OverUnion(const RelationPtr& relation, const bound::SetOperation& node) {
  if (node.kind != bound::SetOperation::Kind::kUnion || !node.all) return Single(Rewrite(relation));
  const Attribute partition = NewAttribute("partition", DataType::Int());
  const Attribute row = NewAttribute("row", DataType::Long());
  Tracked result;
  result.partitions = 0;
  bound::SetOperation all = node;
  for (RelationPtr& input : all.inputs) {
    Tracked tracked = Track(input);
    Count(tracked);
    bound::Project project{nullptr, {}};
    std::vector<Attribute> output;
    for (const Attribute& attribute : input->output) {
      project.expressions.push_back({attribute, bound::MakeReference(attribute)});
      output.push_back(attribute);
    }
    output.push_back(NewAttribute("partition", DataType::Int()));
    project.expressions.push_back({output.back(), Call("+", {tracked.partition, Int(result.partitions)})});
    output.push_back(NewAttribute("row", DataType::Long()));
    project.expressions.push_back({output.back(), tracked.row});
    project.child = tracked.relation;
    input = bound::MakeRelation(std::move(project), std::move(output));
    result.partitions += tracked.partitions;
  }
  result.places = {partition, row};
  result.relation = bound::MakeRelation(std::move(all), Join(relation->output, result.places), relation->origin);
  result.partition = bound::MakeReference(partition);
  result.row = bound::MakeReference(row);
  result.order = Call("row_id", {result.partition, result.row});
  return result;
}

Tracked Placer::OverSample(const RelationPtr& relation, const bound::Sample& node) {
  Tracked tracked = Track(node.child);
  Count(tracked);
  const ExpressionPtr seed = Long(node.seed);
  if (!node.with_replacement) {
    ExpressionPtr taken = Call(
        "bernoulli_at", {Double(node.lower_bound), Double(node.upper_bound), seed, tracked.partition, tracked.row});
    bound::Filter filter{tracked.relation, std::move(taken)};
    tracked.relation = bound::MakeRelation(std::move(filter), tracked.relation->output, relation->origin);
    tracked.row = nullptr;
    tracked.sequence = nullptr;
    return tracked;
  }
  const ExpressionPtr times =
      Call("poisson_at", {Double(node.upper_bound - node.lower_bound), seed, tracked.partition, tracked.row});
  const ExpressionPtr copies = Call("array_repeat", {Int(0), times});
  const Attribute copy = NewAttribute("copy", DataType::Int());
  bound::Generate generate{tracked.relation, Call("explode", {copies}), false, {copy}};
  tracked.relation = bound::MakeRelation(std::move(generate), Join(tracked.relation->output, {copy}), relation->origin);
  Reorder(tracked);
  return tracked;
}

Tracked Placer::TrackNode(const RelationPtr& relation) {
  if (const auto* range = relation->As<bound::Range>()) return Sliced(relation, range->num_partitions);
  if (const auto* project = relation->As<bound::Project>()) {
    return OverProject(relation, *project, TrackInput(project->child));
  }
  if (const auto* filter = relation->As<bound::Filter>()) {
    return OverFilter(relation, *filter, TrackInput(filter->child));
  }
  if (const auto* sort = relation->As<bound::Sort>()) return OverSort(relation, *sort);
  if (const auto* repartition = relation->As<bound::Repartition>()) return OverRepartition(relation, *repartition);
  if (const auto* set = relation->As<bound::SetOperation>()) return OverUnion(relation, *set);
  if (const auto* sample = relation->As<bound::Sample>()) return OverSample(relation, *sample);
  if (const auto* metrics = relation->As<bound::CollectMetrics>()) return Track(metrics->child);
  if (const auto* generate = relation->As<bound::Generate>(); generate && !HasPlaced(*relation)) {
    Tracked tracked = Track(generate->child);
    bound::Generate copy = *generate;
    copy.child = tracked.relation;
    // Spark's Generate may leave columns out; here they all pass.
    tracked.relation = bound::MakeRelation(std::move(copy), Join(relation->output, tracked.places), relation->origin);
    Reorder(tracked);
    return tracked;
  }
  return Single(Rewrite(relation));
}

Tracked Placer::Track(const RelationPtr& relation) {
  if (IsLocal(*relation)) return Sliced(Rewrite(relation), settings_.default_parallelism);
  return TrackNode(relation);
}

/// Sorts, windows and the like over expressions that need places: those are computed in a projection below, as in
/// Spark.
RelationPtr Placer::PullOut(const RelationPtr& relation) {
  const std::vector<RelationPtr> children = bound::Children(*relation);
  if (children.size() != 1) {
    ThrowUnsupported("a random function in this place (it needs a row's place in Spark's partitions)",
                     relation->origin);
  }
  if (const auto* aggregate = relation->As<bound::Aggregate>()) {
    for (const bound::NamedExpression& named : aggregate->outputs) {
      if (HasPlaced(named.expression)) {
        ThrowUnsupported("a random function with a seed beside aggregates", named.expression->origin);
      }
    }
  }
  Tracked input = TrackInput(children[0]);
  bound::Project project{nullptr, {}};
  std::vector<Attribute> output = children[0]->output;
  for (const Attribute& attribute : output) project.expressions.push_back({attribute, bound::MakeReference(attribute)});
  RelationPtr replaced = MapExpressions(relation, [&](const ExpressionPtr& expression) -> ExpressionPtr {
    if (!HasPlaced(expression)) return expression;
    return bound::TransformUp(expression, [&](const ExpressionPtr& node) -> ExpressionPtr {
      if (!IsPlaced(*node)) return nullptr;
      const Attribute column = NewAttribute("_nondeterministic", node->type);
      project.expressions.push_back({column, Replace(node, input)});
      output.push_back(column);
      return bound::MakeReference(column);
    });
  });
  project.child = input.relation;
  RelationPtr child = bound::MakeRelation(std::move(project), output);
  replaced = MapChildren(replaced, [&](const RelationPtr&) { return child; });
  if (relation->As<bound::Aggregate>()) return replaced;
  // The added columns pass through; they end here.
  bound::Relation wide = *replaced;
  for (size_t i = children[0]->output.size(); i < output.size(); ++i) wide.output.push_back(output[i]);
  return Select(std::make_shared<const bound::Relation>(std::move(wide)), relation->output);
}

RelationPtr Placer::Divide(const RelationPtr& relation) {
  const ExpressionPtr one = bound::MakeLiteral(DataType::Short(), Value{int64_t{-1}});
  const auto rewrite = [&](const RelationPtr& child) { return Rewrite(child); };
  if (relation->As<bound::Window>()) return MapChildren(WithPartition(relation, one), rewrite);
  const auto* aggregate = relation->As<bound::Aggregate>();
  const Division division = aggregate ? DivisionOf(*aggregate->child) : Division::kUnknown;
  if (division == Division::kUnknown) return MapChildren(relation, rewrite);
  if (division == Division::kOne) return MapChildren(WithPartition(relation, one), rewrite);
  const RelationPtr& child = aggregate->child;
  const Tracked input = Track(child);
  const Attribute column = NewAttribute("partition", DataType::Short());
  bound::Project project{input.relation, {}};
  for (const Attribute& attribute : child->output) {
    project.expressions.push_back({attribute, bound::MakeReference(attribute)});
  }
  project.expressions.push_back(
      {column,
       input.partitions == 1 ? one : bound::MakeCast(input.partition, DataType::Short(), EvalMode::kLegacy, true)});
  const RelationPtr divided = bound::MakeRelation(std::move(project), Join(child->output, {column}));
  return MapChildren(WithPartition(relation, bound::MakeReference(column)),
                     [&](const RelationPtr&) { return divided; });
}

RelationPtr Placer::RewriteSubqueries(const RelationPtr& relation) {
  return MapExpressions(relation, [&](const ExpressionPtr& expression) {
    return bound::TransformUp(expression, [&](const ExpressionPtr& node) -> ExpressionPtr {
      const RelationPtr* query = SubqueryOf(*node);
      if (!query || !Concerns(**query)) return nullptr;
      return WithSubquery(*node, Rewrite(*query));
    });
  });
}

RelationPtr Placer::Rewrite(const RelationPtr& original) {
  if (!Concerns(*original)) return original;
  const RelationPtr relation = RewriteSubqueries(original);
  const bool placed = HasPlaced(*relation);
  if (const auto* sample = relation->As<bound::Sample>()) {
    return Select(OverSample(relation, *sample).relation, relation->output);
  }
  if (placed && relation->As<bound::Project>()) {
    const auto& project = *relation->As<bound::Project>();
    return Select(OverProject(relation, project, TrackInput(project.child)).relation, relation->output);
  }
  if (placed && relation->As<bound::Filter>()) {
    const auto& filter = *relation->As<bound::Filter>();
    return Select(OverFilter(relation, filter, TrackInput(filter.child)).relation, relation->output);
  }
  if (placed) return PullOut(relation);
  if (HasDivided(*relation)) return Divide(relation);
  return MapChildren(relation, [&](const RelationPtr& child) { return Rewrite(child); });
}

Partitioned Placer::Partition(const RelationPtr& relation) {
  Tracked tracked = IsLocal(*relation) ? Sliced(Rewrite(relation), settings_.default_parallelism) : Track(relation);
  Partitioned result{nullptr, NewAttribute("partition", DataType::Int()), tracked.partitions};
  std::vector<Attribute> output = relation->output;
  bound::Project project{tracked.relation, {}};
  for (const Attribute& attribute : output) project.expressions.push_back({attribute, bound::MakeReference(attribute)});
  output.push_back(result.partition);
  project.expressions.push_back({result.partition, tracked.partition});
  if (!Shuffles(*relation)) {
    result.relation = bound::MakeRelation(std::move(project), std::move(output));
    return result;
  }
  const Attribute order = NewAttribute("order", DataType::Long());
  project.expressions.push_back({order, tracked.order});
  RelationPtr rows = bound::MakeRelation(std::move(project), Join(output, {order}));
  bound::Sort sort{rows,
                   {{bound::MakeReference(result.partition), true, true}, {bound::MakeReference(order), true, true}}};
  result.relation = Select(bound::MakeRelation(std::move(sort), rows->output), output);
  return result;
}

}  // namespace

std::optional<Partitioned> WithPartitions(const RelationPtr& relation, const bound::SessionSettings& settings) {
  if (!HasKnownPartitions(*relation)) return std::nullopt;
  return Placer(settings).Partition(relation);
}

bound::RelationPtr PlaceRows(const bound::RelationPtr& relation, const bound::SessionSettings& settings) {
  return Concerns(*relation) ? Placer(settings).Rewrite(relation) : relation;
}

}  // namespace firesteel::optimizer
