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
}  // namespace

std::string OrdinalWord(size_t index) {
  static constexpr std::string_view kWords[] = {"first", "second",  "third",  "fourth", "fifth",
                                                "sixth", "seventh", "eighth", "ninth",  "tenth"};
  if (index < std::size(kWords)) return std::string(kWords[index]);
  size_t number = index + 1;
  bool teen = number % 100 >= 11 && number % 100 <= 13;
  std::string_view suffix = "th";
  if (!teen && number % 10 == 1) suffix = "st";
  if (!teen && number % 10 == 2) suffix = "nd";
  if (!teen && number % 10 == 3) suffix = "rd";
  return std::to_string(number) + std::string(suffix);
}

std::string QuotedSql(const bound::ExpressionPtr& expression, const bound::SessionSettings& settings) {
  return DoubleQuoted(MessageSql(*expression, settings));
}

std::string QuotedCall(const BindRequest& request) {
  BindRequest copy = request;
  std::vector<bound::ExpressionPtr> arguments = request.arguments;
  return QuotedSql(FinishCall(request, std::move(arguments), DataType::Null(), ModeOf(request), true),
                   request.settings);
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

void ThrowWrongNumArgs(const BindRequest& request, std::string expected) {
  // Spark's registry knows exact counts and the place of the call; open counts are found out later, without it.
  bool at_registry = expected[0] != '>' && !expected.starts_with("2n");
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
