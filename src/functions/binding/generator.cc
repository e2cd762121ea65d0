#include "functions/binding/constant.h"
#include "types/quoting.h"

namespace firesteel::functions {

using bound::ExpressionPtr;

namespace {

/// stack(n, v1, v2, …): n rows; column i holds the values i, i + width, …, which must be of one type.
ExpressionPtr BindStack(const BindRequest& request) {
  if (request.arguments.size() < 2) ThrowWrongNumArgs(request, "> 1");
  const bound::Expression* literal = ConstantLiteral(request.arguments[0]);
  const Value* count = literal ? &literal->As<bound::Literal>()->value : nullptr;
  if (!count || !request.arguments[0]->type.IsIntegral()) {
    if (!request.arguments[0]->type.Is(TypeKind::kInt)) ThrowUnexpectedInput(request, 0, "\"INT\"");
    ThrowMismatch(request, "NON_FOLDABLE_INPUT",
                  {{"inputName", "`n`"},
                   {"inputType", "\"INT\""},
                   {"inputExpr", QuotedSql(request.arguments[0], request.settings)}});
  }
  int64_t rows = count->is_null() ? 0 : count->integer();
  if (rows < 1) {
    ThrowMismatch(request, "VALUE_OUT_OF_RANGE",
                  {{"exprName", "`n`"}, {"valueRange", "(0, 2147483647]"}, {"currentValue", std::to_string(rows)}});
  }
  size_t values = request.arguments.size() - 1;
  size_t width = (values + rows - 1) / rows;
  std::vector<ExpressionPtr> arguments = request.arguments;
  std::vector<StructField> fields;
  for (size_t column = 0; column < width; ++column) {
    // The first value with a type gives the column's; nothing is widened, only NULL fits everywhere.
    DataType type;
    for (size_t i = column; i < values; i += width) {
      const DataType& next = arguments[i + 1]->type;
      if (next.Is(TypeKind::kNull) || SameTypeIgnoringNullability(next, type)) continue;
      if (!type.Is(TypeKind::kNull)) {
        ThrowMismatch(request, "STACK_COLUMN_DIFF_TYPES",
                      {{"columnIndex", std::to_string(column)},
                       {"leftParamIndex", std::to_string(column + 1)},
                       {"leftType", QuoteType(type)},
                       {"rightParamIndex", std::to_string(i + 1)},
                       {"rightType", QuoteType(next)}});
      }
      type = next;
    }
    for (size_t i = column; i < values; i += width) arguments[i + 1] = CastTo(arguments[i + 1], type, request);
    fields.push_back({"col" + std::to_string(column), type, true, ""});
  }
  return FinishCall(request, std::move(arguments), DataType::Struct(std::move(fields)), ModeOf(request), false);
}

}  // namespace

/// A generator's type is a struct of the columns that it gives.
ExpressionPtr BindGenerator(const BindRequest& request) {
  std::string_view name = request.function.name;
  if (name == "stack") return BindStack(request);
  if (request.arguments.empty()) {
    throw QueryError("REQUIRED_PARAMETER_NOT_FOUND",
                     {{"routineName", QuoteIdentifier(request.called_name)},
                      {"parameterName", name.starts_with("inline") ? "`input`" : "`collection`"},
                      {"index", "0"}},
                     request.origin);
  }
  if (request.arguments.size() != 1) ThrowWrongNumArgs(request, "1");
  const ExpressionPtr& argument = request.arguments[0];
  const DataType& type = argument->type;
  bool outer = name.ends_with("_outer");
  std::vector<StructField> fields;
  if (name.starts_with("inline")) {
    if (!type.Is(TypeKind::kArray) || !type.element_type().Is(TypeKind::kStruct)) {
      ThrowUnexpectedInput(request, 0, "\"ARRAY<STRUCT>\"");
    }
    fields = type.element_type().fields();
    for (StructField& field : fields) field.nullable |= type.contains_null() || outer;
  } else {
    if (name.starts_with("pos")) fields.push_back({"pos", DataType::Int(), outer, ""});
    if (type.Is(TypeKind::kArray)) {
      fields.push_back({"col", type.element_type(), type.contains_null() || outer, ""});
    } else if (type.Is(TypeKind::kMap)) {
      fields.push_back({"key", type.key_type(), outer, ""});
      fields.push_back({"value", type.value_type(), type.value_contains_null() || outer, ""});
    } else {
      ThrowUnexpectedInput(request, 0, "(\"ARRAY\" or \"MAP\")");
    }
  }
  return FinishCall(request, request.arguments, DataType::Struct(std::move(fields)), ModeOf(request), false);
}

}  // namespace firesteel::functions
