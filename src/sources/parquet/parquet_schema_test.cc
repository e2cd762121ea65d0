#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <fstream>

#include "base/error.h"
#include "sources/parquet/footer.h"
#include "sources/parquet/schema.h"
#include "types/type_text.h"

namespace firesteel::sources::parquet {
namespace {

SchemaNode Leaf(const std::string& name, PhysicalType type, Annotation annotation = {},
                Repetition repetition = Repetition::kOptional) {
  SchemaNode node;
  node.name = name;
  node.type = type;
  node.annotation = annotation;
  node.repetition = repetition;
  return node;
}

SchemaNode Group(const std::string& name, std::vector<SchemaNode> children,
                 Annotation::Kind kind = Annotation::Kind::kNone, Repetition repetition = Repetition::kOptional) {
  SchemaNode node;
  node.name = name;
  node.repetition = repetition;
  node.annotation.kind = kind;
  node.children = std::move(children);
  return node;
}

Annotation Integer(int bits, bool is_signed) {
  Annotation a;
  a.kind = Annotation::Kind::kInteger;
  a.bits = bits;
  a.is_signed = is_signed;
  return a;
}

Annotation Of(Annotation::Kind kind, int precision = 0, int scale = 0) {
  Annotation a;
  a.kind = kind;
  a.precision = precision;
  a.scale = scale;
  return a;
}

std::string TypeOf(SchemaNode node) {
  Footer footer;
  footer.root = Group("schema", {std::move(node)});
  try {
    return CatalogString(SparkSchema(footer).at(0).type);
  } catch (const QueryError& error) {
    return error.condition();
  }
}

TEST(ParquetSchemaTest, Primitives) {
  using P = PhysicalType;
  using K = Annotation::Kind;
  EXPECT_EQ(TypeOf(Leaf("a", P::kBoolean)), "boolean");
  EXPECT_EQ(TypeOf(Leaf("a", P::kInt32)), "int");
  EXPECT_EQ(TypeOf(Leaf("a", P::kInt32, Integer(8, true))), "tinyint");
  EXPECT_EQ(TypeOf(Leaf("a", P::kInt32, Integer(8, false))), "smallint");
  EXPECT_EQ(TypeOf(Leaf("a", P::kInt32, Integer(16, false))), "int");
  EXPECT_EQ(TypeOf(Leaf("a", P::kInt32, Integer(32, false))), "bigint");
  EXPECT_EQ(TypeOf(Leaf("a", P::kInt64, Integer(64, false))), "decimal(20,0)");
  EXPECT_EQ(TypeOf(Leaf("a", P::kInt64)), "bigint");
  EXPECT_EQ(TypeOf(Leaf("a", P::kInt96)), "timestamp");
  EXPECT_EQ(TypeOf(Leaf("a", P::kInt32, Of(K::kDate))), "date");
  EXPECT_EQ(TypeOf(Leaf("a", P::kInt32, Of(K::kDecimal, 9, 2))), "decimal(9,2)");
  EXPECT_EQ(TypeOf(Leaf("a", P::kInt32, Of(K::kDecimal, 10, 2))), "PARQUET_TYPE_ILLEGAL");
  EXPECT_EQ(TypeOf(Leaf("a", P::kFixedLenByteArray, Of(K::kDecimal, 38, 10))), "decimal(38,10)");
  EXPECT_EQ(TypeOf(Leaf("a", P::kByteArray)), "binary");
  EXPECT_EQ(TypeOf(Leaf("a", P::kByteArray, Of(K::kString))), "string");
  EXPECT_EQ(TypeOf(Leaf("a", P::kByteArray, Of(K::kEnum))), "string");
  EXPECT_EQ(TypeOf(Leaf("a", P::kByteArray, Of(K::kJson))), "string");
}

TEST(ParquetSchemaTest, Timestamps) {
  Annotation a = Of(Annotation::Kind::kTimestamp);
  EXPECT_EQ(TypeOf(Leaf("a", PhysicalType::kInt64, a)), "timestamp");
  a.is_adjusted_to_utc = false;
  EXPECT_EQ(TypeOf(Leaf("a", PhysicalType::kInt64, a)), "timestamp_ntz");
  a.unit = Annotation::Unit::kNanos;
  EXPECT_EQ(TypeOf(Leaf("a", PhysicalType::kInt64, a)), "PARQUET_TYPE_ILLEGAL");
}

TEST(ParquetSchemaTest, NestedTypesOfAllWriters) {
  using K = Annotation::Kind;
  const auto element = [](const char* name) { return Leaf(name, PhysicalType::kInt32); };
  // Three levels, two levels, a bare repeated field.
  EXPECT_EQ(TypeOf(Group("l", {Group("list", {element("element")}, K::kNone, Repetition::kRepeated)}, K::kList)),
            "array<int>");
  EXPECT_EQ(TypeOf(Group("l", {Leaf("item", PhysicalType::kInt32, {}, Repetition::kRepeated)}, K::kList)),
            "array<int>");
  EXPECT_EQ(TypeOf(Group("l", {Group("array", {element("a")}, K::kNone, Repetition::kRepeated)}, K::kList)),
            "array<struct<a:int>>");
  EXPECT_EQ(TypeOf(Group("l", {Group("e", {element("a"), element("b")}, K::kNone, Repetition::kRepeated)}, K::kList)),
            "array<struct<a:int,b:int>>");
  EXPECT_EQ(TypeOf(Leaf("a", PhysicalType::kInt32, {}, Repetition::kRepeated)), "array<int>");
  EXPECT_EQ(TypeOf(Group("m",
                         {Group("key_value", {Leaf("key", PhysicalType::kByteArray, Of(K::kString)), element("value")},
                                K::kNone, Repetition::kRepeated)},
                         K::kMap)),
            "map<string,int>");
  EXPECT_EQ(TypeOf(Group("s", {element("x"), Group("y", {element("z")})})), "struct<x:int,y:struct<z:int>>");
  EXPECT_EQ(TypeOf(Group("l", {element("a")}, K::kList)), "PARQUET_TYPE_NOT_RECOGNIZED");
}

TEST(ParquetSchemaTest, SparksOwnSchemaCountsMore) {
  Footer footer;
  footer.root = Group("schema", {Leaf("a", PhysicalType::kInt32)});
  footer.key_values.emplace_back(
      "org.apache.spark.sql.parquet.row.metadata",
      R"({"type":"struct","fields":[{"name":"a","type":"byte","nullable":false,"metadata":{"k":1}}]})");
  const Schema schema = SparkSchema(footer);
  EXPECT_EQ(schema.at(0).type, DataType::Byte());
  EXPECT_TRUE(schema.at(0).nullable);
  EXPECT_NE(schema.at(0).metadata.find("\"k\""), std::string::npos);
  footer.key_values[0].second = "no json";
  EXPECT_EQ(SparkSchema(footer).at(0).type, DataType::Int());
}

TEST(ParquetFooterTest, ReadsWhatTheFormatSays) {
  // version 1; schema of a root with one optional UTF8 column; 5 rows; one key-value pair.
  const std::string bytes(
      "\x15\x02"                    // 1: i32 1
      "\x19\x2c"                    // 2: list of two structs
      "\x48\x06schema\x15\x02\x00"  // 4: name, 5: one child
      "\x15\x0c\x25\x02\x18\x01"
      "a"
      "\x25\x00\x00"                    // 1: byte array, 3: optional, 4: name, 6: UTF8
      "\x16\x0a"                        // 3: i64 5
      "\x19\x0c"                        // 4: no row groups
      "\x19\x1c\x18\x01k\x18\x01v\x00"  // 5: key values
      "\x00",
      2 + 2 + 11 + 10 + 2 + 2 + 9 + 1);
  const std::optional<Footer> footer = ParseFooter(bytes);
  ASSERT_TRUE(footer);
  EXPECT_EQ(footer->num_rows, 5);
  ASSERT_EQ(footer->root.children.size(), 1u);
  EXPECT_EQ(footer->root.children[0].name, "a");
  EXPECT_EQ(footer->root.children[0].annotation.kind, Annotation::Kind::kString);
  EXPECT_EQ(*footer->Find("k"), "v");
}

TEST(ParquetFooterTest, DamagedFootersAreRefused) {
  EXPECT_FALSE(ParseFooter(""));
  EXPECT_FALSE(ParseFooter("\x19\xfc\xff\xff\xff\x0f"));
  std::string nested;
  for (int i = 0; i < 10000; ++i) nested += '\x1c';
  EXPECT_FALSE(ParseFooter(nested));
  for (int seed = 0; seed < 2000; ++seed) {
    std::string noise;
    uint32_t x = static_cast<uint32_t>(seed) * 2654435761u + 1;
    for (int i = 0; i < 64; ++i) {
      x = x * 1664525u + 1013904223u;
      noise += static_cast<char>(x >> 24);
    }
    ParseFooter(noise);  // whatever it is, nothing breaks
  }
}

TEST(ParquetFooterTest, FilesThatAreNoParquet) {
  const std::string path = testing::TempDir() + "/no_parquet";
  std::ofstream(path) << "short";
  EXPECT_THROW(ReadFooter(path), QueryError);
  std::ofstream(path) << "PAR1 and then something else that is longer";
  EXPECT_THROW(ReadFooter(path), QueryError);
  try {
    ReadFooter(path + "_missing");
    FAIL();
  } catch (const QueryError& error) {
    EXPECT_EQ(error.condition(), "FAILED_READ_FILE.FILE_NOT_EXIST");
  }
}

}  // namespace
}  // namespace firesteel::sources::parquet
