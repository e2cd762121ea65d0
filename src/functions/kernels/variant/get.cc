#include "base/error.h"
#include "functions/kernels/variant/from_variant.h"
#include "functions/kernels/variant/path.h"
#include "functions/kernels/variant/variant_kernels.h"
#include "types/quoting.h"

namespace firesteel::functions {
namespace {

struct GetPlan {
  explicit GetPlan(const KernelCall& call) : converter(call.result_type), zone(TimeZone::Find(call.time_zone)) {
    if (!zone) zone = TimeZone::Utc();
  }
  VariantConverter converter;
  TimeZonePtr zone;
};

std::shared_ptr<const void> Prepare(const KernelCall& call) { return std::make_shared<const GetPlan>(call); }

std::optional<Variant> Follow(const Variant& root, const VariantPath& path) {
  std::optional<Variant> at(root);
  for (const VariantStep& step : path) {
    const VariantType type = at->type();
    if (step.is_key) {
      if (type != VariantType::kObject) return std::nullopt;
      const std::optional<Variant> found = at->Find(step.key);
      if (!found) return std::nullopt;
      at.emplace(*found);
    } else {
      if (type != VariantType::kArray || static_cast<size_t>(step.index) >= at->size()) return std::nullopt;
      at.emplace(at->element(static_cast<size_t>(step.index)));
    }
  }
  return at;
}

void WriteNull(const DataType& type, ResultVector& result, size_t row) {
  if (type.Is(TypeKind::kArray) || type.Is(TypeKind::kMap)) result.SetList(row, 0, 0);
  result.SetNull(row);
}

void Run(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  const KernelCall& call = context.call();
  const auto& plan = context.prepared<GetPlan>();
  const bool is_strict = call.mode != EvalMode::kTry;
  VariantPathArgument paths(call, arguments[1], 1);
  for (size_t row = 0; row < rows; ++row) {
    if (!arguments[0].IsValid(row) || !arguments[1].IsValid(row)) {
      WriteNull(call.result_type, result, row);
      continue;
    }
    const VariantPath* path = paths.At(row);
    if (!path) {
      throw QueryError("INVALID_VARIANT_GET_PATH",
                       {{"path", std::string(paths.Text(row))}, {"functionName", QuoteIdentifier(call.function_name)}},
                       nullptr, ErrorClass::kRuntime);
    }
    const std::optional<Variant> found = Follow(VariantAt(arguments[0], row), *path);
    if (!found) {
      WriteNull(call.result_type, result, row);
      continue;
    }
    VariantConverter::Job job(context, *plan.zone, *found, is_strict);
    if (!plan.converter.Convert(job, *found, result, row)) {
      context.Fail(row, "INVALID_VARIANT_CAST", job.error(), ErrorClass::kRuntime, false);
      return;
    }
  }
}

}  // namespace

const Kernel kVariantGet{Run, Prepare, true};

}  // namespace firesteel::functions
