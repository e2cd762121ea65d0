#pragma once

#include "functions/binding/binding.h"

/// Functions of Spark's optional modules. A Spark that was started without their packages refuses them after it has
/// checked their arguments; so do these rules, which always throw.
namespace firesteel::functions {

bound::ExpressionPtr BindAvro(const BindRequest& request);      ///< from_avro, to_avro, schema_of_avro
bound::ExpressionPtr BindProtobuf(const BindRequest& request);  ///< from_protobuf, to_protobuf

}  // namespace firesteel::functions
