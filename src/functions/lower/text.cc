#include "functions/kernels/kernels.h"
#include "functions/lower/lower.h"

namespace firesteel::functions {

std::string LowerLog(const bound::ExpressionPtr& call, SqlWriter& writer) {
  return CallKernel(call->As<bound::Call>()->arguments.size() == 1 ? kLn : kLogBase, call, writer);
}

std::string LowerTrim(const bound::ExpressionPtr& call, SqlWriter& writer) {
  const bound::Call& node = *call->As<bound::Call>();
  std::string_view name = node.function->name;
  bool plain = node.arguments.size() == 1;
  if (name == "ltrim") return CallKernel(plain ? kLtrim : kTrimLeading, call, writer);
  if (name == "rtrim") return CallKernel(plain ? kRtrim : kTrimTrailing, call, writer);
  return CallKernel(plain ? kTrim : kTrimBoth, call, writer);
}

std::string LowerConcat(const bound::ExpressionPtr& call, SqlWriter& writer) {
  if (call->type.Is(TypeKind::kArray)) {
    std::vector<std::string> arguments = ArgumentSql(*call, writer);
    // The engine's list_concat skips a NULL list; Spark's result is NULL then.
    std::string text = arguments[0];
    std::string any_null = "(" + arguments[0] + ") IS NULL";
    for (size_t i = 1; i < arguments.size(); ++i) {
      text = "list_concat(" + text + ", " + arguments[i] + ")";
      any_null += " OR (" + arguments[i] + ") IS NULL";
    }
    return "(CASE WHEN " + any_null + " THEN NULL ELSE " + text + " END)";
  }
  if (call->As<bound::Call>()->arguments.empty()) return "''";
  return CallKernel(kConcatText, call, writer);
}

}  // namespace firesteel::functions
