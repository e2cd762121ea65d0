#include "types/user_type.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "types/coercion.h"
#include "types/quoting.h"
#include "types/type_text.h"

namespace firesteel {
namespace {

using T = DataType;

const T kList = T::Array(T::Double(), false);
const T kPoint = T::UserDefined(kList, {"p.PointUDT", "gASV", {}});
const T kVector = KnownJvmUserType("org.apache.spark.ml.linalg.VectorUDT");

TEST(UserType, IsItsClass) {
  EXPECT_EQ(kPoint, T::UserDefined(T::Int(), {"p.PointUDT", "other bytes", {}}));
  EXPECT_NE(kPoint, T::UserDefined(kList, {"p.OtherUDT", "gASV", {}}));
  EXPECT_NE(kPoint, kVector);
  EXPECT_NE(kPoint, kList);
}

TEST(UserType, IsKeptAsAnotherType) {
  EXPECT_EQ(StorageType(kPoint), kList);
  EXPECT_EQ(StorageType(T::Map(T::Int(), T::Array(kPoint))), T::Map(T::Int(), T::Array(kList)));
  EXPECT_EQ(StorageType(T::Struct({{"p", kPoint, true, ""}})), T::Struct({{"p", kList, true, ""}}));
  EXPECT_EQ(StorageType(T::UserDefined(T::Array(kPoint), {"p.PathUDT", "x", {}})), T::Array(kList));
  EXPECT_EQ(StorageType(T::Int()), T::Int());
}

TEST(UserType, GoesThroughJson) {
  for (const T& type : {kPoint, kVector, T::Array(kPoint), T::Struct({{"p", kPoint, false, ""}})}) {
    const T back = TypeFromJson(TypeToJson(type));
    EXPECT_EQ(back, type);
    EXPECT_EQ(StorageType(back), StorageType(type));
  }
  EXPECT_EQ(TypeToJson(kPoint), R"({"type":"udt","pyClass":"p.PointUDT","serializedClass":"gASV",)"
                                R"("sqlType":{"type":"array","elementType":"double","containsNull":false}})");
  // What the class is kept as is not the client's to say.
  EXPECT_EQ(StorageType(TypeFromJson(R"({"type":"udt","class":"org.apache.spark.sql.test.ExamplePointUDT",)"
                                     R"("pyClass":"x","sqlType":"integer"})")),
            kList);
}

TEST(UserType, RefusesClassesOfJavaThatSparkLacks) {
  try {
    TypeFromJson(R"({"type":"udt","class":"com.example.NoUDT","pyClass":"x","sqlType":"integer"})");
    FAIL();
  } catch (const QueryError& error) {
    EXPECT_EQ(error.condition(), "UDT_CLASS_NOT_FOUND.WITHOUT_USER_CLASS");
  }
}

TEST(UserType, HasNames) {
  EXPECT_EQ(SimpleString(T::Array(kPoint)), "array<pythonuserdefined>");
  EXPECT_EQ(SimpleString(kVector), "vector");
  EXPECT_EQ(CatalogString(T::Array(kPoint)), "array<array<double>>");
  EXPECT_EQ(SqlTypeName(kPoint), "ARRAY<DOUBLE>");
  EXPECT_EQ(QuoteType(kPoint), "UDT(\"ARRAY<DOUBLE>\")");
  EXPECT_EQ(QuoteType(T::Array(kPoint)), "\"ARRAY<ARRAY<DOUBLE>>\"");
  EXPECT_EQ(SchemaTreeString({{"p", kPoint, true, ""}}), "root\n |-- p: pythonuserdefined (nullable = true)\n");
}

TEST(UserType, CastsToTextOnly) {
  EXPECT_TRUE(CanCast(kPoint, T::String(), EvalMode::kAnsi));
  EXPECT_TRUE(CanCast(kPoint, kPoint, EvalMode::kAnsi));
  EXPECT_TRUE(CanCast(T::Null(), kPoint, EvalMode::kAnsi));
  EXPECT_FALSE(CanCast(kPoint, kList, EvalMode::kLegacy));
  EXPECT_FALSE(CanCast(kList, kPoint, EvalMode::kLegacy));
  EXPECT_FALSE(CanCast(T::String(), kPoint, EvalMode::kLegacy));
  EXPECT_FALSE(CanUpCast(kPoint, T::String()));
}

TEST(UserType, HasNoWiderType) {
  EXPECT_EQ(WiderType(kPoint, T::Null(), true), kPoint);
  EXPECT_EQ(WiderType(kPoint, kPoint, true), kPoint);
  for (const T& other : {kList, T::String(), T::Int(), kVector}) {
    EXPECT_EQ(WiderType(kPoint, other, true), std::nullopt);
    EXPECT_EQ(WiderType(kPoint, other, false), std::nullopt);
  }
}

}  // namespace
}  // namespace firesteel
