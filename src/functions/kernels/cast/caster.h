#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "functions/kernels/row_kernel.h"
#include "types/time_zone.h"

/// Casts, value by value. A caster is made once a query for a pair of types; nested types hold casters of their parts.
namespace firesteel::functions {

struct CastPlan;

/// What a conversion sees: the pair of types, the mode and where to report.
class CastState {
 public:
  CastState(KernelContext& context, const TimeZone& zone) : CastState(context, zone, context.call().mode) {}
  /// In another mode than the call's.
  CastState(KernelContext& context, const TimeZone& zone, EvalMode mode)
      : context_(context), zone_(zone), mode_(mode) {}

  EvalMode mode() const { return mode_; }
  bool legacy() const { return mode() == EvalMode::kLegacy; }
  const TimeZone& zone() const { return zone_; }
  int64_t now_micros() const { return context_.call().now_micros; }
  const KernelCall& call() const { return context_.call(); }
  KernelContext& context() const { return context_; }
  bool failed() const { return context_.failed(); }

  /// Whether a value that does not fit is null, so that nobody asks for the failure's text.
  bool is_silent() const { return mode() != EvalMode::kAnsi; }
  /// CAST_INVALID_INPUT of a text (null when ANSI is off or in try_cast).
  std::nullopt_t Invalid(std::string_view text, ErrorClass error_class);
  /// CAST_OVERFLOW of a value given as Spark's SQL literal.
  std::nullopt_t Overflow(std::string value);
  std::nullopt_t DecimalRange(std::string value);
  std::nullopt_t Fail(std::string condition, ErrorParameters parameters, ErrorClass error_class, bool with_origin);

  /// In every mode but try_cast, and without a place.
  std::nullopt_t FailAlways(std::string condition, ErrorParameters parameters, ErrorClass error_class);
  std::nullopt_t OverflowAlways(std::string value);
  std::nullopt_t DecimalRangeAlways(std::string value);

  const DataType* from = nullptr;
  const DataType* to = nullptr;
  size_t row = 0;

 private:
  KernelContext& context_;
  const TimeZone& zone_;
  const EvalMode mode_;
};

class Caster {
 public:
  Caster(DataType from, DataType to) : from_(std::move(from)), to_(std::move(to)) {}
  virtual ~Caster() = default;
  /// Converts one value; `row` counts as VectorView::IndexOf takes it.
  void Convert(CastState& state, const VectorView& in, size_t row, ResultVector& out, size_t out_row) const {
    if (!in.IsValid(row)) {
      out.SetNull(out_row);
      return;
    }
    state.from = &from_;
    state.to = &to_;
    ConvertValid(state, in, row, out, out_row);
  }
  /// Converts rows 0 to rows - 1 into the same rows of the result, up to the first that fails.
  void ConvertRows(CastState& state, const VectorView& in, size_t rows, ResultVector& out) const {
    state.from = &from_;
    state.to = &to_;
    ConvertAll(state, in, rows, out);
  }
  const DataType& from() const { return from_; }
  const DataType& to() const { return to_; }

 protected:
  virtual void ConvertAll(CastState& state, const VectorView& in, size_t rows, ResultVector& out) const {
    for (state.row = 0; state.row < rows; ++state.row) {
      Convert(state, in, state.row, out, state.row);
      if (state.failed()) return;
    }
  }
  virtual void ConvertValid(CastState& state, const VectorView& in, size_t row, ResultVector& out,
                            size_t out_row) const = 0;

 private:
  DataType from_;
  DataType to_;
};

using CasterPtr = std::unique_ptr<const Caster>;

template <auto F, class Signature = decltype(F)>
class ScalarCaster;

/// A caster of a function std::optional<To>(CastState&, From).
template <auto F, class To, class From>
class ScalarCaster<F, std::optional<To> (*)(CastState&, From)> : public Caster {
 public:
  using Caster::Caster;

 protected:
  void ConvertValid(CastState& state, const VectorView& in, size_t row, ResultVector& out,
                    size_t out_row) const override {
    row_kernel::WriteAny(out, out_row, F(state, row_kernel::Read<From>(in, row)));
  }
  void ConvertAll(CastState& state, const VectorView& in, size_t rows, ResultVector& out) const override {
    for (state.row = 0; state.row < rows; ++state.row) {
      const size_t row = state.row;
      if (!in.IsValid(row)) {
        out.SetNull(row);
        continue;
      }
      row_kernel::WriteAny(out, row, F(state, row_kernel::Read<From>(in, row)));
      if (state.failed()) return;
    }
  }
};

template <auto F>
CasterPtr MakeScalarCaster(const DataType& from, const DataType& to) {
  return std::make_unique<ScalarCaster<F>>(from, to);
}

/// The caster of a pair of types; InternalError when Spark has no such cast.
CasterPtr MakeCaster(const DataType& from, const DataType& to);
// Its parts, null when the pair is not theirs.
CasterPtr MakeNumberCaster(const DataType& from, const DataType& to);
CasterPtr MakeTextCaster(const DataType& from, const DataType& to);  ///< from text
CasterPtr MakeDatetimeCaster(const DataType& from, const DataType& to);
CasterPtr MakeNanosCaster(const DataType& from, const DataType& to);  ///< timestamps of nanoseconds
CasterPtr MakeIntervalCaster(const DataType& from, const DataType& to);
CasterPtr MakeToTextCaster(const DataType& from, const DataType& to);   ///< to text, nested too
CasterPtr MakeVariantCaster(const DataType& from, const DataType& to);  ///< from and to variants
CasterPtr MakeNestedCaster(const DataType& from, const DataType& to);
/// Gives null for every value.
CasterPtr MakeNullCaster(const DataType& from, const DataType& to);

struct TextStyle {
  std::string_view null_text = "null";  ///< of nested nulls
  bool hex_binary = false;              ///< [61 62]
  bool plain_decimal = true;
};
/// Appends CAST(value AS STRING) of one valid value.
void AppendText(CastState& state, const DataType& type, const VectorView& in, size_t row, const TextStyle& style,
                std::string& text);

/// A decimal text as Java's BigDecimal reads it: digits, point, exponent. `overflow` tells a number far beyond 38
/// digits. The value is half-up rounded to `scale` and checked against `precision` by the caller.
struct ParsedDecimal {
  bool negative = false;
  std::string digits;    ///< without leading zeros
  int64_t exponent = 0;  ///< value = digits × 10^exponent
};
std::optional<ParsedDecimal> ParseDecimalText(std::string_view text);
/// digits × 10^exponent, rounded half up to the scale; nothing when it has more than `precision` digits.
std::optional<uint128_t> MagnitudeAtScale(uint64_t digits, int exponent, int precision, int scale);
/// Rounds half up to the scale; nothing when it has more than `precision` digits.
std::optional<int128_t> ToDecimal(const ParsedDecimal& parsed, int precision, int scale);
std::string PlainText(const ParsedDecimal& parsed);
/// White space and control characters at both ends go (UTF8String.trimAll).
std::string_view TrimAll(std::string_view text);
std::optional<double> ParseJavaDouble(std::string_view text, bool as_float);

}  // namespace firesteel::functions
