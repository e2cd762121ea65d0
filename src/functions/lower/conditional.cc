#include "functions/binding/binding.h"
#include "functions/kernels/kernels.h"
#include "functions/lower/lower.h"
#include "functions/lower/once.h"

namespace firesteel::functions {

using bound::ExpressionPtr;

std::string LowerIn(const ExpressionPtr& call, SqlWriter& writer) {
  // Nothing, not even NULL, is in an empty list; without ANSI mode NULL stays unknown. SQL has no such list, isin([])
  // has.
  if (call->As<bound::Call>()->arguments.size() == 1) {
    if (writer.settings().ansi) return "false";
    return "(CASE WHEN " + ArgumentSql(*call, writer)[0] + " IS NOT NULL THEN false END)";
  }
  std::vector<std::string> arguments = ArgumentSql(*call, writer);
  std::string text = "(" + arguments[0] + " IN (";
  for (size_t i = 1; i < arguments.size(); ++i) text += (i > 1 ? ", " : "") + arguments[i];
  return text + "))";
}

std::string LowerBetween(const ExpressionPtr& call, SqlWriter& writer) {
  const std::vector<ExpressionPtr>& operands = call->As<bound::Call>()->arguments;
  if (operands.size() == 3 && operands[0]->type.IsNested()) {
    // The engine has no BETWEEN for arrays and structs.
    const auto bind = [&](std::string_view name, const ExpressionPtr& a, const ExpressionPtr& b) {
      return BindByName(name, {a, b}, writer.settings(), call->origin);
    };
    return Once(operands[0], {operands[1], operands[2]}, writer, [&](const ExpressionPtr& value) {
      return writer.Sql(bind("and", bind(">=", value, operands[1]), bind("<=", value, operands[2])));
    });
  }
  std::vector<std::string> arguments = ArgumentSql(*call, writer);
  if (arguments.size() == 2) return "(" + arguments[0] + " AND " + arguments[1] + ")";
  return "(" + arguments[0] + " BETWEEN " + arguments[1] + " AND " + arguments[2] + ")";
}

std::string LowerWhen(const ExpressionPtr& call, SqlWriter& writer) {
  std::vector<std::string> arguments = ArgumentSql(*call, writer);
  std::string text = "(CASE";
  size_t i = 0;
  for (; i + 1 < arguments.size(); i += 2) text += " WHEN " + arguments[i] + " THEN " + arguments[i + 1];
  if (i < arguments.size()) text += " ELSE " + arguments[i];
  return text + " END)";
}

/// The engine's LIKE is Spark's, when the pattern is a constant in which the escape character stands only before %, _
/// and itself (anything else is an error that the kernel words) and no escape is needed at its end.
std::string LowerLike(const ExpressionPtr& expression, SqlWriter& writer) {
  const bound::Call* call = expression->As<bound::Call>();
  const bound::Literal* pattern = call->arguments[1]->As<bound::Literal>();
  const bound::Literal* escape = call->arguments[2]->As<bound::Literal>();
  bool is_constant = pattern && escape && std::holds_alternative<std::string>(pattern->value.data) &&
                     std::holds_alternative<std::string>(escape->value.data);
  // ILIKE differs: Spark lower-cases both sides.
  if (!is_constant || call->function->name != "like") {
    return CallKernel(call->function->name == "like" ? kLike : kIlike, expression, writer);
  }
  const std::string& text = pattern->value.text();
  char mark = escape->value.text()[0];
  bool has_escape = text.find(mark) != std::string::npos;
  if (has_escape || mark == '%' || mark == '_') return CallKernel(kLike, expression, writer);
  return "(" + writer.Sql(call->arguments[0]) + " LIKE " + writer.Sql(call->arguments[1]) + ")";
}

}  // namespace firesteel::functions
