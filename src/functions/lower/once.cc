#include "functions/lower/once.h"

#include <algorithm>
#include <limits>

#include "bound/subquery.h"

namespace firesteel::functions {

using bound::ExpressionPtr;

namespace {

/// Texts up to this are repeated: the engine finds what is equal and computes it once.
constexpr size_t kMostRepeatedText = 512;

/// Names of an outer value are hidden by those of an inner one, which is right: only what `text` itself writes means
/// its value.
constexpr const char* kName = "once";
constexpr bound::AttributeId kParameter = std::numeric_limits<bound::AttributeId>::max();

std::string Bound(const std::string& sql, const std::string& name, const std::string& text) {
  return "list_extract(list_transform(list_value(" + sql + "), lambda " + name + ": " + text + "), 1)";
}

bool HasSubquery(const ExpressionPtr& expression) {
  return bound::AnyOf(expression, [](const bound::Expression& node) { return bound::SubqueryOf(node) != nullptr; });
}

}  // namespace

std::string Once(const std::string& sql, const std::function<std::string(const std::string&)>& text) {
  return sql.size() <= kMostRepeatedText ? text(sql) : Bound(sql, kName, text(kName));
}

std::string Once(const ExpressionPtr& value, const std::vector<ExpressionPtr>& others, SqlWriter& writer,
                 const std::function<std::string(const ExpressionPtr&)>& text) {
  const std::string sql = writer.Sql(value);
  if (sql.size() <= kMostRepeatedText || std::any_of(others.begin(), others.end(), HasSubquery)) return text(value);
  const ExpressionPtr reference =
      bound::Make(bound::LambdaRef{kParameter, "value"}, value->type, value->nullable, value->origin);
  return Bound(sql, writer.Sql(reference), text(reference));
}

}  // namespace firesteel::functions
