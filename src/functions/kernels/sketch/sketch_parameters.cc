#include "functions/kernels/sketch/sketch_parameters.h"

#include <string>

#include "functions/kernels/sketch/key_sample.h"
#include "functions/kernels/sketch/sketch_error.h"

namespace firesteel::functions {

std::optional<int32_t> IntParameter(const KernelCall& call, size_t index) {
  if (index >= call.constants.size() || !call.constants[index]) return std::nullopt;
  const Value& value = *call.constants[index];
  return value.is_null() ? 0 : static_cast<int32_t>(value.integer());
}

int32_t IntParameter(const KernelCall& call, size_t index, std::span<const VectorView> arguments, size_t row) {
  if (const std::optional<int32_t> constant = IntParameter(call, index)) return *constant;
  return arguments[index].IsValid(row) ? arguments[index].Get<int32_t>(row) : 0;
}

int CheckedLgNominal(int32_t value, std::string_view function) {
  if (value < kMinLgNominal || value > kMaxLgNominal) {
    throw SketchError("SKETCH_INVALID_LG_NOM_ENTRIES", {{"function", QuotedFunction(function)},
                                                        {"min", std::to_string(kMinLgNominal)},
                                                        {"max", std::to_string(kMaxLgNominal)},
                                                        {"value", std::to_string(value)}});
  }
  return value;
}

int LgNominal(const KernelCall& call, size_t index, std::span<const VectorView> arguments, size_t row) {
  return CheckedLgNominal(IntParameter(call, index, arguments, row), call.function_name);
}

int LgNominal(const KernelCall& call, size_t index) {
  return CheckedLgNominal(IntParameter(call, index).value_or(kDefaultLgNominal), call.function_name);
}

}  // namespace firesteel::functions
