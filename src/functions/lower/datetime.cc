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

}  // namespace firesteel::functions
