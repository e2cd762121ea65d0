#include <algorithm>

#include "functions/kernels/kernels.h"
#include "functions/lower/lower.h"

namespace firesteel::functions {

using bound::ExpressionPtr;

std::vector<std::string> ArgumentSql(const bound::Expression& expression, SqlWriter& writer) {
  const bound::Call* call = expression.As<bound::Call>();
  const std::vector<ExpressionPtr>& arguments =
      call ? call->arguments : expression.As<bound::AggregateCall>()->arguments;
  std::vector<std::string> texts;
  texts.reserve(arguments.size());
  for (const ExpressionPtr& argument : arguments) texts.push_back(writer.Sql(argument));
  return texts;
}

std::string CallKernel(const Kernel& kernel, const ExpressionPtr& expression, SqlWriter& writer) {
  const bound::Call* call = expression->As<bound::Call>();
  std::vector<DataType> types;
  for (const ExpressionPtr& argument : call->arguments) types.push_back(argument->type);
  return writer.Kernel(kernel, ArgumentSql(*expression, writer), types, expression->type, *expression);
}

std::string CastSqlText(std::string_view sql, std::string_view engine_type) {
  return "CAST(" + std::string(sql) + " AS " + std::string(engine_type) + ")";
}

namespace {

constexpr int kMaxFastWidth = 18;  // of the engine's decimals: 64 bits
constexpr int kMaxWidth = 38;

bool IsFloating(const DataType& type) { return type.Is(TypeKind::kFloat) || type.Is(TypeKind::kDouble); }

std::string Infix(const ExpressionPtr& expression, std::string_view op, SqlWriter& writer) {
  std::vector<std::string> arguments = ArgumentSql(*expression, writer);
  return "(" + arguments[0] + " " + std::string(op) + " " + arguments[1] + ")";
}

/// The engine's own + and - give max(scale) + max(whole) + 1 digits, as Spark's when nothing was cut; but they stop at
/// 18 digits when both operands have at most 18, and fail at run time instead.
bool IsNativeSum(const DataType& left, const DataType& right, const DataType& result) {
  int scale = std::max(left.scale(), right.scale());
  int whole = std::max(left.precision() - left.scale(), right.precision() - right.scale());
  int width = scale + whole + 1;
  bool is_wide = std::max(left.precision(), right.precision()) > kMaxFastWidth;
  return width == result.precision() && scale == result.scale() &&
         (width <= kMaxFastWidth || (is_wide && width <= kMaxWidth));
}

std::string LowerSumOf(const ExpressionPtr& expression, std::string_view op, const Kernel& integral,
                       const Kernel& decimal, SqlWriter& writer) {
  const DataType& type = expression->type;
  const bound::Call* call = expression->As<bound::Call>();
  if (IsFloating(type)) return Infix(expression, op, writer);
  if (!type.Is(TypeKind::kDecimal)) return CallKernel(integral, expression, writer);
  if (IsNativeSum(call->arguments[0]->type, call->arguments[1]->type, type)) return Infix(expression, op, writer);
  return CallKernel(decimal, expression, writer);
}

bool IsDecimalCall(const ExpressionPtr& expression) {
  return expression->As<bound::Call>()->arguments[0]->type.Is(TypeKind::kDecimal);
}

}  // namespace

/// try_add and its like over dates and intervals hold what they mean as a third argument.
static bool IsRewritten(const ExpressionPtr& call) { return call->As<bound::Call>()->arguments.size() == 3; }
static std::string Rewritten(const ExpressionPtr& call, SqlWriter& writer) {
  return writer.Sql(call->As<bound::Call>()->arguments[2]);
}

std::string LowerAdd(const ExpressionPtr& call, SqlWriter& writer) {
  if (IsRewritten(call)) return Rewritten(call, writer);
  return LowerSumOf(call, "+", kAddIntegral, kAddDecimal, writer);
}
std::string LowerSubtract(const ExpressionPtr& call, SqlWriter& writer) {
  if (IsRewritten(call)) return Rewritten(call, writer);
  return LowerSumOf(call, "-", kSubtractIntegral, kSubtractDecimal, writer);
}

std::string LowerMultiply(const ExpressionPtr& expression, SqlWriter& writer) {
  if (IsRewritten(expression)) return Rewritten(expression, writer);
  const DataType& type = expression->type;
  if (IsFloating(type)) return Infix(expression, "*", writer);
  if (!type.Is(TypeKind::kDecimal)) return CallKernel(kMultiplyIntegral, expression, writer);
  const bound::Call* call = expression->As<bound::Call>();
  const DataType& left = call->arguments[0]->type;
  const DataType& right = call->arguments[1]->type;
  bool is_natural = left.scale() + right.scale() == type.scale();
  if (is_natural && left.precision() + right.precision() <= kMaxFastWidth) {
    return CastSqlText(Infix(expression, "*", writer), writer.TypeSql(type));
  }
  return CallKernel(kMultiplyDecimal, expression, writer);
}

std::string LowerDivide(const ExpressionPtr& call, SqlWriter& writer) {
  if (IsRewritten(call)) return Rewritten(call, writer);
  return CallKernel(IsDecimalCall(call) ? kDivideDecimal : kDivideDouble, call, writer);
}
std::string LowerIntegralDivide(const ExpressionPtr& call, SqlWriter& writer) {
  return CallKernel(IsDecimalCall(call) ? kIntegralDivideDecimal : kIntegralDivide, call, writer);
}
std::string LowerRemainder(const ExpressionPtr& call, SqlWriter& writer) {
  return CallKernel(IsDecimalCall(call) ? kRemainderDecimal : kRemainder, call, writer);
}
std::string LowerPmod(const ExpressionPtr& call, SqlWriter& writer) {
  return CallKernel(IsDecimalCall(call) ? kPmodDecimal : kPmod, call, writer);
}

}  // namespace firesteel::functions
