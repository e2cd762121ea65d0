#include "engine/variance_function.h"

#include <cmath>
#include <utility>

#include "duckdb/catalog/catalog.hpp"
#include "duckdb/function/aggregate_function.hpp"
#include "duckdb/parser/parsed_data/create_aggregate_function_info.hpp"

namespace firesteel::engine {
namespace {

/// Count, mean and sum of squared distances from it, as Spark's CentralMomentAgg keeps them.
struct State {
  double count;
  double average;
  double squares;
};

void Add(State& state, double value) {
  state.count += 1;
  const double delta = value - state.average;
  const double part = delta / state.count;
  state.average += part;
  state.squares += delta * (delta - part);
}

/// What the engine's templates ask of an aggregate. `kLeast`: of how many values there is a variance.
template <int kLeast, bool kRoot>
struct Variance {
  static void Initialize(State& state) { state = State{0, 0, 0}; }
  static bool IgnoreNull() { return true; }

  template <class Input, class S, class Op>
  static void Operation(S& state, const Input& input, duckdb::AggregateUnaryInput&) {
    Add(state, input);
  }
  template <class Input, class S, class Op>
  static void ConstantOperation(S& state, const Input& input, duckdb::AggregateUnaryInput&, duckdb::idx_t count) {
    for (duckdb::idx_t i = 0; i < count; ++i) Add(state, input);
  }

  template <class S, class Op>
  static void Combine(const S& source, S& target, duckdb::AggregateInputData&) {
    if (source.count == 0) return;
    if (target.count == 0) {
      target = source;
      return;
    }
    const double mine = target.count;
    target.count = mine + source.count;
    const double delta = source.average - target.average;
    const double part = delta / target.count;
    target.average += part * source.count;
    target.squares = target.squares + source.squares + delta * part * mine * source.count;
  }

  template <class Result, class S>
  static void Finalize(S& state, Result& target, duckdb::AggregateFinalizeData& data) {
    if (state.count < kLeast) {
      data.ReturnNull();
      return;
    }
    const double variance = state.squares / (state.count - (kLeast - 1));
    target = kRoot ? std::sqrt(variance) : variance;
  }
};

template <int kLeast, bool kRoot>
void Register(duckdb::ClientContext& context, const char* name) {
  auto function = duckdb::AggregateFunction::UnaryAggregate<State, double, double, Variance<kLeast, kRoot>>(
      duckdb::LogicalType::DOUBLE, duckdb::LogicalType::DOUBLE);
  function.name = name;
  function.SetOrderDependent(duckdb::AggregateOrderDependent::NOT_ORDER_DEPENDENT);
  duckdb::CreateAggregateFunctionInfo info(std::move(function));
  duckdb::Catalog::GetSystemCatalog(context).CreateFunction(context, info);
}

}  // namespace

void RegisterVarianceFunctions(duckdb::ClientContext& context) {
  Register<1, false>(context, "fs_var_pop");
  Register<2, false>(context, "fs_var_samp");
  Register<1, true>(context, "fs_stddev_pop");
  Register<2, true>(context, "fs_stddev_samp");
}

}  // namespace firesteel::engine
