#include <optional>
#include <utility>

#include "functions/binding/binding.h"
#include "functions/kernels/kernels.h"
#include "functions/lower/lower.h"

namespace firesteel::functions {

using bound::ExpressionPtr;

namespace {

const bound::AggregateCall& Aggregate(const ExpressionPtr& call) { return *call->As<bound::AggregateCall>(); }

/// The same call over other arguments, and only where `condition` holds.
ExpressionPtr Restricted(const ExpressionPtr& call, std::vector<ExpressionPtr> arguments, ExpressionPtr condition,
                         SqlWriter& writer) {
  bound::AggregateCall copy = Aggregate(call);
  copy.arguments = std::move(arguments);
  if (condition) {
    copy.filter =
        copy.filter ? BindByName("and", {copy.filter, condition}, writer.settings(), call->origin) : condition;
  }
  return bound::Make(std::move(copy), call->type, call->nullable, call->origin);
}

ExpressionPtr IsNotNull(const ExpressionPtr& argument, SqlWriter& writer) {
  return BindByName("isnotnull", {argument}, writer.settings(), nullptr);
}

std::string OverLong(const ExpressionPtr& call, std::string sum, SqlWriter& writer) {
  DataType huge = DataType::Decimal(38, 0);
  return writer.Kernel(kHugeToLong, {CastSqlText(sum, writer.TypeSql(huge))}, {huge}, DataType::Long(), *call);
}

std::string SumText(const ExpressionPtr& call, const std::string& argument, SqlWriter& writer) {
  return writer.Aggregate("sum", {argument}, *call);
}

std::string PartKernel(const Kernel& kernel, const ExpressionPtr& call, const std::string& argument, SqlWriter& writer,
                       const DataType& from) {
  return writer.Kernel(kernel, {argument}, {from}, DataType::Decimal(20, 0), *call);
}

/// Sum of decimals as decimal(38,0)-like text; for arguments of up to 28 digits the engine's own sum cannot overflow
/// (that would take 10^10 rows of the largest value). Above it an overflow is the engine's error, or, where it must
/// give null instead, the sum goes in two halves.
std::string DecimalSum(const ExpressionPtr& call, const DataType& result, SqlWriter& writer) {
  const ExpressionPtr& argument = Aggregate(call).arguments[0];
  std::string sql = writer.Sql(argument);
  if (argument->type.precision() <= 28) return CastSqlText(SumText(call, sql, writer), writer.TypeSql(result));
  DataType huge = DataType::Decimal(38, 0);
  if (Aggregate(call).mode == EvalMode::kAnsi) {
    // An overflow is an error here: beyond 128 bits it is the engine's own, and from 10^38 to there the kernel sees it.
    std::string sum = "fs_as(CAST(" + SumText(call, sql, writer) + " AS " +
                      writer.TypeSql(DataType::Decimal(38, argument->type.scale())) +
                      "), NULL::" + writer.TypeSql(huge) + ")";
    return writer.Kernel(kSumToDecimal, {CastSqlText("0", writer.TypeSql(huge)), sum}, {huge, huge}, result, *call);
  }
  auto part = [&](const Kernel& kernel) {
    std::string value = PartKernel(kernel, call, sql, writer, argument->type);
    return CastSqlText(SumText(call, value, writer), writer.TypeSql(huge));
  };
  return writer.Kernel(kSumToDecimal, {part(kDecimalHigh), part(kDecimalLow)}, {huge, huge}, result, *call);
}

}  // namespace

std::string LowerSum(const ExpressionPtr& call, SqlWriter& writer) {
  const ExpressionPtr& argument = Aggregate(call).arguments[0];
  const DataType& type = argument->type;
  if (type.Is(TypeKind::kDecimal)) return DecimalSum(call, call->type, writer);
  std::string sum = SumText(call, writer.Sql(argument), writer);
  if (type.Is(TypeKind::kDouble) || type.Is(TypeKind::kFloat)) return sum;
  if (type.IsIntegral() && !type.Is(TypeKind::kLong)) return CastSqlText(sum, "BIGINT");
  std::string checked = OverLong(call, sum, writer);
  return type.Is(TypeKind::kYearMonthInterval) ? CastSqlText(checked, "INTEGER") : checked;
}

std::string LowerAverage(const ExpressionPtr& call, SqlWriter& writer) {
  const ExpressionPtr& argument = Aggregate(call).arguments[0];
  const DataType& type = argument->type;
  if (type.Is(TypeKind::kDecimal)) {
    DataType sum_type = DataType::Decimal(38, type.scale());
    std::string count = writer.Aggregate("count", {writer.Sql(argument)}, *call);
    return writer.Kernel(kAverageDecimal, {DecimalSum(call, sum_type, writer), count}, {sum_type, DataType::Long()},
                         call->type, *call);
  }
  std::string sql = writer.Sql(argument);
  if (type.IsAnsiInterval()) {
    std::string average = writer.Aggregate("avg", {CastSqlText(sql, "DOUBLE")}, *call);
    return CastSqlText("round(" + average + ")", writer.TypeSql(call->type));
  }
  return writer.Aggregate("avg", {CastSqlText(sql, "DOUBLE")}, *call);
}

std::string LowerCount(const ExpressionPtr& call, SqlWriter& writer) {
  const bound::AggregateCall& aggregate = Aggregate(call);
  const std::vector<ExpressionPtr>& arguments = aggregate.arguments;
  if (arguments.size() == 1) {
    if (arguments[0]->As<bound::Literal>() && !arguments[0]->nullable && !aggregate.is_distinct) {
      return writer.Aggregate("count", {"*"}, *call);
    }
    return writer.Aggregate("count", {writer.Sql(arguments[0])}, *call);
  }
  // Several arguments: rows in which none is null; DISTINCT counts their combinations.
  std::string row = "row(";
  std::string condition;
  for (size_t i = 0; i < arguments.size(); ++i) {
    std::string sql = writer.Sql(arguments[i]);
    row += (i ? ", " : "") + sql;
    condition += (i ? " AND " : "") + ("(" + sql + ") IS NOT NULL");
  }
  return writer.Aggregate("count", {"CASE WHEN " + condition + " THEN " + row + ") END"}, *call);
}

std::string LowerCountIf(const ExpressionPtr& call, SqlWriter& writer) {
  std::string condition = writer.Sql(Aggregate(call).arguments[0]);
  return writer.Aggregate("count", {"CASE WHEN " + condition + " THEN 1 END"}, *call);
}

std::string LowerFirstLast(const ExpressionPtr& call, SqlWriter& writer) {
  const bound::AggregateCall& aggregate = Aggregate(call);
  bool ignore_nulls = aggregate.ignore_nulls;
  if (aggregate.arguments.size() > 1) {
    const Value* flag = LiteralValue(aggregate.arguments[1]);
    ignore_nulls |= flag && std::holds_alternative<bool>(flag->data) && std::get<bool>(flag->data);
  }
  std::string_view name = aggregate.function->name == "last" ? "last" : "first";
  const ExpressionPtr& value = aggregate.arguments[0];
  if (writer.in_window()) {
    // The window functions first and last take no FILTER, but IGNORE NULLS, which Aggregate writes by the flag.
    bound::AggregateCall copy = aggregate;
    copy.arguments = {value};
    copy.ignore_nulls = ignore_nulls;
    return writer.Aggregate(name, {writer.Sql(value)}, *bound::Make(std::move(copy), call->type, true, call->origin));
  }
  ExpressionPtr condition = ignore_nulls && value->nullable ? IsNotNull(value, writer) : nullptr;
  return writer.Aggregate(name, {writer.Sql(value)}, *Restricted(call, {value}, condition, writer));
}

std::string LowerCollect(const ExpressionPtr& call, SqlWriter& writer) {
  const bound::AggregateCall& aggregate = Aggregate(call);
  const ExpressionPtr& value = aggregate.arguments[0];
  ExpressionPtr condition = value->nullable ? IsNotNull(value, writer) : nullptr;
  ExpressionPtr restricted = Restricted(call, {value}, condition, writer);
  if (aggregate.function->name == "collect_set") {
    bound::AggregateCall distinct = Aggregate(restricted);
    distinct.is_distinct = true;
    restricted = bound::Make(std::move(distinct), call->type, false, call->origin);
  }
  std::string list = writer.Aggregate("list", {writer.Sql(value)}, *restricted);
  return "coalesce(" + list + ", CAST([] AS " + writer.TypeSql(call->type) + "))";
}

/// The engine refuses infinities and NaN in these; Spark's answer is NaN then.
std::string LowerVariance(const ExpressionPtr& call, SqlWriter& writer) {
  const bound::AggregateCall& aggregate = Aggregate(call);
  std::string_view name = aggregate.function->name;
  std::string value = CastSqlText(writer.Sql(aggregate.arguments[0]), "DOUBLE");
  std::string_view engine = name == "stddev_pop"    ? "stddev_pop"
                            : name == "stddev_samp" ? "stddev_samp"
                            : name == "var_pop"     ? "var_pop"
                                                    : "var_samp";
  std::string finite = "CASE WHEN isfinite(" + value + ") THEN " + value + " END";
  std::string strange = "CASE WHEN NOT isfinite(" + value + ") THEN 1 END";
  std::string total = writer.Aggregate("count", {value}, *call);
  std::string odd = writer.Aggregate("count", {strange}, *call);
  bool is_sample = name.find("samp") != std::string_view::npos;
  // One value alone has no sample variance, be it finite or not.
  std::string alone = is_sample ? " WHEN " + total + " <= 1 THEN NULL" : "";
  return "(CASE" + alone + " WHEN " + odd + " > 0 THEN CAST('NaN' AS DOUBLE) ELSE " +
         writer.Aggregate(engine, {finite}, *call) + " END)";
}

std::string LowerCovariance(const ExpressionPtr& call, SqlWriter& writer) {
  const bound::AggregateCall& aggregate = Aggregate(call);
  std::string a = CastSqlText(writer.Sql(aggregate.arguments[0]), "DOUBLE");
  std::string b = CastSqlText(writer.Sql(aggregate.arguments[1]), "DOUBLE");
  std::string_view name = aggregate.function->name;
  if (name != "corr") return writer.Aggregate(name, {a, b}, *call);
  // Spark divides by zero to NULL where one side does not vary.
  std::string result = writer.Aggregate("corr", {a, b}, *call);
  return "(CASE WHEN isnan(" + result + ") AND isfinite(" + writer.Aggregate("covar_pop", {a, b}, *call) +
         ") THEN NULL ELSE " + result + " END)";
}

/// skewness and kurtosis of the whole population, from the central moments as Spark has them.
std::string LowerDistribution(const ExpressionPtr& call, SqlWriter& writer) {
  const bound::AggregateCall& aggregate = Aggregate(call);
  std::string value = CastSqlText(writer.Sql(aggregate.arguments[0]), "DOUBLE");
  std::string n = "CAST(" + writer.Aggregate("count", {value}, *call) + " AS DOUBLE)";
  auto moment = [&](int power) {
    std::string product = value;
    for (int i = 1; i < power; ++i) product += " * " + value;
    return "(" + writer.Aggregate("avg", {product}, *call) + ")";
  };
  std::string mean = moment(1);
  std::string second = "(" + moment(2) + " - " + mean + " * " + mean + ")";
  std::string text;
  if (aggregate.function->name == "skewness") {
    std::string third = "(" + moment(3) + " - 3 * " + mean + " * " + moment(2) + " + 2 * pow(" + mean + ", 3))";
    text = third + " / pow(" + second + ", 1.5)";
  } else {
    std::string fourth = "(" + moment(4) + " - 4 * " + mean + " * " + moment(3) + " + 6 * " + mean + " * " + mean +
                         " * " + moment(2) + " - 3 * pow(" + mean + ", 4))";
    text = fourth + " / (" + second + " * " + second + ") - 3";
  }
  return "(CASE WHEN " + n + " = 0 OR " + second + " <= 0 THEN NULL ELSE " + text + " END)";
}

std::string LowerByOrdering(const ExpressionPtr& call, SqlWriter& writer) {
  const bound::AggregateCall& aggregate = Aggregate(call);
  std::string_view name = aggregate.function->name == "max_by" ? "arg_max_null" : "arg_min_null";
  ExpressionPtr condition = aggregate.arguments[1]->nullable ? IsNotNull(aggregate.arguments[1], writer) : nullptr;
  return writer.Aggregate(name, ArgumentSql(*call, writer), *Restricted(call, aggregate.arguments, condition, writer));
}

std::string LowerPercentile(const ExpressionPtr& call, SqlWriter& writer) {
  const bound::AggregateCall& aggregate = Aggregate(call);
  std::string value = CastSqlText(writer.Sql(aggregate.arguments[0]), "DOUBLE");
  if (aggregate.function->name == "median") return writer.Aggregate("quantile_cont", {value, "0.5"}, *call);
  return writer.Aggregate("quantile_cont", {value, writer.Sql(aggregate.arguments[1])}, *call);
}

std::string LowerApproximateCount(const ExpressionPtr& call, SqlWriter& writer) {
  return writer.Aggregate("approx_count_distinct", {writer.Sql(Aggregate(call).arguments[0])}, *call);
}

std::string LowerTextAggregate(const ExpressionPtr& call, SqlWriter& writer) {
  const bound::AggregateCall& aggregate = Aggregate(call);
  std::string separator = "''";
  if (aggregate.arguments.size() > 1) {
    const Value* value = LiteralValue(aggregate.arguments[1]);
    if (!value || !value->is_null()) separator = writer.Sql(aggregate.arguments[1]);
  }
  return writer.Aggregate("string_agg", {writer.Sql(aggregate.arguments[0]), separator}, *call);
}

/// The engine counts in BIGINT where Spark has INT.
std::string LowerWindowFunction(const ExpressionPtr& call, SqlWriter& writer) {
  return CastSqlText(writer.Aggregate(call->As<bound::Call>()->function->name, ArgumentSql(*call, writer), *call),
                     writer.TypeSql(call->type));
}

/// An engine aggregate of the same name whose result has another engine type.
std::string LowerAggregateCast(const ExpressionPtr& call, SqlWriter& writer) {
  return CastSqlText(writer.Aggregate(Aggregate(call).function->name, ArgumentSql(*call, writer), *call),
                     writer.TypeSql(call->type));
}

}  // namespace firesteel::functions
