#pragma once

#include "firesteel/value.h"
#include "spark/connect/expressions.pb.h"

namespace firesteel::client {

/// The value of a literal that the server sent; null for kinds that this client does not know.
Value ValueOfLiteral(const ::spark::connect::Expression::Literal& literal);

}  // namespace firesteel::client
