// Table functions in Python: those that came inside the plan, and those registered under a name.
#include <algorithm>
#include <optional>
#include <utility>

#include "analyzer/expression/resolver.h"
#include "analyzer/ordering.h"
#include "analyzer/python_planner.h"
#include "analyzer/relation/relations.h"
#include "base/error.h"
#include "functions/binding/binding.h"
#include "types/quoting.h"

namespace firesteel::analyzer {
namespace {

using bound::Attribute;
using bound::ExpressionPtr;
using bound::RelationPtr;

/// A table argument: its rows, how they are parted, sorted and cut.
struct TableInput {
  ScopePtr scope;
  std::vector<plan::ExpressionPtr> partition_by;
  std::vector<plan::SortOrder> order_by;
  std::vector<plan::ExpressionPtr> select;  ///< none: all columns
  bool with_single_partition = false;
};

/// One argument: a value, or the table.
struct Argument {
  std::string name;  ///< empty: by its place
  ExpressionPtr value;
};

std::optional<TableInput> TableOf(Analysis& analysis, const plan::ExpressionPtr& value) {
  if (const auto* table = value->As<plan::TableArgument>()) {
    return TableInput{
        analysis.Resolve(table->query), table->partition_by, table->order_by, {}, table->with_single_partition};
  }
  const auto* reference = value->As<plan::SubqueryReference>();
  if (!reference || reference->kind != plan::SubqueryReference::Kind::kTableArgument) return std::nullopt;
  const auto found = analysis.references().find(reference->plan_id);
  if (found == analysis.references().end()) {
    throw InternalError("a table argument names the plan id " + std::to_string(reference->plan_id) +
                        " that was not sent");
  }
  const plan::RelationPtr query = found->second;
  return TableInput{
      analysis.Resolve(query), reference->partition_by, reference->order_by, {}, reference->with_single_partition};
}

DataType RowType(const std::vector<Attribute>& columns) {
  Schema fields;
  for (const Attribute& column : columns) fields.push_back({column.name, column.type, column.nullable, {}});
  return DataType::Struct(std::move(fields));
}

/// The arguments as analyze() sees them: constants with their values.
std::vector<AnalyzedArgument> Describe(Analysis& analysis, const std::vector<Argument>& arguments,
                                       const std::optional<TableInput>& table) {
  std::vector<AnalyzedArgument> described;
  bound::Project constants{bound::MakeRelation(bound::OneRow{}, {}), {}};
  std::vector<Attribute> output;
  std::vector<size_t> places;
  for (const Argument& argument : arguments) {
    if (!argument.value) {
      described.push_back({argument.name, RowType(table->scope->output), true, std::nullopt});
      continue;
    }
    if (IsFoldable(argument.value)) {
      places.push_back(described.size());
      output.push_back(analysis.NewAttribute("c", argument.value->type, argument.value->nullable));
      constants.expressions.push_back({output.back(), argument.value});
    }
    described.push_back({argument.name, argument.value->type, false, std::nullopt});
  }
  if (places.empty()) return described;
  const auto rows = analysis.environment().RunQuery(bound::MakeRelation(std::move(constants), std::move(output)));
  if (rows.size() != 1) throw InternalError("constants that are not one row");
  for (size_t i = 0; i < places.size(); ++i) described[places[i]].value = rows[0].at(i);
  return described;
}

[[noreturn]] void ThrowInvalid(const std::string& function, const char* reason) {
  throw QueryError("TABLE_VALUED_FUNCTION_REQUIRED_METADATA_INVALID", {{"functionName", function}, {"reason", reason}});
}

[[noreturn]] void ThrowIncompatible(const std::string& function, const char* requested, const char* given) {
  throw QueryError(
      "TABLE_VALUED_FUNCTION_REQUIRED_METADATA_INCOMPATIBLE_WITH_CALL",
      {{"functionName", function}, {"requestedMetadata", requested}, {"invalidFunctionCallProperty", given}});
}

/// What analyze() asks of the table, beside what the call says of it.
void Apply(const TableFunctionAnalysis& asked, const std::string& function, Environment& environment,
           TableInput& table) {
  const bool parts = asked.with_single_partition || !asked.partition_by.empty();
  if (asked.with_single_partition && !asked.partition_by.empty()) {
    ThrowInvalid(
        function,
        "the 'with_single_partition' field cannot be assigned to true if the 'partition_by' list is non-empty");
  }
  if (!asked.order_by.empty() && !parts) {
    ThrowInvalid(function,
                 "the 'order_by' field cannot be non-empty unless the 'with_single_partition' field is set to true or "
                 "the 'partition_by' list is non-empty");
  }
  if (parts && (table.with_single_partition || !table.partition_by.empty())) {
    ThrowIncompatible(function, "specified its own required partitioning of the input table",
                      "specified the WITH SINGLE PARTITION or PARTITION BY clause; please remove these clauses and "
                      "retry the query again.");
  }
  if (!asked.order_by.empty() && !table.order_by.empty()) {
    ThrowIncompatible(function, "specified its own required ordering of the input table",
                      "specified the ORDER BY clause; please remove this clause and retry the query again.");
  }
  table.with_single_partition = table.with_single_partition || asked.with_single_partition;
  for (const std::string& text : asked.partition_by) table.partition_by.push_back(environment.ParseExpression(text));
  for (const TableFunctionAnalysis::Order& order : asked.order_by) {
    plan::ExpressionPtr key = environment.ParseExpression(order.expression);
    if (key->As<plan::Alias>()) {
      throw QueryError("UDTF_INVALID_ALIAS_IN_REQUESTED_ORDERING_STRING_FROM_ANALYZE_METHOD",
                       {{"aliasName", key->As<plan::Alias>()->names.empty() ? "" : key->As<plan::Alias>()->names[0]}});
    }
    table.order_by.push_back({std::move(key), order.ascending, order.nulls_first});
  }
  for (const TableFunctionAnalysis::Selected& selected : asked.select) {
    plan::ExpressionPtr column = environment.ParseExpression(selected.expression);
    if (!selected.alias.empty()) {
      plan::Alias alias;
      alias.child = column;
      alias.names = {selected.alias};
      column = plan::Make(std::move(alias), column->origin);
    } else if (!column->As<plan::UnresolvedAttribute>() && !column->As<plan::Alias>()) {
      throw QueryError("UDTF_INVALID_REQUESTED_SELECTED_EXPRESSION_FROM_ANALYZE_METHOD_REQUIRES_ALIAS",
                       {{"expression", selected.expression}});
    }
    table.select.push_back(std::move(column));
  }
}

/// The rows of the table, sorted and in one partition where that is asked for, and what they look like to the function.
struct TableRows {
  RelationPtr relation;
  ExpressionPtr row;            ///< a struct; its last fields are those of `keys`
  std::vector<Attribute> keys;  ///< of PARTITION BY
};

TableRows RowsOf(Analysis& analysis, const TableInput& table, const OriginPtr& origin) {
  ExpressionResolver resolver(analysis, {table.scope});
  std::vector<bound::NamedExpression> fields;
  if (table.select.empty()) {
    for (const Attribute& column : table.scope->output) fields.push_back({column, bound::MakeReference(column)});
  } else {
    for (const SelectItem& item : resolver.ResolveItems(table.select)) fields.push_back(MakeNamed(item, analysis));
  }
  TableRows rows;
  for (const plan::ExpressionPtr& key : table.partition_by) {
    ExpressionPtr value = resolver.Resolve(key);
    rows.keys.push_back(
        analysis.NewAttribute("partition_by_" + std::to_string(rows.keys.size()), value->type, value->nullable));
    CheckOrderable({value, true, true}, analysis.settings());
    fields.push_back({rows.keys.back(), std::move(value)});
  }
  std::vector<bound::SortOrder> orders;
  for (const Attribute& key : rows.keys) orders.push_back({bound::MakeReference(key), true, true});
  for (const plan::SortOrder& order : table.order_by) {
    orders.push_back(resolver.ResolveOrder(order));
    CheckOrderable(orders.back(), analysis.settings());
  }
  const ScopePtr exposed = resolver.ExposedInput();
  bound::Project project{exposed->relation, {}};
  std::vector<Attribute> wide;
  const auto add = [&](const bound::NamedExpression& column) {
    const auto known = [&](const Attribute& have) { return have.id == column.output.id; };
    if (std::any_of(wide.begin(), wide.end(), known)) return;
    wide.push_back(column.output);
    project.expressions.push_back(column);
  };
  for (const Attribute& column : exposed->output) add({column, bound::MakeReference(column)});
  for (const bound::NamedExpression& field : fields) add(field);
  rows.relation = bound::MakeRelation(std::move(project), wide, origin);
  if (!orders.empty()) {
    rows.relation = bound::MakeRelation(bound::Sort{std::move(rows.relation), std::move(orders), true}, wide, origin);
  }
  if (table.with_single_partition || !rows.keys.empty()) {
    rows.relation = bound::MakeRelation(bound::Repartition{std::move(rows.relation), 1, {}, false}, wide, origin);
  }
  std::vector<ExpressionPtr> parts;
  for (const bound::NamedExpression& field : fields) {
    parts.push_back(bound::MakeLiteral(DataType::String(), Value{field.output.name}));
    parts.push_back(bound::MakeReference(field.output));
  }
  rows.row = functions::BindByName("named_struct", std::move(parts), analysis.settings(), origin);
  return rows;
}

}  // namespace

ScopePtr ResolveRelation(Analysis& analysis, const plan::PythonTableFunction& node, const plan::Relation& self) {
  const plan::PythonCode& code = *node.function;
  CheckNamedArguments(node.arguments, code.name, self.origin);
  const ScopePtr one_row = MakeScope(bound::MakeRelation(bound::OneRow{}, {}, self.origin));
  ExpressionResolver resolver(analysis, {one_row});
  std::vector<Argument> arguments;
  std::optional<TableInput> table;
  size_t tables = 0;
  bool has_names = false;
  for (const plan::ExpressionPtr& argument : node.arguments) {
    const auto* named = argument->As<plan::NamedArgument>();
    const plan::ExpressionPtr& value = named ? named->value : argument;
    Argument& added = arguments.emplace_back(Argument{named ? named->name : "", nullptr});
    has_names = has_names || named;
    if (std::optional<TableInput> given = TableOf(analysis, value)) {
      table = std::move(given);
      ++tables;
      continue;
    }
    added.value = resolver.Resolve(value);
    if (HasAggregate(added.value) || HasWindow(added.value) || HasGenerator(added.value)) {
      throw QueryError("UNSUPPORTED_EXPR_FOR_OPERATOR",
                       {{"operator", "Generate"}, {"invalidExprSqls", QuotedSql(*added.value, analysis.settings())}},
                       self.origin);
    }
  }
  if (tables > 1) {
    if (analysis.environment().FlagSetting("spark.sql.tvf.allowMultipleTableArguments.enabled")) {
      ThrowUnsupported("a Python table function of several tables", self.origin);
    }
    throw QueryError("TABLE_VALUED_FUNCTION_TOO_MANY_TABLE_ARGUMENTS", {{"num", std::to_string(tables)}});
  }

  bound::PythonStage stage;
  stage.kind = bound::PythonStage::Kind::kTable;
  DataType type;
  if (code.output_type || !code.output_type_text.empty()) {
    type = PythonOutputType(code, analysis.environment());
  } else {
    PythonPlanner* planner = analysis.environment().python_planner();
    if (!planner) ThrowUnsupported("a Python table function whose columns its analyze() tells", self.origin);
    TableFunctionAnalysis asked = planner->AnalyzeTableFunction(code, Describe(analysis, arguments, table));
    if (table) Apply(asked, code.name, analysis.environment(), *table);
    stage.analyze_result = std::move(asked.pickled);
    type = DataType::Struct(std::move(asked.schema));
  }
  if (!type.Is(TypeKind::kStruct)) {
    throw QueryError("INVALID_SCHEMA_TYPE_NON_STRUCT", {{"dataType", QuoteType(type)}});
  }

  // The function's input: the table's row first, then the values, then what the rows are parted by.
  bound::PythonCall call;
  call.function = BindPythonFunction(code);
  call.result_id = analysis.NextId();
  bound::Project project{one_row->relation, {}};
  std::vector<Attribute> inputs;
  const auto add = [&](std::string name, ExpressionPtr value) {
    inputs.push_back(analysis.NewAttribute(std::move(name), value->type, value->nullable));
    project.expressions.push_back({inputs.back(), std::move(value)});
  };
  std::vector<Attribute> keys;
  if (table) {
    TableRows rows = RowsOf(analysis, *table, self.origin);
    project.child = std::move(rows.relation);
    keys = std::move(rows.keys);
    add("c", std::move(rows.row));
    stage.has_table_argument = true;
  }
  for (size_t i = 0; i < arguments.size(); ++i) {
    const bool is_table = !arguments[i].value;
    if (!is_table) {
      const std::string name = arguments[i].name.empty() ? "_" + std::to_string(i) : arguments[i].name;
      add(name, arguments[i].value);
    }
    call.arguments.push_back(bound::MakeReference(is_table ? inputs.front() : inputs.back(), self.origin));
    if (has_names) call.argument_names.push_back(arguments[i].name);
  }
  stage.keys.emplace_back();
  for (const Attribute& key : keys) {
    inputs.push_back(key);
    project.expressions.push_back({key, bound::MakeReference(key)});
    stage.keys[0].push_back(key.id);
  }
  stage.inputs = {bound::MakeRelation(std::move(project), std::move(inputs), self.origin)};
  std::vector<Attribute> output = analysis.NewAttributes(type.fields());
  stage.calls.push_back(
      {analysis.NewAttribute(code.name, type, true), bound::Make(std::move(call), type, true, self.origin)});
  return MakeScope(bound::MakeRelation(std::move(stage), std::move(output), self.origin));
}

}  // namespace firesteel::analyzer
