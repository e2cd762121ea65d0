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
constexpr NamedParameter kVariantSet[] = {
    {"v"}, {"path"}, {"val"}, {.name = "create_if_missing", .default_is_true = true}};
constexpr NamedParameter kVariantStripNulls[] = {{"v"}, {.name = "include_arrays", .default_is_true = true}};

}  // namespace

TypedValue NamedParameter::default_value() const {
  if (default_is_true) return {DataType::Boolean(), Value{true}};
  if (default_text) return {DataType::String(), Value{std::string(*default_text)}};
  return {DataType::String(), Value{}};
}

std::span<const NamedParameter> NamedParametersOf(std::string_view function) {
  if (function == "mask") return kMask;
  if (function.starts_with("explode") || function.starts_with("posexplode")) return kCollection;
  if (function.starts_with("inline") || function.starts_with("variant_explode")) return kInput;
  if (function == "variant_set" || function == "try_variant_set") return kVariantSet;
  if (function == "variant_strip_nulls") return kVariantStripNulls;
  return {};
}

}  // namespace firesteel::functions
