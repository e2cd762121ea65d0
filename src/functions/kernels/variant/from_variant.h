#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "functions/kernels/cast/caster.h"
#include "types/variant/variant_builder.h"

namespace firesteel::functions {

/// Variants as values of one type, as CAST and variant_get make them. Made once a query; immutable, thread-safe.
class VariantConverter {
 public:
  /// `to`: a type that variants are cast to.
  explicit VariantConverter(DataType to);

  /// The work on one variant.
  class Job {
   public:
    /// `is_strict`: what cannot be converted fails the whole; else it becomes null where it stands.
    Job(KernelContext& context, const TimeZone& zone, const Variant& root, bool is_strict)
        : state_(context, zone, EvalMode::kTry), walk_(root.encoded()), is_strict_(is_strict) {}
    /// INVALID_VARIANT_CAST's parameters, once Convert gave false.
    const ErrorParameters& error() const { return error_; }

   private:
    friend class VariantConverter;
    CastState state_;
    VariantWalk walk_;
    VariantBuilder builder_;
    const bool is_strict_;
    ErrorParameters error_;
  };

  /// Writes the value into a row of the column, which must have room for it. False on a failure.
  bool Convert(Job& job, const Variant& variant, ResultVector& out, size_t row) const {
    return Convert(job, variant, 0, out, row);
  }

 private:
  bool Convert(Job& job, const Variant& variant, int depth, ResultVector& out, size_t row) const;
  bool ConvertScalar(Job& job, const Variant& variant, VariantType type, ResultVector& out, size_t row) const;
  bool ConvertArray(Job& job, const Variant& variant, int depth, ResultVector& out, size_t row) const;
  bool ConvertMap(Job& job, const Variant& variant, int depth, ResultVector& out, size_t row) const;
  bool ConvertStruct(Job& job, const Variant& variant, int depth, ResultVector& out, size_t row) const;
  bool Refuse(Job& job, const Variant& variant, ResultVector& out, size_t row) const;
  void WriteNull(ResultVector& out, size_t row) const;
  const Caster* CasterOf(VariantType type, int scale) const;

  DataType to_;
  std::vector<VariantConverter> parts_;              // of an array the element, of a map the value, of a struct all
  std::unordered_map<std::string, size_t> by_name_;  // fields of a struct
  // Of the types that scalars can have; null: no cast.
  std::array<CasterPtr, 16> casters_;
  std::array<CasterPtr, 39> decimal_casters_;  // by scale
};

}  // namespace firesteel::functions
