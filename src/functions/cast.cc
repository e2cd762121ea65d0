#include "functions/cast.h"

#include "base/error.h"
#include "functions/kernels/kernels.h"
#include "types/coercion.h"
#include "types/quoting.h"

namespace firesteel::functions {

namespace {

/// Same bytes in the engine: nothing to do.
bool IsSamePhysically(const DataType& from, const DataType& to) {
  if (from.IsStringLike() && to.Is(TypeKind::kString)) return !from.Is(TypeKind::kChar);
  if (from.IsGeospatial() && to.IsGeospatial()) return true;
  if (from.kind() != to.kind()) return false;
  switch (from.kind()) {
    case TypeKind::kDecimal:
      return from.precision() == to.precision() && from.scale() == to.scale();
    case TypeKind::kChar:
    case TypeKind::kVarchar:
      return from.length() == to.length();
    case TypeKind::kTime:
    case TypeKind::kTimestampNanos:
    case TypeKind::kTimestampNtzNanos:
      return to.precision() >= from.precision();
    case TypeKind::kYearMonthInterval:
    case TypeKind::kDayTimeInterval:
      // A narrower range of fields cuts what it does not show.
      return to.end_field() >= from.end_field();
    case TypeKind::kArray:
      return IsSamePhysically(from.element_type(), to.element_type());
    case TypeKind::kMap:
      return IsSamePhysically(from.key_type(), to.key_type()) && IsSamePhysically(from.value_type(), to.value_type());
    case TypeKind::kStruct: {
      if (from.fields().size() != to.fields().size()) return false;
      for (size_t i = 0; i < from.fields().size(); ++i) {
        if (!IsSamePhysically(from.fields()[i].type, to.fields()[i].type)) return false;
      }
      return true;
    }
    default:
      return true;
  }
}

bool IsNativeDecimal(const DataType& from, const DataType& to) {
  if (from.IsIntegral()) {
    DataType exact = DecimalForIntegral(from.kind());
    return to.precision() - to.scale() >= exact.precision() && to.precision() - to.scale() >= 19;
  }
  if (!from.Is(TypeKind::kDecimal)) return false;
  return to.scale() >= from.scale() && to.precision() - to.scale() >= from.precision() - from.scale();
}

bool IsNative(const DataType& from, const DataType& to) {
  if (from.Is(TypeKind::kNull)) return true;
  if (to.Is(TypeKind::kDecimal)) return IsNativeDecimal(from, to);
  if (from.IsIntegral() && to.IsIntegral()) return from.kind() <= to.kind();
  if (from.IsIntegral() && to.Is(TypeKind::kDouble)) return true;
  if (from.IsIntegral() && to.Is(TypeKind::kFloat)) return from.kind() <= TypeKind::kInt;
  if (from.Is(TypeKind::kFloat) && to.Is(TypeKind::kDouble)) return true;
  // Up to 15 digits both the number and the power of ten are exact, and one division rounds once.
  if (from.Is(TypeKind::kDecimal) && to.Is(TypeKind::kDouble)) return from.precision() <= 15;
  if (from.Is(TypeKind::kBoolean) && to.IsIntegral()) return true;
  return from.Is(TypeKind::kBoolean) && to.Is(TypeKind::kString);
}

}  // namespace

std::string CastTextSql(const std::string& sql, const DataType& from, const DataType& to,
                        const bound::Expression& for_expression, SqlWriter& writer) {
  if (IsSamePhysically(from, to)) return sql;
  if (IsNative(from, to)) return "CAST(" + sql + " AS " + writer.TypeSql(to) + ")";
  if (from.IsStringLike() && to.Is(TypeKind::kBinary)) return "encode(" + sql + ")";
  return writer.Kernel(kCast, {sql}, {from}, to, for_expression);
}

std::string CastSql(const bound::ExpressionPtr& expression, SqlWriter& writer) {
  const bound::Cast* cast = expression->As<bound::Cast>();
  return CastTextSql(writer.Sql(cast->child), cast->child->type, expression->type, *expression, writer);
}

namespace {

std::string SuggestedFunctions(const DataType& from, const DataType& to) {
  if (from.IsNumeric() && to.Is(TypeKind::kDate)) return "`DATE_FROM_UNIX_DATE`";
  if (from.Is(TypeKind::kDate) && to.IsNumeric()) return "`UNIX_DATE`";
  if (from.IsNumeric() && to.Is(TypeKind::kTimestamp)) {
    return "`TIMESTAMP_SECONDS`/`TIMESTAMP_MILLIS`/`TIMESTAMP_MICROS`";
  }
  if (from.Is(TypeKind::kTimestamp) && to.IsNumeric()) return "`UNIX_SECONDS`/`UNIX_MILLIS`/`UNIX_MICROS`";
  return {};
}

}  // namespace

void ThrowInvalidCast(std::string shown, const DataType& from, const DataType& to, EvalMode mode,
                      const OriginPtr& origin) {
  ErrorParameters parameters{
      {"sqlExpr", std::move(shown)}, {"srcType", QuoteType(from)}, {"targetType", QuoteType(to)}};
  if (const std::string names = SuggestedFunctions(from, to); mode != EvalMode::kLegacy && !names.empty()) {
    parameters.emplace_back("functionNames", names);
    throw QueryError("DATATYPE_MISMATCH.CAST_WITH_FUNC_SUGGESTION", std::move(parameters), origin);
  }
  if (mode == EvalMode::kAnsi && CanCast(from, to, EvalMode::kLegacy)) {
    parameters.emplace_back("config", DoubleQuoted("spark.sql.ansi.enabled"));
    parameters.emplace_back("configVal", "'false'");
    throw QueryError("DATATYPE_MISMATCH.CAST_WITH_CONF_SUGGESTION", std::move(parameters), origin);
  }
  throw QueryError("DATATYPE_MISMATCH.CAST_WITHOUT_SUGGESTION", std::move(parameters), origin);
}

}  // namespace firesteel::functions
