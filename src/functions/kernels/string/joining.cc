#include <string>

#include "base/large_values.h"
#include "functions/kernels/kernels.h"
#include "functions/kernels/row_kernel.h"

namespace firesteel::functions {

namespace {

/// concat of texts or binaries: null when one is null.
void RunConcat(KernelContext&, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  std::string text;
  for (size_t row = 0; row < rows; ++row) {
    text.clear();
    bool valid = true;
    size_t bytes = 0;
    for (const VectorView& argument : arguments) {
      valid = valid && argument.IsValid(row);
      if (valid) bytes += argument.Text(row).size();
    }
    if (valid) {
      if (bytes >= memory::kLargeBytes) text = memory::NewText(bytes);
      for (const VectorView& argument : arguments) text += argument.Text(row);
      result.SetText(row, text);
    } else {
      result.SetNull(row);
    }
  }
}

/// concat_ws(separator, …): texts and arrays of text; nulls are left out.
void RunConcatWs(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  std::string text;
  for (size_t row = 0; row < rows; ++row) {
    if (!arguments[0].IsValid(row)) {
      result.SetNull(row);
      continue;
    }
    std::string_view separator = arguments[0].Text(row);
    text.clear();
    bool first = true;
    auto add = [&](std::string_view piece) {
      if (!first) text += separator;
      first = false;
      text += piece;
    };
    for (size_t i = 1; i < arguments.size(); ++i) {
      const VectorView& argument = arguments[i];
      if (!argument.IsValid(row)) continue;
      if (!context.call().argument_types[i].Is(TypeKind::kArray)) {
        add(argument.Text(row));
        continue;
      }
      const ListSlot& slot = argument.Get<ListSlot>(row);
      for (uint64_t j = slot.offset; j < slot.offset + slot.length; ++j) {
        if (argument.children[0].IsValid(j)) add(argument.children[0].Text(j));
      }
    }
    result.SetText(row, text);
  }
}

}  // namespace

const Kernel kConcatText{RunConcat, nullptr, false};
const Kernel kConcatWs{RunConcatWs, nullptr, false};

}  // namespace firesteel::functions
