#include "functions/kernels/kernels.h"
#include "functions/lower/lower.h"

namespace firesteel::functions {

std::string LowerTimestampAdd(const bound::ExpressionPtr& call, SqlWriter& writer) {
  const bound::Call& node = *call->As<bound::Call>();
  bool is_calendar = node.arguments[1]->type.Is(TypeKind::kCalendarInterval);
  if (node.function->name == "timestamp_add_interval_minus") {
    return CallKernel(is_calendar ? kTimestampAddCalendarMinus : kTimestampAddMicrosMinus, call, writer);
  }
  return CallKernel(is_calendar ? kTimestampAddCalendar : kTimestampAddMicros, call, writer);
}

std::string LowerUnixTimestamp(const bound::ExpressionPtr& call, SqlWriter& writer) {
  const std::vector<bound::ExpressionPtr>& arguments = call->As<bound::Call>()->arguments;
  if (arguments[0]->type.IsStringLike()) return CallKernel(kUnixTimestampFormat, call, writer);
  // Cut towards 1970, while unix_seconds goes down.
  return "(epoch_us(" + writer.Sql(arguments[0]) + ") // 1000000)";
}

std::string LowerParseDatetime(const bound::ExpressionPtr& call, SqlWriter& writer) {
  const std::vector<bound::ExpressionPtr>& arguments = call->As<bound::Call>()->arguments;
  if (!arguments[0]->type.IsStringLike()) return writer.Sql(arguments[0]);
  if (call->type.Is(TypeKind::kDate)) return CallKernel(kParseDateFormat, call, writer);
  return CallKernel(call->type.Is(TypeKind::kTimestampNtz) ? kParseTimestampNtzFormat : kParseTimestampFormat, call,
                    writer);
}

}  // namespace firesteel::functions
