// Calls of Python functions: those that came inside the plan, and those registered under a name.
#include <set>
#include <utility>

#include "analyzer/expression/resolver.h"
#include "bound/python_eval_type.h"
#include "types/quoting.h"

namespace firesteel::analyzer {
namespace {

// NamedParametersSupport.splitAndCheckNamedArguments
void CheckNamedArguments(const std::vector<plan::ExpressionPtr>& arguments, const std::string& function) {
  std::set<std::string> names;
  bool named_before = false;
  for (size_t i = 0; i < arguments.size(); ++i) {
    const auto* named = arguments[i]->As<plan::NamedArgument>();
    if (!named) {
      if (named_before) {
        throw QueryError("UNEXPECTED_POSITIONAL_ARGUMENT",
                         {{"routineName", QuoteIdentifier(function)},
                          {"parameterName", QuoteIdentifier(arguments[i - 1]->As<plan::NamedArgument>()->name)}});
      }
      continue;
    }
    named_before = true;
    if (!names.insert(named->name).second) {
      throw QueryError("DUPLICATE_ROUTINE_PARAMETER_ASSIGNMENT.DOUBLE_NAMED_ARGUMENT_REFERENCE",
                       {{"routineName", QuoteIdentifier(function)}, {"parameterName", QuoteIdentifier(named->name)}});
    }
  }
}

}  // namespace

std::shared_ptr<const bound::PythonFunction> BindPythonFunction(const plan::PythonCode& code) {
  bound::PythonFunction function;
  function.name = code.name;
  function.eval_type = code.eval_type;
  function.command = code.command;
  function.python_version = code.python_version;
  function.includes = code.includes;
  function.deterministic = code.deterministic;
  return std::make_shared<const bound::PythonFunction>(std::move(function));
}

bound::ExpressionPtr ExpressionResolver::CallPython(const plan::PythonCode& code,
                                                    const std::vector<plan::ExpressionPtr>& arguments, bool is_distinct,
                                                    const plan::ExpressionPtr& filter, bool before_over,
                                                    const OriginPtr& origin) {
  const bool is_aggregate = bound::IsGroupedAggregate(code.eval_type);
  CheckNamedArguments(arguments, code.name);
  if (is_aggregate && is_distinct) ThrowUnsupported("DISTINCT in a user-defined aggregate function in Python", origin);
  bound::PythonCall call;
  call.function = BindPythonFunction(code);
  call.result_id = analysis_.NextId();
  bool has_names = false;
  {
    const bool inside_before = in_aggregate_;
    in_aggregate_ = in_aggregate_ || (is_aggregate && !before_over);
    struct Restore {
      bool& flag;
      bool before;
      ~Restore() { flag = before; }
    } restore{in_aggregate_, inside_before};
    for (const plan::ExpressionPtr& argument : arguments) {
      if (argument->As<plan::UnresolvedStar>() || argument->As<plan::UnresolvedRegex>()) {
        std::vector<SelectItem> items;
        ResolveItem(argument, items);
        for (SelectItem& item : items) call.arguments.push_back(std::move(item.expression));
        call.argument_names.resize(call.arguments.size());
        continue;
      }
      const auto* named = argument->As<plan::NamedArgument>();
      has_names = has_names || named;
      call.arguments.push_back(Resolve(named ? named->value : argument));
      call.argument_names.push_back(named ? named->name : "");
    }
    if (filter) call.filter = Resolve(filter);
  }
  if (!has_names) call.argument_names.clear();
  const DataType type =
      code.output_type ? *code.output_type : analysis_.environment().ParseDataType(code.output_type_text);
  bound::ExpressionPtr made = bound::Make(std::move(call), type, true, origin);
  if (is_aggregate && !before_over) CheckAggregateUse(made);
  return made;
}

bound::ExpressionPtr ExpressionResolver::ResolveNode(const plan::PythonCall& node, const plan::Expression& self) {
  const bool before_over = std::exchange(window_function_, false);
  return CallPython(*node.function, node.arguments, node.is_distinct, nullptr, before_over, self.origin);
}

}  // namespace firesteel::analyzer
