#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "functions/function.h"

/// Engine SQL of rows whose shape depends on the types: native where the engine's meaning is exactly Spark's and
/// nothing can fail, else a kernel.
namespace firesteel::functions {

/// Engine SQL of the arguments of a Call or AggregateCall.
std::vector<std::string> ArgumentSql(const bound::Expression& call, SqlWriter& writer);
/// A kernel over all arguments of the call.
std::string CallKernel(const Kernel& kernel, const bound::ExpressionPtr& call, SqlWriter& writer);
std::string CastSqlText(std::string_view sql, std::string_view engine_type);

std::string LowerAdd(const bound::ExpressionPtr& call, SqlWriter& writer);
std::string LowerSubtract(const bound::ExpressionPtr& call, SqlWriter& writer);
std::string LowerMultiply(const bound::ExpressionPtr& call, SqlWriter& writer);
std::string LowerDivide(const bound::ExpressionPtr& call, SqlWriter& writer);
std::string LowerIntegralDivide(const bound::ExpressionPtr& call, SqlWriter& writer);
std::string LowerRemainder(const bound::ExpressionPtr& call, SqlWriter& writer);
std::string LowerPmod(const bound::ExpressionPtr& call, SqlWriter& writer);

std::string LowerIn(const bound::ExpressionPtr& call, SqlWriter& writer);
std::string LowerBetween(const bound::ExpressionPtr& call, SqlWriter& writer);
std::string LowerWhen(const bound::ExpressionPtr& call, SqlWriter& writer);
std::string LowerLike(const bound::ExpressionPtr& call, SqlWriter& writer);
std::string LowerLog(const bound::ExpressionPtr& call, SqlWriter& writer);
std::string LowerTrim(const bound::ExpressionPtr& call, SqlWriter& writer);
std::string LowerConcat(const bound::ExpressionPtr& call, SqlWriter& writer);
std::string LowerTimestampAdd(const bound::ExpressionPtr& call, SqlWriter& writer);
std::string LowerUnixTimestamp(const bound::ExpressionPtr& call, SqlWriter& writer);
std::string LowerParseDatetime(const bound::ExpressionPtr& call, SqlWriter& writer);
std::string LowerTypeof(const bound::ExpressionPtr& call, SqlWriter& writer);
std::string LowerSession(const bound::ExpressionPtr& call, SqlWriter& writer);  ///< current_user, current_date, …
std::string LowerReverse(const bound::ExpressionPtr& call, SqlWriter& writer);
std::string LowerStruct(const bound::ExpressionPtr& call, SqlWriter& writer);
std::string LowerNamedStruct(const bound::ExpressionPtr& call, SqlWriter& writer);
std::string LowerSize(const bound::ExpressionPtr& call, SqlWriter& writer);
std::string LowerHigherOrder(const bound::ExpressionPtr& call, SqlWriter& writer);

// Window functions: SqlWriter::Aggregate adds their OVER (…).
std::string LowerCounterDiff(const bound::ExpressionPtr& call, SqlWriter& writer);
std::string LowerWindowFunction(const bound::ExpressionPtr& call, SqlWriter& writer);

// Aggregates.
std::string LowerSum(const bound::ExpressionPtr& call, SqlWriter& writer);
std::string LowerAverage(const bound::ExpressionPtr& call, SqlWriter& writer);
std::string LowerCount(const bound::ExpressionPtr& call, SqlWriter& writer);
std::string LowerCountIf(const bound::ExpressionPtr& call, SqlWriter& writer);
std::string LowerFirstLast(const bound::ExpressionPtr& call, SqlWriter& writer);
std::string LowerCollect(const bound::ExpressionPtr& call, SqlWriter& writer);
std::string LowerVariance(const bound::ExpressionPtr& call, SqlWriter& writer);
std::string LowerDistribution(const bound::ExpressionPtr& call, SqlWriter& writer);
std::string LowerByOrdering(const bound::ExpressionPtr& call, SqlWriter& writer);  ///< max_by, min_by
std::string LowerPercentile(const bound::ExpressionPtr& call, SqlWriter& writer);
std::string LowerApproximateCount(const bound::ExpressionPtr& call, SqlWriter& writer);
std::string LowerTextAggregate(const bound::ExpressionPtr& call, SqlWriter& writer);
std::string LowerAggregateCast(const bound::ExpressionPtr& call, SqlWriter& writer);

}  // namespace firesteel::functions
