#include "sql/parser/parser.h"
#include "types/field_metadata.h"
#include "types/geospatial.h"
#include "types/quoting.h"

namespace firesteel::sql {
namespace {

std::string UpperCase(std::string_view text) {
  std::string upper(text);
  for (char& c : upper) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
  }
  return upper;
}

[[noreturn]] void FailPrecision(int precision) {
  throw QueryError("DECIMAL_PRECISION_EXCEEDS_MAX_PRECISION",
                   {{"precision", std::to_string(precision)}, {"maxPrecision", "38"}}, nullptr,
                   ErrorClass::kArithmetic);
}

}  // namespace

// One > of a nested type; the lexer may have made >> of two.
void Parser::CloseAngle() {
  if (angles_left_ == 0) {
    switch (cursor_.Kind()) {
      case Kind::kGreater:
        angles_left_ = 1;
        break;
      case Kind::kShiftRight:
        angles_left_ = 2;
        break;
      case Kind::kShiftRightUnsigned:
        angles_left_ = 3;
        break;
      default:
        cursor_.SyntaxError();
    }
  }
  if (--angles_left_ == 0) cursor_.Advance();
}

DataType Parser::Type() {
  TokenCursor::Nesting nesting(cursor_);
  const size_t begin = cursor_.position();
  if (cursor_.Is(Kind::kStruct) && cursor_.Is(Kind::kNotEqual, 1)) {
    cursor_.Advance();
    cursor_.Advance();
    return DataType::Struct({});
  }
  if (cursor_.Is(Kind::kLess, 1) && cursor_.IsAny(Kind::kArray, Kind::kMap, Kind::kStruct)) {
    const std::optional<QueryError> deferred = deferred_;
    try {
      return NestedType();
    } catch (const QueryError& error) {
      // Spark then takes ARRAY for the whole type and blames what it finds at the <.
      if (error.condition() != "PARSE_SYNTAX_ERROR" || cursor_.KindAt(begin + 1) != Kind::kLess) throw;
      cursor_.Rewind(begin + 1);
      angles_left_ = 0;
      deferred_ = deferred;
      return DataType::Null();
    }
  }
  try {
    return UnnestedType();
  } catch (const QueryError& error) {
    KeepBack(error);
    return DataType::Null();
  }
}

// A type without < >. Its tokens are consumed when it throws.
DataType Parser::UnnestedType() {
  const size_t begin = cursor_.position();
  if (!cursor_.IsAny(Kind::kArray, Kind::kMap, Kind::kStruct)) return PrimitiveType();
  const Kind kind = cursor_.Kind();
  cursor_.Advance();
  if (kind == Kind::kArray) FailType("INCOMPLETE_TYPE_DEFINITION.ARRAY", {{"elementType", "<INT>"}}, begin);
  if (kind == Kind::kMap) FailType("INCOMPLETE_TYPE_DEFINITION.MAP", {}, begin);
  FailType("INCOMPLETE_TYPE_DEFINITION.STRUCT", {}, begin);
}

// ARRAY<type>, MAP<type, type>, STRUCT<name: type, …>
DataType Parser::NestedType() {
  const Kind kind = cursor_.Kind();
  cursor_.Advance();
  cursor_.Advance();
  if (kind == Kind::kArray) {
    DataType element = Type();
    CloseAngle();
    return DataType::Array(std::move(element));
  }
  if (kind == Kind::kMap) {
    DataType key = Type();
    if (angles_left_ > 0 || !cursor_.Accept(Kind::kComma)) cursor_.SyntaxError();
    DataType value = Type();
    CloseAngle();
    return DataType::Map(std::move(key), std::move(value));
  }
  std::vector<StructField> fields;
  if (!cursor_.Is(Kind::kGreater)) {
    do {
      fields.push_back(ColumnType(true));
    } while (angles_left_ == 0 && cursor_.Accept(Kind::kComma));
  }
  CloseAngle();
  return DataType::Struct(std::move(fields));
}

// name [:] type [NOT NULL] [COMMENT 'text']
StructField Parser::ColumnType(bool colon_allowed) {
  StructField field;
  field.name = CheckedIdentifier();
  if (colon_allowed) cursor_.Accept(Kind::kColon);
  field.type = Type();
  if (angles_left_ > 0) return field;
  if (cursor_.IsAny(Kind::kNot, Kind::kBang)) {
    cursor_.Advance();
    cursor_.Expect(Kind::kNull);
    field.nullable = false;
  }
  if (cursor_.Accept(Kind::kComment)) field.metadata = WithMetadataText("", "comment", StringLiteral());
  return field;
}

// (n), where written.
std::optional<int> Parser::TypeLength() {
  if (!cursor_.Accept(Kind::kLeftParen)) return std::nullopt;
  const int length = IntegerNumber();
  cursor_.Expect(Kind::kRightParen);
  return length;
}

std::string Parser::Collation() {
  if (!cursor_.Is(Kind::kCollate) || !IsIdentifier(1)) return "";
  cursor_.Advance();
  std::string name;
  for (const std::string& part : MultipartIdentifier()) name += (name.empty() ? "" : ".") + part;
  return UpperCase(name);
}

DataType Parser::PrimitiveType() {
  const size_t begin = cursor_.position();
  const Kind kind = cursor_.Kind();
  if (!IsIdentifier()) cursor_.SyntaxError();
  if (kind == Kind::kInterval) return IntervalType();
  cursor_.Advance();
  switch (kind) {
    case Kind::kString: {
      std::string collation = Collation();
      return collation.empty() ? DataType::String() : DataType::CollatedString(std::move(collation));
    }
    case Kind::kChar:
    case Kind::kCharacter:
    case Kind::kVarchar: {
      std::optional<int> length = TypeLength();
      Collation();
      if (!length) {
        const char* name = kind == Kind::kChar ? "CHAR" : kind == Kind::kVarchar ? "VARCHAR" : "CHARACTER";
        FailType("DATATYPE_MISSING_SIZE", {{"type", DoubleQuoted(name)}}, begin);
      }
      return kind == Kind::kVarchar ? DataType::Varchar(*length) : DataType::Char(*length);
    }
    case Kind::kDec:
    case Kind::kDecimal:
    case Kind::kNumeric: {
      if (!cursor_.Accept(Kind::kLeftParen)) return DataType::Decimal(10, 0);
      const int precision = IntegerNumber();
      const int scale = cursor_.Accept(Kind::kComma) ? IntegerNumber() : 0;
      if (!cursor_.Accept(Kind::kRightParen)) cursor_.SyntaxError();
      if (scale > precision) {
        throw QueryError("DECIMAL_SCALE_EXCEEDS_PRECISION",
                         {{"scale", std::to_string(scale)}, {"precision", std::to_string(precision)}}, WholeText(),
                         ErrorClass::kParse);
      }
      if (precision > 38) FailPrecision(precision);
      return DataType::Decimal(precision, scale);
    }
    case Kind::kTimestamp:
    case Kind::kTimestampLtz:
    case Kind::kTimestampNtz: {
      std::optional<int> precision = TypeLength();
      bool local = kind == Kind::kTimestampLtz || (kind == Kind::kTimestamp && !options_.timestamp_ntz_default);
      if (kind == Kind::kTimestamp && cursor_.Is(Kind::kWith) && cursor_.Is(Kind::kLocal, 1)) {
        cursor_.Accept(Kind::kWith, Kind::kLocal);
        cursor_.Expect(Kind::kTime);
        cursor_.Expect(Kind::kZone);
        local = true;
      } else if (kind == Kind::kTimestamp && cursor_.Accept(Kind::kWithout)) {
        cursor_.Expect(Kind::kTime);
        cursor_.Expect(Kind::kZone);
        local = false;
      }
      if (precision && *precision >= 7 && *precision <= 9) {
        if (!options_.timestamp_nanos) {
          throw QueryError("FEATURE_NOT_ENABLED",
                           {{"featureName", "Nanosecond-precision timestamp types"},
                            {"configKey", "spark.sql.timestampNanosTypes.enabled"},
                            {"configValue", "true"}},
                           nullptr, ErrorClass::kSpark);
        }
        return local ? DataType::TimestampNanos(*precision) : DataType::TimestampNtzNanos(*precision);
      }
      if (precision && *precision != 6) {
        throw QueryError(
            "INVALID_TIMESTAMP_PRECISION",
            {{"precision", std::to_string(*precision)}, {"type", local ? "TIMESTAMP_LTZ" : "TIMESTAMP_NTZ"}}, nullptr,
            ErrorClass::kSpark);
      }
      return local ? DataType::Timestamp() : DataType::TimestampNtz();
    }
    case Kind::kTime: {
      std::optional<int> precision = TypeLength();
      if (cursor_.Accept(Kind::kWithout)) {
        cursor_.Expect(Kind::kTime);
        cursor_.Expect(Kind::kZone);
      }
      if (precision.value_or(6) > 9) {
        throw QueryError("UNSUPPORTED_TIME_PRECISION", {{"precision", std::to_string(*precision)}}, nullptr,
                         ErrorClass::kSpark);
      }
      if (precision.value_or(6) > 6)
        ThrowUnsupported("TIME with more than 6 digits of a second", cursor_.OriginFrom(begin));
      return DataType::Time(precision.value_or(6));
    }
    case Kind::kGeography:
    case Kind::kGeometry:
      if (!cursor_.Is(Kind::kLeftParen)) break;
      cursor_.Advance();
      return GeospatialType(kind == Kind::kGeography);
    default:
      break;
  }
  if (!cursor_.Is(Kind::kLeftParen)) {
    switch (kind) {
      case Kind::kBoolean:
        return DataType::Boolean();
      case Kind::kTinyint:
      case Kind::kByte:
        return DataType::Byte();
      case Kind::kSmallint:
      case Kind::kShort:
        return DataType::Short();
      case Kind::kInt:
      case Kind::kInteger:
        return DataType::Int();
      case Kind::kBigint:
      case Kind::kLong:
        return DataType::Long();
      case Kind::kFloat:
      case Kind::kReal:
        return DataType::Float();
      case Kind::kDouble:
        return DataType::Double();
      case Kind::kDate:
        return DataType::Date();
      case Kind::kBinary:
        return DataType::Binary();
      case Kind::kVoid:
        return DataType::Null();
      case Kind::kVariant:
        return DataType::Variant();
      default:
        break;
    }
  }
  std::string name = UpperCase(IdentifierText(cursor_.At(begin)));
  if (cursor_.Accept(Kind::kLeftParen)) {
    name += "(" + std::to_string(IntegerNumber());
    while (cursor_.Accept(Kind::kComma)) name += "," + std::to_string(IntegerNumber());
    cursor_.Expect(Kind::kRightParen);
    name += ")";
  }
  FailType("UNSUPPORTED_DATATYPE", {{"typeName", DoubleQuoted(name)}}, begin);
}

// (ANY) or (srid), behind the parenthesis.
DataType Parser::GeospatialType(bool geography) {
  int srid = DataType::kAnySrid;
  if (IsIdentifier() && UpperCase(IdentifierText(cursor_.Peek())) == "ANY") {
    cursor_.Advance();
  } else {
    srid = IntegerNumber();
  }
  cursor_.Expect(Kind::kRightParen);
  if (srid != DataType::kAnySrid && !IsKnownSrid(srid, geography)) {
    throw QueryError("ST_INVALID_SRID_VALUE", {{"srid", std::to_string(srid)}}, nullptr, ErrorClass::kIllegalArgument);
  }
  return geography ? DataType::Geography(srid) : DataType::Geometry(srid);
}

// INTERVAL [field [TO field]]
DataType Parser::IntervalType() {
  cursor_.Advance();
  auto day_time = [](Kind kind) -> std::optional<IntervalField> {
    switch (kind) {
      case Kind::kDay:
        return IntervalField::kDay;
      case Kind::kHour:
        return IntervalField::kHour;
      case Kind::kMinute:
        return IntervalField::kMinute;
      case Kind::kSecond:
        return IntervalField::kSecond;
      default:
        return std::nullopt;
    }
  };
  if (cursor_.IsAny(Kind::kYear, Kind::kMonth)) {
    IntervalField first = cursor_.Is(Kind::kYear) ? IntervalField::kYear : IntervalField::kMonth;
    cursor_.Advance();
    if (!cursor_.Is(Kind::kTo)) return DataType::YearMonthInterval(first, first);
    if (!cursor_.Is(Kind::kMonth, 1) || first == IntervalField::kMonth) cursor_.SyntaxError();
    cursor_.Accept(Kind::kTo, Kind::kMonth);
    return DataType::YearMonthInterval(first, IntervalField::kMonth);
  }
  std::optional<IntervalField> first = day_time(cursor_.Kind());
  if (!first) return DataType::CalendarInterval();
  cursor_.Advance();
  if (!cursor_.Is(Kind::kTo)) return DataType::DayTimeInterval(*first, *first);
  std::optional<IntervalField> last = day_time(cursor_.Kind(1));
  if (!last || *last <= *first) cursor_.SyntaxError();
  cursor_.Advance();
  cursor_.Advance();
  return DataType::DayTimeInterval(*first, *last);
}

// Spark names a place in the text of a query, and only line and column when the text is a type alone.
void Parser::FailType(std::string condition, ErrorParameters parameters, size_t begin) {
  if (only_type_) cursor_.FailAtToken(std::move(condition), std::move(parameters), begin);
  cursor_.Fail(std::move(condition), std::move(parameters), begin);
}

OriginPtr Parser::WholeText() const {
  auto origin = std::make_shared<Origin>();
  origin->sql_text = cursor_.text();
  return origin;
}

}  // namespace firesteel::sql
