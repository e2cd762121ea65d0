#pragma once

#include "connect/decode_context.h"
#include "types/data_type.h"

namespace spark::connect {
class DataType;
}

namespace firesteel::connect {

/// The protocol's type → ours. DDL text goes through the context. Throws QueryError for what Spark refuses
/// (CONNECT_INVALID_PLAN.*) and for user-defined types of classes that only a user's Java code has.
DataType DecodeDataType(const ::spark::connect::DataType& type, const DecodeContext& context);

/// Ours → the protocol's, as Spark's server writes it: precisions always spelt out, a collation only when it is not
/// UTF8_BINARY.
void EncodeDataType(const DataType& type, ::spark::connect::DataType* out);

/// A schema as the struct type that responses carry.
void EncodeSchema(const Schema& schema, ::spark::connect::DataType* out);

}  // namespace firesteel::connect
