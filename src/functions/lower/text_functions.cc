#include "functions/binding/constant.h"
#include "functions/binding/text.h"
#include "functions/kernels/datetime/time_functions.h"
#include "functions/kernels/kernels.h"
#include "functions/kernels/string/text_format.h"
#include "functions/lower/text.h"
#include "types/calendar.h"
#include "types/time_zone.h"

namespace firesteel::functions {

using bound::ExpressionPtr;

namespace {

const std::vector<ExpressionPtr>& Arguments(const ExpressionPtr& call) { return call->As<bound::Call>()->arguments; }

}  // namespace

std::string LowerToBinary(const ExpressionPtr& call, SqlWriter& writer) {
  std::vector<std::string> arguments = ArgumentSql(*call, writer);
  if (arguments.size() == 1) arguments.push_back("'hex'");
  return writer.Kernel(kToBinary, arguments, {DataType::String(), DataType::String()}, call->type, *call);
}

std::string LowerStrToMap(const ExpressionPtr& call, SqlWriter& writer) {
  return CallKernel(writer.settings().map_key_dedup_policy == "LAST_WIN" ? kStrToMapLastWins : kStrToMap, call, writer);
}

std::string LowerLocate(const ExpressionPtr& call, SqlWriter& writer) {
  std::vector<std::string> arguments = ArgumentSql(*call, writer);
  const std::string position = arguments[2];
  const bool may_lack = Arguments(call)[2]->nullable;
  if (may_lack) arguments[2] = "coalesce(" + position + ", 0)";
  const std::string found =
      writer.Kernel(kLocate, arguments, {DataType::String(), DataType::String(), DataType::Int()}, call->type, *call);
  // Without a position nothing is found, whatever the texts are.
  return may_lack ? "(CASE WHEN " + position + " IS NULL THEN 0 ELSE " + found + " END)" : found;
}

std::string LowerLevenshtein(const ExpressionPtr& call, SqlWriter& writer) {
  if (Arguments(call).size() == 3) {
    // A bound that is written as NULL gives NULL; one that is NULL in a row counts as 0, see the kernel.
    const bound::Expression* bound = ConstantLiteral(Arguments(call)[2]);
    if (bound && bound->As<bound::Literal>()->value.is_null()) return "CAST(NULL AS INTEGER)";
  }
  return CallKernel(Arguments(call).size() == 2 ? kLevenshtein : kLevenshteinBounded, call, writer);
}

std::string LowerPad(const ExpressionPtr& call, SqlWriter& writer) {
  const bool left = call->As<bound::Call>()->function->name == "lpad";
  if (call->type.Is(TypeKind::kBinary)) return CallKernel(left ? kPadBinaryLeft : kPadBinaryRight, call, writer);
  return CallKernel(left ? kLpad : kRpad, call, writer);
}

std::string LowerOverlay(const ExpressionPtr& call, SqlWriter& writer) {
  return CallKernel(call->type.Is(TypeKind::kBinary) ? kOverlayBinary : kOverlay, call, writer);
}

std::string LowerInstr(const ExpressionPtr& call, SqlWriter& writer) {
  return CallKernel(Arguments(call).size() == 2 ? kInstr : kInstrFrom, call, writer);
}

std::string LowerDecode(const ExpressionPtr& call, SqlWriter& writer) {
  if (Arguments(call).size() == 2) return CallKernel(kDecode, call, writer);
  return writer.Sql(DecodeAsCase(Arguments(call), writer.settings(), call->origin));
}

/// Intervals are counts: their buckets are those of the counts.
std::string LowerWidthBucket(const ExpressionPtr& call, SqlWriter& writer) {
  std::vector<std::string> arguments = ArgumentSql(*call, writer);
  for (size_t i = 0; i < 3; ++i) arguments[i] = CastSqlText(arguments[i], "DOUBLE");
  const DataType number = DataType::Double();
  return writer.Kernel(kWidthBucket, arguments, {number, number, number, DataType::Long()}, call->type, *call);
}

std::string LowerCollation(const ExpressionPtr& call, SqlWriter& writer) {
  const std::string name = "SYSTEM.BUILTIN." + std::string(Arguments(call)[0]->type.collation());
  return writer.Sql(bound::MakeLiteral(DataType::String(), Value{name}));
}

std::string LowerTimeBucket(const ExpressionPtr& call, SqlWriter& writer) {
  const bool months = Arguments(call)[0]->type.Is(TypeKind::kYearMonthInterval);
  return CallKernel(months ? kTimeBucketMonths : kTimeBucketMicros, call, writer);
}

/// The local clock when the query began, cut to the precision.
std::string LowerCurrentTime(const ExpressionPtr& call, SqlWriter& writer) {
  const TimeZonePtr zone = TimeZone::Find(writer.settings().time_zone);
  const int64_t local = (zone ? zone : TimeZone::Utc())->ToLocalMicros(writer.settings().now_micros);
  int64_t unit = 1;
  for (int i = call->type.precision(); i < 6; ++i) unit *= 10;
  const int64_t micros = FloorMod(local, kMicrosPerDay) / unit * unit;
  return writer.Sql(bound::MakeLiteral(call->type, Value{micros * 1000}));
}

}  // namespace firesteel::functions
