#include <utility>

#include "functions/binding/binding.h"
#include "functions/kernels/aggregate/aggregate.h"
#include "functions/kernels/collection/collection.h"
#include "functions/kernels/kernels.h"
#include "functions/lower/aggregate.h"

namespace firesteel::functions {

using bound::ExpressionPtr;

namespace {

const bound::AggregateCall& Aggregate(const ExpressionPtr& call) { return *call->As<bound::AggregateCall>(); }

std::string Double(const ExpressionPtr& value, SqlWriter& writer) {
  return CastSqlText(writer.Sql(value), writer.TypeSql(DataType::Double()));
}

/// A value as the double that it is summarised by: dates, timestamps, times and intervals as their counts.
std::string SummarisedSql(const ExpressionPtr& value, SqlWriter& writer) {
  const std::string sql = writer.Sql(value);
  switch (value->type.kind()) {
    case TypeKind::kDate:
      return "CAST((" + sql + ") - DATE '1970-01-01' AS DOUBLE)";
    case TypeKind::kTimestamp:
    case TypeKind::kTimestampNtz:
      return "CAST(epoch_us(" + sql + ") AS DOUBLE)";
    default:
      return CastSqlText(sql, "DOUBLE");
  }
}

/// list(value) over the rows where no value is null.
std::string Collected(const ExpressionPtr& call, const std::string& sql, const std::vector<ExpressionPtr>& values,
                      SqlWriter& writer) {
  return writer.Aggregate("list", {sql}, *RestrictedAggregate(call, values, NoneIsNull(values, writer), writer));
}

/// list(value) over all rows, NULLs too: the rows' places decide which slice each is in.
std::string CollectedRows(const ExpressionPtr& call, const std::string& sql, SqlWriter& writer) {
  return writer.Aggregate("list", {sql}, *RestrictedAggregate(call, Aggregate(call).arguments, nullptr, writer));
}

DataType PairType(const DataType& first, const DataType& second) {
  return DataType::Struct({{"a", first, true, ""}, {"b", second, true, ""}});
}

/// list of (a, b).
std::string CollectedPairs(const ExpressionPtr& call, const std::string& a, const std::string& b,
                           const std::vector<ExpressionPtr>& values, SqlWriter& writer) {
  return Collected(call, "struct_pack(f0 := " + a + ", f1 := " + b + ")", values, writer);
}

const DataType kDoubles = DataType::Array(DataType::Double(), false);

}  // namespace

std::string SliceCount(const SqlWriter& writer) { return writer.in_window() ? "1::INTEGER" : "4::INTEGER"; }

ExpressionPtr RestrictedAggregate(const ExpressionPtr& call, std::vector<ExpressionPtr> arguments,
                                  ExpressionPtr condition, SqlWriter& writer) {
  bound::AggregateCall copy = Aggregate(call);
  copy.arguments = std::move(arguments);
  copy.order.clear();
  if (condition) {
    copy.filter =
        copy.filter ? BindByName("and", {copy.filter, condition}, writer.settings(), call->origin) : condition;
  }
  return bound::Make(std::move(copy), call->type, call->nullable, call->origin);
}

ExpressionPtr NoneIsNull(const std::vector<ExpressionPtr>& values, SqlWriter& writer) {
  ExpressionPtr condition;
  for (const ExpressionPtr& value : values) {
    if (!value->nullable) continue;
    ExpressionPtr test = BindByName("isnotnull", {value}, writer.settings(), nullptr);
    condition = condition ? BindByName("and", {condition, test}, writer.settings(), nullptr) : test;
  }
  return condition;
}

/// skewness and kurtosis.
std::string LowerDistribution(const ExpressionPtr& call, SqlWriter& writer) {
  const ExpressionPtr& value = Aggregate(call).arguments[0];
  return writer.Aggregate("fs_" + std::string(Aggregate(call).function->name),
                          {Double(value, writer), SliceCount(writer)}, *call);
}

std::string LowerRegression(const ExpressionPtr& call, SqlWriter& writer) {
  const std::vector<ExpressionPtr>& arguments = Aggregate(call).arguments;
  const std::string_view name = Aggregate(call).function->name;
  if (name == "regr_avgx" || name == "regr_avgy") {
    const ExpressionPtr restricted = RestrictedAggregate(call, arguments, NoneIsNull(arguments, writer), writer);
    bound::AggregateCall average = Aggregate(restricted);
    average.arguments = {arguments[name == "regr_avgx" ? 1 : 0]};
    return LowerAverage(bound::Make(std::move(average), call->type, true, call->origin), writer);
  }
  const std::string y = Double(arguments[0], writer);
  const std::string x = Double(arguments[1], writer);
  return writer.Aggregate("fs_" + std::string(name), {y, x, SliceCount(writer)}, *call);
}

std::string LowerHistogram(const ExpressionPtr& call, SqlWriter& writer) {
  const std::vector<ExpressionPtr>& arguments = Aggregate(call).arguments;
  const std::string values = CollectedRows(call, SummarisedSql(arguments[0], writer), writer);
  return writer.Kernel(kHistogramNumeric, {values, writer.Sql(arguments[1]), "1::INTEGER"},
                       {kDoubles, DataType::Int(), DataType::Int()}, call->type, *call);
}

/// percentile(value, percentage, frequency), median(value), percentile_cont(percentage) WITHIN GROUP (ORDER BY value).
std::string LowerPercentile(const ExpressionPtr& call, SqlWriter& writer) {
  const bound::AggregateCall& aggregate = Aggregate(call);
  const std::string_view name = aggregate.function->name;
  const bool ordered = !aggregate.order.empty();
  const ExpressionPtr& value = ordered ? aggregate.order[0].child : aggregate.arguments[0];
  const std::string sql = SummarisedSql(value, writer);
  const std::string half = "CAST(0.5 AS DOUBLE)";
  const DataType half_type = DataType::Double();
  if (name == "median") {
    return writer.Kernel(kPercentile, {Collected(call, sql, {value}, writer), half}, {kDoubles, half_type}, call->type,
                         *call);
  }
  const ExpressionPtr& percentage = aggregate.arguments[ordered ? 0 : 1];
  const std::string wanted = writer.Sql(percentage);
  if (name == "percentile") {
    const ExpressionPtr& frequency = aggregate.arguments[2];
    const Value* literal = LiteralValue(frequency);
    if (!literal || literal->is_null() || literal->integer() != 1) {
      const std::string count = CastSqlText(writer.Sql(frequency), "BIGINT");
      const DataType pairs = DataType::Array(PairType(DataType::Double(), DataType::Long()), false);
      const ExpressionPtr shown =
          StringLiteral(IsFoldable(frequency) ? MessageSql(*frequency, writer.settings()) : "boundreference()");
      return writer.Kernel(kPercentileWeighted,
                           {CollectedPairs(call, sql, count, {value, frequency}, writer), wanted, writer.Sql(shown)},
                           {pairs, percentage->type, DataType::String()}, call->type, *call);
    }
    return writer.Kernel(kPercentile, {Collected(call, sql, {value}, writer), wanted}, {kDoubles, percentage->type},
                         call->type, *call);
  }
  const bool up = aggregate.order[0].ascending;
  const Kernel& kernel = name == "percentile_cont" ? (up ? kPercentile : kPercentileDescending)
                                                   : (up ? kPercentileDiscrete : kPercentileDiscreteDescending);
  return writer.Kernel(kernel, {Collected(call, sql, {value}, writer), wanted}, {kDoubles, percentage->type},
                       call->type, *call);
}

std::string LowerPercentileApprox(const ExpressionPtr& call, SqlWriter& writer) {
  const std::vector<ExpressionPtr>& arguments = Aggregate(call).arguments;
  const ExpressionPtr& value = arguments[0];
  return writer.Kernel(kPercentileApprox,
                       {Collected(call, SummarisedSql(value, writer), {value}, writer), writer.Sql(arguments[1]),
                        writer.Sql(arguments[2])},
                       {kDoubles, arguments[1]->type, arguments[2]->type}, call->type, *call);
}

/// The engine's own mode where any of the most frequent values may be the answer.
std::string LowerMode(const ExpressionPtr& call, SqlWriter& writer) {
  const bound::AggregateCall& aggregate = Aggregate(call);
  const bool ordered = !aggregate.order.empty();
  const ExpressionPtr& value = ordered ? aggregate.order[0].child : aggregate.arguments[0];
  const Kernel& kernel = !ordered ? kMode : aggregate.order[0].ascending ? kModeLeast : kModeGreatest;
  return writer.Kernel(kernel, {Collected(call, writer.Sql(value), {value}, writer)},
                       {DataType::Array(value->type, false)}, call->type, *call);
}

std::string LowerBitmapAggregate(const ExpressionPtr& call, SqlWriter& writer) {
  const ExpressionPtr& value = Aggregate(call).arguments[0];
  const std::string_view name = Aggregate(call).function->name;
  const Kernel& kernel = name == "bitmap_construct_agg" ? kBitmapConstruct
                         : name == "bitmap_or_agg"      ? kBitmapOr
                                                        : kBitmapAnd;
  return writer.Kernel(kernel, {Collected(call, writer.Sql(value), {value}, writer)},
                       {DataType::Array(value->type, false)}, call->type, *call);
}

std::string LowerCollectUnion(const ExpressionPtr& call, SqlWriter& writer) {
  const ExpressionPtr& value = Aggregate(call).arguments[0];
  return writer.Kernel(kCollectUnion, {Collected(call, writer.Sql(value), {value}, writer)},
                       {DataType::Array(value->type, false)}, call->type, *call);
}

std::string LowerVectorAggregate(const ExpressionPtr& call, SqlWriter& writer) {
  const ExpressionPtr& value = Aggregate(call).arguments[0];
  const Kernel& kernel = Aggregate(call).function->name == "vector_sum" ? kVectorSum : kVectorAverage;
  return writer.Kernel(kernel, {Collected(call, writer.Sql(value), {value}, writer)},
                       {DataType::Array(value->type, false)}, call->type, *call);
}

/// The registers of a HyperLogLog++ sketch, and what they estimate. arguments[1] is the precision.
std::string LowerApproximateCount(const ExpressionPtr& call, SqlWriter& writer) {
  const std::vector<ExpressionPtr>& arguments = Aggregate(call).arguments;
  const ExpressionPtr& value = arguments[0];
  const std::string precision = writer.Sql(arguments.back());
  const std::string hash = writer.Kernel(kXxHash64, {writer.Sql(value)}, {value->type}, DataType::Long(), *call);
  const std::string packed =
      writer.Kernel(kSketchRegister, {hash, precision}, {DataType::Long(), DataType::Int()}, DataType::Long(), *call);
  const ExpressionPtr restricted = RestrictedAggregate(call, {value}, NoneIsNull({value}, writer), writer);
  return writer.Kernel(kSketchEstimate, {writer.Aggregate("fs_ranks", {packed, precision}, *restricted), precision},
                       {DataType::Binary(), DataType::Int()}, DataType::Long(), *call);
}

/// collect_list, collect_set. A set comes sorted: its order is Spark's accident, and so it does not change from run to
/// run.
std::string LowerCollect(const ExpressionPtr& call, SqlWriter& writer) {
  const bound::AggregateCall& aggregate = Aggregate(call);
  const ExpressionPtr& value = aggregate.arguments[0];
  const std::string_view name = aggregate.function->name;
  const bool keeps_nulls = name.ends_with("_with_nulls");
  const bool is_set = name.starts_with("collect_set");
  ExpressionPtr restricted =
      RestrictedAggregate(call, {value}, keeps_nulls ? nullptr : NoneIsNull({value}, writer), writer);
  if (is_set) {
    bound::AggregateCall distinct = Aggregate(restricted);
    distinct.is_distinct = true;
    restricted = bound::Make(std::move(distinct), call->type, false, call->origin);
  }
  std::string list = writer.Aggregate("list", {writer.Sql(value)}, *restricted);
  if (is_set && IsOrderable(value->type)) list = writer.Kernel(kArraySort, {list}, {call->type}, call->type, *call);
  return "coalesce(" + list + ", CAST([] AS " + writer.TypeSql(call->type) + "))";
}

}  // namespace firesteel::functions
