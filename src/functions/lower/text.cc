#include <utility>

#include "functions/kernels/collection/collection.h"
#include "functions/kernels/kernels.h"
#include "functions/kernels/string/text_format.h"
#include "functions/lower/lower.h"

namespace firesteel::functions {

std::string LowerLog(const bound::ExpressionPtr& call, SqlWriter& writer) {
  return CallKernel(call->As<bound::Call>()->arguments.size() == 1 ? kLn : kLogBase, call, writer);
}

/// trim(characters, text), but btrim(text, characters).
std::string LowerTrim(const bound::ExpressionPtr& call, SqlWriter& writer) {
  const bound::Call& node = *call->As<bound::Call>();
  std::string_view name = node.function->name;
  if (call->type.Is(TypeKind::kBinary)) {
    std::vector<std::string> bytes = ArgumentSql(*call, writer);
    if (bytes.size() == 1) bytes.push_back("CAST(' ' AS BLOB)");
    return writer.Kernel(kTrimBinary, bytes, {DataType::Binary(), DataType::Binary()}, call->type, *call);
  }
  if (node.arguments.size() == 1) {
    return CallKernel(name == "ltrim" ? kLtrim : name == "rtrim" ? kRtrim : kTrim, call, writer);
  }
  const Kernel& kernel = name == "ltrim" ? kTrimLeading : name == "rtrim" ? kTrimTrailing : kTrimBoth;
  std::vector<std::string> arguments = ArgumentSql(*call, writer);
  if (name != "btrim") std::swap(arguments[0], arguments[1]);
  return writer.Kernel(kernel, arguments, {DataType::String(), DataType::String()}, call->type, *call);
}

std::string LowerConcat(const bound::ExpressionPtr& call, SqlWriter& writer) {
  if (call->type.Is(TypeKind::kArray)) {
    return CallKernel(kConcatArrays, call, writer);  // the engine's list_concat skips NULL lists
  }
  if (call->As<bound::Call>()->arguments.empty()) return "''";
  return CallKernel(kConcatText, call, writer);
}

}  // namespace firesteel::functions
