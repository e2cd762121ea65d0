// Calls of Python functions: those that came inside the plan, and those registered under a name.
#include <algorithm>
#include <set>
#include <utility>

#include "analyzer/expression/resolver.h"
#include "analyzer/name.h"
#include "bound/python_eval_type.h"
#include "functions/listing.h"
#include "types/quoting.h"

namespace firesteel::analyzer {

void CheckNamedArguments(const std::vector<plan::ExpressionPtr>& arguments, const std::string& function,
                         const OriginPtr& origin) {
  std::set<std::string> names;
  bool named_before = false;
  for (size_t i = 0; i < arguments.size(); ++i) {
    const auto* named = arguments[i]->As<plan::NamedArgument>();
    if (!named) {
      if (named_before) {
        throw QueryError("UNEXPECTED_POSITIONAL_ARGUMENT",
                         {{"routineName", QuoteIdentifier(function)},
                          {"parameterName", QuoteIdentifier(arguments[i - 1]->As<plan::NamedArgument>()->name)}},
                         origin);
      }
      continue;
    }
    named_before = true;
    if (!names.insert(named->name).second) {
      throw QueryError("DUPLICATE_ROUTINE_PARAMETER_ASSIGNMENT.DOUBLE_NAMED_ARGUMENT_REFERENCE",
                       {{"routineName", QuoteIdentifier(function)}, {"parameterName", QuoteIdentifier(named->name)}},
                       origin);
    }
  }
}

DataType PythonOutputType(const plan::PythonCode& code, Environment& environment) {
  if (code.output_type) return *code.output_type;
  try {
    return environment.ParseDataType(code.output_type_text);
  } catch (const QueryError&) {
  }
  try {
    return DataType::Struct(environment.ParseSchema(code.output_type_text));
  } catch (const QueryError&) {
    try {
      return environment.ParseDataType("struct<" + code.output_type_text + ">");  // `a: int`
    } catch (const QueryError&) {
    }
    throw;
  }
}

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
                                                    bool before_over, const OriginPtr& origin) {
  const bool is_aggregate = bound::IsGroupedAggregate(code.eval_type);
  if (!is_aggregate && !bound::IsScalar(code.eval_type)) {
    ThrowUnsupported("a Python function of the kind " + std::to_string(code.eval_type) + " in an expression", origin);
  }
  const bool is_iterator =
      code.eval_type == bound::kPandasScalarIterator || code.eval_type == bound::kArrowScalarIterator;
  if (is_iterator && std::any_of(arguments.begin(), arguments.end(), [](const plan::ExpressionPtr& argument) {
        return argument->As<plan::NamedArgument>() != nullptr;
      })) {
    throw QueryError("NAMED_PARAMETERS_NOT_SUPPORTED", {{"functionName", QuoteIdentifier(code.name)}}, origin);
  }
  CheckNamedArguments(arguments, code.name, origin);
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
  }
  if (!has_names) call.argument_names.clear();
  const DataType type = PythonOutputType(code, analysis_.environment());
  bound::ExpressionPtr made = bound::Make(std::move(call), type, true, origin);
  if (is_aggregate && !before_over) CheckAggregateUse(made);
  return made;
}

plan::PythonCodePtr ExpressionResolver::FindPythonFunction(const plan::UnresolvedFunction& node) {
  if (node.is_operator || node.is_internal) return nullptr;
  const std::vector<std::string>& name = node.name;
  const size_t prefix = SessionPrefix(name);
  const bool of_session = prefix > 0 && name.size() == prefix + 1;
  if (!of_session && name.size() != 1) return nullptr;
  // Spark's path begins with its own functions: a name of one of them alone never means the session's.
  if (!of_session && (functions::Find(name.back()) || functions::FindUncallable(name.back()))) return nullptr;
  return analysis_.environment().FindPythonFunction(name.back());
}

bound::ExpressionPtr ExpressionResolver::CallRegistered(const plan::PythonCode& code,
                                                        const plan::UnresolvedFunction& node, bool before_over,
                                                        const OriginPtr& origin) {
  const char* syntax = nullptr;
  if (!node.within_group.empty()) {
    syntax = "WITHIN GROUP (ORDER BY ...)";
  } else if (node.is_distinct) {
    syntax = "DISTINCT";
  } else if (node.filter) {
    syntax = "FILTER CLAUSE";
  } else if (node.ignore_nulls.value_or(false)) {
    syntax = "IGNORE NULLS";
  }
  if (syntax) {
    const std::string name = bound::IsGroupedAggregate(code.eval_type) ? "pythonudaf" : "pythonudf";
    throw QueryError("INVALID_SQL_SYNTAX.FUNCTION_WITH_UNSUPPORTED_SYNTAX",
                     {{"prettyName", QuoteIdentifier(name)}, {"syntax", syntax}}, origin);
  }
  return CallPython(code, node.arguments, false, before_over, origin);
}

bound::ExpressionPtr ExpressionResolver::ResolveNode(const plan::PythonCall& node, const plan::Expression& self) {
  const bool before_over = std::exchange(window_function_, false);
  return CallPython(*node.function, node.arguments, node.is_distinct, before_over, self.origin);
}

}  // namespace firesteel::analyzer
