#include "functions/signature.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace firesteel::functions {
namespace {

TypePattern Pattern(std::string_view type) {
  return ParseSignatures("(" + std::string(type) + ") -> int")[0].parameters[0].pattern;
}

TEST(Signature, Parses) {
  std::vector<Signature> all =
      ParseSignatures("(array<T>, T, const int=-1, string='x', any...) -> array<T> | () -> @sum");
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].parameters.size(), 5u);
  EXPECT_EQ(all[0].min_arguments(), 2u);
  EXPECT_TRUE(all[0].parameters[2].is_constant);
  EXPECT_EQ(all[0].parameters[2].default_value->value.integer(), -1);
  EXPECT_EQ(all[0].parameters[3].default_value->value.text(), "x");
  EXPECT_TRUE(all[0].is_variadic());
  EXPECT_EQ(all[1].result_rule, "sum");
  EXPECT_THROW(ParseSignatures("(nonsense) -> int"), InternalError);
  EXPECT_THROW(ParseSignatures("(int -> int"), InternalError);
}

TEST(Signature, CastsImplicitly) {
  EXPECT_EQ(ImplicitCast(DataType::Int(), Pattern("string"), true), DataType::String());
  EXPECT_EQ(ImplicitCast(DataType::String(), Pattern("int"), true), DataType::Int());
  EXPECT_EQ(ImplicitCast(DataType::String(), Pattern("numeric"), true), DataType::Double());
  EXPECT_EQ(ImplicitCast(DataType::Int(), Pattern("date"), true), std::nullopt);
  EXPECT_EQ(ImplicitCast(DataType::Timestamp(), Pattern("date"), true), DataType::Date());
  EXPECT_EQ(ImplicitCast(DataType::Long(), Pattern("int|short|byte"), true), std::nullopt);
  EXPECT_EQ(ImplicitCast(DataType::Null(), Pattern("boolean"), true), DataType::Boolean());
  EXPECT_EQ(ImplicitCast(DataType::Int(), Pattern("boolean"), true), std::nullopt);
  EXPECT_EQ(ImplicitCast(DataType::Int(), Pattern("decimal"), true), DataType::Decimal(10, 0));
}

TEST(Signature, NamesRequiredTypes) {
  EXPECT_EQ(RequiredTypeText(Pattern("int|short|byte")), "(\"INT\" or \"SMALLINT\" or \"TINYINT\")");
  EXPECT_EQ(RequiredTypeText(Pattern("array<T>")), "\"ARRAY\"");
  EXPECT_EQ(RequiredTypeText(Pattern("integral")), "\"INTEGRAL\"");
}

}  // namespace
}  // namespace firesteel::functions
