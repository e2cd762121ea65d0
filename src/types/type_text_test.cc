#include "types/type_text.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace firesteel {
namespace {

using T = DataType;

DataType Sample() {
  return T::Struct({{"a b", T::Int(), false, ""},
                    {"c", T::Array(T::Int(), false), false, ""},
                    {"123", T::Map(T::String(), T::Decimal(10, 2)), true, ""},
                    {"_x9", T::Null(), true, ""},
                    {"e", T::DayTimeInterval(IntervalField::kHour, IntervalField::kHour), true, ""},
                    {"f", T::CalendarInterval(), true, ""}});
}

TEST(TypeText, CatalogStringIsSparks) {
  EXPECT_EQ(CatalogString(Sample()),
            "struct<a b:int,c:array<int>,123:map<string,decimal(10,2)>,_x9:void,e:interval hour,f:interval>");
  EXPECT_EQ(CatalogString(T::Array(T::CollatedString("UNICODE"))), "array<string collate UNICODE>");
  EXPECT_EQ(CatalogString(T::Time()), "time(6)");
  EXPECT_EQ(CatalogString(T::Variant()), "variant");
  EXPECT_EQ(CatalogString(T::YearMonthInterval()), "interval year to month");
}

TEST(TypeText, SimpleStringIsCut) {
  EXPECT_EQ(
      SimpleString(T::Struct({{"a", T::Int(), true, ""}, {"b", T::Int(), true, ""}, {"c", T::Int(), true, ""}}), 2),
      "struct<a:int,b:int,... 1 more fields>");
}

TEST(TypeText, SqlNameIsSparks) {
  EXPECT_EQ(SqlTypeName(T::Struct({{"a b", T::Int(), false, ""}, {"c", T::String(), true, ""}})),
            "STRUCT<`a b`: INT NOT NULL, c: STRING>");
  EXPECT_EQ(SqlTypeName(T::Struct(
                {{"a", T::Int(), false, R"({"comment":"it's"})"}, {"b", T::CollatedString("UNICODE_CI"), true, ""}})),
            "STRUCT<a: INT NOT NULL COMMENT 'it\\'s', b: STRING COLLATE UNICODE_CI>");
  EXPECT_EQ(QuoteType(T::Array(T::Map(T::CollatedString("UNICODE"), T::Decimal(2, 1)))),
            "\"ARRAY<MAP<STRING COLLATE UNICODE, DECIMAL(2,1)>>\"");
}

constexpr char kJson[] =
    R"~({"type":"struct","fields":[{"name":"a b","type":{"type":"struct","fields":[{"name":"x","type":{"type":"array",)~"
    R"~("elementType":{"type":"map","keyType":"string","valueType":"decimal(5,2)","valueContainsNull":false},)~"
    R"~("containsNull":false},"nullable":false,"metadata":{"__COLLATIONS":{"x.element.key":"icu.UNICODE"}}}]},)~"
    R"~("nullable":false,"metadata":{"comment":"it is \"x\" or 'y'"}},{"name":"c","type":"string","nullable":true,)~"
    R"~("metadata":{"__COLLATIONS":{"c":"spark.UTF8_LCASE"}}},{"name":"1","type":"interval hour to minute",)~"
    R"~("nullable":true,"metadata":{}},{"name":"v","type":"variant","nullable":true,"metadata":{}}]})~";

TEST(TypeText, JsonGoesBothWays) {
  const DataType type = TypeFromJson(kJson);
  EXPECT_EQ(TypeToJson(type), kJson);
  EXPECT_EQ(
      SchemaToDdl(type.fields()),
      "`a b` STRUCT<x: ARRAY<MAP<STRING COLLATE UNICODE, DECIMAL(5,2)>> NOT NULL> NOT NULL COMMENT 'it is \"x\" or "
      "\\'y\\'',c STRING COLLATE UTF8_LCASE,`1` INTERVAL HOUR TO MINUTE,v VARIANT");
}

TEST(TypeText, BadJsonIsAnError) {
  for (std::string bad : {"", "{", "nonsense", R"("no_such_type")", R"({"type":"array"})", R"~("decimal(39,0)")~",
                          R"({"type":"struct","fields":[{"name":1}]})", R"("interval second to day")"}) {
    EXPECT_THROW(TypeFromJson(bad), QueryError) << bad;
  }
  std::string deep;
  for (int i = 0; i < 100'000; ++i) deep += R"({"type":"array","elementType":)";
  EXPECT_THROW(TypeFromJson(deep), QueryError);
}

TEST(TypeText, TreeIsSparks) {
  const Schema schema = {
      {"a b", T::Int(), false, ""},
      {"s", T::Struct({{"x\ty", T::Array(T::Map(T::Int(), T::Int(), false), false), false, ""}}), false, ""},
      {"t", T::Time(), false, ""}};
  EXPECT_EQ(SchemaTreeString(schema),
            "root\n |-- a b: integer (nullable = false)\n |-- s: struct (nullable = false)\n"
            " |    |-- x\\ty: array (nullable = false)\n |    |    |-- element: map (containsNull = false)\n"
            " |    |    |    |-- key: integer\n |    |    |    |-- value: integer (valueContainsNull = false)\n"
            " |-- t: time(6) (nullable = false)\n");
  EXPECT_EQ(SchemaTreeString(schema, 1),
            "root\n |-- a b: integer (nullable = false)\n |-- s: struct (nullable = false)\n"
            " |-- t: time(6) (nullable = false)\n");
}

TEST(Quoting, QuotesAsSpark) {
  EXPECT_EQ(QuoteIdentifiers({"a", "b c", "d`e"}), "`a`.`b c`.`d``e`");
  EXPECT_EQ(QuoteIfNeeded("a_1"), "a_1");
  EXPECT_EQ(QuoteIfNeeded("1"), "`1`");
  EXPECT_EQ(QuoteIfNeeded("é"), "`é`");
  EXPECT_EQ(SingleQuoted("it's \\"), "'it\\'s \\\\'");
}

TEST(DataType, EqualityCountsWhatSparkCounts) {
  EXPECT_EQ(T::Array(T::Int()), T::Array(T::Int()));
  EXPECT_NE(T::Array(T::Int()), T::Array(T::Int(), false));
  EXPECT_NE(T::CollatedString("UNICODE"), T::String());
  EXPECT_EQ(T::CollatedString("UTF8_BINARY"), T::String());
  EXPECT_NE(T::Decimal(10, 2), T::Decimal(10, 3));
}

}  // namespace
}  // namespace firesteel
