#pragma once

#include "spark/connect/expressions.pb.h"
#include "types/value.h"

namespace firesteel::connect {

/// A constant as the protocol's literal (observed metrics). A null carries its type.
void EncodeLiteral(const TypedValue& value, ::spark::connect::Expression::Literal* out);

}  // namespace firesteel::connect
