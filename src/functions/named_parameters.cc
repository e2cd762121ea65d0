#include "functions/named_parameters.h"

#include <string>

namespace firesteel::functions {

namespace {

constexpr NamedParameter kMask[] = {{"str"},
                                    {.name = "upperChar", .default_text = "X"},
                                    {.name = "lowerChar", .default_text = "x"},
                                    {.name = "digitChar", .default_text = "n"},
                                    {.name = "otherChar", .default_is_null = true}};
constexpr NamedParameter kCollection[] = {{"collection"}};
constexpr NamedParameter kInput[] = {{"input"}};

}  // namespace

TypedValue NamedParameter::default_value() const {
  if (default_text) return {DataType::String(), Value{std::string(*default_text)}};
  return {DataType::String(), Value{}};
}

std::span<const NamedParameter> NamedParametersOf(std::string_view function) {
  if (function == "mask") return kMask;
  if (function.starts_with("explode") || function.starts_with("posexplode")) return kCollection;
  if (function.starts_with("inline")) return kInput;
  return {};
}

}  // namespace firesteel::functions
