#include "types/coercion.h"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <string_view>
#include <tuple>

#include "types/type_text.h"

namespace firesteel {
namespace {

struct OperandType {
  std::string_view of_literal;
  std::string_view of_target;
};

constexpr OperandType kOperandTypes[] = {
#include "types/testdata/operand_types.inc"
};

struct WiderCase {
  bool ansi;
  std::string_view left;
  std::string_view right;
  std::string_view common;
};

constexpr WiderCase kWiderCases[] = {
#include "types/testdata/wider_types.inc"
};

TEST(WiderType, IsWhatSparkUnifiesCoalesceTo) {
  std::map<std::tuple<bool, std::string, std::string>, std::string> expected;
  for (const WiderCase& c : kWiderCases) {
    expected[{c.ansi, std::string(c.left), std::string(c.right)}] = TypeToJson(TypeFromJson(c.common));
  }
  for (bool ansi : {true, false}) {
    for (const OperandType& left : kOperandTypes) {
      for (const OperandType& right : kOperandTypes) {
        const DataType a = TypeFromJson(left.of_target);
        const DataType b = TypeFromJson(right.of_target);
        if (a == b || a.Is(TypeKind::kNull) || b.Is(TypeKind::kNull)) continue;
        const std::optional<DataType> common = WiderType(a, b, ansi);
        EXPECT_EQ(common ? TypeToJson(*common) : "",
                  (expected[{ansi, std::string(left.of_target), std::string(right.of_target)}]))
            << CatalogString(a) << " and " << CatalogString(b) << (ansi ? ", ANSI" : ", legacy");
      }
    }
  }
}

struct CastRow {
  EvalMode mode;
  std::string_view answers;
};

constexpr CastRow kCastRows[] = {
#include "types/testdata/casts.inc"
};

TEST(CanCast, IsAsSparkHasIt) {
  for (size_t row = 0; row < std::size(kCastRows); ++row) {
    const EvalMode mode = kCastRows[row].mode;
    const DataType from = TypeFromJson(kOperandTypes[row % std::size(kOperandTypes)].of_literal);
    for (size_t i = 0; i < std::size(kOperandTypes); ++i) {
      const DataType to = TypeFromJson(kOperandTypes[i].of_target);
      const char answer = kCastRows[row].answers[i];
      const std::string name =
          CatalogString(from) + " to " + CatalogString(to) + " in mode " + std::to_string(static_cast<int>(mode));
      EXPECT_EQ(CanCast(from, to, mode), answer != '-') << name;
      if (answer == '-' || answer == '*') continue;
      EXPECT_EQ(CastMayReturnNull(from, to, mode), answer == 'n') << name;
    }
  }
}

TEST(DecimalResultType, FollowsSparksRules) {
  auto text = [](DecimalOp op, int p1, int s1, int p2, int s2, bool loss) {
    return CatalogString(DecimalResultType(op, DataType::Decimal(p1, s1), DataType::Decimal(p2, s2), loss));
  };
  EXPECT_EQ(text(DecimalOp::kAdd, 10, 2, 5, 1, true), "decimal(11,2)");
  EXPECT_EQ(text(DecimalOp::kAdd, 38, 10, 38, 10, true), "decimal(38,9)");
  EXPECT_EQ(text(DecimalOp::kAdd, 38, 10, 38, 10, false), "decimal(38,10)");
  EXPECT_EQ(text(DecimalOp::kMultiply, 15, 2, 16, 2, true), "decimal(32,4)");
  EXPECT_EQ(text(DecimalOp::kMultiply, 38, 18, 38, 18, true), "decimal(38,6)");
  EXPECT_EQ(text(DecimalOp::kDivide, 15, 2, 15, 2, true), "decimal(33,18)");
  EXPECT_EQ(text(DecimalOp::kDivide, 38, 10, 38, 10, true), "decimal(38,6)");
  EXPECT_EQ(text(DecimalOp::kDivide, 38, 10, 38, 10, false), "decimal(38,18)");
  EXPECT_EQ(text(DecimalOp::kRemainder, 10, 2, 5, 3, true), "decimal(5,3)");
}

}  // namespace
}  // namespace firesteel
