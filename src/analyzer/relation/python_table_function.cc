// Table functions in Python: those that came inside the plan, and those registered under a name.
#include <algorithm>
#include <utility>

#include "analyzer/expression/resolver.h"
#include "analyzer/relation/relations.h"
#include "base/error.h"

namespace firesteel::analyzer {

ScopePtr ResolveRelation(Analysis& analysis, const plan::PythonTableFunction& node, const plan::Relation& self) {
  const plan::PythonCode& code = *node.function;
  CheckNamedArguments(node.arguments, code.name, self.origin);
  if (!code.output_type && code.output_type_text.empty()) {
    ThrowUnsupported("the Python table function " + code.name + ", whose columns its analyze() tells", self.origin);
  }
  const DataType type = PythonOutputType(code, analysis.environment());
  if (!type.Is(TypeKind::kStruct)) {
    ThrowUnsupported("the Python table function " + code.name + " without columns", self.origin);
  }
  const ScopePtr one_row = MakeScope(bound::MakeRelation(bound::OneRow{}, {}, self.origin));
  ExpressionResolver resolver(analysis, {one_row});
  bound::PythonCall call;
  call.function = BindPythonFunction(code);
  call.result_id = analysis.NextId();
  bound::Project project{one_row->relation, {}};
  std::vector<bound::Attribute> inputs;
  for (const plan::ExpressionPtr& argument : node.arguments) {
    const auto* named = argument->As<plan::NamedArgument>();
    const plan::ExpressionPtr& value = named ? named->value : argument;
    if (value->As<plan::TableArgument>() || value->As<plan::SubqueryReference>()) {
      ThrowUnsupported("a table as argument of a Python table function", self.origin);
    }
    bound::ExpressionPtr resolved = resolver.Resolve(value);
    if (HasAggregate(resolved) || HasWindow(resolved) || HasGenerator(resolved)) {
      throw QueryError("UNSUPPORTED_EXPR_FOR_OPERATOR",
                       {{"operator", "Generate"}, {"invalidExprSqls", QuotedSql(*resolved, analysis.settings())}},
                       self.origin);
    }
    bound::Attribute column = analysis.NewAttribute(named ? named->name : "_" + std::to_string(inputs.size()),
                                                    resolved->type, resolved->nullable);
    call.arguments.push_back(bound::MakeReference(column, resolved->origin));
    call.argument_names.push_back(named ? named->name : "");
    project.expressions.push_back({column, std::move(resolved)});
    inputs.push_back(std::move(column));
  }
  const auto is_named = [](const std::string& name) { return !name.empty(); };
  if (std::none_of(call.argument_names.begin(), call.argument_names.end(), is_named)) call.argument_names.clear();
  bound::PythonStage stage;
  stage.kind = bound::PythonStage::Kind::kTable;
  stage.inputs = {bound::MakeRelation(std::move(project), std::move(inputs), self.origin)};
  stage.keys.emplace_back();
  std::vector<bound::Attribute> output;
  for (const StructField& field : type.fields()) {
    output.push_back(analysis.NewAttribute(field.name, field.type, field.nullable, field.metadata));
  }
  stage.calls.push_back(
      {analysis.NewAttribute(code.name, type, true), bound::Make(std::move(call), type, true, self.origin)});
  return MakeScope(bound::MakeRelation(std::move(stage), std::move(output), self.origin));
}

}  // namespace firesteel::analyzer
