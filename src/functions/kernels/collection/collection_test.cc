#include "functions/kernels/collection/collection.h"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "functions/kernels/collection/memory_column.h"
#include "functions/kernels/kernels.h"

/// Expected values were recorded from Apache Spark 4.3.0.
namespace firesteel::functions {
namespace {

const DataType kInts = DataType::Array(DataType::Int());
const DataType kDoubles = DataType::Array(DataType::Double());
const DataType kMapType = DataType::Map(DataType::String(), DataType::Int());

Value Number(int64_t value) { return {value}; }
Value Text(std::string value) { return {std::move(value)}; }
const Value kNone{};

Value List(std::initializer_list<Value> values) { return Value::List(values); }
TypedValue Ints(std::initializer_list<Value> values) { return {kInts, List(values)}; }
TypedValue Int(int64_t value) { return {DataType::Int(), Number(value)}; }

std::string ConditionOf(const Kernel& kernel, const std::vector<TypedValue>& arguments, const DataType& result,
                        EvalMode mode = EvalMode::kAnsi) {
  try {
    RunOnce(kernel, arguments, result, mode);
  } catch (const QueryError& error) {
    return error.condition();
  }
  return "none";
}

TEST(Arrays, SetsKeepTheOrderAndOneNull) {
  EXPECT_EQ(RunOnce(kArrayDistinct, {Ints({Number(1), Number(2), Number(1), kNone, kNone})}, kInts),
            List({Number(1), Number(2), kNone}));
  EXPECT_EQ(RunOnce(kArrayUnion, {Ints({Number(1), Number(2)}), Ints({Number(2), kNone})}, kInts),
            List({Number(1), Number(2), kNone}));
  EXPECT_EQ(RunOnce(kArrayIntersect, {Ints({Number(1), kNone}), Ints({kNone})}, kInts), List({kNone}));
  EXPECT_EQ(RunOnce(kArrayExcept, {Ints({Number(1), kNone}), Ints({kNone})}, kInts), List({Number(1)}));
}

TEST(Arrays, NanEqualsNanAndZerosAreOne) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const Value result = RunOnce(kArrayDistinct, {{kDoubles, List({{-0.0}, {0.0}, {nan}, {nan}})}}, kDoubles);
  ASSERT_EQ(result.list().size(), 2U);
  EXPECT_FALSE(std::signbit(std::get<double>(result.list()[0].data)));
}

TEST(Arrays, HashedSetsEqualScannedOnes) {
  ValueList values;
  for (int64_t i = 0; i < 200; ++i) values.push_back(Number(i % 50));
  EXPECT_EQ(RunOnce(kArrayDistinct, {{kInts, Value::List(values)}}, kInts).list().size(), 50U);
}

TEST(Arrays, MembershipHasThreeValues) {
  const DataType boolean = DataType::Boolean();
  EXPECT_EQ(RunOnce(kArrayContains, {Ints({Number(1), kNone}), Int(1)}, boolean), Value{true});
  EXPECT_EQ(RunOnce(kArrayContains, {Ints({Number(1), kNone}), Int(2)}, boolean), kNone);
  EXPECT_EQ(RunOnce(kArrayContains, {Ints({Number(1)}), Int(2)}, boolean), Value{false});
  EXPECT_EQ(RunOnce(kArraysOverlap, {Ints({Number(1), kNone}), Ints({Number(2)})}, boolean), kNone);
  EXPECT_EQ(RunOnce(kArraysOverlap, {Ints({}), Ints({kNone})}, boolean), Value{false});
  EXPECT_EQ(RunOnce(kArrayPosition, {Ints({Number(3), Number(2)}), Int(2)}, DataType::Long()), Number(2));
}

TEST(Arrays, SortsIntegersAsOtherValues) {
  // As many as are sorted by insertion, and more; integers have a way of their own, doubles go the general one.
  for (const int64_t length : {0, 1, 5, 24, 25, 300}) {
    ValueList integers;
    ValueList doubles;
    for (int64_t i = 0; i < length; ++i) {
      const int64_t value = (i * 7919) % 101 - 50;
      integers.push_back(i % 10 == 3 ? kNone : Number(value));
      doubles.push_back(i % 10 == 3 ? kNone : Value{static_cast<double>(value)});
    }
    const TypedValue longs{DataType::Array(DataType::Long()), Value::List(integers)};
    const TypedValue reals{kDoubles, Value::List(doubles)};
    const auto as_doubles = [](const Value& list) {
      ValueList values;
      for (const Value& value : list.list()) {
        values.push_back(value.is_null() ? kNone : Value{static_cast<double>(value.integer())});
      }
      return Value::List(values);
    };
    for (const bool ascending : {true, false}) {
      const TypedValue up{DataType::Boolean(), Value{ascending}};
      EXPECT_EQ(as_doubles(RunOnce(kSortArray, {longs, up}, longs.type)), RunOnce(kSortArray, {reals, up}, kDoubles));
    }
    EXPECT_EQ(as_doubles(RunOnce(kArraySort, {longs}, longs.type)), RunOnce(kArraySort, {reals}, kDoubles));
  }
}

TEST(Arrays, PositionsCountFromZero) {
  const TypedValue three{DataType::Long(), Number(3)};
  EXPECT_EQ(RunOnce(kPositions, {three}, kInts), List({Number(0), Number(1), Number(2)}));
  EXPECT_EQ(RunOnce(kPositions, {{DataType::Long(), kNone}}, kInts), kNone);
}

TEST(Arrays, InsertCountsFromBothEndsAndFillsUp) {
  auto insert = [](std::initializer_list<Value> values, int64_t position) {
    return RunOnce(kArrayInsert, {Ints(values), Int(position), Int(9)}, kInts);
  };
  EXPECT_EQ(insert({Number(1), Number(2)}, -1), List({Number(1), Number(2), Number(9)}));
  EXPECT_EQ(insert({Number(1), Number(2)}, -2), List({Number(1), Number(9), Number(2)}));
  EXPECT_EQ(insert({Number(1), Number(2)}, -5), List({Number(9), kNone, kNone, Number(1), Number(2)}));
  EXPECT_EQ(insert({Number(1)}, 5), List({Number(1), kNone, kNone, kNone, Number(9)}));
  EXPECT_EQ(ConditionOf(kArrayInsert, {Ints({}), Int(0), Int(1)}, kInts), "INVALID_INDEX_OF_ZERO");
}

TEST(Arrays, OrderPutsNullsWhereSparkDoes) {
  const TypedValue values = Ints({Number(3), Number(1), kNone, Number(2)});
  auto sorted = [&](bool ascending) {
    return RunOnce(kSortArray, {values, {DataType::Boolean(), Value{ascending}}}, kInts);
  };
  EXPECT_EQ(sorted(true), List({kNone, Number(1), Number(2), Number(3)}));
  EXPECT_EQ(sorted(false), List({Number(3), Number(2), Number(1), kNone}));
  EXPECT_EQ(RunOnce(kArraySort, {values}, kInts), List({Number(1), Number(2), Number(3), kNone}));
  EXPECT_EQ(RunOnce(kArrayMax, {values}, DataType::Int()), Number(3));
}

TEST(Arrays, ShuffleRepeatsSparksOrder) {
  const TypedValue values = Ints({Number(1), Number(2), Number(3), Number(4), Number(5)});
  EXPECT_EQ(RunOnce(kShuffle, {values, {DataType::Long(), Number(42)}}, kInts),
            List({Number(5), Number(3), Number(2), Number(1), Number(4)}));
}

TEST(Items, IndexesOutsideAreErrorsOnlyWithAnsi) {
  const DataType type = DataType::Int();
  const std::vector<TypedValue> arguments{Ints({Number(1), Number(2)}), {DataType::Long(), Number(5)}};
  EXPECT_EQ(ConditionOf(kGetItem, arguments, type), "INVALID_ARRAY_INDEX");
  EXPECT_EQ(ConditionOf(kElementAt, arguments, type), "INVALID_ARRAY_INDEX_IN_ELEMENT_AT");
  EXPECT_EQ(RunOnce(kElementAt, arguments, type, EvalMode::kLegacy), kNone);
  EXPECT_EQ(RunOnce(kGetOrNull, arguments, type), kNone);
  EXPECT_EQ(ConditionOf(kElementAt, {arguments[0], Int(0)}, type, EvalMode::kTry), "INVALID_INDEX_OF_ZERO");
  EXPECT_EQ(RunOnce(kElementAt, {arguments[0], Int(-1)}, type), Number(2));
}

TEST(Maps, RefuseNullAndRepeatedKeys) {
  const DataType text = DataType::String();
  const std::vector<TypedValue> twice{{text, Text("a")}, Int(1), {text, Text("a")}, Int(2)};
  EXPECT_EQ(ConditionOf(kMakeMap, twice, kMapType), "DUPLICATED_MAP_KEY");
  EXPECT_EQ(RunOnce(kMakeMapLastWins, twice, kMapType), List({Text("a"), Number(2)}));
  EXPECT_EQ(ConditionOf(kMakeMap, {{text, kNone}, Int(1)}, kMapType), "NULL_MAP_KEY");
  const TypedValue map{kMapType, List({Text("a"), Number(1), Text("b"), Number(2)})};
  EXPECT_EQ(RunOnce(kMapItem, {map, {text, Text("b")}}, DataType::Int()), Number(2));
  EXPECT_EQ(RunOnce(kMapItem, {map, {text, Text("z")}}, DataType::Int()), kNone);
}

TEST(Sequences, CountBothWaysAndByMonths) {
  EXPECT_EQ(RunOnce(kSequence, {Int(5), Int(3)}, kInts), List({Number(5), Number(4), Number(3)}));
  EXPECT_EQ(ConditionOf(kSequence, {Int(1), Int(5), Int(-1)}, kInts), "_LEGACY_ERROR_SEQUENCE_BOUNDARIES");
  // 2020-01-31 to 2020-05-31 by a month.
  const DataType date = DataType::Date();
  EXPECT_EQ(
      RunOnce(kSequence, {{date, Number(18292)}, {date, Number(18413)}, {DataType::YearMonthInterval(), Number(1)}},
              DataType::Array(date)),
      List({Number(18292), Number(18321), Number(18352), Number(18382), Number(18413)}));
}

TEST(Hashes, EqualSparks) {
  auto hash = [](DataType type, Value value) { return RunOnce(kMurmur3, {{type, value}}, DataType::Int()).integer(); };
  EXPECT_EQ(hash(DataType::Int(), Number(1)), -559580957);
  EXPECT_EQ(hash(DataType::Long(), Number(1)), -1712319331);
  EXPECT_EQ(hash(DataType::Boolean(), Value{true}), -559580957);
  EXPECT_EQ(hash(DataType::Int(), kNone), 42);
  EXPECT_EQ(hash(DataType::String(), Text("abc")), 1322437556);
  EXPECT_EQ(hash(DataType::String(), Text("abcdefghij")), -1837419305);
  EXPECT_EQ(hash(DataType::Binary(), Value{BinaryValue{"\x01\x02\x03\xFF"}}), -1838430744);
  EXPECT_EQ(hash(DataType::Double(), Value{-0.0}), -1670924195);
  EXPECT_EQ(hash(DataType::Float(), Value{1.5}), -221251528);
  EXPECT_EQ(hash(DataType::Decimal(3, 2), Value{int128_t{125}}), 1910520950);
  EXPECT_EQ(hash(DataType::Decimal(38, 2), Value{int128_t{-500}}), -183890408);
  EXPECT_EQ(hash(kInts, List({Number(1), kNone, Number(2)})), -222940379);
  auto xx = [](DataType type, Value value) { return RunOnce(kXxHash64, {{type, value}}, DataType::Long()).integer(); };
  EXPECT_EQ(xx(DataType::Int(), Number(1)), -6698625589789238999);
  EXPECT_EQ(xx(DataType::Long(), Number(1)), -7001672635703045582);
  EXPECT_EQ(xx(DataType::String(), Text("abc")), 1423657621850124518);
  EXPECT_EQ(xx(DataType::String(), Text("abcdefghijabcdefghijabcdefghijabcdefghij")), 6004351769781641266);
  EXPECT_EQ(xx(DataType::String(), Text("abcdefghijkl")), 3897903351825168219);
}

}  // namespace
}  // namespace firesteel::functions
