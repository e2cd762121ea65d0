#include <algorithm>

#include "types/coercion.h"
#include "types/decimal_width.h"

namespace firesteel {
namespace {

using enum TypeKind;
using MaybeType = std::optional<DataType>;

bool SameNameIgnoringCase(const std::string& a, const std::string& b) {
  auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [&](char x, char y) { return lower(x) == lower(y); });
}

MaybeType WiderDatetime(const DataType& a, const DataType& b) {
  if (a.Is(kTime) || b.Is(kTime)) {
    if (a.kind() != b.kind()) return std::nullopt;
    return DataType::Time(std::max(a.precision(), b.precision()));
  }
  if (a.Is(kTimestamp) || b.Is(kTimestamp)) return DataType::Timestamp();
  return DataType::TimestampNtz();
}

// With a timestamp of nanoseconds on one side the other counts as one of 6 digits.
MaybeType WiderNanos(const DataType& a, const DataType& b) {
  auto digits = [](const DataType& type) { return type.IsTimestampOfNanos() ? type.precision() : 6; };
  const int precision = std::max(digits(a), digits(b));
  auto is_instant = [](const DataType& type) { return type.Is(kTimestamp) || type.Is(kTimestampNanos); };
  if (is_instant(a) || is_instant(b)) return DataType::TimestampNanos(precision);
  return DataType::TimestampNtzNanos(precision);
}

MaybeType WiderInterval(const DataType& a, const DataType& b) {
  const IntervalField start = std::min(a.start_field(), b.start_field());
  const IntervalField end = std::max(a.end_field(), b.end_field());
  return a.Is(kYearMonthInterval) ? DataType::YearMonthInterval(start, end) : DataType::DayTimeInterval(start, end);
}

MaybeType WiderNumber(const DataType& a, const DataType& b, bool ansi) {
  const bool first = NumericPrecedence(a) >= NumericPrecedence(b);
  const DataType& wider = first ? a : b;
  const DataType& narrower = first ? b : a;
  // ANSI: a float does not hold every integral value, so both become double.
  if (ansi && wider.Is(kFloat) && !narrower.Is(kFloat)) return DataType::Double();
  return wider;
}

// Unifies nested types part by part with `rule`. A part that the cast may turn into null becomes nullable; map keys may
// not.
template <class Rule>
MaybeType UnifyNested(const DataType& a, const DataType& b, const Rule& rule) {
  if (a.kind() != b.kind()) return std::nullopt;
  auto becomes_null = [](const DataType& from, const DataType& to) {
    return CastMayReturnNull(from, to, EvalMode::kLegacy);
  };
  switch (a.kind()) {
    case kArray: {
      MaybeType element = rule(a.element_type(), b.element_type());
      if (!element) return std::nullopt;
      const bool nulls = a.contains_null() || b.contains_null() || becomes_null(a.element_type(), *element) ||
                         becomes_null(b.element_type(), *element);
      return DataType::Array(*element, nulls);
    }
    case kMap: {
      MaybeType key = rule(a.key_type(), b.key_type());
      if (!key || becomes_null(a.key_type(), *key) || becomes_null(b.key_type(), *key)) return std::nullopt;
      MaybeType value = rule(a.value_type(), b.value_type());
      if (!value) return std::nullopt;
      const bool nulls = a.value_contains_null() || b.value_contains_null() || becomes_null(a.value_type(), *value) ||
                         becomes_null(b.value_type(), *value);
      return DataType::Map(*key, *value, nulls);
    }
    case kStruct: {
      if (a.fields().size() != b.fields().size()) return std::nullopt;
      std::vector<StructField> fields;
      for (size_t i = 0; i < a.fields().size(); ++i) {
        const StructField& x = a.fields()[i];
        const StructField& y = b.fields()[i];
        if (!SameNameIgnoringCase(x.name, y.name)) return std::nullopt;
        MaybeType type = rule(x.type, y.type);
        if (!type) return std::nullopt;
        const bool nullable = x.nullable || y.nullable || becomes_null(x.type, *type) || becomes_null(y.type, *type);
        fields.push_back(StructField{x.name, *type, nullable, ""});
      }
      return DataType::Struct(std::move(fields));
    }
    default:
      return std::nullopt;
  }
}

MaybeType WiderForDecimal(const DataType& a, const DataType& b) {
  if (a.Is(kDecimal) == false && b.Is(kDecimal) == false) return std::nullopt;
  const DataType& decimal = a.Is(kDecimal) ? a : b;
  const DataType& other = a.Is(kDecimal) ? b : a;
  if (other.Is(kDecimal)) return WiderDecimal(a, b);
  if (other.IsIntegral()) return WiderDecimal(DecimalForIntegral(other.kind()), decimal);
  if (other.Is(kFloat) || other.Is(kDouble)) return DataType::Double();
  return std::nullopt;
}

// ANSI: a string takes the other's side. Legacy: the other becomes a string.
MaybeType WiderForString(const DataType& text, const DataType& other, bool ansi) {
  if (other.IsNested() || other.Is(kCalendarInterval) || other.Is(kNull) || other.Is(kUserDefined)) {
    return std::nullopt;
  }
  if (ansi) {
    if (other.IsIntegral()) return DataType::Long();
    if (other.IsFractional()) return DataType::Double();
    if (other.IsAnsiInterval()) return std::nullopt;
    return other;
  }
  if (other.Is(kBinary) || other.Is(kBoolean)) return std::nullopt;
  return text;
}

MaybeType WiderTypeForTwo(const DataType& a, const DataType& b, bool ansi) {
  if (MaybeType tightest = TightestCommonType(a, b, ansi)) return tightest;
  if (MaybeType decimal = WiderForDecimal(a, b)) return decimal;
  if (a.IsStringLike() != b.IsStringLike()) {
    return a.IsStringLike() ? WiderForString(a, b, ansi) : WiderForString(b, a, ansi);
  }
  return UnifyNested(a, b, [ansi](const DataType& x, const DataType& y) { return WiderTypeForTwo(x, y, ansi); });
}

bool HasString(const DataType& type) {
  return type.IsStringLike() || (type.Is(kArray) && HasString(type.element_type()));
}

}  // namespace

MaybeType TightestCommonType(const DataType& a, const DataType& b, bool ansi) {
  if (a == b || b.Is(kNull)) return a;
  if (a.Is(kNull)) return b;
  if (a.IsIntegral() && b.Is(kDecimal)) return DecimalIsWiderThan(b, a) ? MaybeType(b) : std::nullopt;
  if (a.Is(kDecimal) && b.IsIntegral()) return DecimalIsWiderThan(a, b) ? MaybeType(a) : std::nullopt;
  if (a.Is(kDecimal) || b.Is(kDecimal)) return std::nullopt;
  if (a.IsNumeric() && b.IsNumeric()) return WiderNumber(a, b, ansi);
  if (a.IsDatetime() && b.IsDatetime()) return WiderDatetime(a, b);
  auto is_moment = [](const DataType& type) {
    return type.IsTimestampOfNanos() || (type.IsDatetime() && !type.Is(kTime));
  };
  if ((a.IsTimestampOfNanos() && is_moment(b)) || (b.IsTimestampOfNanos() && is_moment(a))) return WiderNanos(a, b);
  auto is_geo = [&](TypeKind kind) { return a.Is(kind) && b.Is(kind); };
  if (is_geo(kGeometry)) return DataType::Geometry(DataType::kAnySrid);
  if (is_geo(kGeography)) return DataType::Geography(DataType::kAnySrid);
  if (a.IsAnsiInterval() && a.kind() == b.kind()) return WiderInterval(a, b);
  if (a.IsStringLike() && b.IsStringLike()) {
    // Texts of limited length have no common limit, and texts of two collations no common collation.
    if (a.Is(kString) && !b.Is(kString)) return a;
    if (b.Is(kString) && !a.Is(kString)) return b;
    return DataType::String();
  }
  return UnifyNested(a, b, [ansi](const DataType& x, const DataType& y) { return TightestCommonType(x, y, ansi); });
}

MaybeType WiderType(const DataType& a, const DataType& b, bool ansi) { return WiderTypeForTwo(a, b, ansi); }

MaybeType WiderType(std::span<const DataType> types, bool ansi) {
  // The legacy rule is not associative where strings are involved, so Spark takes them first.
  std::vector<const DataType*> order;
  for (const DataType& type : types) order.push_back(&type);
  if (!ansi) std::stable_partition(order.begin(), order.end(), [](const DataType* type) { return HasString(*type); });
  MaybeType common = DataType::Null();
  for (const DataType* type : order) {
    common = WiderTypeForTwo(*common, *type, ansi);
    if (!common) return std::nullopt;
  }
  return common;
}

}  // namespace firesteel
