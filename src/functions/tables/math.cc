#include "functions/tables/tables.h"

namespace firesteel::functions {

std::span<const Function> MathRows() { return {}; }

}  // namespace firesteel::functions
