#include "functions/tables/tables.h"

namespace firesteel::functions {

std::span<const Function> StringRows() { return {}; }

}  // namespace firesteel::functions
