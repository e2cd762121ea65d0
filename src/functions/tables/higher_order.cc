#include "functions/tables/tables.h"

namespace firesteel::functions {

std::span<const Function> HigherOrderRows() { return {}; }

}  // namespace firesteel::functions
