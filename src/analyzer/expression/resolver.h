#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "analyzer/analysis.h"
#include "analyzer/scope.h"
#include "bound/expression.h"
#include "bound/python_eval_type.h"
#include "functions/function.h"
#include "plan/expression.h"

namespace firesteel::analyzer {

/// Earlier items of the same SELECT list, by alias: `SELECT a + 1 AS x, x * 2`.
struct LateralAliases {
  std::vector<bound::Attribute> attributes;
};

/// An item of a SELECT list (or of any list of named columns), resolved.
struct SelectItem {
  bound::ExpressionPtr expression;
  std::string name;
  std::string metadata;
  bool is_alias = false;                     ///< named by the user, so it gets an id of its own
  bound::AttributeId id = 0;                 ///< set where the id had to be known early (lateral aliases)
  std::vector<std::string> generator_names;  ///< AS (a, b) of a generator
  bool outer_generator = false;
};

/// Resolves expressions over the columns of some scopes. One object serves one node of the plan.
class ExpressionResolver {
 public:
  ExpressionResolver(Analysis& analysis, std::vector<ScopePtr> inputs)
      : analysis_(analysis), inputs_(std::move(inputs)) {}

  /// Names that the inputs do not have are looked up below the first input (ORDER BY, HAVING, filters); what was found
  /// there is in missing(). Names of an aggregate's input are found too, and stand in the result as its columns.
  void AllowMissing() { allow_missing_ = true; }
  /// Aggregates inside of aggregates are not refused here.
  void AllowNestedAggregates() { allow_nested_aggregates_ = true; }
  void SetLateralAliases(const LateralAliases* aliases) { lateral_ = aliases; }

  /// A single expression.
  bound::ExpressionPtr Resolve(const plan::ExpressionPtr& expression);
  /// A list in which stars stand for several columns, with Spark's names.
  std::vector<SelectItem> ResolveItems(const std::vector<plan::ExpressionPtr>& expressions);
  /// The items of one expression: several for a star or a regex.
  void ResolveItem(const plan::ExpressionPtr& expression, std::vector<SelectItem>& items);
  bound::SortOrder ResolveOrder(const plan::SortOrder& order);
  bound::ExpressionPtr ResolveSubqueryExpression(const plan::ExpressionPtr& expression);

  /// Columns found below the inputs or among their hidden columns: they must be exposed before use.
  const AttributeIds& missing() const { return missing_; }
  /// The inputs, the first of them widened by missing(). Call after the last Resolve.
  ScopePtr ExposedInput(size_t index = 0) const;

  /// What `parts` means in these inputs for a subquery inside: null if nothing.
  std::optional<NameMatch> FindForSubquery(const std::vector<std::string>& parts, const OriginPtr& origin);

  /// A column of below the input, which a name in the input hides. Needs AllowMissing.
  bound::ExpressionPtr ResolveBelow(const std::vector<std::string>& parts, const OriginPtr& origin) {
    return FindBelow(parts, origin);
  }

  Analysis& analysis() { return analysis_; }
  const std::vector<ScopePtr>& inputs() const { return inputs_; }
  const bound::SessionSettings& settings() const { return analysis_.settings(); }

  /// Struct field, array item or map value, decided by the child's type.
  bound::ExpressionPtr Extract(bound::ExpressionPtr child, const bound::ExpressionPtr& extraction,
                               const OriginPtr& origin);
  bound::ExpressionPtr ExtractField(bound::ExpressionPtr child, const std::string& field, const OriginPtr& origin);
  /// Calls a function of the catalogue with finished arguments.
  bound::ExpressionPtr CallFunction(std::string_view name, std::vector<bound::ExpressionPtr> arguments,
                                    const OriginPtr& origin);
  /// A cast that the user wrote: checked, CHAR and VARCHAR become STRING.
  bound::ExpressionPtr MakeCheckedCast(const bound::ExpressionPtr& child, const DataType& type, EvalMode mode,
                                       const OriginPtr& origin);
  EvalMode default_mode() const { return settings().ansi ? EvalMode::kAnsi : EvalMode::kLegacy; }

  // One overload a node of plan::Expression; each in the file of its name.
  bound::ExpressionPtr ResolveNode(const plan::Literal& node, const plan::Expression& self);
  bound::ExpressionPtr ResolveNode(const plan::UnresolvedAttribute& node, const plan::Expression& self);
  bound::ExpressionPtr ResolveNode(const plan::UnresolvedStar& node, const plan::Expression& self);
  bound::ExpressionPtr ResolveNode(const plan::UnresolvedRegex& node, const plan::Expression& self);
  bound::ExpressionPtr ResolveNode(const plan::ExtractValue& node, const plan::Expression& self);
  bound::ExpressionPtr ResolveNode(const plan::UpdateFields& node, const plan::Expression& self);
  bound::ExpressionPtr ResolveNode(const plan::SortOrder& node, const plan::Expression& self);
  bound::ExpressionPtr ResolveNode(const plan::UnresolvedFunction& node, const plan::Expression& self);
  bound::ExpressionPtr ResolveNode(const plan::NamedArgument& node, const plan::Expression& self);
  bound::ExpressionPtr ResolveNode(const plan::Alias& node, const plan::Expression& self);
  bound::ExpressionPtr ResolveNode(const plan::Cast& node, const plan::Expression& self);
  bound::ExpressionPtr ResolveNode(const plan::WindowExpression& node, const plan::Expression& self);
  bound::ExpressionPtr ResolveNode(const plan::LambdaFunction& node, const plan::Expression& self);
  bound::ExpressionPtr ResolveNode(const plan::LambdaVariable& node, const plan::Expression& self);
  bound::ExpressionPtr ResolveNode(const plan::ScalarSubquery& node, const plan::Expression& self);
  bound::ExpressionPtr ResolveNode(const plan::Exists& node, const plan::Expression& self);
  bound::ExpressionPtr ResolveNode(const plan::InSubquery& node, const plan::Expression& self);
  bound::ExpressionPtr ResolveNode(const plan::TableArgument& node, const plan::Expression& self);
  bound::ExpressionPtr ResolveNode(const plan::SubqueryReference& node, const plan::Expression& self);
  bound::ExpressionPtr ResolveNode(const plan::SqlExpression& node, const plan::Expression& self);
  bound::ExpressionPtr ResolveNode(const plan::ParameterMarker& node, const plan::Expression& self);
  bound::ExpressionPtr ResolveNode(const plan::PythonCall& node, const plan::Expression& self);

 private:
  struct LambdaScope {
    std::vector<bound::LambdaParameter> parameters;
    std::vector<functions::LambdaParameterType> types;
  };

  // attribute.cc
  bound::ExpressionPtr FindLambdaVariable(const std::vector<std::string>& parts, const OriginPtr& origin);
  bound::ExpressionPtr FindPlanColumn(const plan::UnresolvedAttribute& node, const OriginPtr& origin);
  bound::ExpressionPtr FindColumn(const std::vector<std::string>& parts, const OriginPtr& origin);
  bound::ExpressionPtr FindBelow(const std::vector<std::string>& parts, const OriginPtr& origin);
  bound::ExpressionPtr FindLateralAlias(const std::vector<std::string>& parts, const OriginPtr& origin);
  bound::ExpressionPtr FindOuter(const std::vector<std::string>& parts, const OriginPtr& origin);
  bound::ExpressionPtr FindVariable(const std::vector<std::string>& parts, const OriginPtr& origin);
  bound::ExpressionPtr FindInputFile(const std::string& name, const OriginPtr& origin);
  bound::ExpressionPtr FindLiteralFunction(const std::vector<std::string>& parts, const OriginPtr& origin);
  bound::ExpressionPtr Refer(const NameMatch& match, const OriginPtr& origin);
  bound::ExpressionPtr ReferChecked(const std::vector<NameMatch>& matches, const std::vector<std::string>& parts,
                                    const OriginPtr& origin);

  // star.cc
  void ExpandStar(const plan::UnresolvedStar& star, const OriginPtr& origin, std::vector<SelectItem>& items);
  void ExpandRegex(const plan::UnresolvedRegex& regex, const OriginPtr& origin, std::vector<SelectItem>& items);
  std::vector<SelectItem> RemoveExcepted(std::vector<SelectItem> items,
                                         const std::vector<std::vector<std::string>>& except, const OriginPtr& origin);

  // function.cc, lambda.cc
  std::vector<bound::ExpressionPtr> ResolveArguments(const plan::UnresolvedFunction& node,
                                                     const functions::Function& function, const OriginPtr& origin);
  void ResolveLambdas(const plan::UnresolvedFunction& node, const functions::Function& function,
                      std::vector<bound::ExpressionPtr>& arguments, const OriginPtr& origin);
  bound::ExpressionPtr ResolveGroupingFunction(const plan::UnresolvedFunction& node, const OriginPtr& origin);
  const functions::Function& FindFunction(const plan::UnresolvedFunction& node, const OriginPtr& origin);
  bound::ExpressionPtr ResolveExtraction(const plan::UnresolvedFunction& node, const OriginPtr& origin);
  bound::ExpressionPtr ResolveRow(const plan::UnresolvedFunction& node, const OriginPtr& origin);
  void CheckAggregateUse(const bound::ExpressionPtr& call);

  // python_call.cc
  bound::ExpressionPtr CallPython(const plan::PythonCode& code, const std::vector<plan::ExpressionPtr>& arguments,
                                  bool is_distinct, bool before_over, const OriginPtr& origin);
  plan::PythonCodePtr FindPythonFunction(const plan::UnresolvedFunction& node);
  bound::ExpressionPtr CallRegistered(const plan::PythonCode& code, const plan::UnresolvedFunction& node,
                                      bool before_over, const OriginPtr& origin);

  // window.cc
  /// The error of a window function, given as written, whose window has no order.
  [[noreturn]] void ThrowNotOrdered(const plan::UnresolvedFunction& call);
  bound::WindowFrame ResolveFrame(const plan::WindowSpec& spec, const bound::ExpressionPtr& function,
                                  const std::vector<bound::SortOrder>& orders, const OriginPtr& origin);
  plan::WindowSpec FindWindowSpec(const plan::WindowSpec& spec);

  Analysis& analysis_;
  std::vector<ScopePtr> inputs_;
  const LateralAliases* lateral_ = nullptr;
  bool allow_missing_ = false;
  bool allow_nested_aggregates_ = false;
  bool in_aggregate_ = false;     // inside the arguments of an aggregate function: an aggregate's input comes first
  bool window_function_ = false;  // the next function call is the one before OVER
  AttributeIds missing_;
  std::vector<LambdaScope> lambdas_;
  /// The operand of the innermost CASE x WHEN …, which all of its comparisons share, and what it means.
  std::pair<const plan::Expression*, bound::ExpressionPtr> case_operand_;
};

/// The name that Spark gives to an unnamed item, and the metadata with which it marks the name as generated.
void NameItem(SelectItem& item, const plan::Expression& written, Analysis& analysis);
/// The output column of an item: the input's id when it is a plain column, else a new one.
bound::NamedExpression MakeNamed(const SelectItem& item, Analysis& analysis);

/// Spark's Expression.sql: column names with their qualifiers; some messages use it.
std::string QualifiedSql(const bound::ExpressionPtr& expression, const bound::SessionSettings& settings);
/// The expression with its columns named `name#id`, as Spark's plans print them: some messages show those.
bound::ExpressionPtr PlanReferences(const bound::ExpressionPtr& expression);
/// The form in messages with the quotes.
std::string QuotedSql(const bound::Expression& expression, const bound::SessionSettings& settings);

/// The name of the field that a value is in a row (a, b): the column's own, else col<index + 1>.
std::string RowFieldName(const bound::Expression& value, size_t index);

/// Each name once, and none before an argument without: else DUPLICATE_ROUTINE_PARAMETER_ASSIGNMENT or
/// UNEXPECTED_POSITIONAL_ARGUMENT.
void CheckNamedArguments(const std::vector<plan::ExpressionPtr>& arguments, const std::string& function,
                         const OriginPtr& origin);
/// The type that the function gives: a type or, as text, the columns of a struct.
DataType PythonOutputType(const plan::PythonCode& code, Environment& environment);
/// What is needed to run a client's function.
std::shared_ptr<const bound::PythonFunction> BindPythonFunction(const plan::PythonCode& code);

bool HasAggregate(const bound::ExpressionPtr& expression);  ///< outside of OVER
bool HasWindow(const bound::ExpressionPtr& expression);
bool HasPythonCall(const bound::ExpressionPtr& expression);
bool IsGenerator(const bound::Expression& expression);
bool HasGenerator(const bound::ExpressionPtr& expression);
/// A constant before evaluation: no columns, aggregates or subqueries in it, nothing random.
bool IsFoldable(const bound::ExpressionPtr& expression);

/// INVALID_USAGE_OF_STAR_OR_REGEX for a star under an expression, by the lower-case name of Spark's class.
[[noreturn]] void ThrowMisplacedStar(std::string_view expression);

}  // namespace firesteel::analyzer
