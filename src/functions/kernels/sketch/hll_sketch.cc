#include <algorithm>
#include <cstring>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "datasketches/hll.hpp"
#include "functions/kernels/sketch/partitioned.h"
#include "functions/kernels/sketch/sketch.h"
#include "functions/kernels/sketch/sketch_error.h"
#include "functions/kernels/sketch/sketch_parameters.h"
#include "functions/kernels/sketch/theta_sketch.h"

namespace firesteel::functions {
namespace {

using datasketches::hll_sketch;
using datasketches::hll_union;

constexpr int32_t kMinLgK = 4;
constexpr int32_t kMaxLgK = 21;
constexpr int32_t kDefaultLgK = 12;

/// Of a sketch beside its table.
constexpr size_t kImplementationBytes = 128;

constexpr uint8_t kEmptyFlag = 4;
constexpr uint8_t kCompactFlag = 8;

uint8_t CheckedLgK(int32_t lg_k, std::string_view function) {
  if (lg_k < kMinLgK || lg_k > kMaxLgK) {
    throw SketchError("HLL_INVALID_LG_K", {{"function", QuotedFunction(function)},
                                           {"min", std::to_string(kMinLgK)},
                                           {"max", std::to_string(kMaxLgK)},
                                           {"value", std::to_string(lg_k)}});
  }
  return static_cast<uint8_t>(lg_k);
}

uint32_t Int(std::string_view bytes, size_t at) {
  if (bytes.size() < 4 || at > bytes.size() - 4) throw SketchFormatError{};
  uint32_t value;
  std::memcpy(&value, bytes.data() + at, sizeof(value));
  return value;
}

/// The coupons of a list or set in the library's compact form, which it reads without trusting tables: their number is
/// what the header says, none is empty.
std::string CompactCoupons(std::string_view bytes, size_t start, size_t places, size_t count) {
  const bool is_compact = (static_cast<uint8_t>(bytes[5]) & kCompactFlag) != 0;
  const bool is_list = start == 8;
  std::string clean(bytes.substr(0, start));
  clean[5] = static_cast<char>(clean[5] | kCompactFlag);
  size_t found = 0;
  for (size_t i = 0; i < (is_compact || is_list ? count : places); ++i) {
    const uint32_t coupon = Int(bytes, start + 4 * i);
    if (coupon == 0 && !is_compact && !is_list) continue;
    if (coupon >> 26 == 0) throw SketchFormatError{};
    clean.append(reinterpret_cast<const char*>(&coupon), sizeof(coupon));
    ++found;
  }
  if (found != count) throw SketchFormatError{};
  return clean;
}

/// Sketch bytes that the library reads safely. It trusts some of what a header says.
std::string CheckedBytes(std::string_view bytes) {
  if (bytes.size() < 8) throw SketchFormatError{};
  const auto byte = [&](size_t i) { return static_cast<uint8_t>(bytes[i]); };
  const uint8_t lg_k = byte(3);
  const int mode = byte(7) & 3;
  const int type = byte(7) >> 2 & 3;
  constexpr uint8_t kInts[] = {2, 3, 10};
  if (byte(1) != 1 || byte(2) != 7 || lg_k < kMinLgK || lg_k > kMaxLgK || mode > 2 || type > 2 ||
      byte(0) != kInts[mode]) {
    throw SketchFormatError{};
  }
  const size_t k = size_t{1} << lg_k;
  if (mode == 0) {
    const size_t count = byte(6);
    if (count > 7) throw SketchFormatError{};
    if ((byte(5) & kEmptyFlag) != 0 || count == 0) {
      std::string empty(bytes.substr(0, 8));
      empty[5] = static_cast<char>(kEmptyFlag | kCompactFlag);
      empty[6] = 0;
      return empty;
    }
    return CompactCoupons(bytes, 8, 8, count);
  }
  if (mode == 1) {
    const size_t count = Int(bytes, 8);
    const uint8_t lg_places = byte(4);
    if (lg_k < 8 || lg_places < 5 || lg_places > lg_k - 3 || 4 * count > 3 * (k >> 3)) throw SketchFormatError{};
    return CompactCoupons(bytes, 12, size_t{1} << lg_places, count);
  }
  const size_t registers = type == 2 ? k : type == 1 ? k * 3 / 4 + 1 : k / 2;
  if (bytes.size() < 40 + registers || byte(6) > 63 || Int(bytes, 32) > k) throw SketchFormatError{};
  const uint32_t exceptions = Int(bytes, 36);
  if (exceptions > 0) {
    const size_t places = (byte(5) & kCompactFlag) != 0 ? exceptions : size_t{1} << std::min<uint8_t>(byte(4), 31);
    if (type != 0 || byte(4) < 2 || byte(4) > lg_k || exceptions >= (size_t{1} << byte(4)) ||
        bytes.size() < 40 + registers + 4 * places) {
      throw SketchFormatError{};
    }
  }
  for (size_t i = 0; type == 2 && i < k; ++i) {
    if (byte(40 + i) > 63) throw SketchFormatError{};
  }
  return std::string(bytes);
}

hll_sketch ReadHll(std::string_view bytes, std::string_view function) {
  try {
    const std::string checked = CheckedBytes(bytes);
    return hll_sketch::deserialize(checked.data(), checked.size());
  } catch (const SketchFormatError& error) {
    throw SketchBytesError("HLL", function, error);
  } catch (const std::logic_error&) {
    throw SketchBytesError("HLL", function, {});
  } catch (const std::runtime_error&) {
    throw SketchBytesError("HLL", function, {});
  }
}

/// The sketch's bytes as the Java library has them: the C++ one never says that the smallest register of a merged array
/// is not 0.
std::string Updatable(const hll_sketch& sketch) {
  constexpr size_t kRegisters = 40;
  constexpr uint8_t kOutOfOrderFlag = 16;
  const auto serialized = sketch.serialize_updatable();
  std::string bytes(serialized.begin(), serialized.end());
  const bool is_array = (bytes[7] & 3) == 2;
  if (!is_array || (bytes[5] & kOutOfOrderFlag) == 0) return bytes;
  const auto least = std::min_element(bytes.begin() + kRegisters, bytes.end());
  const auto count = static_cast<uint32_t>(std::count(bytes.begin() + kRegisters, bytes.end(), *least));
  bytes[6] = *least;
  std::memcpy(bytes.data() + 32, &count, sizeof(count));
  return bytes;
}

/// Adds a sketch to a union. The library takes a union whose only sketch had more registers for empty until its
/// counters are made anew, which asking for an estimate does.
void AddTo(hll_union& all, const hll_sketch& sketch) {
  all.update(sketch);
  static_cast<void>(all.get_estimate());
}

std::string UnionBytes(const hll_union& all) { return Updatable(all.get_result(datasketches::HLL_8)); }

[[noreturn]] void ThrowDifferent(uint8_t left, uint8_t right, std::string_view function) {
  throw SketchError(
      "HLL_UNION_DIFFERENT_LG_K",
      {{"left", std::to_string(left)}, {"right", std::to_string(right)}, {"function", QuotedFunction(function)}});
}

class HllSketchAccumulator : public Accumulator {
 public:
  explicit HllSketchAccumulator(const KernelCall& call) : call_(call) {}

  void Update(const AccumulatorContext&, std::span<const VectorView> arguments, size_t row) override {
    const VectorView& values = arguments[0];
    if (!sketch_) {
      sketch_.emplace(CheckedLgK(IntParameter(call_, 1, arguments, row), call_.function_name), datasketches::HLL_8);
    }
    if (!values.IsValid(row)) return;
    switch (call_.argument_types[0].kind()) {
      case TypeKind::kInt:
        return sketch_->update(int64_t{values.Get<int32_t>(row)});
      case TypeKind::kLong:
        return sketch_->update(values.Get<int64_t>(row));
      default: {
        const std::string_view bytes = values.Text(row);
        if (!bytes.empty()) sketch_->update(bytes.data(), bytes.size());
      }
    }
  }
  void Merge(const AccumulatorContext&, const Accumulator& other) override {
    const auto& theirs = static_cast<const HllSketchAccumulator&>(other);
    if (!theirs.sketch_) return;
    hll_union both(theirs.sketch_->get_lg_config_k());
    if (sketch_) both.update(*sketch_);
    both.update(*theirs.sketch_);
    sketch_.emplace(both.get_result(datasketches::HLL_8));
  }
  void Finalize(const AccumulatorContext&, ResultVector& result, size_t row) const override {
    if (sketch_) return result.SetText(row, Updatable(*sketch_));
    const uint8_t lg_k = CheckedLgK(IntParameter(call_, 1).value_or(kDefaultLgK), call_.function_name);
    result.SetText(row, Updatable(hll_sketch(lg_k, datasketches::HLL_8)));
  }
  size_t Bytes() const override {
    return sizeof(*this) + (sketch_ ? kImplementationBytes + sketch_->get_updatable_serialization_bytes() : 0);
  }

 private:
  const KernelCall& call_;
  std::optional<hll_sketch> sketch_;
};

class HllUnionAccumulator : public Accumulator {
 public:
  explicit HllUnionAccumulator(const KernelCall& call) : call_(call) {}

  void Update(const AccumulatorContext&, std::span<const VectorView> arguments, size_t row) override {
    if (!arguments[0].IsValid(row)) return;
    may_differ_ = arguments[1].IsValid(row) && arguments[1].Get<bool>(row);
    Add(ReadHll(arguments[0].Text(row), call_.function_name));
  }
  void Merge(const AccumulatorContext&, const Accumulator& other) override {
    const auto& theirs = static_cast<const HllUnionAccumulator&>(other);
    if (!theirs.union_) return;
    may_differ_ = theirs.may_differ_;
    Add(theirs.union_->get_result(datasketches::HLL_8));
  }
  void Finalize(const AccumulatorContext&, ResultVector& result, size_t row) const override {
    result.SetText(row, UnionBytes(union_ ? *union_ : hll_union(kDefaultLgK)));
  }
  size_t Bytes() const override {
    return sizeof(*this) + (union_ ? kImplementationBytes + (size_t{1} << union_->get_lg_config_k()) : 0);
  }

 private:
  void Add(const hll_sketch& sketch) {
    if (!union_) {
      union_.emplace(sketch.get_lg_config_k());
    } else if (!may_differ_ && union_->get_lg_config_k() != sketch.get_lg_config_k()) {
      ThrowDifferent(union_->get_lg_config_k(), sketch.get_lg_config_k(), call_.function_name);
    }
    AddTo(*union_, sketch);
  }

  const KernelCall& call_;
  bool may_differ_ = false;
  std::optional<hll_union> union_;
};

int64_t HllEstimate(Row& row, std::string_view bytes) {
  return RoundedEstimate(ReadHll(bytes, row.call().function_name).get_estimate());
}

std::string HllUnion(Row& row, std::string_view a, std::string_view b, bool may_differ) {
  const std::string& function = row.call().function_name;
  const hll_sketch first = ReadHll(a, function);
  const hll_sketch second = ReadHll(b, function);
  if (!may_differ && first.get_lg_config_k() != second.get_lg_config_k()) {
    ThrowDifferent(first.get_lg_config_k(), second.get_lg_config_k(), function);
  }
  hll_union both(std::min(first.get_lg_config_k(), second.get_lg_config_k()));
  AddTo(both, first);
  AddTo(both, second);
  return UnionBytes(both);
}

}  // namespace

constinit const Kernel kHllSketchAgg = AggregateKernel<Partitioned<HllSketchAccumulator>>();
constinit const Kernel kHllUnionAgg = AggregateKernel<HllUnionAccumulator>();
constinit const Kernel kHllSketchEstimate = RowKernel<HllEstimate>(true);
constinit const Kernel kHllUnion = RowKernel<HllUnion>(true);

}  // namespace firesteel::functions
