#pragma once

#include <optional>
#include <span>

#include "types/data_type.h"

namespace firesteel {

/// Equal but for nullability of nested parts and field metadata (Spark's DataType.equalsIgnoreNullability…).
bool SameTypeIgnoringNullability(const DataType& a, const DataType& b);
/// As above, and ignoring names of struct fields (Spark's equalsStructurally).
bool SameStructure(const DataType& a, const DataType& b);

/// Spark's decimal rules (DecimalType object, DecimalPrecision). Precision is bounded at 38; `allow_precision_loss` is
/// spark.sql.decimalOperations.allowPrecisionLoss.
DataType BoundedDecimal(int precision, int scale);
DataType AdjustedDecimal(int precision, int scale);
DataType DecimalForIntegral(TypeKind integral);  ///< byte 3, short 5, int 10, long 20
DataType DecimalForType(const DataType& type);   ///< any numeric; float 14,7; double 30,15
enum class DecimalOp { kAdd, kSubtract, kMultiply, kDivide, kRemainder, kIntegralDivide };
DataType DecimalResultType(DecimalOp op, const DataType& left, const DataType& right, bool allow_precision_loss);
DataType WiderDecimal(const DataType& a, const DataType& b);

/// The tightest common type without loss (findTightestCommonType of the ANSI or the legacy rules).
std::optional<DataType> TightestCommonType(const DataType& a, const DataType& b, bool ansi);
/// Spark's findWiderTypeForTwo / findWiderCommonType: what CASE, COALESCE, IN, set operations and arrays unify to.
std::optional<DataType> WiderType(const DataType& a, const DataType& b, bool ansi);
std::optional<DataType> WiderType(std::span<const DataType> types, bool ansi);

enum class EvalMode : uint8_t { kAnsi, kLegacy, kTry };
/// Whether CAST is allowed at all between the types (Cast.canAnsiCast, canCast, canTryCast), by mode.
bool CanCast(const DataType& from, const DataType& to, EvalMode mode);
/// Whether a cast of a non-null value may give null (Cast.forceNullable).
bool CastMayReturnNull(const DataType& from, const DataType& to, EvalMode mode);
/// Cast.canUpCast: loses nothing.
bool CanUpCast(const DataType& from, const DataType& to);
/// Cast.needsTimeZone.
bool CastNeedsTimeZone(const DataType& from, const DataType& to);

}  // namespace firesteel
