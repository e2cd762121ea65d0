#include "lowering/expression/expression_writer.h"

#include <utility>

#include "base/error.h"
#include "functions/cast.h"
#include "lowering/expression/expression_facts.h"
#include "lowering/limits.h"
#include "lowering/literal_sql.h"
#include "lowering/type_sql.h"

namespace firesteel::lowering {
namespace {

using bound::ExpressionPtr;

/// Literals among the arguments, seen through names and nothing else.
std::vector<std::optional<Value>> Constants(const std::vector<ExpressionPtr>& arguments) {
  std::vector<std::optional<Value>> constants;
  for (const ExpressionPtr& argument : arguments) {
    const auto* literal = StripAlias(argument)->As<bound::Literal>();
    constants.push_back(literal ? std::optional<Value>(literal->value) : std::nullopt);
  }
  return constants;
}

std::string FunctionName(const bound::Expression& expression) {
  if (const auto* call = expression.As<bound::Call>()) {
    return call->called_name.empty() ? std::string(call->function->name) : call->called_name;
  }
  if (const auto* call = expression.As<bound::AggregateCall>()) {
    return call->called_name.empty() ? std::string(call->function->name) : call->called_name;
  }
  return expression.As<bound::Cast>() ? "cast" : "";
}

EvalMode ModeOf(const bound::Expression& expression) {
  if (const auto* call = expression.As<bound::Call>()) return call->mode;
  if (const auto* cast = expression.As<bound::Cast>()) return cast->mode;
  if (const auto* call = expression.As<bound::AggregateCall>()) return call->mode;
  return EvalMode::kAnsi;
}

bool IsVolatileCall(const bound::Expression& expression) {
  const auto* call = expression.As<bound::Call>();
  return call && call->function->volatility == functions::Volatility::kVolatile;
}

}  // namespace

std::string ExpressionWriter::Sql(const ExpressionPtr& expression) {
  std::string text = std::visit([&](const auto& node) { return Node(expression, node); }, expression->node);
  if (text.size() > kMaxSqlBytes) {
    ThrowUnsupported("an expression whose expanded form takes " + std::to_string(text.size() >> 20) + " MiB",
                     expression->origin);
  }
  return text;
}

std::string ExpressionWriter::TypeSql(const DataType& type) { return lowering::TypeSql(type); }

functions::KernelCall ExpressionWriter::CallOf(const functions::Kernel& kernel,
                                               const std::vector<DataType>& argument_types,
                                               const std::vector<ExpressionPtr>& arguments, const DataType& result_type,
                                               const bound::Expression& for_expression) {
  functions::KernelCall call;
  call.kernel = &kernel;
  call.argument_types = argument_types;
  call.result_type = result_type;
  call.mode = ModeOf(for_expression);
  call.time_zone = settings().time_zone;
  if (arguments.size() == argument_types.size()) {
    call.constants = Constants(arguments);
  } else {
    call.constants.resize(argument_types.size());
  }
  call.function_name = FunctionName(for_expression);
  if (kernel.fallible) {
    call.origin = for_expression.origin;
    call.display_sql = functions::MessageSql(for_expression, settings());
  }
  call.now_micros = settings().now_micros;
  return call;
}

std::string ExpressionWriter::Kernel(const functions::Kernel& kernel, const std::vector<std::string>& argument_sql,
                                     const std::vector<DataType>& argument_types, const DataType& result_type,
                                     const bound::Expression& for_expression) {
  const std::vector<ExpressionPtr> children = bound::Children(for_expression);
  functions::KernelCall call = CallOf(kernel, argument_types, children, result_type, for_expression);
  bool is_volatile = IsVolatileCall(for_expression);
  if (pinned_ && !is_volatile && kernel.fallible && call.mode != EvalMode::kTry) {
    for (const ExpressionPtr& child : children) is_volatile = is_volatile || HasReference(child);
  }
  return lowerer_.KernelCallSql(std::move(call), argument_sql, is_volatile);
}

std::string ExpressionWriter::Node(const ExpressionPtr& expression, const bound::Literal& node) {
  return LiteralSql(node.value, expression->type);
}

std::string ExpressionWriter::Node(const ExpressionPtr&, const bound::AttributeRef& node) {
  if (keys_) {
    if (const auto key = keys_->find(node.id); key != keys_->end()) return key->second;
  }
  if (const Column* column = scope_.Find(node.id)) return column->sql;
  if (const Column* column = lowerer_.FindOuter(node.id)) return column->sql;
  throw InternalError("no column here is " + node.name + "#" + std::to_string(node.id));
}

std::string ExpressionWriter::Node(const ExpressionPtr&, const bound::OuterRef& node) {
  if (const Column* column = lowerer_.FindOuter(node.id)) return column->sql;
  throw InternalError("no outer column is " + node.name + "#" + std::to_string(node.id));
}

std::string ExpressionWriter::Node(const ExpressionPtr& expression, const bound::Cast&) {
  return functions::CastSql(expression, *this);
}

std::string ExpressionWriter::Node(const ExpressionPtr&, const bound::GetField& node) {
  const std::string place = std::to_string(node.ordinal + 1);
  const std::string child = Sql(node.child);
  if (!node.through_array) return "struct_extract_at(" + child + ", " + place + ")";
  return "list_transform(" + child + ", lambda e: struct_extract_at(e, " + place + "))";
}

std::string ExpressionWriter::Node(const ExpressionPtr&, const bound::Lambda& node) {
  std::string text = "(lambda ";
  for (size_t i = 0; i < node.parameters.size(); ++i) {
    text += (i > 0 ? ", " : "") + Lowerer::LambdaName(node.parameters[i].id);
  }
  return text + ": " + Sql(node.body) + ")";
}

std::string ExpressionWriter::Node(const ExpressionPtr&, const bound::LambdaRef& node) {
  return Lowerer::LambdaName(node.id);
}

std::string ExpressionWriter::Node(const ExpressionPtr&, const bound::InnerAlias& node) { return Sql(node.child); }

std::string ExpressionWriter::Node(const ExpressionPtr&, const bound::PythonCall& node) {
  throw InternalError("a call of the Python function " + node.function->name + " was left in the plan");
}

}  // namespace firesteel::lowering
