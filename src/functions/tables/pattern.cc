#include "functions/tables/tables.h"

namespace firesteel::functions {

std::span<const Function> PatternRows() { return {}; }

}  // namespace firesteel::functions
