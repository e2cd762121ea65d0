#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "firesteel/column.h"
#include "firesteel/dataframe.h"
#include "firesteel/options.h"
#include "firesteel/types.h"
#include "firesteel/value.h"

namespace firesteel::client {

/// A parameter that takes a schema: DDL text ("a int, b string"), a type, or a Column that computes such text.
class ColumnOrSchema {
 public:
  ColumnOrSchema(Column column) : column_(std::move(column)) {}                     // NOLINT: implicit by purpose
  ColumnOrSchema(const char* ddl) : column_(ColumnOrValue(ddl).column()) {}         // NOLINT
  ColumnOrSchema(const std::string& ddl) : column_(ColumnOrValue(ddl).column()) {}  // NOLINT
  ColumnOrSchema(const DataType& type);                                             // NOLINT
  ColumnOrSchema(const Schema& schema) : ColumnOrSchema(schema.type()) {}           // NOLINT

  const Column& column() const { return column_; }

 private:
  Column column_;
};

}  // namespace firesteel::client

/// The functions that are more than a name and arguments. The others are in functions.h, which includes this.
namespace firesteel::client::functions {

/// The column of this name: "a", "a.b" (a field), "`a.b`" (a name with a dot), "*", "t.*".
Column col(std::string_view name);
Column column(std::string_view name);
/// A value as an expression. A Column stays what it is; an array, a map or a struct is made by Spark's functions.
Column lit(const ColumnOrValue& value);
/// SQL text that the server parses: "a + 1", "count(DISTINCT b)".
Column expr(std::string text);
/// The first case; more follow by Column::when() and Column::otherwise().
///
///     when(col("age") < 18, "minor").when(col("age") < 65, "adult").otherwise("senior")
Column when(const Column& condition, const ColumnOrValue& value);

/// The number of rows in which the column is not NULL; of all rows for "*" and columns that mean all.
Column count(const ColumnOrName& col);

/// Calls a function of the server by name, also one that was registered there: "my_udf", "catalog.schema.f".
Column call_function(std::string_view name, const std::vector<ColumnOrName>& arguments);
template <ColumnLike... T>
Column call_function(std::string_view name, const T&... arguments) {
  return call_function(name, std::vector<ColumnOrName>{ColumnOrName(arguments)...});
}
/// Calls a registered user-defined function.
Column call_udf(std::string_view name, const std::vector<ColumnOrName>& arguments);
template <ColumnLike... T>
Column call_udf(std::string_view name, const T&... arguments) {
  return call_udf(name, std::vector<ColumnOrName>{ColumnOrName(arguments)...});
}
/// `name => value`: an argument by its name.
Column named_argument(std::string name, const ColumnOrValue& value);

Column asc(const ColumnOrName& col);
Column asc_nulls_first(const ColumnOrName& col);
Column asc_nulls_last(const ColumnOrName& col);
Column desc(const ColumnOrName& col);
Column desc_nulls_first(const ColumnOrName& col);
Column desc_nulls_last(const ColumnOrName& col);

/// Tells the server that this side of a join is small enough to be sent everywhere.
DataFrame broadcast(const DataFrame& frame);

/// The natural logarithm.
Column log(const ColumnOrName& col);
/// The logarithm to a base.
Column log(double base, const ColumnOrName& col);
/// The place (from 1) of a text in another, of its `occurrence` from `start` on; 0 when there is none.
Column instr(const ColumnOrName& str, const ColumnOrValue& substr, const std::optional<ColumnOrValue>& start = {},
             const std::optional<ColumnOrValue>& occurrence = {});
/// Windows of time for group_by(): "10 minutes", sliding, from a start after midnight.
Column window(const ColumnOrName& time_column, const std::string& window_duration,
              const std::optional<std::string>& slide_duration = {}, const std::optional<std::string>& start_time = {});
/// The time of an event window.
Column window_time(const ColumnOrName& window_column);
/// A timestamp in another zone; without a source zone of the session's.
Column convert_timezone(const ColumnOrName& source_zone, const ColumnOrName& target_zone, const ColumnOrName& source);
Column convert_timezone(const ColumnOrName& target_zone, const ColumnOrName& source);
/// Seconds since 1970-01-01 00:00:00 UTC of now.
Column unix_timestamp();
/// Of a text, by a pattern.
Column unix_timestamp(const ColumnOrName& timestamp, const std::string& format = "yyyy-MM-dd HH:mm:ss");

/// A timestamp of its parts, or of a date and a time of day.
Column make_timestamp(const ColumnOrName& years, const ColumnOrName& months, const ColumnOrName& days,
                      const ColumnOrName& hours, const ColumnOrName& mins, const ColumnOrName& secs,
                      const std::optional<ColumnOrName>& timezone = {});
Column make_timestamp(const ColumnOrName& date, const ColumnOrName& time,
                      const std::optional<ColumnOrName>& timezone = {});
Column try_make_timestamp(const ColumnOrName& years, const ColumnOrName& months, const ColumnOrName& days,
                          const ColumnOrName& hours, const ColumnOrName& mins, const ColumnOrName& secs,
                          const std::optional<ColumnOrName>& timezone = {});
Column try_make_timestamp(const ColumnOrName& date, const ColumnOrName& time,
                          const std::optional<ColumnOrName>& timezone = {});
Column make_timestamp_ntz(const ColumnOrName& years, const ColumnOrName& months, const ColumnOrName& days,
                          const ColumnOrName& hours, const ColumnOrName& mins, const ColumnOrName& secs);
Column make_timestamp_ntz(const ColumnOrName& date, const ColumnOrName& time);
Column try_make_timestamp_ntz(const ColumnOrName& years, const ColumnOrName& months, const ColumnOrName& days,
                              const ColumnOrName& hours, const ColumnOrName& mins, const ColumnOrName& secs);
Column try_make_timestamp_ntz(const ColumnOrName& date, const ColumnOrName& time);

}  // namespace firesteel::client::functions
