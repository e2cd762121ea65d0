#pragma once

#include <string_view>

#include "firesteel/types.h"

namespace firesteel::client {

/// A type, or the columns of a struct, of DDL text as Spark's grammar has it. kInvalidArgument when it is neither.
Result<DataType> ParseDdl(std::string_view text);

}  // namespace firesteel::client
