#include "engine/extreme_function.h"

#include <utility>

#include "duckdb/catalog/catalog.hpp"
#include "duckdb/function/aggregate_function.hpp"
#include "duckdb/parser/parsed_data/create_aggregate_function_info.hpp"

namespace firesteel::engine {
namespace {

template <class T>
struct Extreme {
  T value;
  bool is_set;
};

template <class T>
bool IsGreater(T a, T b) {
  return a > b || (a != a && b == b);
}

/// As the engine's templates for aggregates of one argument want it.
template <bool kGreatest>
struct KeepExtreme {
  template <class State>
  static void Initialize(State& state) {
    state.is_set = false;
  }
  template <class T, class State>
  static void Take(State& state, T value) {
    if (!state.is_set || (kGreatest ? IsGreater(value, state.value) : IsGreater(state.value, value))) {
      state.value = value;
      state.is_set = true;
    }
  }
  template <class T, class State, class Op>
  static void Operation(State& state, const T& value, duckdb::AggregateUnaryInput&) {
    Take(state, value);
  }
  template <class T, class State, class Op>
  static void ConstantOperation(State& state, const T& value, duckdb::AggregateUnaryInput&, duckdb::idx_t) {
    Take(state, value);
  }
  template <class State, class Op>
  static void Combine(const State& from, State& to, duckdb::AggregateInputData&) {
    if (from.is_set) Take(to, from.value);
  }
  template <class T, class State>
  static void Finalize(State& state, T& target, duckdb::AggregateFinalizeData& data) {
    if (state.is_set) {
      target = state.value;
    } else {
      data.ReturnNull();
    }
  }
  static bool IgnoreNull() { return true; }
};

template <class T, bool kGreatest>
duckdb::AggregateFunction Of(const duckdb::LogicalType& type) {
  auto function = duckdb::AggregateFunction::UnaryAggregate<Extreme<T>, T, T, KeepExtreme<kGreatest>>(type, type);
  function.SetOrderDependent(duckdb::AggregateOrderDependent::NOT_ORDER_DEPENDENT);
  function.SetDistinctDependent(duckdb::AggregateDistinctDependent::NOT_DISTINCT_DEPENDENT);
  return function;
}

template <bool kGreatest>
void Register(duckdb::ClientContext& context, const char* name) {
  duckdb::AggregateFunctionSet functions(name);
  functions.AddFunction(Of<double, kGreatest>(duckdb::LogicalType::DOUBLE));
  functions.AddFunction(Of<float, kGreatest>(duckdb::LogicalType::FLOAT));
  duckdb::CreateAggregateFunctionInfo info(std::move(functions));
  duckdb::Catalog::GetSystemCatalog(context).CreateFunction(context, info);
}

}  // namespace

void RegisterExtremeFunctions(duckdb::ClientContext& context) {
  Register<false>(context, "fs_min");
  Register<true>(context, "fs_max");
}

}  // namespace firesteel::engine
