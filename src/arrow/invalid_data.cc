#include "arrow/invalid_data.h"

#include "base/error.h"
#include "base/utf8.h"

namespace firesteel::arrow {

void ThrowInvalidArrow(const std::string& reason) {
  // The reason may quote bytes of the client.
  throw QueryError("CONNECT_INVALID_PLAN.ASSERTION_FAILURE", {{"message", "Arrow data: " + MakeValidUtf8(reason)}},
                   nullptr, ErrorClass::kIllegalArgument);
}

}  // namespace firesteel::arrow
