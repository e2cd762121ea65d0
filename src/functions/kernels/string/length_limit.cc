#include <algorithm>

#include "base/utf8.h"
#include "functions/kernels/kernels.h"
#include "functions/kernels/row_kernel.h"
#include "functions/kernels/string/byte_words.h"

/// What writing into a column of type char(n) or varchar(n) does to a text (Spark's CharVarcharCodegenUtils).
namespace firesteel::functions {

namespace {

// (text, n, whether to pad): spaces beyond n characters are dropped, anything else beyond them is an error.
void RunLengthLimit(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  for (size_t row = 0; row < rows; ++row) {
    if (!arguments[0].IsValid(row)) {
      result.SetNull(row);
      continue;
    }
    const std::string_view text = arguments[0].Text(row);
    const auto limit = static_cast<size_t>(arguments[1].Get<int32_t>(row));
    const size_t length = Utf8Length(text);
    if (length <= limit) {
      const size_t blanks = arguments[2].Get<bool>(row) ? limit - length : 0;
      char* const room = result.Room(text.size() + blanks);
      std::fill_n(CopyBytes(room, text), blanks, ' ');
      result.CommitText(row, text.size() + blanks);
      continue;
    }
    const std::string_view kept = Utf8Substring(text, 0, limit);
    if (text.find_first_not_of(' ', kept.size()) == std::string_view::npos) {
      result.SetText(row, kept);
      continue;
    }
    result.SetNull(row);
    context.Fail(row, "EXCEED_LIMIT_LENGTH", {{"limit", std::to_string(limit)}}, ErrorClass::kRuntime, false);
    if (context.failed()) return;
  }
}

}  // namespace

const Kernel kLengthLimit{RunLengthLimit, nullptr, true};

}  // namespace firesteel::functions
