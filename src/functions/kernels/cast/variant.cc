#include "functions/kernels/variant/from_variant.h"
#include "functions/kernels/variant/variant_kernels.h"

namespace firesteel::functions {
namespace {

class FromVariantCaster : public Caster {
 public:
  FromVariantCaster(const DataType& from, const DataType& to) : Caster(from, to), converter_(to) {}

 protected:
  void ConvertValid(CastState& state, const VectorView& in, size_t row, ResultVector& out,
                    size_t out_row) const override {
    const Variant variant = VariantAt(in, row);
    VariantConverter::Job job(state.context(), state.zone(), variant, state.mode() != EvalMode::kTry);
    if (!converter_.Convert(job, variant, out, out_row)) {
      state.FailAlways("INVALID_VARIANT_CAST", job.error(), ErrorClass::kRuntime);
    }
  }

 private:
  VariantConverter converter_;
};

class ToVariantCaster : public Caster {
 public:
  using Caster::Caster;

 protected:
  void ConvertValid(CastState& state, const VectorView& in, size_t row, ResultVector& out,
                    size_t out_row) const override {
    VariantBuilder builder;
    try {
      AppendToVariant(builder, from(), in, row);
      WriteVariant(out, out_row, builder);
    } catch (const VariantTooLarge&) {
      ThrowVariantSizeLimit(state.call().function_name);
    }
  }
};

/// A variant stays as it is, its bytes too.
class VariantCopyCaster : public Caster {
 public:
  using Caster::Caster;

 protected:
  void ConvertValid(CastState&, const VectorView& in, size_t row, ResultVector& out, size_t out_row) const override {
    const size_t index = in.IndexOf(row);
    for (size_t i = 0; i < 2; ++i) out.Child(i).SetText(out_row, in.children[i].Text(index));
  }
};

}  // namespace

CasterPtr MakeVariantCaster(const DataType& from, const DataType& to) {
  const bool to_variant = to.Is(TypeKind::kVariant);
  if (from.Is(TypeKind::kVariant)) {
    if (to_variant) return std::make_unique<VariantCopyCaster>(from, to);
    return std::make_unique<FromVariantCaster>(from, to);
  }
  if (!to_variant || from.Is(TypeKind::kNull)) return nullptr;
  return std::make_unique<ToVariantCaster>(from, to);
}

}  // namespace firesteel::functions
