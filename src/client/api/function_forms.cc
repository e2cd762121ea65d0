#include "firesteel/function_forms.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "client/api/arguments.h"

namespace firesteel::client {

ColumnOrSchema::ColumnOrSchema(const DataType& type) : column_(ColumnOrValue(internal::JsonOf(type)).column()) {}

namespace internal {

std::string JsonOf(const DataType& type) {
  // A parsed object's keys are in order. What is no JSON cannot come from a type.
  const nlohmann::json json = nlohmann::json::parse(type.json(), nullptr, false);
  return json.is_discarded() ? type.json() : json.dump(-1, ' ', /*ensure_ascii=*/true);
}

Arguments& Arguments::Add(const Options& options) {
  if (options.empty()) return *this;
  std::vector<ExpressionPtr> entries;
  for (const auto& [key, value] : options) {
    entries.push_back(LiteralOf(Value(key)));
    entries.push_back(LiteralOf(Value(value.text())));
  }
  return Add(Function("map", std::move(entries)));
}

Arguments& Arguments::AddLambda(const Column& body, std::vector<ExpressionPtr> variables) {
  variables.insert(variables.begin(), Access::Node(body));
  return Add(std::make_shared<ExpressionNode>(ExpressionKind::kLambda, std::string(), std::move(variables)));
}

Arguments& Arguments::Add(const std::function<Column(Column)>& f) {
  if (!f) return *this;
  const ExpressionPtr x = FreshLambdaVariable("x");
  return AddLambda(f(Access::Make(x)), {x});
}

Arguments& Arguments::Add(const std::function<Column(Column, Column)>& f) {
  if (!f) return *this;
  const ExpressionPtr x = FreshLambdaVariable("x");
  const ExpressionPtr y = FreshLambdaVariable("y");
  return AddLambda(f(Access::Make(x), Access::Make(y)), {x, y});
}

Arguments& Arguments::Add(const std::function<Column(Column, Column, Column)>& f) {
  if (!f) return *this;
  const ExpressionPtr x = FreshLambdaVariable("x");
  const ExpressionPtr y = FreshLambdaVariable("y");
  const ExpressionPtr z = FreshLambdaVariable("z");
  return AddLambda(f(Access::Make(x), Access::Make(y), Access::Make(z)), {x, y, z});
}

}  // namespace internal

namespace functions {

using internal::Access;
using internal::Arguments;
using internal::ExpressionKind;
using internal::ExpressionNode;
using internal::ExpressionPtr;

Column col(std::string_view name) { return Access::Make(internal::Attribute(name)); }
Column column(std::string_view name) { return col(name); }
Column lit(const ColumnOrValue& value) { return value.column(); }

Column expr(std::string text) {
  return Access::Make(std::make_shared<ExpressionNode>(ExpressionKind::kSqlText, std::move(text)));
}

Column when(const Column& condition, const ColumnOrValue& value) {
  return Access::Make(
      std::make_shared<ExpressionNode>(ExpressionKind::kCaseWhen, std::string(),
                                       std::vector<ExpressionPtr>{Access::Node(condition), Access::Node(value)}));
}

Column count(const ColumnOrName& col) {
  // As PySpark: a Column of all columns counts rows, while the name "*" is left to the server.
  const bool rows = !col.name() && Access::Node(col)->kind == ExpressionKind::kStar;
  return rows ? Arguments().Add(int64_t{1}).Call("count") : Arguments().Add(col).Call("count");
}

Column call_function(std::string_view name, const std::vector<ColumnOrName>& arguments) {
  return Access::Make(
      std::make_shared<ExpressionNode>(ExpressionKind::kCallFunction, std::string(name), Access::Nodes(arguments)));
}

Column call_udf(std::string_view name, const std::vector<ColumnOrName>& arguments) {
  return Arguments().Add(arguments).Call(name);
}

Column named_argument(std::string name, const ColumnOrValue& value) {
  return Access::Make(std::make_shared<ExpressionNode>(ExpressionKind::kNamedArgument, std::move(name),
                                                       std::vector<ExpressionPtr>{Access::Node(value)}));
}

Column asc(const ColumnOrName& col) { return col.column().asc(); }
Column asc_nulls_first(const ColumnOrName& col) { return col.column().asc_nulls_first(); }
Column asc_nulls_last(const ColumnOrName& col) { return col.column().asc_nulls_last(); }
Column desc(const ColumnOrName& col) { return col.column().desc(); }
Column desc_nulls_first(const ColumnOrName& col) { return col.column().desc_nulls_first(); }
Column desc_nulls_last(const ColumnOrName& col) { return col.column().desc_nulls_last(); }

DataFrame broadcast(const DataFrame& frame) { return frame.hint("broadcast"); }

Column log(const ColumnOrName& col) { return Arguments().Add(col).Call("ln"); }
Column log(double base, const ColumnOrName& col) { return Arguments().Add(base).Add(col).Call("log"); }

Column instr(const ColumnOrName& str, const ColumnOrValue& substr, const std::optional<ColumnOrValue>& start,
             const std::optional<ColumnOrValue>& occurrence) {
  Arguments arguments;
  arguments.Add(str).Add(substr);
  if (occurrence) {
    arguments.AddOr(start, Value(1)).Add(*occurrence);
  } else {
    arguments.Add(start);
  }
  return arguments.Call("instr");
}

Column window(const ColumnOrName& time_column, const std::string& window_duration,
              const std::optional<std::string>& slide_duration, const std::optional<std::string>& start_time) {
  Arguments arguments;
  arguments.Add(time_column).Add(window_duration);
  // A start needs a slide before it, which is then the window's own length.
  if (slide_duration || start_time) arguments.Add(slide_duration ? *slide_duration : window_duration);
  return arguments.Add(start_time).Call("window");
}

Column window_time(const ColumnOrName& window_column) { return Arguments().Add(window_column).Call("window_time"); }

Column convert_timezone(const ColumnOrName& source_zone, const ColumnOrName& target_zone, const ColumnOrName& source) {
  return Arguments().Add(source_zone).Add(target_zone).Add(source).Call("convert_timezone");
}

Column convert_timezone(const ColumnOrName& target_zone, const ColumnOrName& source) {
  return Arguments().Add(target_zone).Add(source).Call("convert_timezone");
}

Column unix_timestamp() { return Arguments().Call("unix_timestamp"); }

Column unix_timestamp(const ColumnOrName& timestamp, const std::string& format) {
  return Arguments().Add(timestamp).Add(format).Call("unix_timestamp");
}

namespace {

Column OfParts(std::string_view name, const ColumnOrName& years, const ColumnOrName& months, const ColumnOrName& days,
               const ColumnOrName& hours, const ColumnOrName& mins, const ColumnOrName& secs,
               const std::optional<ColumnOrName>& timezone = {}) {
  return Arguments().Add(years).Add(months).Add(days).Add(hours).Add(mins).Add(secs).Add(timezone).Call(name);
}

Column OfDate(std::string_view name, const ColumnOrName& date, const ColumnOrName& time,
              const std::optional<ColumnOrName>& timezone = {}) {
  return Arguments().Add(date).Add(time).Add(timezone).Call(name);
}

}  // namespace

Column make_timestamp(const ColumnOrName& years, const ColumnOrName& months, const ColumnOrName& days,
                      const ColumnOrName& hours, const ColumnOrName& mins, const ColumnOrName& secs,
                      const std::optional<ColumnOrName>& timezone) {
  return OfParts("make_timestamp", years, months, days, hours, mins, secs, timezone);
}

Column make_timestamp(const ColumnOrName& date, const ColumnOrName& time, const std::optional<ColumnOrName>& timezone) {
  return OfDate("make_timestamp", date, time, timezone);
}

Column try_make_timestamp(const ColumnOrName& years, const ColumnOrName& months, const ColumnOrName& days,
                          const ColumnOrName& hours, const ColumnOrName& mins, const ColumnOrName& secs,
                          const std::optional<ColumnOrName>& timezone) {
  return OfParts("try_make_timestamp", years, months, days, hours, mins, secs, timezone);
}

Column try_make_timestamp(const ColumnOrName& date, const ColumnOrName& time,
                          const std::optional<ColumnOrName>& timezone) {
  return OfDate("try_make_timestamp", date, time, timezone);
}

Column make_timestamp_ntz(const ColumnOrName& years, const ColumnOrName& months, const ColumnOrName& days,
                          const ColumnOrName& hours, const ColumnOrName& mins, const ColumnOrName& secs) {
  return OfParts("make_timestamp_ntz", years, months, days, hours, mins, secs);
}

Column make_timestamp_ntz(const ColumnOrName& date, const ColumnOrName& time) {
  return OfDate("make_timestamp_ntz", date, time);
}

Column try_make_timestamp_ntz(const ColumnOrName& years, const ColumnOrName& months, const ColumnOrName& days,
                              const ColumnOrName& hours, const ColumnOrName& mins, const ColumnOrName& secs) {
  return OfParts("try_make_timestamp_ntz", years, months, days, hours, mins, secs);
}

Column try_make_timestamp_ntz(const ColumnOrName& date, const ColumnOrName& time) {
  return OfDate("try_make_timestamp_ntz", date, time);
}

}  // namespace functions

}  // namespace firesteel::client
