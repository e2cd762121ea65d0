#include <optional>
#include <stdexcept>
#include <string>

#include "datasketches/kll_sketch.hpp"
#include "functions/kernels/sketch/kll_sketch.h"
#include "functions/kernels/sketch/partitioned.h"
#include "functions/kernels/sketch/sketch.h"
#include "functions/kernels/sketch/sketch_parameters.h"

namespace firesteel::functions {
namespace {

template <class T>
using Sketch = datasketches::kll_sketch<T>;

template <class T>
Sketch<T> ReadOrFail(std::string_view bytes, std::string_view function) {
  const KllImage<T> image = ReadKllOrFail<T>(bytes, function);
  try {
    return Sketch<T>::deserialize(image.bytes.data(), image.bytes.size());
  } catch (const std::logic_error&) {
    throw SketchBytesError("KLL", function, {});
  } catch (const std::runtime_error&) {
    throw SketchBytesError("KLL", function, {});
  }
}

template <class T>
void MergeOrFail(Sketch<T>& into, const Sketch<T>& other, std::string_view function) {
  try {
    into.merge(other);
  } catch (const std::logic_error&) {
    throw SketchBytesError("KLL", function, {});
  }
}

template <class T>
std::string SerializedKll(const Sketch<T>& sketch) {
  const auto bytes = sketch.serialize();
  return std::string(bytes.begin(), bytes.end());
}

uint16_t CheckedK(int32_t k, std::string_view function) {
  if (k < kMinKllK || k > kMaxKllK) {
    throw SketchError("KLL_SKETCH_K_OUT_OF_RANGE",
                      {{"functionName", QuotedFunction(function)}, {"k", std::to_string(k)}});
  }
  return static_cast<uint16_t>(k);
}

/// The k of the call, if it has one; it stands behind the value.
std::optional<uint16_t> GivenK(const KernelCall& call, bool is_given) {
  if (!is_given) return std::nullopt;
  const std::optional<int32_t> k = IntParameter(call, 1);
  return k ? std::optional(CheckedK(*k, call.function_name)) : std::nullopt;
}

template <class T>
size_t SketchBytes(const Sketch<T>& sketch) {
  return sizeof(sketch) + sizeof(T) * (sketch.get_num_retained() + sketch.get_k()) + 256;
}

template <class T>
class KllSketchAccumulator : public Accumulator {
 public:
  explicit KllSketchAccumulator(const KernelCall& call) : call_(call) {}

  void Update(const AccumulatorContext&, std::span<const VectorView> arguments, size_t row) override {
    if (!sketch_) {
      sketch_.emplace(arguments.size() > 1 ? CheckedK(IntParameter(call_, 1, arguments, row), call_.function_name)
                                           : uint16_t{kDefaultKllK});
    }
    if (arguments[0].IsValid(row)) sketch_->update(ValueAt(arguments[0], row));
  }
  void Merge(const AccumulatorContext&, const Accumulator& other) override {
    const auto& theirs = static_cast<const KllSketchAccumulator&>(other);
    if (!theirs.sketch_) return;
    if (!sketch_) sketch_.emplace(theirs.sketch_->get_k());
    MergeOrFail(*sketch_, *theirs.sketch_, call_.function_name);
  }
  void Finalize(const AccumulatorContext&, ResultVector& result, size_t row) const override {
    if (sketch_) return result.SetText(row, SerializedKll(*sketch_));
    const std::optional<uint16_t> k = GivenK(call_, OwnArguments(call_) > 1);
    result.SetText(row, SerializedKll(Sketch<T>(k.value_or(kDefaultKllK))));
  }
  size_t Bytes() const override { return sizeof(*this) + (sketch_ ? SketchBytes(*sketch_) : 0); }

 private:
  T ValueAt(const VectorView& values, size_t row) const {
    switch (call_.argument_types[0].kind()) {
      case TypeKind::kByte:
        return static_cast<T>(values.Get<int8_t>(row));
      case TypeKind::kShort:
        return static_cast<T>(values.Get<int16_t>(row));
      case TypeKind::kInt:
        return static_cast<T>(values.Get<int32_t>(row));
      case TypeKind::kLong:
        return static_cast<T>(values.Get<int64_t>(row));
      case TypeKind::kFloat:
        return static_cast<T>(values.Get<float>(row));
      default:
        return static_cast<T>(values.Get<double>(row));
    }
  }

  const KernelCall& call_;
  std::optional<Sketch<T>> sketch_;
};

template <class T>
class KllMergeAccumulator : public Accumulator {
 public:
  explicit KllMergeAccumulator(const KernelCall& call) : call_(call) {}

  void Update(const AccumulatorContext&, std::span<const VectorView> arguments, size_t row) override {
    if (arguments.size() > 1 && !sketch_) {
      sketch_.emplace(CheckedK(IntParameter(call_, 1, arguments, row), call_.function_name));
    }
    if (!arguments[0].IsValid(row)) return;
    Add(ReadOrFail<T>(arguments[0].Text(row), call_.function_name));
  }
  void Merge(const AccumulatorContext&, const Accumulator& other) override {
    const auto& theirs = static_cast<const KllMergeAccumulator&>(other);
    if (theirs.sketch_) Add(*theirs.sketch_);
  }
  void Finalize(const AccumulatorContext&, ResultVector& result, size_t row) const override {
    if (sketch_) return result.SetText(row, SerializedKll(*sketch_));
    const std::optional<uint16_t> k = GivenK(call_, call_.argument_types.size() > 1);
    result.SetText(row, SerializedKll(Sketch<T>(k.value_or(kDefaultKllK))));
  }
  size_t Bytes() const override { return sizeof(*this) + (sketch_ ? SketchBytes(*sketch_) : 0); }

 private:
  void Add(const Sketch<T>& other) {
    if (!sketch_) sketch_.emplace(other.get_k());
    MergeOrFail(*sketch_, other, call_.function_name);
  }

  const KernelCall& call_;
  std::optional<Sketch<T>> sketch_;
};

template <class T>
std::string Merge(Row& row, std::string_view a, std::string_view b) {
  const std::string& function = row.call().function_name;
  Sketch<T> both = ReadOrFail<T>(a, function);
  MergeOrFail(both, ReadOrFail<T>(b, function), function);
  return SerializedKll(both);
}

}  // namespace

constinit const Kernel kKllSketchAggBigint = AggregateKernel<Partitioned<KllSketchAccumulator<int64_t>>>();
constinit const Kernel kKllSketchAggFloat = AggregateKernel<Partitioned<KllSketchAccumulator<float>>>();
constinit const Kernel kKllSketchAggDouble = AggregateKernel<Partitioned<KllSketchAccumulator<double>>>();
constinit const Kernel kKllMergeAggBigint = AggregateKernel<KllMergeAccumulator<int64_t>>();
constinit const Kernel kKllMergeAggFloat = AggregateKernel<KllMergeAccumulator<float>>();
constinit const Kernel kKllMergeAggDouble = AggregateKernel<KllMergeAccumulator<double>>();
constinit const Kernel kKllMergeBigint = RowKernel<Merge<int64_t>>(true);
constinit const Kernel kKllMergeFloat = RowKernel<Merge<float>>(true);
constinit const Kernel kKllMergeDouble = RowKernel<Merge<double>>(true);

}  // namespace firesteel::functions
