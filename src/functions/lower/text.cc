#include "functions/kernels/collection/collection.h"
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
    return CallKernel(kConcatArrays, call, writer);  // the engine's list_concat skips NULL lists
  }
  if (call->As<bound::Call>()->arguments.empty()) return "''";
  return CallKernel(kConcatText, call, writer);
}

}  // namespace firesteel::functions
