#include "analyzer/expression/constant.h"
#include "analyzer/name.h"
#include "analyzer/relation/relations.h"
#include "analyzer/relation/system_table.h"
#include "analyzer/select/generator.h"
#include "types/quoting.h"

namespace firesteel::analyzer {
namespace {

ScopePtr MakeRange(Analysis& analysis, const std::vector<bound::ExpressionPtr>& arguments, const plan::Relation& self) {
  if (arguments.empty() || arguments.size() > 4) {
    throw QueryError("WRONG_NUM_ARGS.WITHOUT_SUGGESTION",
                     {{"functionName", "`range`"},
                      {"expectedNum", "[1, 2, 3, 4]"},
                      {"actualNum", std::to_string(arguments.size())},
                      {"docroot", "https://spark.apache.org/docs/latest"}},
                     self.origin);
  }
  static constexpr const char* kOrdinals[] = {"first", "second", "third", "4th"};
  std::vector<int64_t> values;
  for (size_t i = 0; i < arguments.size(); ++i) {
    const DataType& type = arguments[i]->type;
    std::optional<int64_t> value;
    if (IsFoldable(arguments[i]) && (type.IsNumeric() || type.IsStringLike())) {
      value = ConstantLong(arguments[i], self.origin);
      if (!value) ThrowUnsupported("range() with computed arguments", self.origin);
    } else {
      throw QueryError("UNEXPECTED_INPUT_TYPE",
                       {{"functionName", "`range`"},
                        {"paramIndex", arguments.size() == 1 ? "second" : kOrdinals[i]},
                        {"requiredType", i == 3 ? "\"INT\"" : "\"BIGINT\""},
                        {"inputSql", QuotedSql(*arguments[i], analysis.settings())},
                        {"inputType", QuoteType(arguments[i]->type)}},
                       self.origin);
    }
    values.push_back(*value);
  }
  plan::Range range;
  if (values.size() == 1) {
    range.end = values[0];
  } else {
    range.start = values[0];
    range.end = values[1];
  }
  if (values.size() > 2) range.step = values[2];
  if (range.step == 0) throw QueryError("FAILED_FUNCTION_CALL", {{"funcName", "`range`"}}, self.origin);
  if (values.size() > 3) range.num_partitions = static_cast<int32_t>(values[3]);
  return ResolveRelation(analysis, range, self);
}

}  // namespace

ScopePtr ResolveRelation(Analysis& analysis, const plan::TableFunction& node, const plan::Relation& self) {
  const std::string name = FoldCase(node.name.back());
  const ScopePtr one_row = MakeScope(bound::MakeRelation(bound::OneRow{}, {}, self.origin));
  ExpressionResolver resolver(analysis, {one_row});
  if (name == "range" && node.name.size() == 1) {
    std::vector<bound::ExpressionPtr> arguments;
    for (const plan::ExpressionPtr& argument : node.arguments) arguments.push_back(resolver.Resolve(argument));
    return MakeRange(analysis, arguments, self);
  }
  if (node.name.size() == 1) {
    const plan::RelationPtr table =
        SystemTable(name, node.arguments.size(), analysis.environment(), analysis.settings(), self.origin);
    if (table) return analysis.Resolve(table);
  }
  const bool is_builtin = node.name.size() == 1 && functions::Find(name);
  const bool of_session = node.name.size() == SessionPrefix(node.name) + 1;
  if (of_session && !is_builtin) {
    if (plan::PythonCodePtr code = analysis.environment().FindPythonTableFunction(node.name.back())) {
      return ResolveRelation(analysis, plan::PythonTableFunction{std::move(code), node.arguments}, self);
    }
  }
  const functions::Function* function = node.name.size() == 1 ? functions::Find(name) : nullptr;
  if (function && function->kind != functions::Kind::kGenerator) {
    throw QueryError("NOT_A_TABLE_FUNCTION", {{"functionName", QuoteIdentifiers(node.name)}}, self.origin);
  }
  if (!function) {
    throw QueryError("UNRESOLVABLE_TABLE_VALUED_FUNCTION", {{"name", QuoteIdentifiers(node.name)}}, self.origin);
  }
  plan::UnresolvedFunction call;
  call.name = node.name;
  call.arguments = node.arguments;
  call.is_internal = true;
  const bound::ExpressionPtr generator = resolver.Resolve(plan::Make(std::move(call), self.origin));
  const bool outer = IsOuterGenerator(generator);
  const ScopePtr scope =
      MakeGenerate(one_row, generator, GeneratorColumns(analysis, generator, {}, outer), outer, self.origin);
  auto opaque = std::make_shared<Scope>();
  opaque->relation = scope->relation;
  opaque->output = scope->output;
  return opaque;
}

}  // namespace firesteel::analyzer
