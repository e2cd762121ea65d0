#include "engine/rank_function.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "duckdb/catalog/catalog.hpp"
#include "duckdb/function/aggregate_function.hpp"
#include "duckdb/parser/parsed_data/create_aggregate_function_info.hpp"
#include "engine/aggregate_states.h"

namespace firesteel::engine {
namespace {

constexpr int kRankBits = 6;
constexpr uint64_t kRankMask = (1 << kRankBits) - 1;

/// A group's registers: the few that small groups have as they come, else a byte for each. The engine moves states as
/// bytes; what `all` points at belongs to its arena.
class Ranks {
 public:
  void Add(uint64_t packed, int32_t precision, duckdb::ArenaAllocator& arena) {
    precision_ = precision;
    const uint64_t index = packed >> kRankBits;
    if (all_ == nullptr) {
      for (uint32_t i = 0; i < count_; ++i) {
        if (few_[i] >> kRankBits != index) continue;
        few_[i] = std::max(few_[i], static_cast<uint32_t>(packed));
        return;
      }
      if (count_ < kFew) {
        few_[count_++] = static_cast<uint32_t>(packed);
        return;
      }
      Spread(arena);
    }
    all_[index] = std::max(all_[index], static_cast<uint8_t>(packed & kRankMask));
  }

  void Merge(const Ranks& other, duckdb::ArenaAllocator& arena) {
    if (other.all_ == nullptr) {
      for (uint32_t i = 0; i < other.count_; ++i) Add(other.few_[i], other.precision_, arena);
      return;
    }
    precision_ = other.precision_;
    if (all_ == nullptr) Spread(arena);
    for (size_t i = 0; i < Size(); ++i) all_[i] = std::max(all_[i], other.all_[i]);
  }

  bool empty() const { return all_ == nullptr && count_ == 0; }
  size_t Size() const { return size_t{1} << precision_; }
  void Write(char* ranks) const {
    if (all_ != nullptr) {
      std::memcpy(ranks, all_, Size());
      return;
    }
    std::memset(ranks, 0, Size());
    for (uint32_t i = 0; i < count_; ++i) ranks[few_[i] >> kRankBits] = static_cast<char>(few_[i] & kRankMask);
  }

 private:
  static constexpr uint32_t kFew = 14;

  void Spread(duckdb::ArenaAllocator& arena) {
    uint8_t* all = arena.AllocateAligned(Size());
    Write(reinterpret_cast<char*>(all));
    all_ = all;
  }

  uint8_t* all_ = nullptr;
  uint32_t count_ = 0;
  int32_t precision_ = 0;
  uint32_t few_[kFew];
};

duckdb::idx_t StateSize(const duckdb::AggregateFunction&) { return sizeof(Ranks); }

void Initialize(const duckdb::AggregateFunction&, duckdb::data_ptr_t state) { new (state) Ranks; }

template <class StateAt>
void UpdateEach(duckdb::Vector* inputs, duckdb::ArenaAllocator& arena, size_t count, const StateAt& state_at) {
  duckdb::UnifiedVectorFormat packed;
  duckdb::UnifiedVectorFormat precision;
  inputs[0].ToUnifiedFormat(count, packed);
  inputs[1].ToUnifiedFormat(count, precision);
  const auto* values = duckdb::UnifiedVectorFormat::GetData<int64_t>(packed);
  const auto* precisions = duckdb::UnifiedVectorFormat::GetData<int32_t>(precision);
  for (size_t row = 0; row < count; ++row) {
    const size_t index = packed.sel->get_index(row);
    if (!packed.validity.RowIsValid(index)) continue;
    state_at(row).Add(static_cast<uint64_t>(values[index]), precisions[precision.sel->get_index(row)], arena);
  }
}

using States = AggregateStates<Ranks>;

void Update(duckdb::Vector inputs[], duckdb::AggregateInputData& data, duckdb::idx_t, duckdb::Vector& vector,
            duckdb::idx_t count) {
  const States states(vector, count);
  UpdateEach(inputs, data.allocator, count, [&](size_t row) -> Ranks& { return states[row]; });
}

void UpdateOne(duckdb::Vector inputs[], duckdb::AggregateInputData& data, duckdb::idx_t, duckdb::data_ptr_t pointer,
               duckdb::idx_t count) {
  Ranks& state = *reinterpret_cast<Ranks*>(pointer);
  UpdateEach(inputs, data.allocator, count, [&](size_t) -> Ranks& { return state; });
}

void Combine(duckdb::Vector& source, duckdb::Vector& target, duckdb::AggregateInputData& data, duckdb::idx_t count) {
  const States from(source, count);
  const States to(target, count);
  for (size_t i = 0; i < count; ++i) to[i].Merge(from[i], data.allocator);
}

void Finalize(duckdb::Vector& vector, duckdb::AggregateInputData&, duckdb::Vector& result, duckdb::idx_t count,
              duckdb::idx_t offset) {
  const States states(vector, count);
  auto* texts = duckdb::FlatVector::GetData<duckdb::string_t>(result);
  for (size_t i = 0; i < count; ++i) {
    const Ranks& ranks = states[i];
    if (ranks.empty()) {
      duckdb::FlatVector::SetNull(result, offset + i, true);
      continue;
    }
    duckdb::string_t text = duckdb::StringVector::EmptyString(result, ranks.Size());
    ranks.Write(text.GetDataWriteable());
    text.Finalize();
    texts[offset + i] = text;
  }
}

}  // namespace

void RegisterRankFunction(duckdb::ClientContext& context) {
  duckdb::AggregateFunction function("fs_ranks", {duckdb::LogicalType::BIGINT, duckdb::LogicalType::INTEGER},
                                     duckdb::LogicalType::BLOB, StateSize, Initialize, Update, Combine, Finalize,
                                     duckdb::FunctionNullHandling::SPECIAL_HANDLING, UpdateOne);
  function.SetOrderDependent(duckdb::AggregateOrderDependent::NOT_ORDER_DEPENDENT);
  function.SetDistinctDependent(duckdb::AggregateDistinctDependent::NOT_DISTINCT_DEPENDENT);
  duckdb::CreateAggregateFunctionInfo info(std::move(function));
  duckdb::Catalog::GetSystemCatalog(context).CreateFunction(context, info);
}

}  // namespace firesteel::engine
