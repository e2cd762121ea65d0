#include "functions/kernels/constant_call.h"

#include <memory>
#include <vector>

#include "functions/function.h"
#include "functions/kernels/collection/memory_column.h"

namespace firesteel::functions {

std::optional<Value> EvaluateConstantCall(const bound::ExpressionPtr& expression,
                                          const bound::SessionSettings& settings) {
  const auto* node = expression->As<bound::Call>();
  const auto* lowering = node ? std::get_if<LowerKernel>(&node->function->lowering) : nullptr;
  if (!lowering) return std::nullopt;
  KernelCall call;
  call.kernel = lowering->kernel;
  call.result_type = expression->type;
  call.mode = node->mode;
  call.time_zone = settings.time_zone;
  call.now_micros = settings.now_micros;
  call.function_name = std::string(node->function->name);
  call.origin = expression->origin;
  std::vector<std::unique_ptr<MemoryColumn>> columns;
  std::vector<VectorView> views;
  for (const bound::ExpressionPtr& argument : node->arguments) {
    const auto* literal = argument->As<bound::Literal>();
    if (!literal) return std::nullopt;
    call.argument_types.push_back(argument->type);
    call.constants.emplace_back(literal->value);
    columns.push_back(std::make_unique<MemoryColumn>(argument->type, ValueList{literal->value}));
    views.push_back(columns.back()->view());
  }
  if (call.kernel->prepare) call.prepared = call.kernel->prepare(call);
  MemoryResult result(expression->type, 1);
  KernelContext context(call, result, nullptr);
  call.kernel->run(context, views, 1, result);
  if (context.failed()) throw *context.error();
  return result.Get(0);
}

}  // namespace firesteel::functions
