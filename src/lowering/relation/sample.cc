#include "base/error.h"
#include "lowering/lowerer.h"

namespace firesteel::lowering {

Select Lowerer::LowerNode(const bound::Relation&, const bound::Sample&) {
  throw InternalError("a sample must be placed by the optimizer (place_rows)");
}

}  // namespace firesteel::lowering
