#include "functions/binding/collection.h"

#include <algorithm>
#include <utility>

#include "functions/binding/random.h"
#include "types/holds_kind.h"
#include "types/quoting.h"
#include "types/user_type.h"

namespace firesteel::functions {

using bound::ExpressionPtr;

namespace {

bool IsArray(const ExpressionPtr& expression) { return expression->type.Is(TypeKind::kArray); }
bool IsMap(const ExpressionPtr& expression) { return expression->type.Is(TypeKind::kMap); }
bool IsVoid(const ExpressionPtr& expression) { return expression->type.Is(TypeKind::kNull); }

std::string NameOf(const BindRequest& request) { return QuoteIdentifier(std::string(request.function.name)); }

/// Which checks Spark makes of a function's arguments before it widens their types.
struct ArrayChecks {
  std::string_view name;
  bool refuses_void = false;  ///< NULL_TYPE when the array or the value is an untyped NULL
  bool wants_array = false;   ///< UNEXPECTED_INPUT_TYPE for an untyped NULL, too
  bool pairs_value = false;   ///< ARRAY_FUNCTION_DIFF_TYPES for anything but an array
  bool pairs_arrays = false;  ///< BINARY_ARRAY_DIFF_TYPES for anything but two arrays
  bool is_ordered = false;    ///< elements must be orderable
};

constexpr ArrayChecks kChecks[] = {
    {.name = "array_contains", .refuses_void = true, .is_ordered = true},
    {.name = "array_position", .refuses_void = true, .is_ordered = true},
    {.name = "array_remove", .pairs_value = true, .is_ordered = true},
    {.name = "array_append", .wants_array = true},
    {.name = "array_prepend", .wants_array = true},
    {.name = "array_insert", .pairs_value = true},
    {.name = "array_distinct", .is_ordered = true},
    {.name = "array_union", .pairs_arrays = true, .is_ordered = true},
    {.name = "array_intersect", .pairs_arrays = true, .is_ordered = true},
    {.name = "array_except", .pairs_arrays = true, .is_ordered = true},
    {.name = "arrays_overlap", .pairs_arrays = true, .is_ordered = true},
    {.name = "array_max", .is_ordered = true},
    {.name = "array_min", .is_ordered = true},
    {.name = "sort_array", .is_ordered = true},
};

[[noreturn]] void ThrowPair(const BindRequest& request, std::string_view condition, std::string_view parameter,
                            std::string collection, const ExpressionPtr& value) {
  ErrorParameters parameters{{"functionName", NameOf(request)},
                             {std::string(parameter), std::move(collection)},
                             {"leftType", QuoteType(request.arguments[0]->type)},
                             {"rightType", QuoteType(value->type)}};
  ThrowMismatch(request, condition, std::move(parameters));
}

/// Intervals of other fields do not meet in arrays.
bool OfOtherFields(const DataType& element, const DataType& value) {
  return element.IsAnsiInterval() && value.IsAnsiInterval() && !(element == value);
}

void Check(const BindRequest& request, const ArrayChecks& checks) {
  const std::vector<ExpressionPtr>& arguments = request.arguments;
  const ExpressionPtr& value = arguments.back();
  const bool is_pair = arguments.size() > 1;
  if (checks.refuses_void && (IsVoid(arguments[0]) || (IsVoid(value) && checks.name != "array_position"))) {
    ThrowMismatch(request, "NULL_TYPE", {{"functionName", NameOf(request)}});
  }
  if (checks.wants_array && !IsArray(arguments[0])) ThrowUnexpectedInput(request, 0, "\"ARRAY\"");
  if (checks.pairs_value && !IsArray(arguments[0])) {
    ThrowPair(request, "ARRAY_FUNCTION_DIFF_TYPES", "dataType", "\"ARRAY\"", value);
  }
  if (is_pair && checks.name != "array_insert" && IsArray(arguments[0]) &&
      OfOtherFields(arguments[0]->type.element_type(), value->type)) {
    ThrowPair(request, "ARRAY_FUNCTION_DIFF_TYPES", "dataType", "\"ARRAY\"", value);
  }
  if (checks.pairs_arrays && is_pair && (!IsArray(arguments[0]) || !IsArray(value))) {
    ThrowPair(request, "BINARY_ARRAY_DIFF_TYPES", "arrayType", "\"ARRAY\"", value);
  }
  if (checks.pairs_arrays && is_pair && checks.is_ordered &&
      !WiderType(arguments[0]->type.element_type(), value->type.element_type(), request.settings.ansi)) {
    ThrowPair(request, "BINARY_ARRAY_DIFF_TYPES", "arrayType", "\"ARRAY\"", value);
  }
  if (checks.is_ordered && IsArray(arguments[0]) && !IsOrderable(arguments[0]->type.element_type())) {
    const bool has_common =
        WiderType(arguments[0]->type.element_type(), value->type, request.settings.ansi).has_value();
    const bool takes_value = checks.pairs_value || checks.refuses_void;
    if (takes_value && is_pair && !has_common) {
      ThrowPair(request, "ARRAY_FUNCTION_DIFF_TYPES", "dataType", "\"ARRAY\"", value);
    }
    const bool shows_array = checks.name == "sort_array";
    BindRequest shown = request;
    if (shows_array && arguments.size() == 1) {
      shown.arguments.push_back(bound::MakeLiteral(DataType::Boolean(), Value{true}, request.origin));
    }
    DataType refused = shows_array ? arguments[0]->type : arguments[0]->type.element_type();
    const bool shows_value =
        checks.name == "array_contains" || checks.name == "array_position" || checks.name == "array_remove";
    if (shows_value && SameTypeIgnoringNullability(refused, value->type)) refused = value->type;
    ThrowMismatch(shown, "INVALID_ORDERING_TYPE",
                  {{"functionName", NameOf(request)}, {"dataType", QuoteType(refused)}});
  }
}

/// array_insert(array, position, value): the value meets the elements, as array_append's does.
void CheckInsert(const BindRequest& request) {
  const ExpressionPtr& position = request.arguments[1];
  const ExpressionPtr& value = request.arguments[2];
  const bool is_position =
      position->type.Is(TypeKind::kInt) || position->type.Is(TypeKind::kShort) || position->type.Is(TypeKind::kByte);
  if (!is_position) ThrowUnexpectedInput(request, 1, "\"INT\"");
  const std::optional<DataType> common =
      TightestCommonType(request.arguments[0]->type.element_type(), value->type, request.settings.ansi);
  const bool mixes_text = request.arguments[0]->type.element_type().IsStringLike() != value->type.IsStringLike() &&
                          !IsVoid(value) && !request.arguments[0]->type.element_type().Is(TypeKind::kNull);
  if (!common || mixes_text || OfOtherFields(request.arguments[0]->type.element_type(), value->type)) {
    ThrowPair(request, "ARRAY_FUNCTION_DIFF_TYPES", "dataType", "\"ARRAY\"", value);
  }
}

/// The value of an integer expression of literals, as far as an index is likely to be one.
std::optional<int64_t> ConstantIndex(const ExpressionPtr& expression) {
  if (const bound::Cast* cast = expression->As<bound::Cast>()) {
    if (cast->child->type.IsIntegral()) return ConstantIndex(cast->child);
    return std::nullopt;
  }
  if (const bound::Call* call = expression->As<bound::Call>()) {
    const std::string_view name = call->function->name;
    std::optional<int64_t> values[2];
    if (call->arguments.size() > 2) return std::nullopt;
    for (size_t i = 0; i < call->arguments.size(); ++i) {
      values[i] = ConstantIndex(call->arguments[i]);
      if (!values[i] || *values[i] > INT32_MAX || *values[i] < INT32_MIN) return std::nullopt;
    }
    if (call->arguments.size() == 2 && name == "+") return *values[0] + *values[1];
    if (call->arguments.size() == 2 && name == "-") return *values[0] - *values[1];
    if (call->arguments.size() == 2 && name == "*") return *values[0] * *values[1];
    if (call->arguments.size() == 1 && (name == "negative" || name == "-")) return -*values[0];
    return std::nullopt;
  }
  const Value* value = LiteralValue(expression);
  if (!value || !expression->type.IsIntegral() || value->is_null()) return std::nullopt;
  return value->integer();
}

[[noreturn]] void ThrowWrongSequence(const BindRequest& request) {
  ThrowMismatch(request, "SEQUENCE_WRONG_INPUT_TYPES",
                {{"functionName", "`sequence`"},
                 {"startType", "(\"TIMESTAMP\" or \"TIMESTAMP_NTZ\" or \"DATE\")"},
                 {"stepType", "(\"INTERVAL\" or \"INTERVAL YEAR TO MONTH\" or \"INTERVAL DAY TO SECOND\")"},
                 {"otherStartType", "\"INTEGRAL\""}});
}

void CheckKeyType(const BindRequest& request, const DataType& key) {
  if (!HoldsKind(key, {TypeKind::kMap, TypeKind::kVariant})) return;
  ThrowMismatch(request, "INVALID_MAP_KEY_TYPE", {{"keyType", QuoteType(key)}});
}

}  // namespace

ExpressionPtr BindArrayFunction(const BindRequest& request) {
  const std::string_view name = request.function.name;
  const std::vector<ExpressionPtr>& arguments = request.arguments;
  const auto checks =
      std::find_if(std::begin(kChecks), std::end(kChecks), [&](const ArrayChecks& row) { return row.name == name; });
  const size_t arity = checks == std::end(kChecks) ? 0 : name == "array_insert" ? 3 : 2;
  const bool is_single = name == "array_distinct" || name == "array_max" || name == "array_min" || name == "sort_array";
  if (checks != std::end(kChecks) && (arguments.size() == arity || (is_single && arguments.size() == 1))) {
    CheckArgumentCount(request);
    Check(request, *checks);
    if (name == "array_insert") CheckInsert(request);
  }
  if (name == "flatten" && arguments.size() == 1 &&
      !(IsArray(arguments[0]) && arguments[0]->type.element_type().Is(TypeKind::kArray))) {
    ThrowUnexpectedInput(request, 0, "\"ARRAY\" of \"ARRAY\"");
  }
  if (name == "array_repeat" && arguments.size() == 2 && !arguments[1]->type.Is(TypeKind::kInt) &&
      !IsVoid(arguments[1])) {
    ThrowUnexpectedInput(request, 1, "\"INT\"");
  }
  if (name == "sort_array" && arguments.size() == 2 && !IsArray(arguments[0]) && !IsVoid(arguments[0])) {
    ThrowUnexpectedInput(request, 0, "\"ARRAY\"");
  }
  if (name == "sort_array" && arguments.size() == 2 && !arguments[1]->type.Is(TypeKind::kBoolean) &&
      !IsVoid(arguments[1])) {
    ThrowUnexpectedInput(request, 1, "\"BOOLEAN\"");
  }
  if (name == "sort_array" && arguments.size() == 2 && !IsFoldable(arguments[1])) {
    ThrowMismatch(request, "NON_FOLDABLE_INPUT",
                  {{"inputName", "`ascendingOrder`"},
                   {"inputType", "\"BOOLEAN\""},
                   {"inputExpr", QuotedSql(arguments[1], request.settings)}});
  }
  return BindBySignature(request);
}

ExpressionPtr BindArray(const BindRequest& request) {
  if (request.arguments.empty()) {
    return FinishCall(request, {}, DataType::Array(DataType::Null(), false), ModeOf(request), false);
  }
  std::vector<ExpressionPtr> arguments = Unify(request, request.arguments);
  bool contains_null = false;
  for (const ExpressionPtr& argument : arguments) contains_null = contains_null || argument->nullable;
  DataType type = DataType::Array(arguments[0]->type, contains_null);
  std::vector<DataType> types;
  for (const ExpressionPtr& argument : arguments) types.push_back(argument->type);
  // Casts keep types that differ only in nested nullability: the widest of them holds for all.
  if (std::optional<DataType> wider = WiderType(types, request.settings.ansi)) {
    type = DataType::Array(std::move(*wider), contains_null);
  }
  return FinishCall(request, std::move(arguments), std::move(type), ModeOf(request), false);
}

ExpressionPtr BindArraysZip(const BindRequest& request) {
  std::vector<ExpressionPtr> arguments = request.arguments;
  std::vector<StructField> fields;
  bool nullable = false;
  for (size_t i = 0; i < arguments.size(); ++i) {
    ExpressionPtr& argument = arguments[i];
    std::string name = std::to_string(i);
    if (const bound::AttributeRef* reference = argument->As<bound::AttributeRef>()) name = reference->name;
    if (const bound::OuterRef* reference = argument->As<bound::OuterRef>()) name = reference->name;
    if (const bound::LambdaRef* reference = argument->As<bound::LambdaRef>()) name = reference->name;
    if (const bound::GetField* field = argument->As<bound::GetField>()) name = field->name;
    if (const bound::InnerAlias* alias = argument->As<bound::InnerAlias>()) name = alias->name;
    if (IsVoid(argument)) argument = CastTo(argument, DataType::Array(DataType::Null()), request);
    if (!IsArray(argument)) ThrowUnexpectedInput(request, i, "\"ARRAY\"");
    nullable = nullable || argument->nullable;
    fields.push_back({std::move(name), argument->type.element_type(), true, ""});
  }
  DataType type = DataType::Array(DataType::Struct(std::move(fields)), false);
  return FinishCall(request, std::move(arguments), std::move(type), ModeOf(request), nullable);
}

/// sequence(start, stop [, step]): integers of one type, or dates and timestamps with an interval.
ExpressionPtr BindSequence(const BindRequest& request) {
  std::vector<ExpressionPtr> arguments = request.arguments;
  if (arguments.size() < 2 || arguments.size() > 3) ThrowWrongNumArgs(request, "[2, 3]");
  const bool has_step = arguments.size() == 3;
  const bool has_interval =
      has_step && (arguments[2]->type.IsAnsiInterval() || arguments[2]->type.Is(TypeKind::kCalendarInterval));
  std::vector<DataType> types{arguments[0]->type, arguments[1]->type};
  if (has_step && !has_interval) types.push_back(arguments[2]->type);
  const std::optional<DataType> common = WiderType(types, request.settings.ansi);
  if (!common) ThrowWrongSequence(request);
  for (size_t i = 0; i < types.size(); ++i) arguments[i] = CastTo(arguments[i], *common, request);
  const bool is_moment = common->IsDatetime() && !common->Is(TypeKind::kTime);
  const bool is_right = is_moment ? !has_step || has_interval : common->IsIntegral() && !has_interval;
  if (!is_right) ThrowWrongSequence(request);
  return FinishCall(request, std::move(arguments), DataType::Array(*common, false));
}

/// shuffle(array [, seed])
ExpressionPtr BindShuffle(const BindRequest& request) {
  std::vector<ExpressionPtr> arguments = request.arguments;
  if (arguments.empty() || arguments.size() > 2) ThrowWrongNumArgs(request, "[1, 2]");
  if (IsVoid(arguments[0])) arguments[0] = CastTo(arguments[0], DataType::Array(DataType::Null()), request);
  if (!IsArray(arguments[0])) ThrowUnexpectedInput(request, 0, "\"ARRAY\"");
  if (arguments.size() == 2) {
    CheckSeedLiteral(request, 1);
    arguments[1] = CastTo(arguments[1], DataType::Long(), request);
  }
  const bool nullable = arguments[0]->nullable;
  DataType type = arguments[0]->type;
  return FinishCall(request, std::move(arguments), std::move(type), ModeOf(request), nullable);
}

ExpressionPtr BindMapFunction(const BindRequest& request) {
  const std::string_view name = request.function.name;
  const std::vector<ExpressionPtr>& arguments = request.arguments;
  if (name == "map_contains_key" && arguments.size() == 2) {
    if (!IsMap(arguments[0])) ThrowPair(request, "MAP_FUNCTION_DIFF_TYPES", "dataType", "\"MAP\"", arguments[1]);
    if (IsVoid(arguments[1])) ThrowMismatch(request, "NULL_TYPE", {{"functionName", NameOf(request)}});
    const DataType& key = arguments[0]->type.key_type();
    if (!IsOrderable(key) && WiderType(key, arguments[1]->type, request.settings.ansi)) {
      ThrowMismatch(request, "INVALID_ORDERING_TYPE",
                    {{"functionName", NameOf(request)}, {"dataType", QuoteType(key)}});
    }
  }
  if (name == "map_from_arrays" && arguments.size() == 2 && IsArray(arguments[0]) &&
      (IsArray(arguments[1]) || IsVoid(arguments[1]))) {
    CheckKeyType(request, arguments[0]->type.element_type());
  }
  if (name == "map_from_entries" && arguments.size() == 1) {
    const DataType& type = arguments[0]->type;
    const bool is_pairs = type.Is(TypeKind::kArray) && type.element_type().Is(TypeKind::kStruct) &&
                          type.element_type().fields().size() == 2;
    if (!is_pairs) ThrowUnexpectedInput(request, 0, "\"ARRAY\" of pair \"STRUCT\"");
    const DataType& key = type.element_type().fields()[0].type;
    CheckKeyType(request, key);
  }
  return BindBySignature(request);
}

ExpressionPtr BindMapConcat(const BindRequest& request) {
  std::vector<ExpressionPtr> arguments = request.arguments;
  if (arguments.empty()) {
    return FinishCall(request, {}, DataType::Map(DataType::String(), DataType::String()), ModeOf(request), false);
  }
  std::vector<DataType> types;
  bool mixes_text = false;
  for (const ExpressionPtr& argument : arguments) {
    if (!IsMap(argument)) {
      ThrowMismatch(request, "MAP_CONCAT_DIFF_TYPES",
                    {{"functionName", NameOf(request)}, {"dataType", TypesText(arguments, "[", ", ", "]")}});
    }
    types.push_back(argument->type);
    const DataType& first = types[0].key_type();
    const DataType& key = argument->type.key_type();
    mixes_text = mixes_text ||
                 (key.IsStringLike() != first.IsStringLike() && !key.Is(TypeKind::kNull) && !first.Is(TypeKind::kNull));
  }
  mixes_text = mixes_text && request.settings.ansi;
  std::optional<DataType> common = mixes_text ? std::nullopt : WiderType(types, request.settings.ansi);
  if (!common) {
    ThrowMismatch(request, "DATA_DIFF_TYPES",
                  {{"functionName", NameOf(request)}, {"dataType", TypesText(arguments, "(", " or ", ")")}});
  }
  for (ExpressionPtr& argument : arguments) argument = CastTo(argument, *common, request);
  return FinishCall(request, std::move(arguments), std::move(*common));
}

/// The size of NULL is NULL, or −1 by spark.sql.legacy.sizeOfNull (not for array_size).
ExpressionPtr BindSize(const BindRequest& request) {
  ExpressionPtr size = BindBySignature(request);
  if (request.function.name == "array_size" || !request.settings.size_of_null || !size->nullable) return size;
  return bound::Make(bound::Call(*size->As<bound::Call>()), size->type, false, size->origin);
}

/// reverse(text) or reverse(array); anything else that has a text is reversed as that.
ExpressionPtr BindReverse(const BindRequest& request) {
  if (request.arguments.size() != 1) ThrowWrongNumArgs(request, "1");
  const ExpressionPtr& argument = request.arguments[0];
  if (IsArray(argument)) return FinishCall(request, {argument}, argument->type);
  if (IsCompound(argument->type)) ThrowUnexpectedInput(request, 0, "(\"STRING\" or \"BINARY\" or \"ARRAY\")");
  if (argument->type.Is(TypeKind::kBinary)) return FinishCall(request, {argument}, argument->type);
  return FinishCall(request, {CastTo(argument, DataType::String(), request)}, DataType::String());
}

ExpressionPtr BindHash(const BindRequest& request) {
  if (request.arguments.empty()) ThrowWrongNumArgs(request, "> 0");
  for (const ExpressionPtr& argument : request.arguments) {
    if (HoldsKind(argument->type, {TypeKind::kMap}))
      ThrowMismatch(request, "HASH_MAP_TYPE", {{"functionName", NameOf(request)}});
    if (HoldsKind(argument->type, {TypeKind::kVariant}))
      ThrowMismatch(request, "HASH_VARIANT_TYPE", {{"functionName", NameOf(request)}});
  }
  DataType type = request.function.name == "hash" ? DataType::Int() : DataType::Long();
  return FinishCall(request, request.arguments, std::move(type), ModeOf(request), false);
}

bool NullableElement(const ExpressionPtr& array, const ExpressionPtr& index, bool from_one, bool checked) {
  if (!IsFoldable(index) || index->nullable) return !checked || array->nullable || array->type.contains_null();
  const bound::Call* call = array->As<bound::Call>();
  const std::optional<int64_t> constant = ConstantIndex(index);
  if (!call || call->function->name != "array" || !constant) return true;
  const auto count = static_cast<int64_t>(call->arguments.size());
  int64_t position = *constant;
  if (from_one) {
    if (position == 0) return false;
    if (position > count || -position > count) return !checked;
    position = position < 0 ? count + position : position - 1;
  }
  if (position < 0 || position >= count) return true;
  return call->arguments[static_cast<size_t>(position)]->nullable;
}

bool NullableOrElement(const bound::Expression& expression) {
  for (const ExpressionPtr& argument : expression.As<bound::Call>()->arguments) {
    if (argument->nullable || (IsArray(argument) && argument->type.contains_null())) return true;
  }
  return false;
}

bool NullableArrayContains(const bound::Expression& expression) {
  const std::vector<ExpressionPtr>& arguments = expression.As<bound::Call>()->arguments;
  return NullableFirstTwo(expression) || (IsArray(arguments[0]) && arguments[0]->type.contains_null());
}

bool NullableFirstTwo(const bound::Expression& expression) {
  const std::vector<ExpressionPtr>& arguments = expression.As<bound::Call>()->arguments;
  return arguments[0]->nullable || arguments[1]->nullable;
}

}  // namespace firesteel::functions
