#include "functions/kernel.h"

#include <utility>

namespace firesteel::functions {

void KernelContext::Fail(size_t row, std::string condition, ErrorParameters parameters, ErrorClass error_class,
                         bool with_origin) {
  result_.SetNull(row);
  if (call_.mode == EvalMode::kTry || error_) return;
  error_ = std::make_shared<const QueryError>(std::move(condition), std::move(parameters),
                                              with_origin ? call_.origin : nullptr, error_class);
}

}  // namespace firesteel::functions
