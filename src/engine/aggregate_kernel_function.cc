#include <algorithm>
#include <cstring>
#include <exception>
#include <memory>
#include <utility>

#include "base/error.h"
#include "duckdb/catalog/catalog.hpp"
#include "duckdb/common/serializer/deserializer.hpp"
#include "duckdb/common/serializer/serializer.hpp"
#include "duckdb/common/vector_operations/vector_operations.hpp"
#include "duckdb/function/aggregate_function.hpp"
#include "duckdb/parser/parsed_data/create_aggregate_function_info.hpp"
#include "engine/aggregate_states.h"
#include "engine/argument_views.h"
#include "engine/kernel_call.h"
#include "engine/kernel_function.h"
#include "engine/operation.h"
#include "engine/physical_type.h"
#include "engine/result_adapter.h"
#include "engine/state_memory.h"
#include "functions/accumulator.h"

namespace firesteel::engine {
namespace {

using functions::Accumulator;
using functions::AccumulatorContext;

struct AggregateBinding : duckdb::FunctionData {
  AggregateBinding(int64_t id, duckdb::shared_ptr<Operation> operation, std::shared_ptr<StateMemory> memory)
      : id(id), operation(std::move(operation)), call(this->operation->kernel(id)), memory(std::move(memory)) {}

  duckdb::unique_ptr<duckdb::FunctionData> Copy() const override {
    return duckdb::make_uniq<AggregateBinding>(id, operation, memory);
  }
  bool Equals(const duckdb::FunctionData& other) const override { return call == other.Cast<AggregateBinding>().call; }

  const int64_t id;
  const duckdb::shared_ptr<Operation> operation;
  const std::shared_ptr<const functions::KernelCall> call;
  const std::shared_ptr<StateMemory> memory;
};

/// A group's accumulator with all that it needs: the engine destroys states when the plan and its bindings are gone.
struct Held {
  Held(const AggregateBinding& binding)
      : call(binding.call), memory(binding.memory), accumulator(call->kernel->accumulate(*call)) {}
  ~Held() { memory->Shrink(counted); }
  Held(const Held&) = delete;
  Held& operator=(const Held&) = delete;

  const std::shared_ptr<const functions::KernelCall> call;
  const std::shared_ptr<StateMemory> memory;
  const std::unique_ptr<Accumulator> accumulator;
  uint64_t counted = 0;  ///< bytes that `memory` knows of
};

/// What the engine keeps for a group and moves as bytes.
struct State {
  Held* held;  ///< null: no row yet
};

std::shared_ptr<StateMemory> MemoryOf(duckdb::ClientContext& context) {
  return std::make_shared<StateMemory>(duckdb::BufferManager::GetBufferManager(context));
}

duckdb::unique_ptr<duckdb::FunctionData> Bind(duckdb::ClientContext& context, duckdb::AggregateFunction& function,
                                              duckdb::vector<duckdb::unique_ptr<duckdb::Expression>>& arguments) {
  const int64_t id = KernelNumber(context, *arguments[0]);
  auto binding = duckdb::make_uniq<AggregateBinding>(id, Operation::Of(context), MemoryOf(context));
  const functions::KernelCall& call = *binding->call;
  if (!call.kernel->accumulate || arguments.size() - 1 != call.argument_types.size()) {
    throw duckdb::InvalidInputException("kernel call %d (%s) is no aggregate of %d arguments", id, call.function_name,
                                        arguments.size() - 1);
  }
  TakeArguments(function, arguments, call);
  function.varargs = duckdb::LogicalType::INVALID;
  function.SetReturnType(PhysicalType(call.result_type));
  return binding;
}

void Serialize(duckdb::Serializer& serializer, const duckdb::optional_ptr<duckdb::FunctionData> data,
               const duckdb::AggregateFunction&) {
  serializer.WriteProperty(100, "id", data->Cast<AggregateBinding>().id);
}

/// Plans are copied through their serialized form, within the operation.
duckdb::unique_ptr<duckdb::FunctionData> Deserialize(duckdb::Deserializer& deserializer,
                                                     duckdb::AggregateFunction& function) {
  const auto id = deserializer.ReadProperty<int64_t>(100, "id");
  auto& context = deserializer.Get<duckdb::ClientContext&>();
  auto binding = duckdb::make_uniq<AggregateBinding>(id, Operation::Of(context), MemoryOf(context));
  function.varargs = duckdb::LogicalType::INVALID;
  function.SetReturnType(PhysicalType(binding->call->result_type));
  return binding;
}

/// Runs what calls accumulators: their errors travel through the engine to the end of the query.
template <class F>
void Guarded(const AggregateBinding& binding, F run) {
  Operation& operation = *binding.operation;
  if (operation.cancelled()) throw duckdb::InterruptException();
  std::exception_ptr error = KernelError([&] { run(AccumulatorContext(*binding.call)); });
  if (error) operation.Raise(std::move(error));
}

Accumulator& Filled(State& state, const AggregateBinding& binding) {
  if (!state.held) state.held = new Held(binding);
  return *state.held->accumulator;
}

/// The change of a state's size since it was last counted.
int64_t Recount(State& state) {
  if (!state.held) return 0;
  const uint64_t bytes = sizeof(Held) + state.held->accumulator->Bytes();
  const auto change = static_cast<int64_t>(bytes) - static_cast<int64_t>(state.held->counted);
  state.held->counted = bytes;
  return change;
}

void Count(const AggregateBinding& binding, int64_t change) {
  if (change > 0) binding.memory->Grow(static_cast<uint64_t>(change));
  if (change < 0) binding.memory->Shrink(static_cast<uint64_t>(-change));
}

using States = AggregateStates<State>;

duckdb::idx_t StateSize(const duckdb::AggregateFunction&) { return sizeof(State); }

void Initialize(const duckdb::AggregateFunction&, duckdb::data_ptr_t state) { new (state) State{nullptr}; }

template <class StateAt>
void UpdateEach(duckdb::Vector* inputs, const duckdb::AggregateInputData& data, size_t count, StateAt state_at) {
  const auto& binding = data.bind_data->Cast<AggregateBinding>();
  const ArgumentViews views(inputs, binding.call->argument_types, count);
  int64_t change = 0;
  Guarded(binding, [&](const AccumulatorContext& context) {
    for (size_t row = 0; row < count; ++row) {
      Filled(state_at(row), binding).Update(context, views.views(), row);
    }
    for (size_t row = 0; row < count; ++row) change += Recount(state_at(row));
  });
  Count(binding, change);
}

void Update(duckdb::Vector inputs[], duckdb::AggregateInputData& data, duckdb::idx_t, duckdb::Vector& vector,
            duckdb::idx_t count) {
  const States states(vector, count);
  UpdateEach(inputs, data, count, [&](size_t row) -> State& { return states[row]; });
}

void UpdateOne(duckdb::Vector inputs[], duckdb::AggregateInputData& data, duckdb::idx_t, duckdb::data_ptr_t pointer,
               duckdb::idx_t count) {
  State& state = *reinterpret_cast<State*>(pointer);
  UpdateEach(inputs, data, count, [&](size_t) -> State& { return state; });
}

void Combine(duckdb::Vector& source, duckdb::Vector& target, duckdb::AggregateInputData& data, duckdb::idx_t count) {
  const auto& binding = data.bind_data->Cast<AggregateBinding>();
  const States from(source, count);
  const States to(target, count);
  int64_t change = 0;
  Guarded(binding, [&](const AccumulatorContext& context) {
    for (size_t i = 0; i < count; ++i) {
      if (!from[i].held) continue;
      if (!to[i].held && data.combine_type == duckdb::AggregateCombineType::ALLOW_DESTRUCTIVE) {
        std::swap(from[i], to[i]);
        continue;
      }
      Filled(to[i], binding).Merge(context, *from[i].held->accumulator);
      change += Recount(to[i]);
    }
  });
  Count(binding, change);
}

void Finalize(duckdb::Vector& vector, duckdb::AggregateInputData& data, duckdb::Vector& result, duckdb::idx_t count,
              duckdb::idx_t offset) {
  const auto& binding = data.bind_data->Cast<AggregateBinding>();
  const States states(vector, count);
  if (offset > 0) {
    duckdb::Vector part(result.GetType(), count);
    Finalize(vector, data, part, count, 0);
    duckdb::VectorOperations::Copy(part, result, count, 0, offset);
    return;
  }
  result.SetVectorType(duckdb::VectorType::FLAT_VECTOR);
  ResultAdapter output(result, binding.call->result_type, count);
  std::unique_ptr<Accumulator> none;
  Guarded(binding, [&](const AccumulatorContext& context) {
    for (size_t i = 0; i < count; ++i) {
      const Accumulator* accumulator = states[i].held ? states[i].held->accumulator.get() : nullptr;
      if (!accumulator) {
        if (!none) none = binding.call->kernel->accumulate(*binding.call);
        accumulator = none.get();
      }
      accumulator->Finalize(context, output, i);
    }
  });
  output.Finish(count);
}

void Destroy(duckdb::Vector& vector, duckdb::AggregateInputData&, duckdb::idx_t count) {
  const States states(vector, count);
  for (size_t i = 0; i < count; ++i) {
    delete states[i].held;
    states[i].held = nullptr;
  }
}

}  // namespace

void RegisterAggregateKernelFunction(duckdb::ClientContext& context) {
  duckdb::AggregateFunction function("fs_aggregate", {duckdb::LogicalType::BIGINT}, duckdb::LogicalType::ANY, StateSize,
                                     Initialize, Update, Combine, Finalize,
                                     duckdb::FunctionNullHandling::SPECIAL_HANDLING, UpdateOne, Bind, Destroy);
  function.varargs = duckdb::LogicalType::ANY;
  function.SetSerializeCallback(Serialize);
  function.SetDeserializeCallback(Deserialize);
  duckdb::CreateAggregateFunctionInfo info(function);
  duckdb::Catalog::GetSystemCatalog(context).CreateFunction(context, info);
}

}  // namespace firesteel::engine
