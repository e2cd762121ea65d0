#include "connect/decoding_fixture.h"
#include "connect/expression/decode_expression.h"
#include "connect/literal_encoding.h"

namespace firesteel::connect {
namespace {

namespace proto = ::spark::connect;

class LiteralTest : public DecodingTest {
 protected:
  TypedValue Decode(const std::string& text) {
    return DecodeLiteral(FromText<proto::Expression::Literal>(text), context_);
  }
  static TypedValue Of(DataType type, Value value) { return {std::move(type), std::move(value)}; }
};

TEST_F(LiteralTest, Scalars) {
  EXPECT_EQ(Decode("null { integer {} }"), Of(DataType::Int(), Value{}));
  EXPECT_EQ(Decode("boolean: true"), Of(DataType::Boolean(), Value{true}));
  EXPECT_EQ(Decode("byte: 1000"), Of(DataType::Byte(), Value{int64_t{-24}}));  // wraps, as in Spark
  EXPECT_EQ(Decode("short: -5"), Of(DataType::Short(), Value{int64_t{-5}}));
  EXPECT_EQ(Decode("long: 5"), Of(DataType::Long(), Value{int64_t{5}}));
  EXPECT_EQ(Decode("float: 0.5"), Of(DataType::Float(), Value{0.5}));
  EXPECT_EQ(Decode("string: 'x'"), Of(DataType::String(), Value{std::string("x")}));
  EXPECT_EQ(Decode("binary: '\\377'"), Of(DataType::Binary(), Value{BinaryValue{"\xff"}}));
  EXPECT_EQ(Decode("date: -1"), Of(DataType::Date(), Value{int64_t{-1}}));
  EXPECT_EQ(Decode("timestamp_ntz: 7"), Of(DataType::TimestampNtz(), Value{int64_t{7}}));
  EXPECT_EQ(Decode("time { nano: 9 }"), Of(DataType::Time(6), Value{int64_t{9}}));
  EXPECT_EQ(Decode("year_month_interval: 5"), Of(DataType::YearMonthInterval(), Value{int64_t{5}}));
  EXPECT_EQ(Decode("calendar_interval { months: 1 days: 2 microseconds: 3 }"),
            Of(DataType::CalendarInterval(), Value{CalendarIntervalValue{1, 2, 3}}));
}

TEST_F(LiteralTest, Decimals) {
  EXPECT_EQ(Decode("decimal { value: '1.50' }"), Of(DataType::Decimal(3, 2), Value{int128_t{150}}));
  EXPECT_EQ(Decode("decimal { value: '1.50' precision: 10 scale: 4 }"),
            Of(DataType::Decimal(10, 4), Value{int128_t{15000}}));
  EXPECT_EQ(Decode("decimal { value: '1E+3' }"), Of(DataType::Decimal(4, 0), Value{int128_t{1000}}));
  EXPECT_EQ(Decode("decimal { value: '0.001' }"), Of(DataType::Decimal(3, 3), Value{int128_t{1}}));
  EXPECT_EQ(Decode("decimal { value: '-0.00' }"), Of(DataType::Decimal(2, 2), Value{int128_t{0}}));
  EXPECT_EQ(ConditionOf([&] { Decode("decimal { value: '" + std::string(39, '1') + "' }"); }),
            "DECIMAL_PRECISION_EXCEEDS_MAX_PRECISION");
  for (const char* bad : {"", "abc", "1.2.3", "--1", "1e", "1e99999999999", "."}) {
    EXPECT_NE(ConditionOf([&] { Decode(std::string("decimal { value: '") + bad + "' }"); }), "") << bad;
  }
}

TEST_F(LiteralTest, Nested) {
  EXPECT_EQ(Decode("array { element_type { integer {} } elements { integer: 1 } elements { null { integer {} } } }"),
            Of(DataType::Array(DataType::Int(), true), Value::List({Value{int64_t{1}}, Value{}})));
  EXPECT_EQ(Decode("data_type { array { element_type { long {} } } } array { elements { long: 1 } }"),
            Of(DataType::Array(DataType::Long(), false), Value::List({Value{int64_t{1}}})));
  EXPECT_EQ(Decode("map { key_type { integer {} } value_type { string {} } keys { integer: 1 } values { string: 'a' "
                   "} }"),
            Of(DataType::Map(DataType::Int(), DataType::String(), true),
               Value::List({Value{int64_t{1}}, Value{std::string("a")}})));
  EXPECT_EQ(Decode("struct { struct_type { struct { fields { name: 'a' data_type { integer {} } } } }"
                   "         elements { integer: 1 } }"),
            Of(DataType::Struct({{"a", DataType::Int(), false, ""}}), Value::List({Value{int64_t{1}}})));
  EXPECT_EQ(Decode("specialized_array { doubles { values: [1, 2] } }"),
            Of(DataType::Array(DataType::Double(), false), Value::List({Value{1.0}, Value{2.0}})));
}

TEST_F(LiteralTest, RefusesAsSpark) {
  EXPECT_EQ(ConditionOf([&] { Decode(""); }), "CONNECT_INVALID_PLAN.UNSUPPORTED_LITERAL_TYPE");
  EXPECT_EQ(ConditionOf([&] { Decode("array {}"); }), "CONNECT_INVALID_PLAN.ARRAY_LITERAL_MISSING_DATA_TYPE");
  EXPECT_EQ(ConditionOf([&] { Decode("struct { elements { integer: 1 } }"); }),
            "CONNECT_INVALID_PLAN.STRUCT_LITERAL_MISSING_DATA_TYPE");
  EXPECT_EQ(ConditionOf([&] { Decode("map {}"); }), "CONNECT_INVALID_PLAN.MAP_LITERAL_MISSING_DATA_TYPE");
}

// What a value is follows from its type everywhere behind the decoder.
TEST_F(LiteralTest, ElementsAreOfTheDeclaredType) {
  const char* const kIncompatible = "CONNECT_INVALID_PLAN.INCOMPATIBLE_LITERAL_DATA_TYPE";
  EXPECT_EQ(ConditionOf([&] { Decode("array { element_type { integer {} } elements { string: 'x' } }"); }),
            kIncompatible);
  EXPECT_EQ(ConditionOf([&] {
              Decode(
                  "array { element_type { array { element_type { integer {} } } }"
                  "        elements { array { element_type { string {} } elements { string: 'x' } } } }");
            }),
            kIncompatible);
  EXPECT_EQ(ConditionOf([&] {
              Decode("map { key_type { integer {} } value_type { string {} } keys { integer: 1 } values { long: 1 } }");
            }),
            kIncompatible);
  EXPECT_EQ(ConditionOf([&] {
              Decode(
                  "struct { struct_type { struct { fields { name: 'a' data_type { date {} } } } }"
                  "         elements { boolean: true } }");
            }),
            kIncompatible);
  EXPECT_EQ(Decode("array { element_type { var_char { length: 3 } } elements { string: 'x' } }").value,
            Value::List({Value{std::string("x")}}));
}

TEST_F(LiteralTest, EncodesBack) {
  const TypedValue values[] = {
      Of(DataType::Int(), Value{}),
      Of(DataType::Long(), Value{int64_t{-5}}),
      Of(DataType::Decimal(5, 2), Value{int128_t{-5}}),
      Of(DataType::String(), Value{std::string("x")}),
      Of(DataType::Array(DataType::Int(), true), Value::List({Value{int64_t{1}}})),
      Of(DataType::Struct({{"a", DataType::Double(), true, ""}}), Value::List({Value{2.5}})),
  };
  for (const TypedValue& value : values) {
    proto::Expression::Literal literal;
    EncodeLiteral(value, &literal);
    EXPECT_EQ(DecodeLiteral(literal, context_), value) << literal.ShortDebugString();
  }
}

}  // namespace
}  // namespace firesteel::connect
