#include "functions/lower/pandas.h"

#include <utility>

#include "functions/binding/binding.h"
#include "functions/kernels/aggregate/pandas.h"
#include "functions/lower/aggregate.h"

namespace firesteel::functions {

using bound::ExpressionPtr;

namespace {

// The most values that the engine's max(value, count) takes.
constexpr int64_t kMostTop = 999999;

const bound::AggregateCall& Aggregate(const ExpressionPtr& call) { return *call->As<bound::AggregateCall>(); }

std::string Double(const ExpressionPtr& value, SqlWriter& writer) {
  return CastSqlText(writer.Sql(value), writer.TypeSql(DataType::Double()));
}

/// A sum of products of distances from the means, by the number of pairs less what the last argument says.
std::string MeanProduct(const ExpressionPtr& call, std::string_view sum, const ExpressionPtr& y, const ExpressionPtr& x,
                        SqlWriter& writer) {
  const std::string y_sql = Double(y, writer);
  const std::string x_sql = Double(x, writer);
  const std::string total = writer.Aggregate(sum, {y_sql, x_sql, SliceCount(writer)}, *call);
  const std::string count = writer.Aggregate("regr_count", {y_sql, x_sql}, *call);
  const std::string freedom = writer.Sql(Aggregate(call).arguments.back());
  return "(" + total + " / nullif(CAST(" + count + " AS DOUBLE) - " + freedom + ", 0))";
}

}  // namespace

std::string LowerPandasVariance(const ExpressionPtr& call, SqlWriter& writer) {
  const ExpressionPtr& value = Aggregate(call).arguments[0];
  const std::string variance = MeanProduct(call, "fs_regr_sxx", value, value, writer);
  if (Aggregate(call).function->name == "pandas_var") return variance;
  // More degrees of freedom than values: the root of a negative number.
  return "CASE WHEN " + variance + " < 0 THEN CAST('NaN' AS DOUBLE) ELSE sqrt(" + variance + ") END";
}

std::string LowerPandasCovariance(const ExpressionPtr& call, SqlWriter& writer) {
  const std::vector<ExpressionPtr>& arguments = Aggregate(call).arguments;
  return MeanProduct(call, "fs_regr_sxy", arguments[0], arguments[1], writer);
}

std::string LowerPandasMode(const ExpressionPtr& call, SqlWriter& writer) {
  const ExpressionPtr& value = Aggregate(call).arguments[0];
  const std::string values =
      writer.Aggregate("list", {writer.Sql(value)}, *RestrictedAggregate(call, {value}, nullptr, writer));
  return writer.Kernel(kPandasMode, {values, writer.Sql(Aggregate(call).arguments[1])},
                       {DataType::Array(value->type), DataType::Boolean()}, call->type, *call);
}

std::string LowerCollectTop(const ExpressionPtr& call, SqlWriter& writer) {
  const std::vector<ExpressionPtr>& arguments = Aggregate(call).arguments;
  const int64_t count = LiteralValue(arguments[1])->integer();
  const bool least = std::get<bool>(LiteralValue(arguments[2])->data);
  const ExpressionPtr values = RestrictedAggregate(call, {arguments[0]}, NoneIsNull({arguments[0]}, writer), writer);
  const std::string value = writer.Sql(arguments[0]);
  const std::string top = count <= kMostTop
                              ? writer.Aggregate(least ? "min" : "max", {value, std::to_string(count)}, *values)
                              : "list_slice(list_sort(" + writer.Aggregate("list", {value}, *values) + ", '" +
                                    (least ? "ASC" : "DESC") + "'), 1, " + std::to_string(count) + ")";
  return "coalesce(" + top + ", [])";
}

std::string LowerOverRowsSoFar(const ExpressionPtr& call, SqlWriter& writer) {
  const auto& window = *call->As<bound::Call>();
  std::vector<ExpressionPtr> arguments = window.arguments;
  if (window.function->name == "ewm") {
    arguments[0] = bound::MakeCast(arguments[0], DataType::Double(), SessionMode(writer.settings()), true);
  }
  bound::AggregateCall aggregate;
  aggregate.function = &InternalFunction(std::string(window.function->name) + "_of_rows");
  aggregate.arguments = std::move(arguments);
  aggregate.mode = window.mode;
  return writer.Sql(bound::Make(std::move(aggregate), call->type, call->nullable, call->origin));
}

ExpressionPtr SecondsOfClock(const ExpressionPtr& call, const bound::SessionSettings& settings) {
  const ExpressionPtr instant =
      BindByName("instant_of_utc", {call->As<bound::Call>()->arguments[0]}, settings, call->origin);
  return BindByName("unix_seconds", {instant}, settings, call->origin);
}

}  // namespace firesteel::functions
