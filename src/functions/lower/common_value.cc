#include "functions/lower/common_value.h"

#include "functions/binding/binding.h"
#include "functions/binding/common_value.h"
#include "functions/lower/once.h"

namespace firesteel::functions {

using bound::ExpressionPtr;

std::string LowerNanvl(const ExpressionPtr& call, SqlWriter& writer) {
  const std::vector<ExpressionPtr>& arguments = call->As<bound::Call>()->arguments;
  return Once(arguments[0], {arguments[1]}, writer, [&](const ExpressionPtr& value) {
    const std::string number = writer.Sql(value);
    return "(CASE WHEN isnan(" + number + ") THEN " + writer.Sql(arguments[1]) + " ELSE " + number + " END)";
  });
}

std::string LowerNullifOnce(const ExpressionPtr& call, SqlWriter& writer) {
  const std::vector<ExpressionPtr>& arguments = call->As<bound::Call>()->arguments;
  const ExpressionPtr other = arguments.size() > 1 ? arguments[1] : IntLiteral(0);
  return Once(arguments[0], {other}, writer, [&](const ExpressionPtr& value) {
    const ExpressionPtr equal = BindByName("=", {value, other}, writer.settings(), call->origin);
    return "(CASE WHEN " + writer.Sql(equal) + " THEN NULL ELSE " + writer.Sql(value) + " END)";
  });
}

std::string LowerBetweenOnce(const ExpressionPtr& call, SqlWriter& writer) {
  const std::vector<ExpressionPtr>& arguments = call->As<bound::Call>()->arguments;
  return Once(arguments[0], {arguments[1], arguments[2]}, writer, [&](const ExpressionPtr& value) {
    const auto compare = [&](std::string_view name, const ExpressionPtr& bound) {
      return writer.Sql(BindByName(name, {value, bound}, writer.settings(), call->origin));
    };
    return "(" + compare(">=", arguments[1]) + " AND " + compare("<=", arguments[2]) + ")";
  });
}

std::string LowerLikeList(const ExpressionPtr& call, SqlWriter& writer) {
  const bound::Call& node = *call->As<bound::Call>();
  const std::vector<ExpressionPtr> patterns(node.arguments.begin() + 1, node.arguments.end());
  return Once(node.arguments[0], patterns, writer, [&](const ExpressionPtr& value) {
    return writer.Sql(LikeListCondition(node.function->name, value, patterns, writer.settings(), call->origin));
  });
}

}  // namespace firesteel::functions
