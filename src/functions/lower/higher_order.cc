#include <cctype>
#include <utility>

#include "base/error.h"
#include "functions/kernels/kernels.h"
#include "functions/lower/lower.h"

/// Lambdas run as the engine's own lambdas over its lists.
namespace firesteel::functions {

using bound::ExpressionPtr;

namespace {

bool IsNameCharacter(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; }

/// Every whole-word occurrence of a lambda parameter's (unique) name.
std::string Substitute(std::string_view text, std::string_view name, std::string_view replacement) {
  std::string result;
  size_t at = 0;
  for (size_t found; (found = text.find(name, at)) != std::string_view::npos; at = found + name.size()) {
    size_t end = found + name.size();
    bool whole = (found == 0 || !IsNameCharacter(text[found - 1])) && (end >= text.size() || !IsNameCharacter(text[end]));
    result += text.substr(at, found - at);
    result += whole ? replacement : name;
  }
  return result + std::string(text.substr(at));
}

/// A lambda as engine text: its parameters' names and its body.
struct LambdaText {
  std::vector<std::string> names;
  std::string body;

  LambdaText(const ExpressionPtr& expression, SqlWriter& writer) {
    const bound::Lambda& lambda = *expression->As<bound::Lambda>();
    for (size_t i = 0; i < lambda.parameters.size(); ++i) {
      bound::LambdaRef reference{lambda.parameters[i].id, lambda.parameters[i].name};
      names.push_back(writer.Sql(bound::Make(std::move(reference), lambda.parameter_types[i], true)));
    }
    body = writer.Sql(lambda.body);
  }

  /// The body over one parameter `name` whose fields the lambda's parameters are.
  std::string OverStruct(std::string_view name) const {
    std::string text = body;
    for (size_t i = 0; i < names.size(); ++i) {
      text = Substitute(text, names[i],
                        "struct_extract_at(" + std::string(name) + ", " + std::to_string(i + 1) + ")");
    }
    return "lambda " + std::string(name) + ": " + text;
  }

  /// Over an element, and its position that the engine counts from 1.
  std::string OverElement() const {
    if (names.size() == 1) return "lambda " + names[0] + ": " + body;
    return "lambda " + names[0] + ", " + names[1] + ": " +
           Substitute(body, names[1], "CAST(" + names[1] + " - 1 AS INTEGER)");
  }
};

/// Unless one of the texts is NULL.
std::string UnlessNull(const std::vector<std::string>& texts, const std::string& result) {
  std::string condition;
  for (const std::string& text : texts) condition += (condition.empty() ? "(" : " OR (") + text + ") IS NULL";
  return "(CASE WHEN " + condition + " THEN NULL ELSE " + result + " END)";
}

/// `decisive` for one element decides; else a null element makes it unknown.
std::string Quantified(const std::string& array, const LambdaText& lambda, std::string_view decisive,
                       std::string_view otherwise) {
  std::string t = "t" + lambda.names[0];
  return "list_transform([list_transform(" + array + ", " + lambda.OverElement() + ")], lambda " + t + ": CASE WHEN " + t +
         " IS NULL THEN NULL WHEN list_contains(" + t + ", " + std::string(decisive) + ") THEN " + std::string(decisive) +
         " WHEN list_count(" + t + ") < len(" + t + ") THEN NULL ELSE " + std::string(otherwise) + " END)[1]";
}

std::string Merged(const ExpressionPtr& call, const std::string& array, SqlWriter& writer) {
  const std::vector<ExpressionPtr>& arguments = call->As<bound::Call>()->arguments;
  LambdaText merge(arguments[2], writer);
  std::string start = CastSqlText(writer.Sql(arguments[1]), writer.TypeSql(arguments[1]->type));
  std::string text = "list_reduce(" + array + ", lambda " + merge.names[0] + ", " + merge.names[1] + ": " + merge.body +
                     ", " + start + ")";
  if (arguments.size() == 4) {
    LambdaText finish(arguments[3], writer);
    text = "list_transform([" + text + "], " + finish.OverElement() + ")[1]";
  }
  return UnlessNull({array}, text);
}

}  // namespace

std::string LowerHigherOrder(const ExpressionPtr& call, SqlWriter& writer) {
  const bound::Call& node = *call->As<bound::Call>();
  std::string_view name = node.function->name;
  if (name == "array_sort") {
    if (node.arguments.size() == 1) return CallKernel(kArraySort, call, writer);
    ThrowUnsupported("array_sort with a comparator", call->origin);
  }
  std::string first = writer.Sql(node.arguments[0]);
  if (name == "aggregate") return Merged(call, first, writer);
  LambdaText lambda(node.arguments.back(), writer);
  std::string e = "e" + lambda.names[0];
  if (name == "transform") return "list_transform(" + first + ", " + lambda.OverElement() + ")";
  if (name == "filter") return "list_filter(" + first + ", " + lambda.OverElement() + ")";
  if (name == "exists") return Quantified(first, lambda, "true", "false");
  if (name == "forall") return Quantified(first, lambda, "false", "true");
  if (name == "zip_with") {
    std::string second = writer.Sql(node.arguments[1]);
    return UnlessNull({first, second},
                      "list_transform(list_zip(" + first + ", " + second + "), " + lambda.OverStruct(e) + ")");
  }
  std::string over_entries = "(map_entries(" + first + "), " + lambda.OverStruct(e) + ")";
  if (name == "map_filter") return UnlessNull({first}, "map_from_entries(list_filter" + over_entries + ")");
  if (name == "transform_values") {
    return UnlessNull({first}, "map(map_keys(" + first + "), list_transform" + over_entries + ")");
  }
  // New keys may be null or repeat: the kernel checks.
  DataType keys = DataType::Array(call->type.key_type());
  DataType values = DataType::Array(call->type.value_type());
  return writer.Kernel(kMapFromArrays, {"list_transform" + over_entries, "map_values(" + first + ")"}, {keys, values},
                       call->type, *call);
}

}  // namespace firesteel::functions
