#pragma once

#include "firesteel/types.h"
#include "spark/connect/types.pb.h"

namespace firesteel::client {

/// The type as PySpark writes it: precisions, fields and collations always spelt out.
void ToProto(const DataType& type, ::spark::connect::DataType* out);
/// The schema as a struct type.
void ToProto(const Schema& schema, ::spark::connect::DataType* out);
/// A type that a server sent. What this client does not know becomes the null type; types nested deeper than the
/// protocol's own limit cannot arrive.
DataType FromProto(const ::spark::connect::DataType& type);
/// The columns of a struct; of another type one column named "value".
Schema SchemaFromProto(const ::spark::connect::DataType& type);

}  // namespace firesteel::client
