#include <optional>
#include <utility>

#include "functions/binding/binding.h"
#include "functions/binding/constant.h"
#include "functions/kernels/kernels.h"
#include "functions/lower/aggregate.h"
#include "functions/lower/lower.h"

namespace firesteel::functions {

using bound::ExpressionPtr;

namespace {

const bound::AggregateCall& Aggregate(const ExpressionPtr& call) { return *call->As<bound::AggregateCall>(); }

std::string OverLong(const ExpressionPtr& call, std::string sum, SqlWriter& writer) {
  DataType huge = DataType::Decimal(38, 0);
  // Spark's sum is made before it gets its place: the error names an unknown one.
  static const OriginPtr unknown = [] {
    Origin origin;
    origin.sql_text = std::make_shared<const std::string>();
    origin.line = -1;
    return std::make_shared<const Origin>(std::move(origin));
  }();
  bound::Expression placed = *call;
  placed.origin = unknown;
  return writer.Kernel(kHugeToLong, {CastSqlText(sum, writer.TypeSql(huge))}, {huge}, DataType::Long(), placed);
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

/// The same call of an internal aggregate of intervals.
std::string IntervalTotal(const ExpressionPtr& call, std::string_view name, SqlWriter& writer) {
  bound::AggregateCall copy = Aggregate(call);
  copy.function = &InternalFunction(name);
  return writer.Sql(bound::Make(std::move(copy), call->type, call->nullable, call->origin));
}

}  // namespace

std::string LowerSum(const ExpressionPtr& call, SqlWriter& writer) {
  const ExpressionPtr& argument = Aggregate(call).arguments[0];
  const DataType& type = argument->type;
  if (type.IsAnsiInterval()) return IntervalTotal(call, "interval_sum", writer);
  if (type.Is(TypeKind::kDecimal)) return DecimalSum(call, call->type, writer);
  std::string sum = SumText(call, writer.Sql(argument), writer);
  if (type.Is(TypeKind::kDouble) || type.Is(TypeKind::kFloat)) return sum;
  if (type.IsIntegral() && !type.Is(TypeKind::kLong)) return CastSqlText(sum, "BIGINT");
  return OverLong(call, sum, writer);
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
  if (type.IsAnsiInterval()) return IntervalTotal(call, "interval_average", writer);
  return writer.Aggregate("avg", {CastSqlText(writer.Sql(argument), "DOUBLE")}, *call);
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
    if (aggregate.filter) {
      // A row that passes is a struct, which is not null though its value may be; all others are left out as nulls.
      std::string condition = writer.Sql(aggregate.filter);
      if (ignore_nulls) condition = "(" + condition + " AND " + writer.Sql(value) + " IS NOT NULL)";
      copy.filter = nullptr;
      copy.ignore_nulls = true;
      const std::string row = "CASE WHEN " + condition + " THEN struct_pack(f0 := " + writer.Sql(value) + ") END";
      return "struct_extract_at(" +
             writer.Aggregate(name, {row}, *bound::Make(std::move(copy), call->type, true, call->origin)) + ", 1)";
    }
    return writer.Aggregate(name, {writer.Sql(value)}, *bound::Make(std::move(copy), call->type, true, call->origin));
  }
  ExpressionPtr condition = ignore_nulls && value->nullable ? NoneIsNull({value}, writer) : nullptr;
  return writer.Aggregate(name, {writer.Sql(value)}, *RestrictedAggregate(call, {value}, condition, writer));
}

/// max_by(value, order), and with a count the values of so many rows from the greatest (or least) order on.
std::string LowerByOrdering(const ExpressionPtr& call, SqlWriter& writer) {
  const bound::AggregateCall& aggregate = Aggregate(call);
  const std::vector<ExpressionPtr>& arguments = aggregate.arguments;
  const bool greatest = aggregate.function->name == "max_by";
  const ExpressionPtr restricted =
      RestrictedAggregate(call, {arguments[0], arguments[1]}, NoneIsNull({arguments[1]}, writer), writer);
  const std::string value = writer.Sql(arguments[0]);
  const std::string order = writer.Sql(arguments[1]);
  if (arguments.size() == 2) {
    return writer.Aggregate(greatest ? "arg_max_null" : "arg_min_null", {value, order}, *restricted);
  }
  if (aggregate.is_distinct) {
    // Different pairs: an order of its own is not for a DISTINCT aggregate, so that they are sorted behind it.
    const std::string pairs =
        writer.Aggregate("list", {"struct_pack(f0 := " + order + ", f1 := " + value + ")"}, *restricted);
    return "list_slice(list_transform(list_sort(" + pairs + (greatest ? ", 'DESC'" : ", 'ASC'") +
           "), lambda e: struct_extract_at(e, 2)), 1, " + writer.Sql(arguments[2]) + ")";
  }
  bound::AggregateCall sorted = Aggregate(restricted);
  sorted.order = {bound::SortOrder{arguments[1], !greatest, !greatest}};
  const ExpressionPtr ordered = bound::Make(std::move(sorted), call->type, true, call->origin);
  return "list_slice(" + writer.Aggregate("list", {value}, *ordered) + ", 1, " + writer.Sql(arguments[2]) + ")";
}

/// listagg(value, separator): DISTINCT values come sorted, in the order that WITHIN GROUP asks for or their own.
std::string LowerTextAggregate(const ExpressionPtr& call, SqlWriter& writer) {
  const bound::AggregateCall& aggregate = Aggregate(call);
  const ExpressionPtr& value = aggregate.arguments[0];
  const bool is_binary = value->type.Is(TypeKind::kBinary);
  const bound::Expression* literal = ConstantLiteral(aggregate.arguments[1]);
  const bool none = literal && literal->As<bound::Literal>()->value.is_null();
  bound::AggregateCall ordered = aggregate;
  ordered.arguments = {value};
  if (ordered.is_distinct && ordered.order.empty()) ordered.order = {bound::SortOrder{value, true, true}};
  if (is_binary) {
    if (ExpressionPtr present = NoneIsNull({value}, writer)) {
      ordered.filter =
          ordered.filter ? BindByName("and", {ordered.filter, present}, writer.settings(), call->origin) : present;
    }
  }
  const ExpressionPtr plain = bound::Make(std::move(ordered), call->type, true, call->origin);
  if (!is_binary) {
    return writer.Aggregate("string_agg", {writer.Sql(value), none ? "''" : writer.Sql(aggregate.arguments[1])},
                            *plain);
  }
  const DataType list = DataType::Array(DataType::Binary(), false);
  const std::string separator = none ? "CAST('' AS BLOB)" : writer.Sql(aggregate.arguments[1]);
  return writer.Kernel(kArrayJoin, {writer.Aggregate("list", {writer.Sql(value)}, *plain), separator},
                       {list, DataType::Binary()}, DataType::Binary(), *call);
}

/// The engine counts in BIGINT where Spark has INT.
std::string LowerWindowFunction(const ExpressionPtr& call, SqlWriter& writer) {
  const std::string_view name = call->As<bound::Call>()->function->name;
  // Arguments of rank and its like mean nothing.
  const bool ranks = name.ends_with("rank");
  return CastSqlText(writer.Aggregate(name, ranks ? std::vector<std::string>() : ArgumentSql(*call, writer), *call),
                     writer.TypeSql(call->type));
}

/// The counter beside the last one that is not NULL, and where it counts from beside the last such time.
std::string LowerCounterDiff(const ExpressionPtr& call, SqlWriter& writer) {
  const std::vector<ExpressionPtr>& arguments = call->As<bound::Call>()->arguments;
  const std::string value = writer.Sql(arguments[0]);
  auto last = [&](const std::string& of) { return writer.Aggregate("lag", {of + " IGNORE NULLS"}, *call); };
  std::vector<std::string> texts = {value, last(value)};
  std::vector<DataType> types = {arguments[0]->type, arguments[0]->type};
  if (arguments.size() > 1) {
    const std::string start = writer.Sql(arguments[1]);
    texts.push_back(start);
    texts.push_back(last("CASE WHEN " + value + " IS NOT NULL THEN " + start + " END"));
    types.push_back(arguments[1]->type);
    types.push_back(arguments[1]->type);
  }
  return writer.Kernel(kCounterDiff, texts, types, call->type, *call);
}

/// An engine aggregate of the same name whose result has another engine type.
std::string LowerAggregateCast(const ExpressionPtr& call, SqlWriter& writer) {
  return CastSqlText(writer.Aggregate(Aggregate(call).function->name, ArgumentSql(*call, writer), *call),
                     writer.TypeSql(call->type));
}

/// By the engine's manner of aggregates, three numbers a group: where Spark merges partitions (and the engine threads)
/// the last digit may differ from Spark's, as it does between runs of Spark on several partitions.
std::string LowerVariance(const ExpressionPtr& call, SqlWriter& writer) {
  const bound::AggregateCall& aggregate = Aggregate(call);
  const std::string value = CastSqlText(writer.Sql(aggregate.arguments[0]), "DOUBLE");
  return writer.Aggregate("fs_" + std::string(aggregate.function->name), {value}, *call);
}

}  // namespace firesteel::functions
