#include <string>

#include "functions/kernels/collection/array_builder.h"
#include "functions/kernels/collection/collection.h"

namespace firesteel::functions {

namespace {

/// (array of text, separator [, text for NULLs]); without a text for them NULLs are left out.
void ArrayJoin(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  ArrayRow row(context, arguments);
  std::string text;
  for (row.index = 0; row.index < rows; ++row.index) {
    bool is_null = false;
    for (size_t i = 0; i < arguments.size(); ++i) is_null = is_null || row.IsNull(i);
    if (is_null) {
      result.SetNull(row.index);
      continue;
    }
    text.clear();
    bool is_first = true;
    for (size_t i = 0; i < row.Length(0); ++i) {
      const Element element = row.At(0, i);
      if (element.is_null() && arguments.size() < 3) continue;
      if (!is_first) text += arguments[1].Text(row.index);
      is_first = false;
      text += element.is_null() ? arguments[2].Text(row.index) : element.view->Text(element.row);
    }
    result.SetText(row.index, text);
  }
}

}  // namespace

const Kernel kArrayJoin{ArrayJoin};

}  // namespace firesteel::functions
