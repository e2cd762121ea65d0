#include "functions/tables/tables.h"

namespace firesteel::functions {

std::span<const Function> MiscRows() { return {}; }

}  // namespace firesteel::functions
