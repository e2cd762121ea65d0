#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "firesteel/error.h"

namespace firesteel::client {

/// Spark SQL's data types.
enum class TypeKind : uint8_t {
  kNull,  ///< VOID, the type of a bare NULL
  kBoolean,
  kByte,
  kShort,
  kInteger,
  kLong,
  kFloat,
  kDouble,
  kDecimal,  ///< precision 1..38, scale 0..precision
  kString,   ///< with a collation, UTF8_BINARY unless said
  kChar,     ///< with a length
  kVarchar,  ///< with a length
  kBinary,
  kDate,
  kTimestamp,     ///< an instant; shown in the session's time zone
  kTimestampNtz,  ///< a date and a time of day without a zone
  kTime,          ///< a time of day, with a precision 0..6
  kYearMonthInterval,
  kDayTimeInterval,
  kCalendarInterval,
  kArray,
  kMap,
  kStruct,
  kVariant,
  kGeometry,           ///< with the number of a spatial reference system, or DataType::kAnySrid
  kGeography,          ///< as kGeometry
  kTimestampNanos,     ///< TIMESTAMP_LTZ(7..9)
  kTimestampNtzNanos,  ///< TIMESTAMP_NTZ(7..9)
  kUserDefined,        ///< a class of the server's or of Python, stored as storage_type()
  kUnparsed,           ///< DDL text that the server shall read
};

/// Fields of a year-month interval (kYear, kMonth) and of a day-time interval (kDay .. kSecond).
enum class IntervalField : uint8_t { kYear = 0, kMonth = 1, kDay = 0, kHour = 1, kMinute = 2, kSecond = 3 };

struct StructField;

/// A Spark SQL data type. A value, cheap to copy (children are shared and immutable); any number of threads may read
/// it.
///
///     DataType type = DataType::array(DataType::decimal(10, 2), /*contains_null=*/false);
///     type.simple_string();                           // "array<decimal(10,2)>"
///     Result<DataType> same = DataType::parse("array<decimal(10,2)>");
///
/// The makers do not check their arguments: the server refuses decimal(99, 100).
class DataType {
 public:
  DataType() = default;  ///< null()

  static DataType null() { return DataType(TypeKind::kNull); }
  static DataType boolean() { return DataType(TypeKind::kBoolean); }
  static DataType byte() { return DataType(TypeKind::kByte); }
  static DataType short_() { return DataType(TypeKind::kShort); }
  static DataType integer() { return DataType(TypeKind::kInteger); }
  static DataType long_() { return DataType(TypeKind::kLong); }
  static DataType float_() { return DataType(TypeKind::kFloat); }
  static DataType double_() { return DataType(TypeKind::kDouble); }
  static DataType decimal(int precision = 10, int scale = 0) { return DataType(TypeKind::kDecimal, precision, scale); }
  static DataType string() { return DataType(TypeKind::kString); }
  static DataType string(std::string collation);
  static DataType char_(int length) { return DataType(TypeKind::kChar, length); }
  static DataType varchar(int length) { return DataType(TypeKind::kVarchar, length); }
  static DataType binary() { return DataType(TypeKind::kBinary); }
  static DataType date() { return DataType(TypeKind::kDate); }
  static DataType timestamp() { return DataType(TypeKind::kTimestamp); }
  static DataType timestamp_ntz() { return DataType(TypeKind::kTimestampNtz); }
  static DataType time(int precision = 6) { return DataType(TypeKind::kTime, precision); }
  static DataType year_month_interval(IntervalField start = IntervalField::kYear,
                                      IntervalField end = IntervalField::kMonth) {
    return DataType(TypeKind::kYearMonthInterval, static_cast<int>(start), static_cast<int>(end));
  }
  static DataType day_time_interval(IntervalField start = IntervalField::kDay,
                                    IntervalField end = IntervalField::kSecond) {
    return DataType(TypeKind::kDayTimeInterval, static_cast<int>(start), static_cast<int>(end));
  }
  static DataType calendar_interval() { return DataType(TypeKind::kCalendarInterval); }
  static DataType array(DataType element, bool contains_null = true);
  static DataType map(DataType key, DataType value, bool value_contains_null = true);
  static DataType struct_(std::vector<StructField> fields);
  static DataType variant() { return DataType(TypeKind::kVariant); }
  static constexpr int kAnySrid = -1;  ///< each value has a spatial reference system of its own
  static DataType geometry(int srid) { return DataType(TypeKind::kGeometry, srid); }
  static DataType geography(int srid) { return DataType(TypeKind::kGeography, srid); }
  static DataType timestamp_nanos(int precision = 9) { return DataType(TypeKind::kTimestampNanos, precision); }
  static DataType timestamp_ntz_nanos(int precision = 9) { return DataType(TypeKind::kTimestampNtzNanos, precision); }
  /// Classes may be empty where the type has none on that side.
  static DataType user_defined(DataType storage, std::string jvm_class, std::string python_class,
                               std::string serialized_python_class);
  /// DDL text for the server to read where a plan takes a type: types that parse() does not know.
  static DataType unparsed(std::string ddl);

  /// The type of a DDL text: "int", "decimal(10,2)", "array<struct<a: int not null, b: string>>"; and, as Spark takes
  /// for schemas, "a int, b string comment 'x'". Does no I/O. kInvalidArgument when the text is no type.
  static Result<DataType> parse(std::string_view ddl);
  /// The type of Spark's JSON text. kInvalidArgument when it is none.
  static Result<DataType> from_json(std::string_view json);

  TypeKind kind() const { return kind_; }
  bool is(TypeKind kind) const { return kind_ == kind; }
  int precision() const { return a_; }  ///< decimal, time, timestamps of nanoseconds
  int scale() const { return b_; }      ///< decimal
  int length() const { return a_; }     ///< char, varchar
  int srid() const { return a_; }       ///< geometry, geography
  IntervalField start_field() const { return static_cast<IntervalField>(a_); }
  IntervalField end_field() const { return static_cast<IntervalField>(b_); }
  /// Of a string: "UTF8_BINARY" by default. Of an unparsed type: empty.
  std::string_view collation() const;
  /// Of the kinds that have one; of others the null type.
  const DataType& element_type() const;  ///< array
  bool contains_null() const { return flag_; }
  const DataType& key_type() const;  ///< map
  const DataType& value_type() const;
  bool value_contains_null() const { return flag_; }
  const DataType& storage_type() const;                ///< user-defined
  const std::string& jvm_class() const;                ///< user-defined
  const std::string& python_class() const;             ///< user-defined
  const std::string& serialized_python_class() const;  ///< user-defined
  const std::string& ddl_text() const;                 ///< unparsed
  const std::vector<StructField>& fields() const;      ///< struct; of others none

  bool is_integral() const { return kind_ >= TypeKind::kByte && kind_ <= TypeKind::kLong; }
  bool is_numeric() const { return kind_ >= TypeKind::kByte && kind_ <= TypeKind::kDecimal; }
  bool is_string() const { return kind_ >= TypeKind::kString && kind_ <= TypeKind::kVarchar; }
  bool is_nested() const { return is(TypeKind::kArray) || is(TypeKind::kMap) || is(TypeKind::kStruct); }

  /// "array<int>", "struct<a:int,b:string>"; never cut.
  std::string simple_string() const;
  /// "ARRAY<INT>", "STRUCT<a: INT NOT NULL>": text for SQL.
  std::string sql() const;
  /// Spark's JSON text: `"integer"`, `{"type":"array",…}`.
  std::string json() const;

  /// Spark's equality: names, nullability of nested fields and metadata count.
  bool operator==(const DataType& other) const;

 private:
  struct Node;
  explicit DataType(TypeKind kind, int a = 0, int b = 0) : kind_(kind), a_(a), b_(b) {}

  TypeKind kind_ = TypeKind::kNull;
  bool flag_ = true;
  int a_ = 0;
  int b_ = 0;
  std::shared_ptr<const Node> node_;
};

/// A field of a struct, or a column of a schema.
struct StructField {
  std::string name;
  DataType type;
  bool nullable = true;
  std::string metadata = {};  ///< JSON object text; empty means {}

  bool operator==(const StructField& other) const = default;
};

/// The columns of a table or a result, in order. Names may repeat. A value, cheap to copy; thread-safe to read.
///
///     Result<Schema> schema = Schema::parse("id bigint not null, name string");
class Schema {
 public:
  Schema() : type_(DataType::struct_({})) {}
  Schema(std::vector<StructField> fields) : type_(DataType::struct_(std::move(fields))) {}  // NOLINT: implicit

  /// Of DDL text as Spark takes it: columns ("a int, b string"), or one type, which becomes the column "value".
  static Result<Schema> parse(std::string_view ddl);
  /// Of Spark's JSON text of a struct.
  static Result<Schema> from_json(std::string_view json);

  const std::vector<StructField>& fields() const { return type_.fields(); }
  size_t size() const { return fields().size(); }
  bool empty() const { return fields().empty(); }
  const StructField& operator[](size_t index) const { return fields()[index]; }
  auto begin() const { return fields().begin(); }
  auto end() const { return fields().end(); }
  std::vector<std::string> names() const;
  /// The first column of this name, compared exactly.
  std::optional<size_t> index_of(std::string_view name) const;

  const DataType& type() const { return type_; }  ///< the struct
  std::string json() const { return type_.json(); }
  std::string simple_string() const { return type_.simple_string(); }
  /// "a INT,b STRING NOT NULL".
  std::string ddl() const;
  /// What print_schema() prints: "root\n |-- a: integer (nullable = true)\n". `level` 0 means all levels.
  std::string tree_string(int level = 0) const;

  bool operator==(const Schema& other) const = default;

 private:
  DataType type_;
};

}  // namespace firesteel::client
