#include "functions/binding/constant.h"
#include "types/quoting.h"
#include "types/user_type.h"

namespace firesteel::functions {

using bound::ExpressionPtr;

/// concat: all arrays, all binaries, or everything as text.
ExpressionPtr BindConcat(const BindRequest& request) {
  std::vector<ExpressionPtr> arguments = request.arguments;
  if (arguments.empty()) return FinishCall(request, {}, DataType::String());
  bool all_binary = true;
  bool any_array = false;
  for (size_t i = 0; i < arguments.size(); ++i) {
    const DataType& type = arguments[i]->type;
    all_binary &= type.Is(TypeKind::kBinary);
    any_array |= type.Is(TypeKind::kArray);
    // Only with ANSI an interval becomes a text by itself.
    const bool is_interval = type.Is(TypeKind::kCalendarInterval) && !request.settings.ansi;
    if ((!type.Is(TypeKind::kArray) && IsCompound(type)) || is_interval) {
      ThrowUnexpectedInput(request, i, "(\"STRING\" or \"BINARY\" or \"ARRAY\")");
    }
  }
  if (any_array) {
    for (ExpressionPtr& argument : arguments) {
      const DataType& type = argument->type;
      if (type.IsNested() || type.Is(TypeKind::kNull)) continue;
      argument = CastTo(argument, DataType::String(), request);
    }
    BindRequest request_of_arrays = request;
    request_of_arrays.arguments = std::move(arguments);
    arguments = Unify(request_of_arrays, request_of_arrays.arguments);
    DataType type = arguments[0]->type;
    return FinishCall(request, std::move(arguments), std::move(type));
  }
  DataType type = all_binary && !request.settings.concat_binary_as_string ? DataType::Binary() : DataType::String();
  for (ExpressionPtr& argument : arguments) argument = CastTo(argument, type, request);
  return FinishCall(request, std::move(arguments), type);
}

/// concat_ws(separator, text or array of text, …)
ExpressionPtr BindConcatWs(const BindRequest& request) {
  if (request.arguments.empty()) ThrowWrongNumArgs(request, "> 0");
  std::vector<ExpressionPtr> arguments = request.arguments;
  // Without ANSI mode an interval of a calendar is not made a text of itself.
  const auto has_text = [&](const DataType& type) {
    return !IsCompound(type) && (request.settings.ansi || !type.Is(TypeKind::kCalendarInterval));
  };
  for (size_t i = 0; i < arguments.size(); ++i) {
    const DataType& type = arguments[i]->type;
    if (i > 0 && type.Is(TypeKind::kArray)) {
      const DataType& element = type.element_type();
      if (!has_text(element)) ThrowUnexpectedInput(request, i, "(\"ARRAY<STRING>\" or \"STRING\")");
      arguments[i] = CastTo(arguments[i], DataType::Array(DataType::String(), type.contains_null()), request);
    } else if (!has_text(type)) {
      ThrowUnexpectedInput(request, i, i == 0 ? "\"STRING\"" : "(\"ARRAY<STRING>\" or \"STRING\")");
    } else {
      arguments[i] = CastTo(arguments[i], DataType::String(), request);
    }
  }
  bool nullable = arguments[0]->nullable;
  return FinishCall(request, std::move(arguments), DataType::String(), ModeOf(request), nullable);
}

/// a LIKE b [ESCAPE c]; the escape character is one constant character.
ExpressionPtr BindLike(const BindRequest& request) {
  size_t count = request.arguments.size();
  if (count != 2 && count != 3) ThrowWrongNumArgs(request, "[2, 3]");
  std::vector<ExpressionPtr> arguments = request.arguments;
  for (size_t i = 0; i < 2; ++i) {
    const DataType& type = arguments[i]->type;
    if (IsCompound(type)) ThrowUnexpectedInput(request, i, "\"STRING\"");
    arguments[i] = CastTo(arguments[i], DataType::String(), request);
  }
  if (count == 2) {
    arguments.push_back(StringLiteral("\\"));
  } else {
    const Value* escape = LiteralValue(arguments[2]);
    bool is_text = escape && std::holds_alternative<std::string>(escape->data);
    if (!is_text || escape->text().size() != 1) {
      throw QueryError("INVALID_ESCAPE_CHAR", {{"sqlExpr", QuotedSql(arguments[2], request.settings)}}, request.origin);
    }
  }
  bool nullable = arguments[0]->nullable || arguments[1]->nullable;
  return FinishCall(request, std::move(arguments), DataType::Boolean(), ModeOf(request), nullable);
}

/// regexp_replace(text, pattern, replacement [, position]): the position is a constant above 0.
ExpressionPtr BindRegexpReplace(const BindRequest& request) {
  const ExpressionPtr call = BindBySignature(request);
  if (request.arguments.size() != 4) return call;
  const ExpressionPtr& position = request.arguments[3];
  if (!IsFoldable(position)) {
    ThrowMismatch(
        request, "NON_FOLDABLE_INPUT",
        {{"inputName", "`position`"}, {"inputType", "\"INT\""}, {"inputExpr", QuotedSql(position, request.settings)}});
  }
  if (const std::optional<int64_t> value = ConstantInteger(position); value && *value < 1) {
    ThrowMismatch(
        request, "VALUE_OUT_OF_RANGE",
        {{"exprName", "position"}, {"valueRange", "(0, 2147483647]"}, {"currentValue", std::to_string(*value)}});
  }
  return call;
}

/// locate(search, text [, start]): a start that is NULL counts as 0, where nothing is found.
ExpressionPtr BindLocate(const BindRequest& request) {
  const ExpressionPtr call = BindBySignature(request);
  const std::vector<ExpressionPtr>& arguments = call->As<bound::Call>()->arguments;
  return FinishCall(request, arguments, call->type, ModeOf(request), arguments[0]->nullable || arguments[1]->nullable);
}

}  // namespace firesteel::functions
