#include <algorithm>

#include "types/coercion.h"
#include "types/decimal_width.h"

namespace firesteel {
namespace {

using enum TypeKind;

// A type with nulls cannot become one without.
bool NullabilityFits(bool from_nullable, bool to_nullable) { return !from_nullable || to_nullable; }

bool IsExactNumeric(const DataType& type) { return type.IsIntegral() || type.Is(kDecimal); }

// variant_get's targets.
bool VariantCastsTo(const DataType& to) {
  switch (to.kind()) {
    case kNull:
    case kYearMonthInterval:
    case kDayTimeInterval:
    case kCalendarInterval:
      return false;
    case kArray:
      return VariantCastsTo(to.element_type());
    case kMap:
      return to.key_type().IsStringLike() && VariantCastsTo(to.value_type());
    case kStruct:
      return std::all_of(to.fields().begin(), to.fields().end(),
                         [](const StructField& field) { return VariantCastsTo(field.type); });
    default:
      return true;
  }
}

bool CastsToVariant(const DataType& from) {
  switch (from.kind()) {
    case kBoolean:
    case kBinary:
    case kDate:
    case kTimestamp:
    case kTimestampNtz:
    case kTime:
    case kVariant:
      return true;
    case kArray:
      return CastsToVariant(from.element_type());
    default:
      return from.IsNumeric() || from.IsStringLike();
  }
}

// Pairs of types without children, neither of them null, string or variant, and not the same.
bool CanCastAtomic(const DataType& from, const DataType& to, bool ansi) {
  switch (to.kind()) {
    case kBoolean:
      return from.IsNumeric() || (!ansi && (from.Is(kDate) || from.Is(kTimestamp)));
    case kByte:
    case kShort:
    case kInt:
    case kLong:
    case kDecimal:
      return from.IsNumeric() || from.Is(kBoolean) || from.Is(kTimestamp) || from.Is(kTime) || from.IsAnsiInterval() ||
             (!ansi && from.Is(kDate));
    case kFloat:
    case kDouble:
      return from.IsNumeric() || from.Is(kBoolean) || from.Is(kTimestamp) || (!ansi && from.Is(kDate));
    case kBinary:
      return !ansi && from.IsIntegral();
    case kDate:
      return from.Is(kTimestamp) || from.Is(kTimestampNtz) || from.IsTimestampOfNanos();
    case kTimestamp:
      return from.IsNumeric() || from.IsDatetime() || from.IsTimestampOfNanos() || (!ansi && from.Is(kBoolean));
    case kTimestampNtz:
      return from.IsDatetime() || from.IsTimestampOfNanos();
    case kTimestampNanos:
    case kTimestampNtzNanos:
      return from.IsTimestampOfNanos() || (from.IsDatetime() && !from.Is(kTime));
    case kGeometry:
      // A geography is a geometry of the same system; a known system is one among any.
      return from.IsGeospatial() &&
             (from.srid() == to.srid() || (from.Is(kGeometry) && to.srid() == DataType::kAnySrid));
    case kGeography:
      return from.Is(kGeography) && to.srid() == DataType::kAnySrid;
    case kTime:
      return from.Is(kTimestamp) || from.Is(kTimestampNtz) || from.Is(kTime);
    case kYearMonthInterval:
    case kDayTimeInterval:
      return from.Is(to.kind()) || IsExactNumeric(from);
    default:
      return false;
  }
}

// Whether non-null values become null although no error is raised in ANSI mode either (Cast.forceNullable).
bool ForceNullable(const DataType& from, const DataType& to) {
  if (from.Is(kNull) || from == to) return false;
  if (from.Is(kVariant)) return true;
  if (from.IsStringLike()) return !to.IsStringLike() && !to.Is(kBinary);
  if (to.IsStringLike()) return false;
  if (from.IsTimestampOfNanos() || to.IsTimestampOfNanos() || from.IsGeospatial()) return false;
  const bool narrow = to.Is(kByte) || to.Is(kShort);
  if (from.Is(kTimestamp) && (narrow || to.Is(kInt))) return true;
  if (from.Is(kTime) && narrow) return true;
  if (to.Is(kTimestamp) && (from.Is(kFloat) || from.Is(kDouble))) return true;
  if (to.Is(kDate)) return !from.Is(kTimestamp);
  if (from.Is(kDate)) return !to.Is(kTimestamp);
  if (to.Is(kCalendarInterval)) return true;
  if (to.Is(kDecimal)) {
    if (from.Is(kBoolean)) return !DecimalIsWiderThan(to, DataType::Decimal(1, 0));
    if (from.IsNumeric() && DecimalIsWiderThan(to, from)) return false;
    if (from.Is(kDecimal)) return to.precision() - to.scale() <= from.precision() - from.scale();
    return true;
  }
  return from.IsFractional() && to.IsIntegral();
}

}  // namespace

bool CanCast(const DataType& from, const DataType& to, EvalMode mode) {
  if (from == to || from.Is(kNull)) return true;
  if (to.Is(kUserDefined) || (from.Is(kUserDefined) && !to.IsStringLike())) return false;
  if (from.IsGeospatial() && to.IsStringLike()) return false;
  if (to.IsStringLike()) return !from.Is(kVariant) || VariantCastsTo(to);
  if (from.Is(kVariant)) return VariantCastsTo(to);
  if (to.Is(kVariant)) return CastsToVariant(from);
  if (from.IsStringLike()) return !to.IsNested() && !to.Is(kNull) && !to.IsGeospatial();
  // With ANSI a value that cannot be converted is an error, so nulls do not arise; else they need a place.
  const bool nulls_arise = mode != EvalMode::kAnsi;
  auto may_become_null = [&](const DataType& f, const DataType& t) { return nulls_arise && ForceNullable(f, t); };
  if (from.IsNested() || to.IsNested()) {
    if (from.kind() != to.kind()) return false;
    // Spark's TRY_CAST is as strict as ANSI at the top only.
    const EvalMode part_mode = mode == EvalMode::kTry ? EvalMode::kLegacy : mode;
    switch (from.kind()) {
      case kArray:
        return CanCast(from.element_type(), to.element_type(), part_mode) &&
               NullabilityFits(from.contains_null() || may_become_null(from.element_type(), to.element_type()),
                               to.contains_null());
      case kMap:
        return CanCast(from.key_type(), to.key_type(), part_mode) && !may_become_null(from.key_type(), to.key_type()) &&
               CanCast(from.value_type(), to.value_type(), part_mode) &&
               NullabilityFits(from.value_contains_null() || may_become_null(from.value_type(), to.value_type()),
                               to.value_contains_null());
      default:
        return std::equal(from.fields().begin(), from.fields().end(), to.fields().begin(), to.fields().end(),
                          [&](const StructField& f, const StructField& t) {
                            return CanCast(f.type, t.type, part_mode) &&
                                   NullabilityFits(f.nullable || may_become_null(f.type, t.type), t.nullable);
                          });
    }
  }
  return CanCastAtomic(from, to, /*ansi=*/mode != EvalMode::kLegacy);
}

bool CastMayReturnNull(const DataType& from, const DataType& to, EvalMode mode) {
  if (mode != EvalMode::kTry) return ForceNullable(from, to);
  if (from.IsStringLike() && to.Is(kBinary)) return false;
  return !CanUpCast(from, to);
}

bool CanUpCast(const DataType& from, const DataType& to) {
  if (from == to || from.Is(kNull)) return true;
  if (from.Is(kVariant)) return false;
  if (to.Is(kDecimal) && from.IsNumeric() && DecimalIsWiderThan(to, from)) return true;
  if (from.Is(kDecimal) && to.IsNumeric()) return DecimalIsTighterThan(from, to);
  if (NumericPrecedence(from) >= 0 && NumericPrecedence(from) <= NumericPrecedence(to)) return true;
  if (to.IsStringLike()) return !from.IsNested() && !from.IsGeospatial() && !from.Is(kUserDefined);
  switch (from.kind()) {
    case kDate:
    case kTimestampNtz:
      return to.Is(kTimestamp) || (from.Is(kDate) && to.Is(kTimestampNtz));
    case kTimestamp:
      return to.Is(kTimestampNtz) || to.Is(kLong);
    case kLong:
      return to.Is(kTimestamp);
    case kYearMonthInterval:
    case kDayTimeInterval:
      return to.Is(from.kind());
    case kArray:
      return to.Is(kArray) && NullabilityFits(from.contains_null(), to.contains_null()) &&
             CanUpCast(from.element_type(), to.element_type());
    case kMap:
      return to.Is(kMap) && NullabilityFits(from.value_contains_null(), to.value_contains_null()) &&
             CanUpCast(from.key_type(), to.key_type()) && CanUpCast(from.value_type(), to.value_type());
    case kStruct:
      return to.Is(kStruct) && std::equal(from.fields().begin(), from.fields().end(), to.fields().begin(),
                                          to.fields().end(), [](const StructField& f, const StructField& t) {
                                            return NullabilityFits(f.nullable, t.nullable) && CanUpCast(f.type, t.type);
                                          });
    default:
      return false;
  }
}

bool CastNeedsTimeZone(const DataType& from, const DataType& to) {
  auto pair_is = [&](auto a, auto b) { return (a(from) && b(to)) || (b(from) && a(to)); };
  auto is = [](TypeKind kind) { return [kind](const DataType& type) { return type.Is(kind); }; };
  auto text = [](const DataType& type) { return type.IsStringLike(); };
  if (from.Is(kUserDefined)) return !to.Is(kUserDefined) && CastNeedsTimeZone(from.user_storage(), to);
  if (from.Is(kVariant) || to.Is(kVariant)) return true;
  if (from.Is(kTimestampNanos) != to.Is(kTimestampNanos)) return true;
  if (pair_is(text, is(kTimestamp)) || pair_is(is(kDate), is(kTimestamp)) ||
      pair_is(is(kTimestamp), is(kTimestampNtz)) || pair_is(is(kTime), is(kTimestamp)) ||
      (from.Is(kTime) && to.Is(kTimestampNtz))) {
    return true;
  }
  // Text of a nested value holds the text of its parts.
  if (to.IsStringLike() && from.IsNested()) {
    if (from.Is(kArray)) return CastNeedsTimeZone(from.element_type(), to);
    if (from.Is(kMap)) return CastNeedsTimeZone(from.key_type(), to) || CastNeedsTimeZone(from.value_type(), to);
    return std::any_of(from.fields().begin(), from.fields().end(),
                       [&](const StructField& field) { return CastNeedsTimeZone(field.type, to); });
  }
  if (from.kind() != to.kind()) return false;
  switch (from.kind()) {
    case kArray:
      return CastNeedsTimeZone(from.element_type(), to.element_type());
    case kMap:
      return CastNeedsTimeZone(from.key_type(), to.key_type()) || CastNeedsTimeZone(from.value_type(), to.value_type());
    case kStruct: {
      const size_t count = std::min(from.fields().size(), to.fields().size());
      for (size_t i = 0; i < count; ++i) {
        if (CastNeedsTimeZone(from.fields()[i].type, to.fields()[i].type)) return true;
      }
      return false;
    }
    default:
      return false;
  }
}

}  // namespace firesteel
