#include "engine/moment_function.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

#include "duckdb/catalog/catalog.hpp"
#include "duckdb/function/aggregate_function.hpp"
#include "duckdb/parser/parsed_data/create_aggregate_function_info.hpp"
#include "engine/aggregate_states.h"
#include "functions/kernels/aggregate/moments.h"

namespace firesteel::engine {
namespace {

using functions::Moments;
using functions::Pairs;

template <class Sums>
constexpr size_t kArguments = std::is_same_v<Sums, Pairs> ? 2 : 1;

/// A group: its first rows as they come, its sums when there are more. The engine moves states as bytes, and of many
/// groups each byte counts: rows and sums lie in one place.
template <class Sums>
class Group {
 public:
  struct Row {
    std::array<double, kArguments<Sums>> values;
    bool is_null;
  };

  void Add(const Row& row, int32_t slices) {
    slices_ = static_cast<uint8_t>(slices);
    if (!is_summed_ && count_ < kFew) {
      std::copy(row.values.begin(), row.values.end(), numbers_ + count_ * kArguments<Sums>);
      nulls_ = static_cast<uint16_t>(nulls_ | row.is_null << count_);
      ++count_;
      return;
    }
    Sums sums = SumUp();
    AddTo(sums, row);
    Keep(sums);
  }

  void Merge(const Group& other) {
    if (!other.is_summed_) {
      for (uint32_t i = 0; i < other.count_; ++i) Add(other.RowAt(i), other.slices_);
      return;
    }
    Sums sums = SumUp();
    sums.Merge(other.SumUp());
    Keep(sums);
  }

  Sums Total() const {
    if (is_summed_) return SumUp();
    Sums all;
    const uint32_t slices = slices_;
    for (uint32_t slice = 0; slice < slices; ++slice) {
      Sums part;
      for (uint32_t i = slice * count_ / slices; i < (slice + 1) * count_ / slices; ++i) AddTo(part, RowAt(i));
      all.Merge(part);
    }
    return all;
  }

 private:
  static constexpr uint32_t kFew = 12;

  static void AddTo(Sums& sums, const Row& row) {
    if (row.is_null) return;
    if constexpr (kArguments<Sums> == 2) {
      sums.Add(row.values[0], row.values[1]);
    } else {
      sums.Add(row.values[0]);
    }
  }

  Row RowAt(uint32_t i) const {
    Row row;
    std::copy_n(numbers_ + i * kArguments<Sums>, kArguments<Sums>, row.values.begin());
    row.is_null = ((nulls_ >> i) & 1) != 0;
    return row;
  }

  Sums SumUp() const {
    Sums sums;
    if (is_summed_) {
      std::memcpy(static_cast<void*>(&sums), numbers_, sizeof sums);
    } else {
      for (uint32_t i = 0; i < count_; ++i) AddTo(sums, RowAt(i));
    }
    return sums;
  }
  void Keep(const Sums& sums) {
    is_summed_ = true;
    std::memcpy(numbers_, &sums, sizeof sums);
  }

  bool is_summed_ = false;
  uint8_t count_ = 0;
  uint8_t slices_ = 1;
  uint16_t nulls_ = 0;
  double numbers_[kFew * kArguments<Sums>];
  static_assert(sizeof(Sums) <= sizeof(numbers_) && std::is_trivially_copyable_v<Sums>);
};

template <class Sums>
using Groups = AggregateStates<Group<Sums>>;

template <class Sums>
duckdb::idx_t StateSize(const duckdb::AggregateFunction&) {
  return sizeof(Group<Sums>);
}

template <class Sums>
void Initialize(const duckdb::AggregateFunction&, duckdb::data_ptr_t state) {
  new (state) Group<Sums>;
}

template <class Sums, class GroupAt>
void UpdateEach(duckdb::Vector* inputs, size_t count, const GroupAt& group_at) {
  constexpr size_t kValues = kArguments<Sums>;
  std::array<duckdb::UnifiedVectorFormat, kValues + 1> columns;
  for (size_t i = 0; i < columns.size(); ++i) inputs[i].ToUnifiedFormat(count, columns[i]);
  const auto* slices = duckdb::UnifiedVectorFormat::GetData<int32_t>(columns[kValues]);
  for (size_t row = 0; row < count; ++row) {
    typename Group<Sums>::Row values{};
    for (size_t i = 0; i < kValues; ++i) {
      const size_t index = columns[i].sel->get_index(row);
      values.is_null = values.is_null || !columns[i].validity.RowIsValid(index);
      values.values[i] = duckdb::UnifiedVectorFormat::GetData<double>(columns[i])[index];
    }
    group_at(row).Add(values, slices[columns[kValues].sel->get_index(row)]);
  }
}

template <class Sums>
void Update(duckdb::Vector inputs[], duckdb::AggregateInputData&, duckdb::idx_t, duckdb::Vector& vector,
            duckdb::idx_t count) {
  const Groups<Sums> groups(vector, count);
  UpdateEach<Sums>(inputs, count, [&](size_t row) -> Group<Sums>& { return groups[row]; });
}

template <class Sums>
void UpdateOne(duckdb::Vector inputs[], duckdb::AggregateInputData&, duckdb::idx_t, duckdb::data_ptr_t pointer,
               duckdb::idx_t count) {
  Group<Sums>& group = *reinterpret_cast<Group<Sums>*>(pointer);
  UpdateEach<Sums>(inputs, count, [&](size_t) -> Group<Sums>& { return group; });
}

template <class Sums>
void Combine(duckdb::Vector& source, duckdb::Vector& target, duckdb::AggregateInputData&, duckdb::idx_t count) {
  const Groups<Sums> from(source, count);
  const Groups<Sums> to(target, count);
  for (size_t i = 0; i < count; ++i) to[i].Merge(from[i]);
}

template <class Sums, auto kResult>
void Finalize(duckdb::Vector& vector, duckdb::AggregateInputData&, duckdb::Vector& result, duckdb::idx_t count,
              duckdb::idx_t offset) {
  const Groups<Sums> groups(vector, count);
  auto* values = duckdb::FlatVector::GetData<double>(result);
  for (size_t i = 0; i < count; ++i) {
    if (const std::optional<double> value = kResult(groups[i].Total())) {
      values[offset + i] = *value;
    } else {
      duckdb::FlatVector::SetNull(result, offset + i, true);
    }
  }
}

template <class Sums, auto kResult>
void Register(duckdb::ClientContext& context, const std::string& name) {
  duckdb::vector<duckdb::LogicalType> arguments(kArguments<Sums>, duckdb::LogicalType::DOUBLE);
  arguments.push_back(duckdb::LogicalType::INTEGER);
  duckdb::AggregateFunction function("fs_" + name, arguments, duckdb::LogicalType::DOUBLE, StateSize<Sums>,
                                     Initialize<Sums>, Update<Sums>, Combine<Sums>, Finalize<Sums, kResult>,
                                     duckdb::FunctionNullHandling::SPECIAL_HANDLING, UpdateOne<Sums>);
  duckdb::CreateAggregateFunctionInfo info(std::move(function));
  duckdb::Catalog::GetSystemCatalog(context).CreateFunction(context, info);
}

}  // namespace

void RegisterMomentFunctions(duckdb::ClientContext& context) {
  Register<Moments, functions::Skewness>(context, "skewness");
  Register<Moments, functions::Kurtosis>(context, "kurtosis");
  Register<Moments, functions::PandasSkewness>(context, "pandas_skew");
  Register<Moments, functions::PandasKurtosis>(context, "pandas_kurt");
  Register<Pairs, functions::Correlation>(context, "corr");
  Register<Pairs, functions::PopulationCovariance>(context, "covar_pop");
  Register<Pairs, functions::SampleCovariance>(context, "covar_samp");
  Register<Pairs, functions::Sxx>(context, "regr_sxx");
  Register<Pairs, functions::Sxy>(context, "regr_sxy");
  Register<Pairs, functions::Syy>(context, "regr_syy");
  Register<Pairs, functions::Slope>(context, "regr_slope");
  Register<Pairs, functions::Intercept>(context, "regr_intercept");
  Register<Pairs, functions::R2>(context, "regr_r2");
}

}  // namespace firesteel::engine
