#pragma once

#include "firesteel/types.h"
#include "types/data_type.h"

/// The client's types as the server's modules have them, whose texts and Arrow mapping the client
/// uses. Pure functions.
namespace firesteel::client {

/// User-defined types become their storage type, unparsed ones the null type.
firesteel::DataType ToServerType(const DataType& type);
DataType FromServerType(const firesteel::DataType& type);
firesteel::Schema ToServerSchema(const Schema& schema);

}  // namespace firesteel::client
