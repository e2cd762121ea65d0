#pragma once

#include "base/origin.h"

namespace spark::connect {
class ExpressionCommon;
class Origin;
class RelationCommon;
}  // namespace spark::connect

namespace firesteel::connect {

/// The user's call that made a node (Python: function, file and line; JVM: the SQL text or the top of the stack), or
/// null when the client sent none. Becomes the query context of errors.
OriginPtr DecodeOrigin(const ::spark::connect::Origin& origin);

}  // namespace firesteel::connect
