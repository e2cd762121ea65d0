#include "functions/kernels/kernels.h"
#include "functions/lower/lower.h"

namespace firesteel::functions {

using bound::ExpressionPtr;

namespace {

/// The engine does not allow a struct without fields; one hidden field stands for it (see TypeSql).
std::string Pack(const std::vector<std::string>& values) {
  std::string text = "struct_pack(";
  for (size_t i = 0; i < values.size(); ++i) text += (i ? ", f" : "f") + std::to_string(i) + " := " + values[i];
  if (values.empty()) text += "f0 := CAST(NULL AS BOOLEAN)";
  return text + ")";
}

}  // namespace

std::string LowerStruct(const ExpressionPtr& call, SqlWriter& writer) { return Pack(ArgumentSql(*call, writer)); }

std::string LowerNamedStruct(const ExpressionPtr& call, SqlWriter& writer) {
  std::vector<std::string> values;
  const std::vector<ExpressionPtr>& arguments = call->As<bound::Call>()->arguments;
  for (size_t i = 1; i < arguments.size(); i += 2) values.push_back(writer.Sql(arguments[i]));
  return Pack(values);
}

std::string LowerSize(const ExpressionPtr& call, SqlWriter& writer) {
  const ExpressionPtr& argument = call->As<bound::Call>()->arguments[0];
  std::string_view name = argument->type.Is(TypeKind::kMap) ? "cardinality" : "len";
  std::string text = "CAST(" + std::string(name) + "(" + writer.Sql(argument) + ") AS INTEGER)";
  return writer.settings().size_of_null ? "coalesce(" + text + ", -1)" : text;
}

std::string LowerReverse(const ExpressionPtr& call, SqlWriter& writer) {
  return CallKernel(call->type.Is(TypeKind::kArray) ? kArrayReverse : kReverseText, call, writer);
}

std::string LowerElementAt(const ExpressionPtr& call, SqlWriter& writer) {
  bool is_map = call->As<bound::Call>()->arguments[0]->type.Is(TypeKind::kMap);
  return CallKernel(is_map ? kMapValue : kElementAt, call, writer);
}

}  // namespace firesteel::functions
