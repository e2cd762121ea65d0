#include "bound/canonical.h"

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <map>
#include <utility>
#include <vector>

#include "base/overloaded.h"
#include "types/type_text.h"
#include "types/value_text.h"

namespace firesteel::bound {
namespace {

std::string Digest(const std::string& text) {
  const std::hash<std::string> hash;
  char digits[40];
  std::snprintf(digits, sizeof digits, "%016zx%016zx", hash(text), hash("second:" + text));
  return digits;
}

/// As Digest, for what may be gigabytes: read in pieces, whose memory goes back at once.
std::string DigestOfData(const SharedBytes& data) {
  constexpr size_t kPiece = size_t{16} << 20;
  std::string digests;
  std::string_view rest = data->view();
  do {
    const SharedBytes piece = Bytes::Part(data, rest.substr(0, kPiece));
    const size_t hash = std::hash<std::string_view>()(piece->view());
    // More bits than one hash has.
    const size_t half = piece->size() / 2;
    const size_t second = std::hash<std::string_view>()(piece->view().substr(half));
    const size_t first = std::hash<std::string_view>()(piece->view().substr(0, half));
    digests += std::to_string(hash) + "," + std::to_string(second) + "," + std::to_string(first) + ";";
    rest.remove_prefix(piece->size());
    piece->ReleasePages();
  } while (!rest.empty());
  return Digest(std::to_string(data->size()) + ":" + digests);
}

/// Lengths make lists of texts unambiguous.
std::string Quoted(const std::string& text) { return std::to_string(text.size()) + ":" + text; }

using Names = std::map<AttributeId, std::string>;

class Canonicalizer {
 public:
  Canonicalizer(std::string salt, Digests& digests) : salt_(std::move(salt)), digests_(digests) {}

  std::string Visit(const Relation& relation);

 private:
  std::string NodeText(const Relation& relation, Names& names);
  std::string Text(const ExpressionPtr& expression);
  std::string Texts(const std::vector<ExpressionPtr>& expressions);
  std::string Orders(const std::vector<SortOrder>& orders);
  std::string Boundary(const FrameBoundary& boundary);
  /// Expressions, whose columns are then known by what `prefix` and their place say.
  std::string Define(const std::vector<NamedExpression>& list, const char* prefix, Names& names);
  std::string Subquery(const Relation& query);
  std::string StageText(const PythonStage& stage, const Relation& relation, Names& names);

  const std::string salt_;
  Digests& digests_;
  std::vector<Names> scopes_;                  // innermost last
  std::map<int64_t, std::string> ctes_;        // digests of definitions
  std::map<AttributeId, std::string> lambda_;  // parameters by their depth
  size_t lowest_ = kNowhere;                   // outermost scope that something so far refers to
  int open_ctes_ = 0;                          // references to CTEs so far
  static constexpr size_t kNowhere = static_cast<size_t>(-1);
};

std::string Canonicalizer::Texts(const std::vector<ExpressionPtr>& expressions) {
  std::string text = "[";
  for (const ExpressionPtr& expression : expressions) text += Text(expression) + ",";
  return text + "]";
}

std::string Canonicalizer::Orders(const std::vector<SortOrder>& orders) {
  std::string text = "[";
  for (const SortOrder& order : orders) {
    text += Text(order.child) + (order.ascending ? "+" : "-") + (order.nulls_first ? "f," : "l,");
  }
  return text + "]";
}

std::string Canonicalizer::Boundary(const FrameBoundary& boundary) {
  return std::to_string(static_cast<int>(boundary.kind)) + (boundary.offset ? Text(boundary.offset) : "");
}

std::string Canonicalizer::Subquery(const Relation& query) { return "(" + Visit(query) + ")"; }

std::string Canonicalizer::Text(const ExpressionPtr& pointer) {
  if (!pointer) return "-";
  const Expression& e = *pointer;
  return std::visit(
      Overloaded{
          [&](const Literal& n) { return Quoted(LiteralSql(e.type, n.value, "UTC")) + TypeToJson(e.type); },
          [&](const AttributeRef& n) {
            const auto found = scopes_.back().find(n.id);
            return found == scopes_.back().end() ? "?" + std::to_string(n.id) : found->second;
          },
          [&](const OuterRef& n) {
            for (size_t depth = scopes_.size(); depth-- > 0;) {
              const auto found = scopes_[depth].find(n.id);
              if (found != scopes_[depth].end()) {
                lowest_ = std::min(lowest_, depth);
                return "o" + std::to_string(scopes_.size() - depth) + found->second;
              }
            }
            lowest_ = 0;
            return "?" + std::to_string(n.id);
          },
          [&](const Call& n) {
            return "f" + std::to_string(reinterpret_cast<uintptr_t>(n.function)) + "m" +
                   std::to_string(static_cast<int>(n.mode)) + TypeToJson(e.type) + Texts(n.arguments);
          },
          [&](const Cast& n) {
            return "c" + std::to_string(static_cast<int>(n.mode)) + TypeToJson(e.type) + Text(n.child);
          },
          [&](const GetField& n) {
            return "g" + std::to_string(n.ordinal) + (n.through_array ? "a" : "") + Text(n.child);
          },
          [&](const Lambda& n) {
            for (const LambdaParameter& parameter : n.parameters) {
              const std::string name = "l" + std::to_string(lambda_.size());
              lambda_.emplace(parameter.id, name);
            }
            return "L" + std::to_string(n.parameters.size()) + Text(n.body);
          },
          [&](const LambdaRef& n) {
            const auto found = lambda_.find(n.id);
            return found == lambda_.end() ? "?" + std::to_string(n.id) : found->second;
          },
          [&](const AggregateCall& n) {
            return "a" + std::to_string(reinterpret_cast<uintptr_t>(n.function)) + "m" +
                   std::to_string(static_cast<int>(n.mode)) + (n.is_distinct ? "d" : "") + (n.ignore_nulls ? "i" : "") +
                   TypeToJson(e.type) + Texts(n.arguments) + Text(n.filter) + Orders(n.order);
          },
          [&](const WindowCall& n) {
            return "w" + Text(n.function) + Texts(n.partition_by) + Orders(n.order_by) +
                   (n.frame.is_rows ? "rows" : "range") + (n.frame.is_specified ? "s" : "") + Boundary(n.frame.lower) +
                   "," + Boundary(n.frame.upper) + (n.ignore_nulls ? "i" : "");
          },
          [&](const ScalarSubquery& n) { return "S" + Subquery(*n.query); },
          [&](const ExistsSubquery& n) { return "E" + Subquery(*n.query); },
          [&](const InSubquery& n) { return "I" + Texts(n.values) + Subquery(*n.query); },
          [&](const InnerAlias& n) { return Text(n.child); },
          [&](const PythonCall& n) {
            std::string text = "p" + std::to_string(n.function->eval_type) + (n.function->deterministic ? "d" : "n") +
                               Quoted(n.function->name) + Quoted(n.function->python_version) +
                               Digest(n.function->command);
            for (const std::string& include : n.function->includes) text += Quoted(include);
            for (const std::string& name : n.argument_names) text += "@" + Quoted(name);
            return text + TypeToJson(e.type) + Texts(n.arguments) + Text(n.filter);
          },
      },
      e.node);
}

std::string Canonicalizer::Define(const std::vector<NamedExpression>& list, const char* prefix, Names& names) {
  std::string text = "[";
  for (size_t i = 0; i < list.size(); ++i) {
    text += Text(list[i].expression) + ",";
    names[list[i].output.id] = prefix + std::to_string(i);
  }
  return text + "]";
}

std::string Canonicalizer::StageText(const PythonStage& stage, const Relation& relation, Names& names) {
  std::string text = std::to_string(static_cast<int>(stage.kind)) + (stage.outer ? "o" : "") +
                     (stage.has_table_argument ? "t" : "") + Quoted(stage.analyze_result);
  for (const std::vector<AttributeId>& keys : stage.keys) {
    text += "(";
    for (const AttributeId key : keys) text += names[key] + ",";
    text += ")";
  }
  for (const AttributeId kept : stage.kept) text += names[kept] + ",";
  text += Orders(stage.orders) + (stage.frame.is_rows ? "rows" : "range") + Boundary(stage.frame.lower) + "," +
          Boundary(stage.frame.upper) + Define(stage.calls, "p", names);
  // Columns that a function of whole rows gives have no expression of their own.
  for (size_t i = 0; i < relation.output.size(); ++i) names.emplace(relation.output[i].id, "n" + std::to_string(i));
  return text;
}

std::string Canonicalizer::NodeText(const Relation& relation, Names& names) {
  const auto defined = [&](const std::vector<Attribute>& attributes) {
    for (size_t i = 0; i < attributes.size(); ++i) names[attributes[i].id] = "n" + std::to_string(i);
  };
  return std::visit(
      Overloaded{
          [&](const Scan& n) {
            defined(relation.output);
            std::string text = Quoted(n.format) + Quoted(n.display_name);
            for (const std::string& column : n.column_names) text += Quoted(column);
            for (const auto& [key, value] : n.options) text += Quoted(key) + Quoted(value);
            return text;
          },
          [&](const LocalData& n) {
            defined(relation.output);
            if (n.arrow_ipc) return DigestOfData(n.arrow_ipc);
            std::string text;
            for (const std::vector<Value>& row : n.rows) {
              for (size_t i = 0; i < row.size(); ++i) {
                text += Quoted(LiteralSql(relation.output[i].type, row[i], "UTC"));
              }
              text += ";";
            }
            return text;
          },
          [&](const Range& n) {
            defined(relation.output);
            return std::to_string(n.start) + "," + std::to_string(n.end) + "," + std::to_string(n.step) + "," +
                   std::to_string(n.num_partitions);
          },
          [&](const OneRow&) { return std::string(); },
          [&](const EngineTable& n) {
            defined(relation.output);
            std::string text = Quoted(n.table);
            for (const std::string& column : n.column_names) text += Quoted(column);
            return text;
          },
          [&](const Project& n) { return Define(n.expressions, "n", names); },
          [&](const Filter& n) { return Text(n.condition); },
          [&](const Join& n) {
            return std::to_string(static_cast<int>(n.type)) + (n.lateral ? "l" : "") + Text(n.condition);
          },
          [&](const Aggregate& n) {
            std::string text = Define(n.groups, "k", names);
            if (n.grouping_id) names[n.grouping_id->id] = "id";
            for (const std::vector<int32_t>& set : n.grouping_sets) {
              text += "(";
              for (const int32_t i : set) text += std::to_string(i) + ",";
              text += ")";
            }
            scopes_.back() = names;  // outputs name the groups, too
            return text + Define(n.outputs, "n", names);
          },
          [&](const Sort& n) { return Orders(n.orders) + (n.is_global ? "g" : "l"); },
          [&](const Limit& n) { return (n.limit ? std::to_string(*n.limit) : "all") + "," + std::to_string(n.offset); },
          [&](const Tail& n) { return std::to_string(n.count); },
          [&](const SetOperation& n) {
            defined(relation.output);
            return std::to_string(static_cast<int>(n.kind)) + (n.all ? "a" : "d");
          },
          [&](const Deduplicate& n) {
            std::string text;
            for (const AttributeId key : n.keys) text += names[key] + ",";
            return text;
          },
          [&](const Window& n) { return Define(n.expressions, "w", names); },
          [&](const Generate& n) {
            std::string text = Text(n.generator) + (n.outer ? "o" : "");
            for (size_t i = 0; i < n.generated.size(); ++i) names[n.generated[i].id] = "e" + std::to_string(i);
            return text;
          },
          [&](const Sample& n) {
            char bounds[80];
            std::snprintf(bounds, sizeof bounds, "%a,%a,", n.lower_bound, n.upper_bound);
            return bounds + std::to_string(n.seed) + (n.with_replacement ? "r" : "");
          },
          [&](const RowIndex& n) {
            names[n.index.id] = "x";
            if (n.count) names[n.count->id] = "y";
            return std::string();
          },
          [&](const CollectMetrics& n) { return Quoted(n.name) + Define(n.metrics, "m", names); },
          [&](const Repartition& n) {
            return (n.num_partitions ? std::to_string(*n.num_partitions) : "-") + Texts(n.expressions) +
                   (n.shuffle ? "s" : "");
          },
          [&](const WithCte&) { return std::string(); },
          [&](const Recursion& n) {
            return "recursion " + std::to_string(n.max_level) + " " + std::to_string(n.max_rows);
          },
          [&](const CteReference& n) {
            ++open_ctes_;
            for (size_t i = 0; i < n.source_ids.size(); ++i) names[relation.output[i].id] = "n" + std::to_string(i);
            const auto found = ctes_.find(n.cte_id);
            return found == ctes_.end() ? "?" : found->second;
          },
          [&](const PythonStage& n) { return StageText(n, relation, names); },
      },
      relation.node);
}

/// SELECT * and the like: the same columns in the same order, under whatever names.
bool ChangesNothing(const Relation& relation) {
  const auto* project = relation.As<Project>();
  if (!project || project->expressions.size() != project->child->output.size()) return false;
  for (size_t i = 0; i < project->expressions.size(); ++i) {
    const auto* reference = project->expressions[i].expression->As<AttributeRef>();
    const AttributeId id = project->child->output[i].id;
    if (!reference || reference->id != id) return false;
  }
  return true;
}

std::string Canonicalizer::Visit(const Relation& relation) {
  if (ChangesNothing(relation)) {
    const Relation& child = *relation.As<Project>()->child;
    std::string digest = Visit(child);
    if (digests_.contains(&child)) digests_.emplace(&relation, digest);
    return digest;
  }
  const size_t lowest_before = std::exchange(lowest_, kNowhere);
  const int open_before = open_ctes_;
  const size_t depth = scopes_.size();
  // Columns of the inputs by their places.
  Names names;
  std::string children;
  const std::vector<RelationPtr> inputs = Children(relation);
  const auto* with = relation.As<WithCte>();
  const auto* join = relation.As<Join>();
  for (size_t i = 0; i < inputs.size(); ++i) {
    const bool is_lateral = join && join->lateral && i == 1;
    if (is_lateral) scopes_.push_back(names);
    const std::string digest = Visit(*inputs[i]);
    if (is_lateral) scopes_.pop_back();
    children += digest;
    const bool is_definition = with && i + 1 < inputs.size();
    if (is_definition) {
      ctes_[with->definitions[i].cte_id] = digest;
      continue;
    }
    for (size_t c = 0; c < inputs[i]->output.size(); ++c) {
      names.emplace(inputs[i]->output[c].id, "i" + std::to_string(i) + "." + std::to_string(c));
    }
  }
  scopes_.push_back(names);
  std::string text = salt_ + "#" + std::to_string(relation.node.index()) + NodeText(relation, names);
  scopes_.pop_back();
  text += "->";
  for (const Attribute& attribute : relation.output) {
    const auto found = names.find(attribute.id);
    text += (found == names.end() ? "?" : found->second) + TypeToJson(attribute.type) + ",";
  }
  std::string digest = Digest(text + "<-" + children);
  if (with) open_ctes_ = open_before;  // its references are inside
  if (lowest_ >= depth) lowest_ = kNowhere;
  if (lowest_ == kNowhere && open_ctes_ == open_before) digests_.emplace(&relation, digest);
  lowest_ = std::min(lowest_, lowest_before);
  return digest;
}

}  // namespace

Digests DigestsOf(const RelationPtr& relation, const std::string& salt) {
  Digests digests;
  const std::string whole = Canonicalizer(salt, digests).Visit(*relation);
  digests.emplace(relation.get(), whole);
  return digests;
}

}  // namespace firesteel::bound
