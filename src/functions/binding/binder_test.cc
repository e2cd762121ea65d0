#include <gtest/gtest.h>

#include "functions/binding/binding.h"
#include "functions/function.h"
#include "types/type_text.h"

/// Names, types and conditions were read from Apache Spark 4.3.0.
namespace firesteel::functions {
namespace {

using bound::ExpressionPtr;

const bound::SessionSettings& Settings() {
  static const bound::SessionSettings settings;
  return settings;
}

ExpressionPtr Call(std::string_view name, std::vector<ExpressionPtr> arguments) {
  return BindByName(name, std::move(arguments), Settings(), nullptr);
}
ExpressionPtr Int(int64_t value) { return IntLiteral(value); }
ExpressionPtr Text(std::string value) { return StringLiteral(std::move(value)); }
ExpressionPtr Null() { return bound::MakeLiteral(DataType::Null(), Value{}); }
ExpressionPtr Decimal(int64_t unscaled, int precision, int scale) {
  return bound::MakeLiteral(DataType::Decimal(precision, scale), Value{int128_t{unscaled}});
}
ExpressionPtr Date(int64_t days) { return bound::MakeLiteral(DataType::Date(), Value{days}); }
ExpressionPtr Interval(DataType type, int64_t value) { return bound::MakeLiteral(std::move(type), Value{value}); }
ExpressionPtr Column(std::string name, DataType type, bool nullable = true) {
  return bound::MakeReference(bound::Attribute{1, std::move(name), std::move(type), nullable, "", {}});
}

std::string Name(const ExpressionPtr& expression) { return PrettySql(*expression, Settings()); }
std::string Type(const ExpressionPtr& expression) { return CatalogString(expression->type); }

std::string Condition(std::string_view name, std::vector<ExpressionPtr> arguments) {
  try {
    Call(name, std::move(arguments));
  } catch (const QueryError& error) {
    return error.condition();
  }
  return "none";
}

TEST(Binder, ArithmeticTypes) {
  EXPECT_EQ(Type(Call("+", {Int(1), Int(2)})), "int");
  EXPECT_EQ(Type(Call("/", {Int(1), Int(2)})), "double");
  EXPECT_EQ(Type(Call("div", {Int(1), Int(2)})), "bigint");
  EXPECT_EQ(Type(Call("+", {Int(1), Text("2")})), "bigint");
  EXPECT_EQ(Type(Call("*", {Decimal(15, 2, 1), Decimal(15, 2, 1)})), "decimal(5,2)");
  EXPECT_EQ(Type(Call("/", {Decimal(15, 2, 1), Int(2)})), "decimal(7,6)");
  EXPECT_EQ(Type(Call("*", {Null(), Decimal(15, 2, 1)})), "decimal(5,2)");
  EXPECT_EQ(Type(Call("+", {Null(), Null()})), "double");
}

TEST(Binder, ArithmeticNames) {
  EXPECT_EQ(Name(Call("+", {Int(1), Int(2)})), "(1 + 2)");
  EXPECT_EQ(Name(Call("mod", {Int(1), Int(2)})), "mod(1, 2)");
  EXPECT_EQ(Name(Call("~", {Int(1)})), "~1");
  EXPECT_EQ(Name(Call("<<", {Int(1), Int(2)})), "(1 << 2)");
  EXPECT_EQ(Name(Call("!=", {Int(1), Int(2)})), "(NOT (1 = 2))");
}

TEST(Binder, DatesMove) {
  ExpressionPtr date = Date(18262);  // 2020-01-01
  DataType day = DataType::DayTimeInterval(IntervalField::kDay, IntervalField::kDay);
  DataType month = DataType::YearMonthInterval(IntervalField::kMonth, IntervalField::kMonth);
  EXPECT_EQ(Name(Call("+", {date, Interval(day, 86'400'000'000)})),
            "date_add(DATE '2020-01-01', extractansiintervaldays(INTERVAL '1' DAY))");
  EXPECT_EQ(Name(Call("-", {date, Interval(day, 86'400'000'000)})),
            "date_add(DATE '2020-01-01', (- extractansiintervaldays(INTERVAL '1' DAY)))");
  EXPECT_EQ(Name(Call("-", {date, Interval(month, 3)})), "DATE '2020-01-01' - INTERVAL '3' MONTH");
  EXPECT_EQ(Type(Call("-", {date, Interval(month, 3)})), "date");
  EXPECT_EQ(Name(Call("+", {Int(1), date})), "date_add(DATE '2020-01-01', 1)");
  EXPECT_EQ(Name(Call("-", {date, date})), "(DATE '2020-01-01' - DATE '2020-01-01')");
  EXPECT_EQ(Type(Call("-", {date, date})), "interval day");
}

TEST(Binder, Conditions) {
  EXPECT_EQ(Name(Call("between", {Int(1), Int(0), Int(2)})), "between(1, 0, 2)");
  EXPECT_EQ(Name(Call("in", {Int(1), Int(1), Int(2)})), "(1 IN (1, 2))");
  EXPECT_EQ(Name(Call("when", {Call("=", {Int(1), Int(2)}), Int(3)})), "CASE WHEN (1 = 2) THEN 3 END");
  EXPECT_EQ(Name(Call("like", {Text("a"), Text("b%")})), "a LIKE b%");
  EXPECT_EQ(Name(Call("like", {Text("a"), Text("b"), Text("/")})), "a LIKE b ESCAPE '/'");
  EXPECT_EQ(Name(Call("isnull", {Int(1)})), "(1 IS NULL)");
  EXPECT_EQ(Name(Call("nullif", {Int(1), Text("1")})), "nullif(1, 1)");
  EXPECT_FALSE(Call("coalesce", {Null(), Int(1)})->nullable);
  EXPECT_TRUE(Call("when", {Call("=", {Int(1), Int(2)}), Int(3)})->nullable);
}

TEST(Binder, DefaultsArePrinted) {
  EXPECT_EQ(Name(Call("round", {Decimal(25, 2, 1)})), "round(2.5, 0)");
  EXPECT_EQ(Type(Call("round", {Decimal(25, 2, 1)})), "decimal(2,0)");
  EXPECT_EQ(Name(Call("substring", {Text("a"), Int(1)})), "substring(a, 1, 2147483647)");
  EXPECT_EQ(Name(Call("ceil", {Decimal(12, 2, 1)})), "CEIL(1.2)");
  EXPECT_EQ(Name(Call("sqrt", {Text("4")})), "SQRT(4)");
  EXPECT_EQ(Name(Call("extract", {Text("year"), Date(18262)})), "extract(year FROM DATE '2020-01-01')");
  EXPECT_EQ(Name(Call("date_part", {Text("month"), Date(18262)})), "date_part(month, DATE '2020-01-01')");
}

TEST(Binder, Aggregates) {
  ExpressionPtr price = Column("price", DataType::Decimal(12, 2));
  EXPECT_EQ(Type(Call("sum", {price})), "decimal(22,2)");
  EXPECT_EQ(Type(Call("avg", {price})), "decimal(16,6)");
  EXPECT_EQ(Type(Call("sum", {Int(1)})), "bigint");
  EXPECT_EQ(Name(Call("count", {Int(1)})), "count(1)");
  EXPECT_EQ(Name(Call("mean", {Int(1)})), "mean(1)");
  EXPECT_FALSE(Call("count", {price})->nullable);
  EXPECT_TRUE(Call("sum", {price})->nullable);
}

TEST(Binder, Refuses) {
  EXPECT_EQ(Condition("upper", {}), "WRONG_NUM_ARGS.WITHOUT_SUGGESTION");
  EXPECT_EQ(Condition("coalesce", {}), "WRONG_NUM_ARGS.WITHOUT_SUGGESTION");
  EXPECT_EQ(Condition("year", {Int(1)}), "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE");
  EXPECT_EQ(Condition("+", {Int(1), bound::MakeLiteral(DataType::Boolean(), Value{true})}),
            "DATATYPE_MISMATCH.BINARY_OP_DIFF_TYPES");
  EXPECT_EQ(Condition("+", {Text("1"), Text("2")}), "DATATYPE_MISMATCH.BINARY_OP_WRONG_TYPE");
  EXPECT_EQ(Condition("and", {Int(1), bound::MakeLiteral(DataType::Boolean(), Value{true})}),
            "DATATYPE_MISMATCH.BINARY_OP_DIFF_TYPES");
  EXPECT_EQ(Condition("extract", {Text("foo"), Date(0)}), "INVALID_EXTRACT_FIELD");
  EXPECT_EQ(Condition("greatest", {Int(1), Text("2")}), "DATATYPE_MISMATCH.DATA_DIFF_TYPES");
}

TEST(Binder, WordsOfArityAndType) {
  try {
    Call("substring", {Text("a")});
    FAIL();
  } catch (const QueryError& error) {
    EXPECT_EQ(error.parameters()[0].second, "`substring`");
    EXPECT_EQ(error.parameters()[1].second, "[2, 3]");
  }
  try {
    Call("year", {Int(1)});
    FAIL();
  } catch (const QueryError& error) {
    EXPECT_EQ(error.parameters()[0].second, "\"year(1)\"");
    EXPECT_EQ(error.parameters()[1].second, "first");
    EXPECT_EQ(error.parameters()[2].second, "\"DATE\"");
  }
}

}  // namespace
}  // namespace firesteel::functions
