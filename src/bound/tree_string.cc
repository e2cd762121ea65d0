#include <string>

#include "base/overloaded.h"
#include "bound/relation.h"
#include "types/type_text.h"

namespace firesteel::bound {
namespace {

std::string Names(const std::vector<Attribute>& attributes) {
  std::string text;
  for (const Attribute& attribute : attributes) {
    text += (text.empty() ? "" : ", ") + attribute.name + "#" + std::to_string(attribute.id);
  }
  return "[" + text + "]";
}

std::string_view JoinName(Join::Type type) {
  switch (type) {
    case Join::Type::kInner:
      return "Inner";
    case Join::Type::kCross:
      return "Cross";
    case Join::Type::kLeftOuter:
      return "LeftOuter";
    case Join::Type::kRightOuter:
      return "RightOuter";
    case Join::Type::kFullOuter:
      return "FullOuter";
    case Join::Type::kLeftSemi:
      return "LeftSemi";
    case Join::Type::kLeftAnti:
      return "LeftAnti";
  }
  return "";
}

std::string StageName(const PythonStage& stage) {
  switch (stage.kind) {
    case PythonStage::Kind::kEval:
      return "ArrowEvalPython";
    case PythonStage::Kind::kMap:
      return "MapInPython";
    case PythonStage::Kind::kGroupMap:
      return "FlatMapGroupsInPython";
    case PythonStage::Kind::kCoGroup:
      return "FlatMapCoGroupsInPython";
    case PythonStage::Kind::kAggregate:
      return "AggregateInPython";
    case PythonStage::Kind::kWindow:
      return "WindowInPython";
    case PythonStage::Kind::kTable:
      return "ArrowEvalPythonUDTF";
  }
  return "";
}

std::string NodeText(const Relation& relation) {
  const std::string columns = Names(relation.output);
  return std::visit(
      Overloaded{
          [&](const Scan& n) { return "Relation " + columns + " " + n.format; },
          [&](const LocalData&) { return "LocalRelation " + columns; },
          [&](const Range& n) {
            return "Range (" + std::to_string(n.start) + ", " + std::to_string(n.end) +
                   ", step=" + std::to_string(n.step) + ", splits=" + std::to_string(n.num_partitions) + ") " + columns;
          },
          [&](const OneRow&) { return std::string("OneRowRelation"); },
          [&](const EngineTable& n) {
            const bool cached = n.display_name == "InMemoryTableScan";
            return cached ? n.display_name + " " + columns : "Relation " + columns + " " + n.display_name;
          },
          [&](const Project&) { return "Project " + columns; },
          [&](const Filter&) { return "Filter " + columns; },
          [&](const Join& n) {
            return "Join " + std::string(JoinName(n.type)) + (n.lateral ? " Lateral " : " ") + columns;
          },
          [&](const Aggregate&) { return "Aggregate " + columns; },
          [&](const Sort& n) { return std::string("Sort ") + (n.is_global ? "global " : "local ") + columns; },
          [&](const Limit& n) {
            std::string text = n.limit ? "Limit " + std::to_string(*n.limit) : std::string("Limit all");
            if (n.offset != 0) text += " offset " + std::to_string(n.offset);
            return text;
          },
          [&](const Tail& n) { return "Tail " + std::to_string(n.count); },
          [&](const SetOperation& n) {
            static constexpr const char* kNames[] = {"Union", "Intersect", "Except"};
            return std::string(kNames[static_cast<size_t>(n.kind)]) + (n.all ? " all " : " ") + columns;
          },
          [&](const Deduplicate&) { return "Deduplicate " + columns; },
          [&](const Window&) { return "Window " + columns; },
          [&](const Generate& n) {
            return std::string(n.outer ? "Generate outer " : "Generate ") + Names(n.generated);
          },
          [&](const Sample& n) {
            return "Sample " + std::to_string(n.lower_bound) + ", " + std::to_string(n.upper_bound) +
                   (n.with_replacement ? ", true, " : ", false, ") + std::to_string(n.seed);
          },
          [&](const RowIndex& n) { return "RowIndex " + Names({n.index}); },
          [&](const CollectMetrics& n) { return "CollectMetrics " + n.name; },
          [&](const Repartition& n) {
            return "Repartition" + (n.num_partitions ? " " + std::to_string(*n.num_partitions) : std::string());
          },
          [&](const WithCte&) { return std::string("WithCTE"); },
          [&](const Recursion& n) { return "UnionLoop " + std::to_string(n.cte_id) + " " + columns; },
          [&](const PythonStage& n) { return StageName(n) + " " + columns; },
          [&](const CteReference& n) { return "CTERelationRef " + std::to_string(n.cte_id) + " " + columns; },
      },
      relation.node);
}

void Append(const Relation& relation, const std::string& first, const std::string& rest, std::string& text) {
  text += first + NodeText(relation) + "\n";
  const std::vector<RelationPtr> children = Children(relation);
  for (size_t i = 0; i < children.size(); ++i) {
    const bool last = i + 1 == children.size();
    Append(*children[i], rest + (last ? "+- " : ":- "), rest + (last ? "   " : ":  "), text);
  }
}

}  // namespace

std::string TreeString(const Relation& relation) {
  std::string text;
  Append(relation, "", "", text);
  return text;
}

}  // namespace firesteel::bound
