#include "functions/kernels/row_kernel.h"
#include "functions/kernels/string/number_pattern.h"
#include "functions/kernels/string/text_format.h"

namespace firesteel::functions {

namespace {

/// The pattern of a row, compiled anew when it differs from the row before.
class Patterns {
 public:
  const NumberPattern& Of(std::string_view text) {
    if (!known_ || text != text_) {
      text_ = text;
      pattern_ = NumberPattern::Compile(text);
      known_ = true;
    }
    return pattern_;
  }

 private:
  bool known_ = false;
  std::string text_;
  NumberPattern pattern_;
};

void RunToChar(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  Patterns patterns;
  const int scale = context.call().argument_types[0].scale();
  for (size_t row = 0; row < rows; ++row) {
    if (!arguments[0].IsValid(row) || !arguments[1].IsValid(row)) {
      result.SetNull(row);
      continue;
    }
    result.SetText(row, patterns.Of(arguments[1].Text(row)).Format(arguments[0].Get<int128_t>(row), scale));
  }
}

void RunToNumber(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  Patterns patterns;
  for (size_t row = 0; row < rows; ++row) {
    if (!arguments[0].IsValid(row) || !arguments[1].IsValid(row)) {
      result.SetNull(row);
      continue;
    }
    const std::string_view pattern = arguments[1].Text(row);
    if (const std::optional<int128_t> number = patterns.Of(pattern).Parse(arguments[0].Text(row))) {
      result.Data<int128_t>()[row] = *number;
      continue;
    }
    result.SetNull(row);
    context.Fail(
        row, "INVALID_FORMAT.MISMATCH_INPUT",
        {{"inputType", "\"STRING\""}, {"input", std::string(arguments[0].Text(row))}, {"format", std::string(pattern)}},
        ErrorClass::kIllegalArgument, false);
    if (context.failed()) return;
  }
}

}  // namespace

const Kernel kToCharNumber{RunToChar};
const Kernel kToNumber{RunToNumber, nullptr, true};

}  // namespace firesteel::functions
