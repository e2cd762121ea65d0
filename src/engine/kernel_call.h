#pragma once

#include <exception>
#include <new>
#include <stdexcept>

#include "base/error.h"
#include "base/large_values.h"
#include "duckdb/execution/expression_executor.hpp"
#include "duckdb/function/function.hpp"
#include "duckdb/planner/expression.hpp"
#include "engine/physical_type.h"
#include "functions/kernel.h"

/// What fs(id, …) and fs_aggregate(id, …) share.
namespace firesteel::engine {

/// The constant first argument: the number of the operation's kernel call.
inline int64_t KernelNumber(duckdb::ClientContext& context, const duckdb::Expression& argument) {
  if (!argument.IsFoldable()) throw duckdb::InvalidInputException("the kernel's number is not a constant");
  return duckdb::ExpressionExecutor::EvaluateScalar(context, argument).GetValue<int64_t>();
}

/// Takes the number away from the arguments; the others keep their types where the kernel can read them. As many as
/// the kernel call has types.
template <class Function>
void TakeArguments(Function& function, duckdb::vector<duckdb::unique_ptr<duckdb::Expression>>& arguments,
                   const functions::KernelCall& call) {
  // What the plan's copies look the function up by.
  function.arguments.clear();
  for (const auto& argument : arguments) function.arguments.push_back(argument->return_type);
  duckdb::Function::EraseArgument(function, arguments, 0);
  for (size_t i = 0; i < arguments.size(); ++i) {
    const DataType& type = call.argument_types[i];
    if (!ReadableAs(function.arguments[i], type)) function.arguments[i] = PhysicalType(type);
  }
}

/// Runs what calls kernels, and gives the error of theirs that ends the query; null when there is none.
template <class F>
std::exception_ptr KernelError(F run) {
  try {
    const memory::Watch watch;
    run();
  } catch (const QueryError&) {
    return std::current_exception();
  } catch (const InternalError&) {
    return std::current_exception();
  } catch (const std::bad_alloc&) {
    return std::current_exception();
  } catch (const std::length_error&) {
    return std::make_exception_ptr(std::bad_alloc());  // a text beyond any memory
  }
  return nullptr;
}

}  // namespace firesteel::engine
