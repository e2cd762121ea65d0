#include "functions/tables/tables.h"

namespace firesteel::functions {

std::span<const Function> GeneratorRows() { return {}; }

}  // namespace firesteel::functions
