#include "base/utf8.h"
#include "functions/formats/json/variant_json.h"
#include "functions/kernels/row_kernel.h"
#include "functions/kernels/variant/variant_kernels.h"

namespace firesteel::functions {
namespace {

void RunParse(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  const KernelCall& call = context.call();
  JsonTokenizer tokenizer(StrictJsonOptions());
  VariantBuilder builder;
  for (size_t row = 0; row < rows; ++row) {
    if (!arguments[0].IsValid(row)) {
      result.SetNull(row);
      continue;
    }
    std::string_view text = arguments[0].Text(row);
    std::string decoded;
    if (!IsValidUtf8(text)) text = decoded = DecodeUtf8LikeJava(text);
    try {
      if (ParseJsonAsVariant(tokenizer, text, builder)) {
        WriteVariant(result, row, builder);
        continue;
      }
      context.Fail(row, "MALFORMED_RECORD_IN_PARSING.WITHOUT_SUGGESTION",
                   {{"badRecord", std::string(text)}, {"failFastMode", "FAILFAST"}}, ErrorClass::kSpark, false);
    } catch (const VariantTooLarge&) {
      if (call.mode != EvalMode::kTry) ThrowVariantSizeLimit("parse_json");
      result.SetNull(row);
    }
    if (context.failed() || context.cancelled()) return;
  }
}

/// NULL is no variant null.
void RunIsNull(KernelContext&, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  for (size_t row = 0; row < rows; ++row) {
    bool is_null = false;
    if (arguments[0].IsValid(row)) {
      const std::string_view value = arguments[0].children[0].Text(arguments[0].IndexOf(row));
      if (value.empty()) ThrowMalformedVariant();
      is_null = value[0] == 0;
    }
    result.Data<bool>()[row] = is_null;
  }
}

void RunIsValid(KernelContext&, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  for (size_t row = 0; row < rows; ++row) {
    if (!arguments[0].IsValid(row)) {
      result.SetNull(row);
      continue;
    }
    const size_t index = arguments[0].IndexOf(row);
    result.Data<bool>()[row] =
        IsValidVariant(arguments[0].children[0].Text(index), arguments[0].children[1].Text(index));
  }
}

}  // namespace

const Kernel kParseJson{RunParse, nullptr, true};
const Kernel kIsVariantNull{RunIsNull, nullptr, true};
const Kernel kIsValidVariant{RunIsValid, nullptr, false};

}  // namespace firesteel::functions
