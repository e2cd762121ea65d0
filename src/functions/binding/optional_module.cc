#include "functions/binding/optional_module.h"

#include <algorithm>
#include <filesystem>

#include "base/error.h"
#include "types/quoting.h"

namespace firesteel::functions {
namespace {

using bound::ExpressionPtr;

std::string UpperName(const BindRequest& request) {
  std::string name(request.function.name);
  std::transform(name.begin(), name.end(), name.begin(), [](char c) { return c >= 'a' && c <= 'z' ? c - 32 : c; });
  return name;
}

/// The request with NULL for the arguments that are missing, as Spark prints it.
BindRequest Whole(const BindRequest& request, size_t arguments) {
  BindRequest whole = request;
  while (whole.arguments.size() < arguments) whole.arguments.push_back(bound::MakeLiteral(DataType::Null(), Value{}));
  return whole;
}

[[noreturn]] void ThrowCheckFailed(const BindRequest& whole, const std::string& what) {
  ThrowMismatch(whole, "TYPE_CHECK_FAILURE_WITH_HINT", {{"msg", what}, {"hint", ""}});
}

bool IsConstantTextOrNull(const ExpressionPtr& argument) {
  return argument->type.Is(TypeKind::kNull) || (argument->type.IsStringLike() && IsFoldable(argument));
}

bool IsOptions(const ExpressionPtr& argument) {
  if (argument->type.Is(TypeKind::kNull)) return true;
  if (!argument->type.Is(TypeKind::kMap) || !IsFoldable(argument)) return false;
  const auto is_text = [](const DataType& type) { return type.IsStringLike() || type.Is(TypeKind::kNull); };
  return is_text(argument->type.key_type()) && is_text(argument->type.value_type());
}

void CheckOptions(const BindRequest& whole, size_t index, const std::string& direction, const std::string& format) {
  if (IsOptions(whole.arguments[index])) return;
  const std::string ordinal = index == 3 ? "fourth" : OrdinalWord(index);  // in words here, "4th" elsewhere
  ThrowCheckFailed(whole, "The " + ordinal + " argument of the " + UpperName(whole) +
                              " SQL function must be a constant map of strings to strings containing the options to "
                              "use for converting the value " +
                              direction + " " + format + " format");
}

}  // namespace

ExpressionPtr BindAvro(const BindRequest& request) {
  const std::string name = UpperName(request);
  const bool is_from = request.function.name == "from_avro";
  const bool is_to = request.function.name == "to_avro";
  const size_t count = request.arguments.size();
  if (count < (is_from ? 2 : 1) || count > (is_from ? 3 : 2)) ThrowWrongNumArgs(request, is_from ? "[2, 3]" : "[1, 2]");
  const BindRequest whole = Whole(request, is_from ? 3 : 2);
  const size_t schema = request.function.name == "schema_of_avro" ? 0 : 1;
  const std::string direction = is_to ? "to" : "from";
  if (!IsConstantTextOrNull(whole.arguments[schema])) {
    ThrowCheckFailed(whole, "The " + OrdinalWord(schema) + " argument of the " + name +
                                " SQL function must be a constant string containing the JSON representation of the "
                                "schema to use for converting the value " +
                                direction + " AVRO format");
  }
  if (!is_to) CheckOptions(whole, schema + 1, direction, "AVRO");
  throw QueryError("AVRO_NOT_LOADED_SQL_FUNCTIONS_UNUSABLE", {{"functionName", name}});
}

ExpressionPtr BindProtobuf(const BindRequest& request) {
  const std::string name = UpperName(request);
  const bool is_to = request.function.name == "to_protobuf";
  const size_t count = request.arguments.size();
  if (count < 2 || count > 4) ThrowWrongNumArgs(request, "[2, 3, 4]");
  const BindRequest whole = Whole(request, 4);
  if (is_to && !whole.arguments[0]->type.Is(TypeKind::kStruct)) {
    ThrowMismatch(whole, "NON_STRUCT_TYPE",
                  {{"inputName", "data"}, {"inputType", TypesText({whole.arguments[0]}, "", "", "")}});
  }
  if (!IsConstantTextOrNull(whole.arguments[1])) {
    ThrowCheckFailed(whole, "The second argument of the " + name +
                                " SQL function must be a constant string representing the Protobuf message name");
  }
  CheckOptions(whole, 3, is_to ? "to" : "from", "Protobuf");
  // Spark reads the file before it knows that it can do nothing with it.
  const Value* path = LiteralValue(whole.arguments[2]);
  if (path && !path->is_null() && whole.arguments[2]->type.IsStringLike()) {
    std::error_code error;
    if (!std::filesystem::exists(path->text(), error)) {
      throw QueryError("PROTOBUF_DESCRIPTOR_FILE_NOT_FOUND", {{"filePath", path->text()}});
    }
    if (std::filesystem::is_directory(path->text(), error)) throw QueryError("CANNOT_PARSE_PROTOBUF_DESCRIPTOR", {});
  }
  throw QueryError("PROTOBUF_NOT_LOADED_SQL_FUNCTIONS_UNUSABLE", {{"functionName", name}});
}

}  // namespace firesteel::functions
