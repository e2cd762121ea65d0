#include "functions/kernels/kernels.h"
#include "functions/kernels/row_kernel.h"

namespace firesteel::functions {

namespace {

void FailUser(KernelContext& context, size_t row, const VectorView& message) {
  std::string text = message.IsValid(row) ? std::string(message.Text(row)) : "null";
  context.Fail(row, "USER_RAISED_EXCEPTION", {{"errorMessage", std::move(text)}}, ErrorClass::kRuntime, false);
}

void RunRaise(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  for (size_t row = 0; row < rows; ++row) {
    result.SetNull(row);
    FailUser(context, row, arguments[0]);
    if (context.failed()) return;
  }
}

void RunAssert(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  for (size_t row = 0; row < rows; ++row) {
    result.SetNull(row);
    if (arguments[0].IsValid(row) && arguments[0].Get<bool>(row)) continue;
    FailUser(context, row, arguments[1]);
    if (context.failed()) return;
  }
}

}  // namespace

const Kernel kRaiseError{RunRaise, nullptr, true};
const Kernel kAssertTrue{RunAssert, nullptr, true};

}  // namespace firesteel::functions
