#include "functions/lower/collection.h"

#include <utility>

#include "functions/kernels/collection/collection.h"
#include "functions/kernels/kernels.h"
#include "functions/kernels/string/reversing.h"

namespace firesteel::functions {

using bound::ExpressionPtr;

namespace {

const bound::Call& AsCall(const ExpressionPtr& expression) { return *expression->As<bound::Call>(); }

/// A struct of the engine: fields f0 … fn, and one field that is never read where Spark has none.
std::string Pack(const std::vector<std::string>& values) {
  if (values.empty()) return "struct_pack(f0 := NULL::BOOLEAN)";
  std::string text = "struct_pack(";
  for (size_t i = 0; i < values.size(); ++i) text += (i > 0 ? ", f" : "f") + std::to_string(i) + " := " + values[i];
  return text + ")";
}

struct MapKernels {
  std::string_view name;
  const Kernel* fails;
  const Kernel* last_wins;
};

constexpr MapKernels kMapKernels[] = {
    {"map", &kMakeMap, &kMakeMapLastWins},
    {"map_from_arrays", &kMapFromArrays, &kMapFromArraysLastWins},
    {"map_from_entries", &kMapFromEntries, &kMapFromEntriesLastWins},
    {"map_concat", &kMapConcat, &kMapConcatLastWins},
};

}  // namespace

std::string LowerStruct(const ExpressionPtr& call, SqlWriter& writer) { return Pack(ArgumentSql(*call, writer)); }

std::string LowerNamedStruct(const ExpressionPtr& call, SqlWriter& writer) {
  std::vector<std::string> values;
  const std::vector<ExpressionPtr>& arguments = AsCall(call).arguments;
  for (size_t i = 1; i < arguments.size(); i += 2) values.push_back(writer.Sql(arguments[i]));
  return Pack(values);
}

std::string LowerSize(const ExpressionPtr& expression, SqlWriter& writer) {
  const bound::Call& call = AsCall(expression);
  const bool is_map = call.arguments[0]->type.Is(TypeKind::kMap);
  std::string size = CastSqlText((is_map ? "cardinality(" : "len(") + writer.Sql(call.arguments[0]) + ")", "INTEGER");
  const bool gives_minus_one = call.function->name != "array_size" && writer.settings().size_of_null;
  return gives_minus_one ? "coalesce(" + size + ", -1)" : size;
}

std::string LowerArrayFunction(const ExpressionPtr& expression, SqlWriter& writer) {
  const bound::Call& call = AsCall(expression);
  const std::string_view name = call.function->name;
  std::vector<std::string> arguments = ArgumentSql(*expression, writer);
  if (arguments.empty()) return CastSqlText("[]", writer.TypeSql(expression->type));  // array(), arrays_zip()
  if (name == "arrays_zip") return CallKernel(kArraysZip, expression, writer);
  if (name == "array") {
    std::string text = "list_value(";
    for (size_t i = 0; i < arguments.size(); ++i) text += (i > 0 ? ", " : "") + arguments[i];
    return text + ")";
  }
  if (name == "shuffle") {
    if (arguments.size() == 1) arguments.push_back("CAST(floor(random() * 9007199254740992) AS BIGINT)");
    return writer.Kernel(kShuffle, arguments, {call.arguments[0]->type, DataType::Long()}, expression->type,
                         *expression);
  }
  throw InternalError("no lowering of " + std::string(name));
}

std::string LowerElement(const ExpressionPtr& expression, SqlWriter& writer) {
  const bound::Call& call = AsCall(expression);
  if (call.arguments[0]->type.Is(TypeKind::kMap)) return CallKernel(kMapItem, expression, writer);
  if (call.function->name == "get") return CallKernel(kGetOrNull, expression, writer);
  return CallKernel(call.function->name == "getarrayitem" ? kGetItem : kElementAt, expression, writer);
}

const Kernel& MapKernel(std::string_view name, const bound::SessionSettings& settings) {
  const bool last_wins = settings.map_key_dedup_policy == "LAST_WIN";
  for (const MapKernels& row : kMapKernels) {
    if (row.name == name) return last_wins ? *row.last_wins : *row.fails;
  }
  throw InternalError("no kernel makes the map of " + std::string(name));
}

std::string LowerMapFunction(const ExpressionPtr& expression, SqlWriter& writer) {
  const bound::Call& call = AsCall(expression);
  if (call.arguments.empty()) return CastSqlText("MAP()", writer.TypeSql(expression->type));
  return CallKernel(MapKernel(call.function->name, writer.settings()), expression, writer);
}

std::string LowerReverse(const ExpressionPtr& expression, SqlWriter& writer) {
  const bool is_array = expression->type.Is(TypeKind::kArray);
  const bool is_binary = expression->type.Is(TypeKind::kBinary);
  return CallKernel(is_array ? kReverseArray : is_binary ? kReverseBytes : kReverseText, expression, writer);
}

}  // namespace firesteel::functions
