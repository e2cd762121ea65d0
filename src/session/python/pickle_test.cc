#include "session/python/pickle.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace firesteel::session {
namespace {

// The bytes are what Python's pickletools reads: PROTO 3, …, STOP.
TEST(Pickle, WritesPlainValues) {
  EXPECT_EQ(Pickle(Value{}, DataType::Int()), "\x80\x03N.");
  EXPECT_EQ(Pickle(Value{true}, DataType::Boolean()), "\x80\x03\x88.");
  EXPECT_EQ(Pickle(Value{int64_t{-1}}, DataType::Long()), "\x80\x03\x8a\x08\xff\xff\xff\xff\xff\xff\xff\xff.");
  EXPECT_EQ(Pickle(Value{std::string("ab")}, DataType::String()), std::string("\x80\x03X\x02\0\0\0ab.", 10));
}

TEST(Pickle, WritesRowsAsPySparkMakesThem) {
  const DataType row = DataType::Struct({{"a", DataType::Boolean(), true, {}}});
  const std::string bytes = Pickle(Value::List({Value{false}}), row);
  EXPECT_NE(bytes.find("cpyspark.sql.types\n_create_row\n"), std::string::npos);
  EXPECT_TRUE(bytes.ends_with("(\x89ttR."));
}

TEST(Pickle, RefusesWhatPythonHasNot) {
  EXPECT_THROW(Pickle(Value{CalendarIntervalValue{}}, DataType::CalendarInterval()), QueryError);
}

}  // namespace
}  // namespace firesteel::session
