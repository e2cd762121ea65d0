#include "functions/lower/variant.h"

#include "functions/kernels/variant/variant_kernels.h"

namespace firesteel::functions {

/// The different types of the group's values, merged: as many as there are shapes, however many rows.
std::string LowerSchemaOfVariantAggregate(const bound::ExpressionPtr& call, SqlWriter& writer) {
  bound::AggregateCall types = *call->As<bound::AggregateCall>();
  const bound::ExpressionPtr value = types.arguments[0];
  const std::string type =
      writer.Kernel(kVariantType, {writer.Sql(value)}, {DataType::Variant()}, DataType::String(), *call);
  types.is_distinct = true;
  const bound::ExpressionPtr distinct = bound::Make(std::move(types), call->type, true, call->origin);
  return writer.Kernel(kMergeVariantTypes, {writer.Aggregate("list", {type}, *distinct)},
                       {DataType::Array(DataType::String())}, DataType::String(), *call);
}

}  // namespace firesteel::functions
