#include <algorithm>
#include <cctype>
#include <utility>

#include "base/error.h"
#include "base/overloaded.h"
#include "functions/binding/binding.h"
#include "functions/lower/once.h"
#include "lowering/expression/expression_facts.h"
#include "lowering/expression/expression_writer.h"
#include "lowering/sort_key.h"
#include "lowering/type_sql.h"

namespace firesteel::lowering {
namespace {

/// Guards are nested; more operands that can fail in one chain share the last one.
constexpr size_t kMaxGuards = 64;

using bound::ExpressionPtr;

bool IsConnective(const bound::Expression& expression) { return AsCall(expression, "and") || AsCall(expression, "or"); }

/// Whether a text is cast so that it may fail.
bool IsFailingTextCast(const ExpressionPtr& expression) {
  const auto* cast = expression->As<bound::Cast>();
  return cast && cast->is_implicit && cast->child->type.IsStringLike() && CanFail(expression);
}

// A guard repeats the text of the argument that it looks at: nested calls would double it at each level.
constexpr size_t kMostGuardText = 512;

bool HasInSubquery(const ExpressionPtr& expression) {
  return bound::AnyOf(expression,
                      [](const bound::Expression& node) { return node.As<bound::InSubquery>() != nullptr; });
}

bool IsInequality(std::string_view name) { return name == "<" || name == "<=" || name == ">" || name == ">="; }

/// Whether NOT over this expression must be moved inward first, as Spark does: how IN (subquery) treats nulls depends
/// on whether a NOT stands directly on it.
bool MovesNegation(const ExpressionPtr& operand) {
  return (IsConnective(*operand) || AsCall(*operand, "not")) && HasInSubquery(operand);
}

/// The operator's call with a second operand that is computed only where the first one is not NULL.
ExpressionPtr SecondAfterFirst(const ExpressionPtr& expression, const bound::SessionSettings& settings) {
  bound::Call call = *expression->As<bound::Call>();
  const ExpressionPtr& first = call.arguments[0];
  const ExpressionPtr second = call.arguments[1];
  if (!first->nullable || !IsFailingTextCast(second)) return expression;
  call.arguments[1] = functions::BindByName("if",
                                            {functions::BindByName("isnull", {first}, settings, expression->origin),
                                             bound::MakeLiteral(second->type, Value{}), second},
                                            settings, expression->origin);
  return bound::Make(std::move(call), expression->type, expression->nullable, expression->origin);
}

/// NOT of the expression, moved inward.
ExpressionPtr Negated(const ExpressionPtr& expression, const bound::SessionSettings& settings) {
  if (const bound::Call* negation = AsCall(*expression, "not")) return negation->arguments[0];
  if (!IsConnective(*expression)) return functions::BindByName("not", {expression}, settings, expression->origin);
  const bool is_and = AsCall(*expression, "and") != nullptr;
  ExpressionPtr chain;
  for (const ExpressionPtr& operand : FlattenChain(expression, is_and ? "and" : "or")) {
    ExpressionPtr negated = Negated(operand, settings);
    chain = chain ? functions::BindByName(is_and ? "or" : "and", {chain, negated}, settings, expression->origin)
                  : std::move(negated);
  }
  return chain;
}

/// Whether a template is one function call or one parenthesis, so that nothing can break into it from outside.
bool IsClosed(std::string_view text) {
  size_t i = 0;
  while (i < text.size() && (std::isalnum(static_cast<unsigned char>(text[i])) || text[i] == '_')) ++i;
  if (i == text.size()) return true;
  if (text[i] != '(') return text.size() == 3 && text[0] == '{' && text[2] == '}';
  int depth = 0;
  for (; i < text.size(); ++i) {
    if (text[i] == '\'') {
      for (++i; i < text.size() && text[i] != '\'';) ++i;
    } else if (text[i] == '(') {
      ++depth;
    } else if (text[i] == ')' && --depth == 0) {
      return i + 1 == text.size();
    }
  }
  return false;
}

}  // namespace

std::string FillTemplate(std::string_view text, const std::vector<std::string>& arguments, const std::string& type) {
  std::string filled;
  for (size_t i = 0; i < text.size(); ++i) {
    const size_t end = text[i] == '{' ? text.find('}', i) : std::string_view::npos;
    if (end == std::string_view::npos) {
      filled += text[i];
      continue;
    }
    const std::string_view name = text.substr(i + 1, end - i - 1);
    if (name == "*") {
      filled += JoinTexts(arguments, ", ");
    } else if (name == "type") {
      filled += type;
    } else if (!name.empty() && std::isdigit(static_cast<unsigned char>(name[0]))) {
      const size_t index = static_cast<size_t>(std::stoul(std::string(name)));
      if (index >= arguments.size())
        throw InternalError("a template asks for a missing argument: " + std::string(text));
      filled += arguments[index];
    } else {
      filled += text.substr(i, end - i + 1);
    }
    i = end;
  }
  return IsClosed(text) ? filled : "(" + filled + ")";
}

std::string ExpressionWriter::ByLowering(const ExpressionPtr& expression, const functions::Function& function,
                                         const std::vector<ExpressionPtr>& arguments) {
  // Spark stops at the first argument that is NULL: a text behind it that would not convert does not matter.
  const bool stops_at_null = function.kind == functions::Kind::kScalar &&
                             function.nullability == functions::Nullability::kAny &&
                             std::any_of(arguments.begin(), arguments.end(), IsFailingTextCast);
  const auto texts = [&] {
    std::vector<std::string> sql;
    std::string is_null;
    for (const ExpressionPtr& argument : arguments) {
      std::string text = Sql(argument);
      if (!is_null.empty() && IsFailingTextCast(argument)) {
        text = "(CASE WHEN " + is_null + " THEN NULL ELSE " + text + " END)";
      }
      if (stops_at_null && argument->nullable && !IsVolatile(argument) && text.size() <= kMostGuardText) {
        is_null += (is_null.empty() ? "" : " OR ") + text + " IS NULL";
      }
      sql.push_back(std::move(text));
    }
    return sql;
  };
  // Nulls inside of arrays and structs are the smallest to Spark and the largest to the engine.
  const bool is_nested = !arguments.empty() && arguments[0]->type.IsNested();
  const auto key = [&](size_t i) { return SortKeySql(Sql(arguments[i]), arguments[i]->type); };
  return std::visit(
      Overloaded{
          [&](const functions::LowerSql& row) {
            if (is_nested && IsInequality(function.name)) {
              return FillTemplate(row.text, {key(0), key(1)}, lowering::TypeSql(expression->type));
            }
            if (is_nested && (function.name == "greatest" || function.name == "least")) {
              // Values go by their keys and come along.
              std::vector<std::string> keyed;
              for (size_t i = 0; i < arguments.size(); ++i) {
                keyed.push_back(functions::Once(Sql(arguments[i]), [&](const std::string& sql) {
                  return "CASE WHEN " + sql +
                         " IS NULL THEN NULL ELSE struct_pack(k := " + SortKeySql(sql, arguments[i]->type) +
                         ", v := " + sql + ") END";
                }));
              }
              return "struct_extract(" + FillTemplate(row.text, keyed, "") + ", 'v')";
            }
            return FillTemplate(row.text, texts(), lowering::TypeSql(expression->type));
          },
          [&](const functions::LowerKernel& row) {
            std::vector<DataType> types;
            for (const ExpressionPtr& argument : arguments) types.push_back(argument->type);
            if (row.kernel->accumulate) return AggregateKernel(*row.kernel, texts(), types, *expression);
            return Kernel(*row.kernel, texts(), types, expression->type, *expression);
          },
          [&](const functions::LowerRewrite& row) { return Sql(row.rewrite(expression, settings())); },
          [&](const functions::LowerSpecial& row) {
            const bool is_operator = function.display == functions::Display::kInfix && arguments.size() == 2;
            return row.lower(stops_at_null && is_operator ? SecondAfterFirst(expression, settings()) : expression,
                             *this);
          },
          [&](const functions::LowerAggregate& row) {
            const bool is_extreme = row.name == "max" || row.name == "min";
            if (is_nested && is_extreme) {
              return Aggregate(row.name == "max" ? "arg_max" : "arg_min", {Sql(arguments[0]), key(0)}, *expression);
            }
            if (is_extreme && (expression->type.Is(TypeKind::kDouble) || expression->type.Is(TypeKind::kFloat))) {
              return Aggregate("fs_" + std::string(row.name), texts(), *expression);
            }
            return Aggregate(row.name, texts(), *expression);
          },
          [&](const functions::LowerUnsupported& row) -> std::string {
            ThrowUnsupported("the function " + std::string(function.name) + " (" + std::string(row.reason) + ")",
                             expression->origin);
          },
      },
      function.lowering);
}

std::string ExpressionWriter::Node(const ExpressionPtr& expression, const bound::Call& node) {
  const std::string_view name = node.function->name;
  if (name == "and" || name == "or") {
    return Connective(FlattenChain(expression, name), name == "and", /*in_condition=*/false);
  }
  if (name == "not") {
    if (const auto* in = node.arguments[0]->As<bound::InSubquery>()) return InValueSql(*in, /*negated=*/true);
    if (MovesNegation(node.arguments[0])) return Sql(Negated(node.arguments[0], settings()));
  }
  return ByLowering(expression, *node.function, node.arguments);
}

std::string ExpressionWriter::Connective(const std::vector<ExpressionPtr>& operands, bool is_and, bool in_condition) {
  const std::string word = is_and ? " AND " : " OR ";
  std::vector<std::string> texts;
  for (const ExpressionPtr& operand : operands) texts.push_back(in_condition ? Condition(operand) : Sql(operand));
  if (in_condition) return "(" + JoinTexts(texts, word) + ")";
  // Outside of WHERE the engine evaluates every operand on every row. One that can fail must only see the rows that
  // those before it leave open: they become its guard.
  std::vector<std::string> segments;
  for (size_t i = 0; i < operands.size(); ++i) {
    if (segments.empty() || (CanFail(operands[i]) && segments.size() < kMaxGuards)) {
      segments.push_back(std::move(texts[i]));
    } else {
      segments.back() += word + texts[i];
    }
  }
  std::string text = "(" + segments.back() + ")";
  const std::string decided = is_and ? "false" : "true";
  const bool has_subquery = std::any_of(operands.begin(), operands.end(), HasSubquery);
  for (size_t i = segments.size() - 1; i-- > 0;) {
    const auto guarded = [&](const std::string& guard) {
      return "(CASE WHEN " + guard + " = " + decided + " THEN " + decided + " ELSE " + guard + word + text + " END)";
    };
    const std::string guard = "(" + segments[i] + ")";
    text = has_subquery ? guarded(guard) : functions::Once(guard, guarded);
  }
  return text;
}

std::string ExpressionWriter::Condition(const ExpressionPtr& expression) {
  for (const std::string_view name : {"and", "or"}) {
    if (AsCall(*expression, name)) return Connective(FlattenChain(expression, name), name == "and", true);
  }
  // Null and false are one here, and the engine has joins for these forms.
  if (const auto* in = expression->As<bound::InSubquery>()) return InSql(*in);
  if (const bound::Call* negation = AsCall(*expression, "not")) {
    if (const auto* in = negation->arguments[0]->As<bound::InSubquery>()) return "(NOT " + InSql(*in) + ")";
    if (MovesNegation(negation->arguments[0])) return Condition(Negated(negation->arguments[0], settings()));
  }
  return Sql(expression);
}

}  // namespace firesteel::lowering
