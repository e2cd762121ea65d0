#include "functions/binding/variant.h"

#include "functions/named_parameters.h"
#include "types/as_nullable.h"
#include "types/quoting.h"

namespace firesteel::functions {
namespace {

using bound::ExpressionPtr;

/// The argument, which must be of the type or NULL.
ExpressionPtr Exactly(const BindRequest& request, size_t index, const DataType& type) {
  const ExpressionPtr& argument = request.arguments[index];
  const DataType& given = argument->type;
  const bool fits = given == type || given.Is(TypeKind::kNull) || (type.Is(TypeKind::kString) && given.IsStringLike());
  if (!fits) ThrowUnexpectedInput(request, index, QuoteType(type));
  return CastTo(argument, type, request);
}

[[noreturn]] void ThrowNoCast(const BindRequest& request, const DataType& from, const DataType& to) {
  ThrowMismatch(request, "CAST_WITHOUT_SUGGESTION", {{"srcType", QuoteType(from)}, {"targetType", QuoteType(to)}});
}

/// Whether a struct, array or map can be made a variant object: with text keys, and parts that can be.
bool IsVariantObject(const DataType& type) {
  switch (type.kind()) {
    case TypeKind::kArray:
      return IsVariantObject(type.element_type());
    case TypeKind::kMap:
      return type.key_type().IsStringLike() && IsVariantObject(type.value_type());
    case TypeKind::kStruct:
      for (const StructField& field : type.fields()) {
        if (!IsVariantObject(field.type)) return false;
      }
      return true;
    case TypeKind::kNull:
      return false;
    default:
      return CanCast(type, DataType::Variant(), EvalMode::kAnsi);
  }
}

/// The arguments with those that were left out, by the row's named parameters.
BindRequest WithDefaults(const BindRequest& request, const std::string& counts) {
  BindRequest full = request;
  const auto parameters = NamedParametersOf(request.function.name);
  if (request.arguments.size() > parameters.size()) ThrowWrongNumArgs(request, counts);
  for (size_t i = request.arguments.size(); i < parameters.size(); ++i) {
    if (parameters[i].is_required()) {
      throw QueryError("REQUIRED_PARAMETER_NOT_FOUND",
                       {{"routineName", QuoteIdentifier(request.called_name)},
                        {"parameterName", QuoteIdentifier(parameters[i].name)},
                        {"index", "0"}},
                       request.origin);
    }
    const TypedValue value = parameters[i].default_value();
    full.arguments.push_back(bound::MakeLiteral(value.type, value.value, request.origin));
  }
  return full;
}

void CheckFoldable(const BindRequest& request, size_t index) {
  const ExpressionPtr& argument = request.arguments[index];
  if (IsFoldable(argument)) return;
  ThrowMismatch(request, "NON_FOLDABLE_INPUT",
                {{"inputName", QuoteIdentifier(NamedParametersOf(request.function.name)[index].name)},
                 {"inputType", QuoteType(DataType::Boolean())},
                 {"inputExpr", QuotedSql(argument, request.settings)}});
}

}  // namespace

ExpressionPtr BindVariantFunction(const BindRequest& request) {
  const Signature signature = ParseSignatures(request.function.signatures).at(0);
  const size_t count = request.arguments.size();
  // A path at least.
  const size_t least = signature.parameters.size() - (signature.is_variadic() ? 1 : 0);
  if (signature.is_variadic() ? count < least : count != least) {
    ThrowWrongNumArgs(request, signature.is_variadic() ? "> " + std::to_string(least - 1) : std::to_string(least));
  }
  std::vector<ExpressionPtr> arguments;
  for (size_t i = 0; i < count; ++i) arguments.push_back(Exactly(request, i, signature.at(i).pattern.type));
  return FinishCall(request, std::move(arguments), signature.result.type);
}

ExpressionPtr BindVariantGet(const BindRequest& request) {
  const size_t count = request.arguments.size();
  if (count != 2 && count != 3) ThrowWrongNumArgs(request, "[2, 3]");
  const DataType type = count == 3 ? AsNullable(request.arguments[2]->type) : DataType::Variant();
  BindRequest shown = request;
  shown.arguments.resize(2);
  std::vector<ExpressionPtr> arguments{Exactly(shown, 0, DataType::Variant()), Exactly(shown, 1, DataType::String())};
  if (!CanCast(DataType::Variant(), type, EvalMode::kAnsi)) ThrowNoCast(shown, DataType::Variant(), type);
  return FinishCall(request, std::move(arguments), type, ModeOf(request), true);
}

ExpressionPtr BindToVariantObject(const BindRequest& request) {
  if (request.arguments.size() != 1) ThrowWrongNumArgs(request, "1");
  const DataType& type = request.arguments[0]->type;
  if (!type.IsNested() || !IsVariantObject(type)) ThrowNoCast(request, type, DataType::Variant());
  return FinishCall(request, request.arguments, DataType::Variant());
}

ExpressionPtr BindVariantEdit(const BindRequest& request) {
  const bool has_flag = !NamedParametersOf(request.function.name).empty();
  if (!has_flag && request.arguments.size() != 3) ThrowWrongNumArgs(request, "3");
  const BindRequest full = has_flag ? WithDefaults(request, "[3, 4]") : request;
  std::vector<ExpressionPtr> arguments{Exactly(full, 0, DataType::Variant()), Exactly(full, 1, DataType::String()),
                                       full.arguments[2]};
  if (has_flag) {
    arguments.push_back(Exactly(full, 3, DataType::Boolean()));
    CheckFoldable(full, 3);
  }
  const DataType& type = arguments[2]->type;
  if (type.Is(TypeKind::kNull)) {
    arguments[2] = CastTo(arguments[2], DataType::Variant(), request);
  } else if (!CanCast(type, DataType::Variant(), EvalMode::kAnsi)) {
    ThrowNoCast(full, type, DataType::Variant());
  }
  return FinishCall(request, std::move(arguments), DataType::Variant());
}

ExpressionPtr BindVariantStripNulls(const BindRequest& request) {
  const BindRequest full = WithDefaults(request, "[1, 2]");
  std::vector<ExpressionPtr> arguments{Exactly(full, 0, DataType::Variant()), Exactly(full, 1, DataType::Boolean())};
  CheckFoldable(full, 1);
  return FinishCall(request, std::move(arguments), DataType::Variant());
}

ExpressionPtr BindVariantExplode(const BindRequest& request) {
  const BindRequest full = WithDefaults(request, "1");
  const bool is_outer = request.function.name.ends_with("_outer");
  return FinishCall(request, {Exactly(full, 0, DataType::Variant())},
                    DataType::Struct({{"pos", DataType::Int(), is_outer, ""},
                                      {"key", DataType::String(), true, ""},
                                      {"value", DataType::Variant(), is_outer, ""}}),
                    ModeOf(request), false);
}

}  // namespace firesteel::functions
