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

constexpr NamedParameter kLgEntries = {.name = "lgNomEntries", .default_int = 12};
constexpr NamedParameter kMode = {.name = "mode", .default_text = "sum"};
constexpr NamedParameter kTupleSketch[] = {{"key"}, {"summary"}, kLgEntries, kMode};
constexpr NamedParameter kTupleUnionAggregate[] = {{"child"}, kLgEntries, kMode};
constexpr NamedParameter kTupleUnion[] = {{"first"}, {"second"}, kLgEntries, kMode};
constexpr NamedParameter kCountMinSketch[] = {{"column"}, {"epsilon"}, {"confidence"}, {"seed"}};

}  // namespace

TypedValue NamedParameter::default_value() const {
  if (default_is_true) return {DataType::Boolean(), Value{true}};
  if (default_text) return {DataType::String(), Value{std::string(*default_text)}};
  if (default_int) return {DataType::Int(), Value{int64_t{*default_int}}};
  return {DataType::String(), Value{}};
}

std::span<const NamedParameter> NamedParametersOf(std::string_view function) {
  if (function == "mask") return kMask;
  if (function.starts_with("explode") || function.starts_with("posexplode")) return kCollection;
  if (function.starts_with("inline") || function.starts_with("variant_explode")) return kInput;
  if (function == "variant_set" || function == "try_variant_set") return kVariantSet;
  if (function == "variant_strip_nulls") return kVariantStripNulls;
  if (function.starts_with("tuple_sketch_agg_")) return kTupleSketch;
  if (function.starts_with("tuple_union_agg_")) return kTupleUnionAggregate;
  if (function.starts_with("tuple_union_")) return kTupleUnion;
  if (function == "count_min_sketch") return kCountMinSketch;
  return {};
}

}  // namespace firesteel::functions
