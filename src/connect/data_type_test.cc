#include "connect/data_type.h"

#include "connect/decoding_fixture.h"
#include "spark/connect/types.pb.h"
#include "types/user_type.h"

namespace firesteel::connect {
namespace {

namespace proto = ::spark::connect;

class DataTypeTest : public DecodingTest {
 protected:
  DataType Decode(const std::string& text) { return DecodeDataType(FromText<proto::DataType>(text), context_); }
};

TEST_F(DataTypeTest, GoesThereAndBack) {
  const DataType types[] = {
      DataType::Null(),
      DataType::Boolean(),
      DataType::Byte(),
      DataType::Short(),
      DataType::Int(),
      DataType::Long(),
      DataType::Float(),
      DataType::Double(),
      DataType::Decimal(38, 18),
      DataType::String(),
      DataType::CollatedString("UNICODE_CI"),
      DataType::Char(3),
      DataType::Varchar(7),
      DataType::Binary(),
      DataType::Date(),
      DataType::Timestamp(),
      DataType::TimestampNtz(),
      DataType::Time(3),
      DataType::YearMonthInterval(IntervalField::kYear, IntervalField::kYear),
      DataType::DayTimeInterval(IntervalField::kHour, IntervalField::kMinute),
      DataType::CalendarInterval(),
      DataType::Variant(),
      DataType::UserDefined(DataType::Array(DataType::Double()), {"p.PointUDT", "gASV", {}}),
      KnownJvmUserType("org.apache.spark.ml.linalg.VectorUDT"),
      DataType::Array(DataType::Int(), false),
      DataType::Map(DataType::String(), DataType::Array(DataType::Double(), true), false),
      DataType::Struct({{"a", DataType::Int(), false, ""}, {"A", DataType::String(), true, "{\"k\":1}"}})};
  for (const DataType& type : types) {
    proto::DataType encoded;
    EncodeDataType(type, &encoded);
    EXPECT_EQ(DecodeDataType(encoded, context_), type) << encoded.ShortDebugString();
  }
}

TEST_F(DataTypeTest, WritesWhatSparkWrites) {
  proto::DataType encoded;
  EncodeSchema({{"a", DataType::String(), true, ""}}, &encoded);
  EXPECT_EQ(encoded.ShortDebugString(), "struct { fields { name: \"a\" data_type { string { } } nullable: true } }");
}

TEST_F(DataTypeTest, FillsDefaults) {
  EXPECT_EQ(Decode("decimal {}"), DataType::Decimal(10, 0));
  EXPECT_EQ(Decode("time {}"), DataType::Time(6));
  EXPECT_EQ(Decode("year_month_interval {}"), DataType::YearMonthInterval());
  EXPECT_EQ(Decode("day_time_interval { start_field: 2 }"),
            DataType::DayTimeInterval(IntervalField::kMinute, IntervalField::kMinute));
  EXPECT_EQ(Decode("unparsed { data_type_string: 'int' }"), DataType::Int());
}

TEST_F(DataTypeTest, Refuses) {
  EXPECT_EQ(ConditionOf([&] { Decode(""); }), "CONNECT_INVALID_PLAN.DATA_TYPE_UNSUPPORTED_PROTO_TO_CATALYST");
  EXPECT_EQ(ConditionOf([&] { Decode("decimal { precision: 39 }"); }), "DECIMAL_PRECISION_EXCEEDS_MAX_PRECISION");
  EXPECT_EQ(ConditionOf([&] { Decode("decimal { precision: 2 scale: 3 }"); }), "DECIMAL_SCALE_EXCEEDS_PRECISION");
  EXPECT_EQ(ConditionOf([&] { Decode("day_time_interval { start_field: 7 }"); }),
            "CONNECT_INVALID_PLAN.ASSERTION_FAILURE");
  EXPECT_EQ(ConditionOf([&] { Decode("year_month_interval { start_field: 1 end_field: 0 }"); }),
            "CONNECT_INVALID_PLAN.ASSERTION_FAILURE");
  EXPECT_EQ(ConditionOf([&] { Decode("udt { type: 'udt' python_class: 'p.PointUDT' }"); }),
            "CONNECT_INVALID_PLAN.PYTHON_UDT_MISSING_FIELDS");
  EXPECT_EQ(ConditionOf([&] { Decode("udt { type: 'x' jvm_class: 'org.apache.spark.ml.linalg.VectorUDT' }"); }),
            "CONNECT_INVALID_PLAN.UDT_TYPE_FIELD_INVALID");
  EXPECT_EQ(ConditionOf([&] { Decode("udt { type: 'udt' jvm_class: 'com.example.NoUDT' }"); }),
            "UDT_CLASS_NOT_FOUND.WITHOUT_USER_CLASS");
}

}  // namespace
}  // namespace firesteel::connect
