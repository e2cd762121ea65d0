// Relations whose rows Python functions give: mapInPandas, applyInPandas and their like.
#include <algorithm>
#include <utility>

#include "analyzer/expression/resolver.h"
#include "analyzer/relation/relations.h"
#include "base/error.h"
#include "types/quoting.h"
#include "types/type_text.h"

namespace firesteel::analyzer {
namespace {

using Kind = bound::PythonStage::Kind;

void CheckEvalType(const plan::PythonCode& code, std::initializer_list<int32_t> known, const OriginPtr& origin) {
  if (std::find(known.begin(), known.end(), code.eval_type) != known.end()) return;
  ThrowUnsupported("a Python function of the kind " + std::to_string(code.eval_type) + " here", origin);
}

/// Spark names the columns that the function sees, and each must mean one.
void CheckUnambiguous(const Analysis& analysis, const Scope& input, const OriginPtr& origin) {
  for (const bound::Attribute& attribute : input.output) {
    const std::vector<size_t> found = input.FindName(attribute.name, analysis.case_sensitive());
    if (found.size() < 2) continue;
    std::string names;
    for (size_t i = 0; i < found.size(); ++i) {
      std::vector<std::string> parts = input.output[found[i]].qualifier;
      parts.push_back(attribute.name);
      names += (i == 0 ? "" : ", ") + QuoteIdentifiers(parts);
    }
    throw QueryError("AMBIGUOUS_REFERENCE",
                     {{"name", QuoteIdentifier(attribute.name)}, {"referenceNames", "[" + names + "]"}}, origin);
  }
}

/// The columns that the function's rows have.
std::vector<bound::Attribute> OutputOf(Analysis& analysis, const plan::PythonCode& code, const OriginPtr& origin) {
  const DataType type = PythonOutputType(code, analysis.environment());
  if (!type.Is(TypeKind::kStruct)) {
    ThrowUnsupported("the function " + code.name + " of whole rows that gives " + SqlTypeName(type), origin);
  }
  return analysis.NewAttributes(type.fields());
}

/// An input of a function of groups: its rows with the grouping expressions as columns.
struct GroupedInput {
  bound::RelationPtr relation;
  std::vector<bound::AttributeId> keys;
  std::vector<bound::ExpressionPtr> data;  ///< the columns that the function sees, under the names that it sees
};

GroupedInput GroupInput(Analysis& analysis, const plan::RelationPtr& child,
                        const std::vector<plan::ExpressionPtr>& grouping, bool names_columns, const OriginPtr& origin) {
  const ScopePtr scope = analysis.Resolve(child);
  if (names_columns) CheckUnambiguous(analysis, *scope, origin);
  ExpressionResolver resolver(analysis, {scope});
  std::vector<SelectItem> keys = resolver.ResolveItems(grouping);
  const ScopePtr exposed = resolver.ExposedInput();
  GroupedInput input;
  for (const bound::Attribute& attribute : scope->output) input.data.push_back(bound::MakeReference(attribute));
  bound::Project project{exposed->relation, {}};
  std::vector<bound::Attribute> output;
  const auto add = [&](bound::NamedExpression column) {
    const auto known = [&](const bound::Attribute& have) { return have.id == column.output.id; };
    if (std::any_of(output.begin(), output.end(), known)) return;
    output.push_back(column.output);
    project.expressions.push_back(std::move(column));
  };
  for (const bound::Attribute& attribute : scope->output) add({attribute, bound::MakeReference(attribute)});
  for (const SelectItem& key : keys) {
    if (HasAggregate(key.expression)) throw QueryError("MISSING_GROUP_BY", {});
    if (HasWindow(key.expression) || HasGenerator(key.expression)) {
      throw QueryError("UNSUPPORTED_EXPR_FOR_OPERATOR",
                       {{"operator", "Project"}, {"invalidExprSqls", QuotedSql(*key.expression, analysis.settings())}},
                       key.expression->origin);
    }
    bound::NamedExpression named = MakeNamed(key, analysis);
    if (const auto* column = key.expression->As<bound::AttributeRef>()) named.output.id = column->id;
    input.keys.push_back(named.output.id);
    add(std::move(named));
  }
  input.relation = bound::MakeRelation(std::move(project), std::move(output), nullptr);
  return input;
}

ScopePtr StageScope(Analysis& analysis, bound::PythonStage stage, const plan::PythonCode& code,
                    std::vector<bound::ExpressionPtr> arguments, const OriginPtr& origin) {
  std::vector<bound::Attribute> output = OutputOf(analysis, code, origin);
  Schema fields;
  for (const bound::Attribute& attribute : output) {
    fields.push_back({attribute.name, attribute.type, attribute.nullable, attribute.metadata});
  }
  const DataType type = DataType::Struct(std::move(fields));
  bound::PythonCall call{BindPythonFunction(code), std::move(arguments), {}, analysis.NextId(), nullptr};
  stage.calls.push_back(
      {analysis.NewAttribute(code.name, type, true), bound::Make(std::move(call), type, true, origin)});
  return MakeScope(bound::MakeRelation(std::move(stage), std::move(output), origin));
}

}  // namespace

ScopePtr ResolveRelation(Analysis& analysis, const plan::MapPartitions& node, const plan::Relation& self) {
  CheckEvalType(*node.function, {bound::kPandasMap, bound::kArrowMap}, self.origin);
  const ScopePtr child = analysis.Resolve(node.child);
  CheckUnambiguous(analysis, *child, self.origin);
  std::vector<bound::ExpressionPtr> arguments;
  for (const bound::Attribute& attribute : child->output) arguments.push_back(bound::MakeReference(attribute));
  bound::PythonStage stage;
  stage.kind = Kind::kMap;
  stage.inputs = {child->relation};
  stage.keys.emplace_back();
  return StageScope(analysis, std::move(stage), *node.function, std::move(arguments), self.origin);
}

ScopePtr ResolveRelation(Analysis& analysis, const plan::GroupMap& node, const plan::Relation& self) {
  CheckEvalType(*node.function,
                {bound::kPandasGroupedMap, bound::kArrowGroupedMap, bound::kArrowGroupedMapIterator,
                 bound::kPandasGroupedMapIterator},
                self.origin);
  GroupedInput input = GroupInput(analysis, node.child, node.grouping, true, self.origin);
  bound::PythonStage stage;
  stage.kind = Kind::kGroupMap;
  stage.inputs = {std::move(input.relation)};
  stage.keys = {std::move(input.keys)};
  return StageScope(analysis, std::move(stage), *node.function, std::move(input.data), self.origin);
}

ScopePtr ResolveRelation(Analysis& analysis, const plan::CoGroupMap& node, const plan::Relation& self) {
  CheckEvalType(*node.function, {bound::kPandasCoGroupedMap, bound::kArrowCoGroupedMap}, self.origin);
  GroupedInput left = GroupInput(analysis, node.left, node.left_grouping, false, self.origin);
  GroupedInput right = GroupInput(analysis, node.right, node.right_grouping, false, self.origin);
  if (left.keys.size() != right.keys.size()) {
    throw QueryError("_LEGACY_ERROR_TEMP_2273",
                     {{"message", "requirement failed: Cogroup keys must have same size: " +
                                      std::to_string(left.keys.size()) + " != " + std::to_string(right.keys.size())}},
                     nullptr, ErrorClass::kIllegalArgument);
  }
  bound::PythonStage stage;
  stage.kind = Kind::kCoGroup;
  stage.inputs = {std::move(left.relation), std::move(right.relation)};
  stage.keys = {std::move(left.keys), std::move(right.keys)};
  std::vector<bound::ExpressionPtr> data = std::move(left.data);
  data.insert(data.end(), right.data.begin(), right.data.end());
  return StageScope(analysis, std::move(stage), *node.function, std::move(data), self.origin);
}

}  // namespace firesteel::analyzer
