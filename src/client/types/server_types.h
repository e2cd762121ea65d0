#pragma once

#include "firesteel/types.h"
#include "firesteel/value.h"
#include "types/data_type.h"
#include "types/value.h"

/// The client's types and values as the server's modules have them, whose texts, parsers and Arrow mapping the client
/// uses. Pure functions.
namespace firesteel::client {

/// User-defined types become their storage type, unparsed ones the null type.
firesteel::DataType ToServerType(const DataType& type);
DataType FromServerType(const firesteel::DataType& type);
firesteel::Schema ToServerSchema(const Schema& schema);

/// The value as a constant of `type`. Throws QueryError when a value inside does not fit the type.
firesteel::Value ToServerValue(const Value& value, const DataType& type);

}  // namespace firesteel::client
