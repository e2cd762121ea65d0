#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace firesteel {

enum class TypeKind : uint8_t {
  kNull,  ///< Spark's VoidType
  kBoolean,
  kByte,
  kShort,
  kInt,
  kLong,
  kFloat,
  kDouble,
  kDecimal,  ///< precision 1..38, scale 0..precision
  kString,   ///< with a collation; UTF8_BINARY unless said
  kChar,     ///< with a length
  kVarchar,  ///< with a length
  kBinary,
  kDate,
  kTimestamp,  ///< an instant, shown in the session's time zone (TimestampType)
  kTimestampNtz,
  kTime,  ///< with a precision 0..6
  kYearMonthInterval,
  kDayTimeInterval,
  kCalendarInterval,
  kArray,
  kMap,
  kStruct,
  kVariant,
  kGeometry,           ///< with the number of a spatial reference system, or kAnySrid
  kGeography,          ///< as kGeometry
  kTimestampNanos,     ///< TIMESTAMP_LTZ(7..9): an instant in nanoseconds
  kTimestampNtzNanos,  ///< TIMESTAMP_NTZ(7..9)
  kUserDefined,        ///< a class of the client's, kept as another type; never below the analyzer (see user_type.h)
};

/// Fields of a YearMonthInterval (kYear, kMonth) and a DayTimeInterval (kDay .. kSecond).
enum class IntervalField : uint8_t { kYear = 0, kMonth = 1, kDay = 0, kHour = 1, kMinute = 2, kSecond = 3 };

struct StructField;

/// The class of a user-defined type: Python's, by name and pickled, or one of those that Spark has in Java.
struct UserDefinedClass {
  std::string python_class;             ///< "module.Name"; may be empty beside `jvm_class`
  std::string serialized_python_class;  ///< base64 of the pickled class; empty beside `jvm_class`
  std::string jvm_class;                ///< empty for a type that only Python knows
};

/// A Spark SQL data type. A cheap value: children are shared and immutable. Thread-safe to read.
/// `==` is Spark's equality: names, nullability of nested fields and metadata count; see also SameType in coercion.h.
class DataType {
 public:
  DataType() = default;  ///< NullType

  static DataType Null() { return DataType(TypeKind::kNull); }
  static DataType Boolean() { return DataType(TypeKind::kBoolean); }
  static DataType Byte() { return DataType(TypeKind::kByte); }
  static DataType Short() { return DataType(TypeKind::kShort); }
  static DataType Int() { return DataType(TypeKind::kInt); }
  static DataType Long() { return DataType(TypeKind::kLong); }
  static DataType Float() { return DataType(TypeKind::kFloat); }
  static DataType Double() { return DataType(TypeKind::kDouble); }
  static DataType Decimal(int precision, int scale) { return DataType(TypeKind::kDecimal, precision, scale); }
  static DataType String() { return DataType(TypeKind::kString); }
  static DataType CollatedString(std::string collation);
  static DataType Char(int length) { return DataType(TypeKind::kChar, length, 0); }
  static DataType Varchar(int length) { return DataType(TypeKind::kVarchar, length, 0); }
  static DataType Binary() { return DataType(TypeKind::kBinary); }
  static DataType Date() { return DataType(TypeKind::kDate); }
  static DataType Timestamp() { return DataType(TypeKind::kTimestamp); }
  static DataType TimestampNtz() { return DataType(TypeKind::kTimestampNtz); }
  static DataType Time(int precision = 6) { return DataType(TypeKind::kTime, precision, 0); }
  static DataType CalendarInterval() { return DataType(TypeKind::kCalendarInterval); }
  static DataType YearMonthInterval(IntervalField start = IntervalField::kYear,
                                    IntervalField end = IntervalField::kMonth) {
    return DataType(TypeKind::kYearMonthInterval, static_cast<int>(start), static_cast<int>(end));
  }
  static DataType DayTimeInterval(IntervalField start = IntervalField::kDay,
                                  IntervalField end = IntervalField::kSecond) {
    return DataType(TypeKind::kDayTimeInterval, static_cast<int>(start), static_cast<int>(end));
  }
  static DataType Array(DataType element, bool contains_null = true);
  static DataType Map(DataType key, DataType value, bool value_contains_null = true);
  static DataType Struct(std::vector<StructField> fields);
  static DataType Variant() { return DataType(TypeKind::kVariant); }
  static constexpr int kAnySrid = -1;  ///< each value has a spatial reference system of its own
  static DataType Geometry(int srid) { return DataType(TypeKind::kGeometry, srid, 0); }
  static DataType Geography(int srid) { return DataType(TypeKind::kGeography, srid, 0); }
  static DataType TimestampNanos(int precision) { return DataType(TypeKind::kTimestampNanos, precision, 0); }
  static DataType TimestampNtzNanos(int precision) { return DataType(TypeKind::kTimestampNtzNanos, precision, 0); }
  /// Equal to every other type of the same class, whatever that is kept as.
  static DataType UserDefined(DataType storage, UserDefinedClass of);

  TypeKind kind() const { return kind_; }
  bool Is(TypeKind kind) const { return kind_ == kind; }
  int precision() const { return a_; }  ///< decimal, time, timestamps of nanoseconds
  int srid() const { return a_; }       ///< geometry, geography
  int scale() const { return b_; }      ///< decimal
  int length() const { return a_; }     ///< char, varchar
  IntervalField start_field() const { return static_cast<IntervalField>(a_); }
  IntervalField end_field() const { return static_cast<IntervalField>(b_); }
  std::string_view collation() const;  ///< string; "UTF8_BINARY" by default

  const DataType& element_type() const;  ///< array
  bool contains_null() const { return flag_; }
  const DataType& key_type() const;  ///< map
  const DataType& value_type() const;
  bool value_contains_null() const { return flag_; }
  const std::vector<StructField>& fields() const;  ///< struct
  const DataType& user_storage() const;            ///< user-defined: what its values are kept as
  const UserDefinedClass& user_class() const;      ///< user-defined

  bool IsIntegral() const;  ///< byte, short, int, long
  bool IsFractional() const { return Is(TypeKind::kFloat) || Is(TypeKind::kDouble) || Is(TypeKind::kDecimal); }
  bool IsNumeric() const { return IsIntegral() || IsFractional(); }
  bool IsStringLike() const { return Is(TypeKind::kString) || Is(TypeKind::kChar) || Is(TypeKind::kVarchar); }
  bool IsAnsiInterval() const { return Is(TypeKind::kYearMonthInterval) || Is(TypeKind::kDayTimeInterval); }
  bool IsNested() const { return Is(TypeKind::kArray) || Is(TypeKind::kMap) || Is(TypeKind::kStruct); }
  bool IsDatetime() const {
    return Is(TypeKind::kDate) || Is(TypeKind::kTimestamp) || Is(TypeKind::kTimestampNtz) || Is(TypeKind::kTime);
  }

  bool IsGeospatial() const { return Is(TypeKind::kGeometry) || Is(TypeKind::kGeography); }
  /// A timestamp of more than 6 digits of a second; not among IsDatetime().
  bool IsTimestampOfNanos() const { return Is(TypeKind::kTimestampNanos) || Is(TypeKind::kTimestampNtzNanos); }

  bool operator==(const DataType& other) const;
  bool operator!=(const DataType& other) const { return !(*this == other); }

 private:
  struct Nested;
  explicit DataType(TypeKind kind, int a = 0, int b = 0) : kind_(kind), a_(a), b_(b) {}

  TypeKind kind_ = TypeKind::kNull;
  bool flag_ = true;
  int a_ = 0;
  int b_ = 0;
  std::shared_ptr<const Nested> nested_;
};

/// One field of a struct or one column of a schema.
struct StructField {
  std::string name;
  DataType type;
  bool nullable = true;
  std::string metadata;  ///< JSON object text; empty means {}

  bool operator==(const StructField& other) const = default;
};

/// The columns of a relation, in order. Names may repeat and may differ in case only.
using Schema = std::vector<StructField>;

}  // namespace firesteel
