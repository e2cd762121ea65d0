#include "base/error.h"
#include "functions/kernels/variant/edit.h"
#include "functions/kernels/variant/variant_kernels.h"
#include "types/quoting.h"

namespace firesteel::functions {
namespace {

[[noreturn]] void ThrowInvalidPath(std::string_view path, std::string_view function) {
  throw QueryError("INVALID_VARIANT_PATH", {{"path", std::string(path)}, {"functionName", QuoteIdentifier(function)}},
                   nullptr, ErrorClass::kRuntime);
}

bool AllValid(std::span<const VectorView> arguments, size_t row) {
  for (const VectorView& argument : arguments) {
    if (!argument.IsValid(row)) return false;
  }
  return true;
}

/// A path of at least `least` steps. Throws INVALID_VARIANT_PATH.
const VariantPath& PathAt(VariantPathArgument& paths, size_t row, size_t least, const KernelCall& call) {
  const VariantPath* path = paths.At(row);
  if (!path || path->size() < least) ThrowInvalidPath(paths.Text(row), call.function_name);
  return *path;
}

VariantEdit EditOf(std::span<const VectorView> arguments, size_t row, VariantEdit edit) {
  const bool only_there = edit == VariantEdit::kSet && !arguments[3].Get<bool>(row);
  return only_there ? VariantEdit::kSetIfThere : edit;
}

/// (variant, path, value [, create]) → variant.
template <VariantEdit kEdit>
void RunEdit(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  const KernelCall& call = context.call();
  const bool is_try = call.mode == EvalMode::kTry;
  const size_t least_steps = kEdit == VariantEdit::kAppendElement ? 0 : 1;
  VariantPathArgument paths(call, arguments[1], 1);
  VariantBuilder builder;
  for (size_t row = 0; row < rows; ++row) {
    if (!AllValid(arguments, row)) {
      result.SetNull(row);
      continue;
    }
    const VariantPath& path = PathAt(paths, row, least_steps, call);
    const auto append_value = [&](VariantBuilder& out) {
      AppendToVariant(out, call.argument_types[2], arguments[2], row);
    };
    try {
      EditVariant(VariantAt(arguments[0], row), path, EditOf(arguments, row, kEdit), append_value, builder);
      WriteVariant(result, row, builder);
    } catch (const VariantPathMismatch& mismatch) {
      context.Fail(row, "VARIANT_PATH_TYPE_MISMATCH",
                   {{"path", std::string(paths.Text(row))},
                    {"failedAt", VariantPathText(std::span(path).first(mismatch.depth))},
                    {"functionName", QuoteIdentifier(call.function_name)}},
                   ErrorClass::kRuntime, false);
    } catch (const VariantTooLarge&) {
      ThrowVariantSizeLimit(call.function_name);
    } catch (const QueryError& error) {
      if (!is_try || error.condition() != "VARIANT_DUPLICATE_KEY") throw;
      result.SetNull(row);
    }
    if (context.failed() || context.cancelled()) return;
  }
}

/// (variant, path, …) → variant: one path after the other.
void RunDelete(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  const KernelCall& call = context.call();
  std::vector<VariantPathArgument> paths;
  for (size_t i = 1; i < arguments.size(); ++i) paths.emplace_back(call, arguments[i], i);
  const auto nothing = [](VariantBuilder&) {};
  VariantBuilder builder;
  for (size_t row = 0; row < rows; ++row) {
    if (!arguments[0].IsValid(row)) {
      result.SetNull(row);
      continue;
    }
    const Variant original = VariantAt(arguments[0], row);
    std::string value(original.encoded());
    std::string metadata(original.metadata());
    for (size_t i = 0; i < paths.size(); ++i) {
      if (!arguments[i + 1].IsValid(row)) continue;
      const VariantPath& path = PathAt(paths[i], row, 1, call);
      EditVariant(Variant(value, metadata), path, VariantEdit::kDelete, nothing, builder);
      value = builder.value();
      metadata = builder.Metadata();
    }
    result.Child(0).SetText(row, value);
    result.Child(1).SetText(row, metadata);
  }
}

void RunStripNulls(KernelContext&, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  VariantBuilder builder;
  for (size_t row = 0; row < rows; ++row) {
    if (!AllValid(arguments, row)) {
      result.SetNull(row);
      continue;
    }
    StripVariantNulls(VariantAt(arguments[0], row), arguments[1].Get<bool>(row), builder);
    WriteVariant(result, row, builder);
  }
}

}  // namespace

const Kernel kVariantInsert{RunEdit<VariantEdit::kInsert>, nullptr, true};
const Kernel kVariantSet{RunEdit<VariantEdit::kSet>, nullptr, true};
const Kernel kVariantArrayAppend{RunEdit<VariantEdit::kAppendElement>, nullptr, true};
const Kernel kVariantDelete{RunDelete, nullptr, true};
const Kernel kVariantStripNulls{RunStripNulls, nullptr, true};

}  // namespace firesteel::functions
