#include "functions/kernels/aggregate/pandas.h"

#include <cmath>
#include <cstdint>
#include <memory>

#include "functions/accumulator.h"
#include "functions/kernels/collection/nested_value.h"

namespace firesteel::functions {

namespace {

bool Flag(std::span<const VectorView> arguments, size_t index, size_t row) { return arguments[index].Get<bool>(row); }

class LongProduct : public Accumulator {
 public:
  explicit LongProduct(const KernelCall& call) : is_legacy_(call.mode == EvalMode::kLegacy) {}

  void Update(const AccumulatorContext& context, std::span<const VectorView> arguments, size_t row) override {
    if (arguments[0].IsValid(row)) {
      Multiply(context, arguments[0].Get<int64_t>(row));
    } else if (!Flag(arguments, 1, row)) {
      is_null_ = true;
    }
  }
  void Merge(const AccumulatorContext& context, const Accumulator& other) override {
    const auto& theirs = static_cast<const LongProduct&>(other);
    is_null_ = is_null_ || theirs.is_null_;
    Multiply(context, theirs.product_);
  }
  void Finalize(const AccumulatorContext&, ResultVector& result, size_t row) const override {
    if (is_null_) return result.SetNull(row);
    result.Data<int64_t>()[row] = product_;
  }
  size_t Bytes() const override { return sizeof(*this); }

 private:
  void Multiply(const AccumulatorContext& context, int64_t value) {
    if (!__builtin_mul_overflow(product_, value, &product_) || is_legacy_) return;
    context.Fail("ARITHMETIC_OVERFLOW",
                 {{"message", "overflow"},
                  {"alternative", " Use 'try_multiply' to tolerate overflow and return NULL instead."},
                  {"config", "\"spark.sql.ansi.enabled\""}},
                 ErrorClass::kArithmetic);
  }

  const bool is_legacy_;
  bool is_null_ = false;
  int64_t product_ = 1;
};

class DoubleProduct : public Accumulator {
 public:
  void Update(const AccumulatorContext&, std::span<const VectorView> arguments, size_t row) override {
    if (!arguments[0].IsValid(row)) {
      is_null_ = is_null_ || !Flag(arguments, 1, row);
      return;
    }
    const auto value = arguments[0].Get<double>(row);
    if (value == 0) {
      is_zero_ = true;
      return;
    }
    if (value < 0) is_negative_ = !is_negative_;
    logarithm_ += std::log(std::fabs(value));
  }
  void Merge(const AccumulatorContext&, const Accumulator& other) override {
    const auto& theirs = static_cast<const DoubleProduct&>(other);
    is_null_ = is_null_ || theirs.is_null_;
    is_zero_ = is_zero_ || theirs.is_zero_;
    is_negative_ = is_negative_ != theirs.is_negative_;
    logarithm_ += theirs.logarithm_;
  }
  void Finalize(const AccumulatorContext&, ResultVector& result, size_t row) const override {
    if (is_null_) return result.SetNull(row);
    const double size = is_zero_ ? 0.0 : std::exp(logarithm_);
    result.Data<double>()[row] = is_negative_ && !is_zero_ ? -size : size;
  }
  size_t Bytes() const override { return sizeof(*this); }

 private:
  bool is_null_ = false;
  bool is_zero_ = false;
  bool is_negative_ = false;
  double logarithm_ = 0;
};

std::unique_ptr<Accumulator> MakeProduct(const KernelCall& call) {
  if (call.result_type.Is(TypeKind::kLong)) return std::make_unique<LongProduct>(call);
  return std::make_unique<DoubleProduct>();
}

/// Sums whose terms lose the factor 1 − alpha with each row that comes after them.
class WeightedMean : public Accumulator {
 public:
  explicit WeightedMean(const KernelCall&) {}

  void Update(const AccumulatorContext&, std::span<const VectorView> arguments, size_t row) override {
    const bool is_value = arguments[0].IsValid(row);
    if (!is_value && Flag(arguments, 2, row)) return;
    const double factor = 1 - arguments[1].Get<double>(row);
    decay_ *= factor;
    numerator_ *= factor;
    denominator_ *= factor;
    if (!is_value) return;
    has_value_ = true;
    numerator_ += arguments[0].Get<double>(row);
    denominator_ += 1;
  }
  void Merge(const AccumulatorContext&, const Accumulator& other) override {
    const auto& later = static_cast<const WeightedMean&>(other);
    has_value_ = has_value_ || later.has_value_;
    numerator_ = numerator_ * later.decay_ + later.numerator_;
    denominator_ = denominator_ * later.decay_ + later.denominator_;
    decay_ *= later.decay_;
  }
  void Finalize(const AccumulatorContext&, ResultVector& result, size_t row) const override {
    if (!has_value_) return result.SetNull(row);
    result.Data<double>()[row] = numerator_ / denominator_;
  }
  size_t Bytes() const override { return sizeof(*this); }

 private:
  bool has_value_ = false;
  double decay_ = 1;  ///< of what stands before these rows
  double numerator_ = 0;
  double denominator_ = 0;
};

class NullIndex : public Accumulator {
 public:
  explicit NullIndex(const KernelCall&) {}

  void Update(const AccumulatorContext&, std::span<const VectorView> arguments, size_t row) override {
    if (arguments[0].IsValid(row)) {
      nulls_ = 0;
      has_value_ = true;
    } else {
      ++nulls_;
    }
  }
  void Merge(const AccumulatorContext&, const Accumulator& other) override {
    const auto& later = static_cast<const NullIndex&>(other);
    nulls_ = later.has_value_ ? later.nulls_ : nulls_ + later.nulls_;
    has_value_ = has_value_ || later.has_value_;
  }
  void Finalize(const AccumulatorContext&, ResultVector& result, size_t row) const override {
    result.Data<int32_t>()[row] = nulls_;
  }
  size_t Bytes() const override { return sizeof(*this); }

 private:
  bool has_value_ = false;
  int32_t nulls_ = 0;  ///< behind the last value
};

/// NULL elements are the least.
void BinarySearch(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  const DataType& type = context.call().argument_types[0].element_type();
  for (size_t row = 0; row < rows; ++row) {
    if (!arguments[0].IsValid(row) || !arguments[1].IsValid(row)) {
      result.SetNull(row);
      continue;
    }
    const auto slot = arguments[0].Get<ListSlot>(row);
    const Element wanted{&arguments[1], row};
    int64_t low = 0;
    int64_t high = static_cast<int64_t>(slot.length) - 1;
    int64_t found = -1;
    while (low <= high && found < 0) {
      const int64_t middle = (low + high) / 2;
      const Element element{&arguments[0].children[0], slot.offset + static_cast<uint64_t>(middle)};
      const int order = element.is_null() ? -1 : CompareElements(type, element, wanted);
      if (order < 0) {
        low = middle + 1;
      } else if (order > 0) {
        high = middle - 1;
      } else {
        found = middle;
      }
    }
    result.Data<int32_t>()[row] = static_cast<int32_t>(found >= 0 ? found : -(low + 1));
  }
}

}  // namespace

const Kernel kPandasProduct{nullptr, nullptr, true, MakeProduct};
const Kernel kWeightedMean = AggregateKernel<WeightedMean>();
const Kernel kNullIndex = AggregateKernel<NullIndex>();
const Kernel kArrayBinarySearch{BinarySearch};

}  // namespace firesteel::functions
