#include "functions/kernel.h"

#include <utility>

#include "base/query_context.h"

namespace firesteel::functions {

void KernelContext::Fail(size_t row, std::string condition, ErrorParameters parameters, ErrorClass error_class,
                         bool with_origin) {
  result_.SetNull(row);
  if (call_.mode == EvalMode::kTry || error_) return;
  const OriginPtr& place = call_.origin ? call_.origin : Nowhere();
  error_ = std::make_shared<const QueryError>(std::move(condition), std::move(parameters),
                                              with_origin ? place : nullptr, error_class);
}

}  // namespace firesteel::functions
