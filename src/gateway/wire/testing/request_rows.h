#pragma once

#include <string_view>

#include "gateway/wire/request_fields.h"

namespace firesteel::gateway {

/// What Python's protobuf reads of a request (testdata/record.py).
struct RequestRow {
  Method method;
  std::string_view message;  ///< hex
  const char* told;          ///< nullptr: no message
};

inline constexpr RequestRow kRequestRows[] = {
#include "gateway/wire/testdata/request_rows.inc"
};

}  // namespace firesteel::gateway
