#include <cmath>
#include <memory>
#include <optional>
#include <string>

#include "functions/kernels/sketch/frequent_items.h"
#include "functions/kernels/sketch/item_codec.h"
#include "functions/kernels/sketch/partitioned.h"
#include "functions/kernels/sketch/sketch.h"
#include "functions/kernels/sketch/sketch_error.h"
#include "functions/kernels/sketch/sketch_parameters.h"
#include "types/quoting.h"

namespace firesteel::functions {
namespace {

constexpr int32_t kMostTracked = 1'000'000;
constexpr int32_t kNotGiven = -1;  ///< approx_top_k_combine without maxItemsTracked

/// The table that holds so many items when three quarters full.
int LgTableSize(int32_t tracked) {
  const int32_t wanted = static_cast<int32_t>(std::ceil(tracked / 0.75));
  return static_cast<int>(std::ceil(std::log(wanted) / std::log(2)));
}

void CheckK(int32_t k) {
  if (k <= 0) {
    throw SketchError("APPROX_TOP_K_NON_POSITIVE_ARG", {{"argName", "`k`"}, {"argValue", std::to_string(k)}});
  }
}

void CheckTracked(int32_t tracked) {
  if (tracked > kMostTracked) {
    throw SketchError("APPROX_TOP_K_MAX_ITEMS_TRACKED_EXCEEDS_LIMIT",
                      {{"maxItemsTracked", std::to_string(tracked)}, {"limit", std::to_string(kMostTracked)}});
  }
  if (tracked <= 0) {
    throw SketchError("APPROX_TOP_K_NON_POSITIVE_ARG",
                      {{"argName", "`maxItemsTracked`"}, {"argValue", std::to_string(tracked)}});
  }
}

void CheckTracked(int32_t tracked, int32_t k) {
  CheckTracked(tracked);
  if (tracked < k) {
    throw SketchError("APPROX_TOP_K_MAX_ITEMS_TRACKED_LESS_THAN_K",
                      {{"maxItemsTracked", std::to_string(tracked)}, {"k", std::to_string(k)}});
  }
}

/// Frequent items and how many nulls there were.
struct Counted {
  explicit Counted(int lg_most) : items(lg_most) {}
  FrequentItems items;
  int64_t nulls = 0;

  void Merge(const Counted& other) {
    items.Merge(other.items);
    nulls += other.nulls;
  }
  std::string Bytes(const ItemCodec& codec) const {
    std::string bytes = items.Bytes(codec);
    for (int shift = 56; shift >= 0; shift -= 8) bytes += static_cast<char>(static_cast<uint64_t>(nulls) >> shift);
    return bytes;
  }
  static Counted Read(std::string_view bytes, const ItemCodec& codec) {
    if (bytes.size() < 8) throw SketchFormatError{};
    Counted counted(0);
    counted.items = FrequentItems::Read(bytes.substr(0, bytes.size() - 8), codec);
    uint64_t nulls = 0;
    for (const char byte : bytes.substr(bytes.size() - 8)) nulls = nulls << 8 | static_cast<uint8_t>(byte);
    counted.nulls = static_cast<int64_t>(nulls);
    return counted;
  }
  /// The k most frequent, NULL behind items as frequent as it.
  void WriteTop(int32_t k, const ItemCodec& codec, ResultVector& result, size_t row) const {
    const std::vector<FrequentItems::Counted> found = items.Frequent();
    const size_t size = std::min<size_t>(found.size() + (nulls > 0 ? 1 : 0), static_cast<size_t>(k));
    const uint64_t start = result.AppendList(row, size);
    ResultVector& item = result.Child(0).Child(0);
    bool wrote_null = nulls <= 0;
    size_t next = 0;
    for (size_t i = 0; i < size; ++i) {
      const size_t place = start + i;
      int64_t* counts = result.Child(0).Child(1).Data<int64_t>();
      if (!wrote_null && (next == found.size() || nulls > found[next].count)) {
        wrote_null = true;
        item.SetNull(place);
        counts[place] = nulls;
      } else {
        codec.Write(found[next].item, item, place);
        counts[place] = found[next++].count;
      }
    }
  }
};

void WriteState(const Counted& counted, int32_t tracked, const ItemCodec& codec, ResultVector& result, size_t row) {
  result.Child(0).SetText(row, counted.Bytes(codec));
  result.Child(1).Data<int32_t>()[row] = tracked;
  result.Child(2).SetNull(row);
  result.Child(3).SetText(row, ItemTypeText(codec.type()));
}

/// approx_top_k (with k) and approx_top_k_accumulate.
template <bool has_k>
class TopKAccumulator : public Accumulator {
 public:
  explicit TopKAccumulator(const KernelCall& call) : codec_(call.argument_types[0]), call_(call) {}

  void Update(const AccumulatorContext&, std::span<const VectorView> arguments, size_t row) override {
    if (!counted_) {
      if (has_k) k_ = IntParameter(call_, 1, arguments, row);
      Start(IntParameter(call_, kTracked, arguments, row));
    }
    if (!arguments[0].IsValid(row)) {
      ++counted_->nulls;
      return;
    }
    const std::string item = codec_.Encode(arguments[0], row);
    counted_->items.Update(item, codec_.HashCode(item), 1);
  }
  void Merge(const AccumulatorContext&, const Accumulator& other) override {
    const auto& theirs = static_cast<const TopKAccumulator&>(other);
    if (!theirs.counted_) return;
    if (!counted_) {
      k_ = theirs.k_;
      Start(theirs.tracked_);
    }
    counted_->Merge(*theirs.counted_);
  }
  void Finalize(const AccumulatorContext& context, ResultVector& result, size_t row) const override {
    if (!counted_) {
      TopKAccumulator none(call_);
      if (has_k) none.k_ = IntParameter(call_, 1).value_or(5);
      none.Start(IntParameter(call_, kTracked).value_or(10000));
      return none.Finalize(context, result, row);
    }
    if (has_k) {
      counted_->WriteTop(k_, codec_, result, row);
    } else {
      WriteState(*counted_, tracked_, codec_, result, row);
    }
  }
  size_t Bytes() const override { return sizeof(*this) + (counted_ ? counted_->items.size() : 0); }

 private:
  static constexpr size_t kTracked = has_k ? 2 : 1;

  void Start(int32_t tracked) {
    if (has_k) {
      CheckK(k_);
      CheckTracked(tracked, k_);
    } else {
      CheckTracked(tracked);
    }
    tracked_ = tracked;
    counted_.emplace(LgTableSize(tracked));
  }

  const ItemCodec codec_;
  const KernelCall& call_;
  int32_t k_ = 0;
  int32_t tracked_ = 0;
  std::optional<Counted> counted_;
};

[[noreturn]] void ThrowUnreadable() {
  throw QueryError("PARSE_SYNTAX_ERROR", {{"error", "end of input"}, {"hint", ""}}, nullptr, ErrorClass::kParse);
}

DataType TypeOfState(const VectorView& state, size_t index) {
  const std::optional<DataType> type = ItemTypeOf(state.children[3].Text(index));
  if (!type) ThrowUnreadable();
  return *type;
}

Counted ReadState(std::string_view bytes, const ItemCodec& codec) {
  try {
    return Counted::Read(bytes, codec);
  } catch (const SketchFormatError&) {
    throw QueryError("INTERNAL_ERROR", {{"message", "The sketch of an approx_top_k state is not valid."}}, nullptr,
                     ErrorClass::kRuntime);
  }
}

class TopKCombineAccumulator : public Accumulator {
 public:
  explicit TopKCombineAccumulator(const KernelCall& call) : call_(call) {}

  void Update(const AccumulatorContext&, std::span<const VectorView> arguments, size_t row) override {
    const int32_t wanted = IntParameter(call_, 1, arguments, row);
    const VectorView& state = arguments[0];
    if (!state.IsValid(row)) return;
    const size_t index = state.IndexOf(row);
    const DataType type = TypeOfState(state, index);
    const int32_t tracked = state.children[1].Get<int32_t>(index);
    Add(ReadState(state.children[0].Text(index), ItemCodec(type)), type, tracked, wanted);
  }
  void Merge(const AccumulatorContext&, const Accumulator& other) override {
    const auto& theirs = static_cast<const TopKCombineAccumulator&>(other);
    if (theirs.counted_) Add(*theirs.counted_, theirs.codec_->type(), theirs.tracked_, theirs.wanted_);
  }
  void Finalize(const AccumulatorContext&, ResultVector& result, size_t row) const override {
    if (counted_) return WriteState(*counted_, tracked_, *codec_, result, row);
    const int32_t wanted = IntParameter(call_, 1).value_or(kNotGiven);
    const Counted none(LgTableSize(wanted == kNotGiven ? kMostTracked : wanted));
    WriteState(none, wanted, ItemCodec(call_.argument_types[0].fields()[2].type), result, row);
  }
  size_t Bytes() const override { return sizeof(*this) + (counted_ ? counted_->items.size() : 0); }

 private:
  void Add(const Counted& other, const DataType& type, int32_t tracked, int32_t wanted) {
    if (!counted_) {
      wanted_ = wanted;
      tracked_ = wanted == kNotGiven ? tracked : wanted;
      if (wanted != kNotGiven) CheckTracked(wanted);
      codec_.emplace(type);
      counted_.emplace(LgTableSize(wanted == kNotGiven ? kMostTracked : wanted));
    }
    if (wanted_ == kNotGiven && tracked != tracked_) {
      throw SketchError("APPROX_TOP_K_SKETCH_SIZE_NOT_MATCH",
                        {{"size1", std::to_string(tracked_)}, {"size2", std::to_string(tracked)}});
    }
    if (type != codec_->type()) {
      throw SketchError("APPROX_TOP_K_SKETCH_TYPE_NOT_MATCH",
                        {{"type1", QuoteType(codec_->type())}, {"type2", QuoteType(type)}});
    }
    counted_->Merge(other);
  }

  const KernelCall& call_;
  int32_t wanted_ = kNotGiven;
  int32_t tracked_ = kNotGiven;
  std::optional<ItemCodec> codec_;
  std::optional<Counted> counted_;
};

void EstimateTopK(KernelContext&, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  const VectorView& state = arguments[0];
  for (size_t row = 0; row < rows; ++row) {
    if (!state.IsValid(row)) {
      result.SetNull(row);
      result.SetList(row, 0, 0);
      continue;
    }
    if (!arguments[1].IsValid(row)) throw SketchError("APPROX_TOP_K_NULL_ARG", {{"argName", "`k`"}});
    const int32_t k = arguments[1].Get<int32_t>(row);
    const size_t index = state.IndexOf(row);
    CheckK(k);
    CheckTracked(state.children[1].Get<int32_t>(index), k);
    const ItemCodec codec(TypeOfState(state, index));
    ReadState(state.children[0].Text(index), codec).WriteTop(k, codec, result, row);
  }
}

}  // namespace

constinit const Kernel kApproxTopK = AggregateKernel<Partitioned<TopKAccumulator<true>>>();
constinit const Kernel kApproxTopKAccumulate = AggregateKernel<Partitioned<TopKAccumulator<false>>>();
constinit const Kernel kApproxTopKCombine = AggregateKernel<TopKCombineAccumulator>();
constinit const Kernel kApproxTopKEstimate = {EstimateTopK, nullptr, true};

}  // namespace firesteel::functions
