#include <optional>
#include <string>

#include "base/utf8.h"
#include "functions/kernels/row_kernel.h"
#include "functions/kernels/string/text_format.h"

namespace firesteel::functions {

namespace {

void TryValidate(TextOut& out, std::string_view text) { IsValidUtf8(text) ? out.Share(text) : out.SetNull(); }

void MakeValid(TextOut& out, std::string_view text) {
  IsValidUtf8(text) ? out.Share(text) : out.Set(MakeValidUtf8(text));
}

std::optional<std::string_view> Validate(Row& row, std::string_view text) {
  if (IsValidUtf8(text)) return text;
  static constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string shown;
  for (unsigned char c : text) {
    shown += "\\x";
    shown += kHex[c >> 4];
    shown += kHex[c & 15];
  }
  return row.Fail("INVALID_UTF8_STRING", {{"str", std::move(shown)}}, ErrorClass::kIllegalArgument, false);
}

}  // namespace

const Kernel kIsValidUtf8 = RowKernel<IsValidUtf8>();
const Kernel kMakeValidUtf8 = SharingKernel<MakeValid>();
const Kernel kValidateUtf8 = SharingKernel<Validate>(true);
const Kernel kTryValidateUtf8 = SharingKernel<TryValidate>();

}  // namespace firesteel::functions
