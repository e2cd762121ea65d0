#include <utility>

#include "functions/binding/binding.h"
#include "types/quoting.h"
#include "types/type_text.h"

namespace firesteel::functions {

namespace {
constexpr std::string_view kDocs = "https://spark.apache.org/docs/latest";

std::string PrintedName(const BindRequest& request) {
  if (!request.called_name.empty()) return request.called_name;
  return std::string(request.function.name);
}

/// The row that Spark puts in a function's place before it checks the arguments, or the row itself.
const Function* CheckedAs(const Function& function) {
  static constexpr std::pair<std::string_view, std::string_view> kReplaced[] = {
      {"try_add", "+"},
      {"try_subtract", "-"},
      {"try_multiply", "*"},
      {"try_divide", "/"},
      {"try_mod", "%"},
      {"equal_null", "<=>"},
      {"nvl", "coalesce"},
      {"try_element_at", "element_at"},
      {"try_make_interval", "make_interval"},
      {"try_aes_decrypt", "aes_decrypt"},
      {"try_to_binary", "to_binary"},
      {"try_to_time", "to_time"},
      {"try_make_timestamp", "make_timestamp"},
  };
  for (const auto& [name, other] : kReplaced) {
    if (function.name == name) return Find(other);
  }
  return &function;
}
}  // namespace

std::string OrdinalWord(size_t index) {
  static constexpr std::string_view kWords[] = {"first", "second", "third"};
  return index < std::size(kWords) ? std::string(kWords[index]) : std::to_string(index + 1) + "th";
}

std::string QuotedSql(const bound::ExpressionPtr& expression, const bound::SessionSettings& settings) {
  return DoubleQuoted(MessageSql(*expression, settings));
}

std::string QuotedCall(const BindRequest& request) {
  // Spark checks the function alone: DISTINCT and FILTER are not part of it.
  const Function* checked = CheckedAs(request.function);
  const BindRequest plain{*checked,
                          request.arguments,
                          checked == &request.function ? request.called_name : std::string(checked->name),
                          request.settings,
                          request.origin,
                          false,
                          {},
                          request.order,
                          request.ignore_nulls};
  std::vector<bound::ExpressionPtr> arguments = request.arguments;
  // Names within expressions are gone when Spark looks at their types.
  for (bound::ExpressionPtr& argument : arguments) {
    while (const auto* alias = argument ? argument->As<bound::InnerAlias>() : nullptr) {
      argument = bound::ExpressionPtr(alias->child);
    }
  }
  return QuotedSql(FinishCall(plain, std::move(arguments), DataType::Null(), ModeOf(request), true), request.settings);
}

std::string QuotedFunctionName(const BindRequest& request) {
  return QuoteIdentifier(std::string(CheckedAs(request.function)->name));
}

std::string TypesText(const std::vector<bound::ExpressionPtr>& arguments, std::string_view open,
                      std::string_view separator, std::string_view close) {
  std::string text(open);
  for (size_t i = 0; i < arguments.size(); ++i) {
    if (i) text += separator;
    text += QuoteType(arguments[i]->type);
  }
  return text + std::string(close);
}

void ThrowWrongNumArgs(const BindRequest& request, std::string expected, std::optional<bool> has_place) {
  // Spark's registry knows exact counts and the place of the call; open counts are found out later, without it.
  const bool at_registry = has_place.value_or(expected[0] != '>' && !expected.starts_with("2n"));
  throw QueryError("WRONG_NUM_ARGS.WITHOUT_SUGGESTION",
                   {{"functionName", QuoteIdentifier(PrintedName(request))},
                    {"expectedNum", std::move(expected)},
                    {"actualNum", std::to_string(request.arguments.size())},
                    {"docroot", std::string(kDocs)}},
                   at_registry ? request.origin : nullptr);
}

void ThrowMismatch(const BindRequest& request, std::string_view sub, ErrorParameters parameters) {
  parameters.insert(parameters.begin(), {"sqlExpr", QuotedCall(request)});
  throw QueryError("DATATYPE_MISMATCH." + std::string(sub), std::move(parameters), request.origin);
}

void ThrowUnexpectedInput(const BindRequest& request, size_t index, std::string required) {
  const bound::ExpressionPtr& argument = request.arguments[index];
  ThrowMismatch(request, "UNEXPECTED_INPUT_TYPE",
                {{"paramIndex", OrdinalWord(index)},
                 {"requiredType", std::move(required)},
                 {"inputSql", QuotedSql(argument, request.settings)},
                 {"inputType", QuoteType(argument->type)}});
}

}  // namespace firesteel::functions
