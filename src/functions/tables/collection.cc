#include "functions/tables/tables.h"

namespace firesteel::functions {

std::span<const Function> CollectionRows() { return {}; }

}  // namespace firesteel::functions
