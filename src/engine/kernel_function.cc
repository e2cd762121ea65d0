#include "engine/kernel_function.h"

#include <exception>
#include <memory>
#include <utility>

#include "base/error.h"
#include "base/placed_error.h"
#include "duckdb/catalog/catalog.hpp"
#include "duckdb/common/serializer/deserializer.hpp"
#include "duckdb/common/serializer/serializer.hpp"
#include "duckdb/function/scalar_function.hpp"
#include "duckdb/parser/parsed_data/create_scalar_function_info.hpp"
#include "duckdb/planner/expression/bound_function_expression.hpp"
#include "engine/argument_views.h"
#include "engine/kernel_call.h"
#include "engine/operation.h"
#include "engine/physical_type.h"
#include "engine/result_adapter.h"

namespace firesteel::engine {
namespace {

struct KernelBinding : duckdb::FunctionData {
  KernelBinding(int64_t id, duckdb::shared_ptr<Operation> operation)
      : id(id), operation(std::move(operation)), call(this->operation->kernel(id)) {}

  duckdb::unique_ptr<duckdb::FunctionData> Copy() const override {
    return duckdb::make_uniq<KernelBinding>(id, operation);
  }
  bool Equals(const duckdb::FunctionData& other) const override { return call == other.Cast<KernelBinding>().call; }

  const int64_t id;
  const duckdb::shared_ptr<Operation> operation;
  const std::shared_ptr<const functions::KernelCall> call;
};

bool CanFail(const functions::KernelCall& call) { return call.kernel->fallible && call.mode != EvalMode::kTry; }

void SetSignature(duckdb::ScalarFunction& function, const functions::KernelCall& call) {
  function.varargs = duckdb::LogicalType::INVALID;
  function.SetReturnType(PhysicalType(call.result_type));
  if (CanFail(call)) function.SetFallible();
}

duckdb::unique_ptr<duckdb::FunctionData> Bind(duckdb::ClientContext& context, duckdb::ScalarFunction& function,
                                              duckdb::vector<duckdb::unique_ptr<duckdb::Expression>>& arguments) {
  const int64_t id = KernelNumber(context, *arguments[0]);
  auto binding = duckdb::make_uniq<KernelBinding>(id, Operation::Of(context));
  const functions::KernelCall& call = *binding->call;
  if (arguments.size() - 1 != call.argument_types.size()) {
    throw duckdb::InvalidInputException("kernel call %d (%s) has %d arguments instead of %d", id, call.function_name,
                                        arguments.size() - 1, call.argument_types.size());
  }
  TakeArguments(function, arguments, call);
  SetSignature(function, call);
  return binding;
}

void Serialize(duckdb::Serializer& serializer, const duckdb::optional_ptr<duckdb::FunctionData> data,
               const duckdb::ScalarFunction&) {
  serializer.WriteProperty(100, "id", data->Cast<KernelBinding>().id);
}

/// Plans are copied through their serialized form, within the operation.
duckdb::unique_ptr<duckdb::FunctionData> Deserialize(duckdb::Deserializer& deserializer,
                                                     duckdb::ScalarFunction& function) {
  const auto id = deserializer.ReadProperty<int64_t>(100, "id");
  auto binding = duckdb::make_uniq<KernelBinding>(id, Operation::Of(deserializer.Get<duckdb::ClientContext&>()));
  SetSignature(function, *binding->call);
  return binding;
}

void RunKernel(const KernelBinding& binding, duckdb::DataChunk& arguments, duckdb::Vector& result, size_t rows) {
  Operation& operation = *binding.operation;
  const functions::KernelCall& call = *binding.call;
  if (operation.cancelled()) throw duckdb::InterruptException();
  const ArgumentViews views(arguments, call.argument_types, rows);
  ResultAdapter output(result, call.result_type, rows);
  functions::KernelContext context(call, output, operation.cancel());
  std::exception_ptr error = KernelError([&] { call.kernel->run(context, views.views(), rows, output); });
  if (!error && context.failed()) error = std::make_exception_ptr(PlacedError(*context.error(), call.origin));
  if (error) operation.Raise(std::move(error));
  if (context.cancelled()) throw duckdb::InterruptException();
  output.Finish(rows);
  if (!call.kernel->shares_text) return;
  duckdb::Vector& texts = call.result_type.Is(TypeKind::kArray) ? duckdb::ListVector::GetEntry(result) : result;
  for (duckdb::Vector& argument : arguments.data) {
    if (argument.GetType().InternalType() == duckdb::PhysicalType::VARCHAR) {
      duckdb::StringVector::AddHeapReference(texts, argument);
    }
  }
}

void Execute(duckdb::DataChunk& arguments, duckdb::ExpressionState& state, duckdb::Vector& result) {
  const auto& expression = state.expr.Cast<duckdb::BoundFunctionExpression>();
  const bool is_volatile = expression.function.GetStability() == duckdb::FunctionStability::VOLATILE;
  const bool is_constant = !is_volatile && arguments.AllConstant();
  result.SetVectorType(duckdb::VectorType::FLAT_VECTOR);
  RunKernel(expression.bind_info->Cast<KernelBinding>(), arguments, result, is_constant ? 1 : arguments.size());
  if (is_constant) result.SetVectorType(duckdb::VectorType::CONSTANT_VECTOR);
}

void Register(duckdb::ClientContext& context, const char* name, duckdb::FunctionStability stability) {
  duckdb::ScalarFunction function(name, {duckdb::LogicalType::BIGINT}, duckdb::LogicalType::ANY, Execute, Bind);
  function.varargs = duckdb::LogicalType::ANY;
  function.SetNullHandling(duckdb::FunctionNullHandling::SPECIAL_HANDLING);
  function.SetStability(stability);
  function.SetSerializeCallback(Serialize);
  function.SetDeserializeCallback(Deserialize);
  duckdb::CreateScalarFunctionInfo info(function);
  duckdb::Catalog::GetSystemCatalog(context).CreateFunction(context, info);
}

}  // namespace

void RegisterKernelFunctions(duckdb::ClientContext& context) {
  Register(context, "fs", duckdb::FunctionStability::CONSISTENT);
  Register(context, "fs_volatile", duckdb::FunctionStability::VOLATILE);
}

}  // namespace firesteel::engine
