#include "functions/tables/tables.h"

namespace firesteel::functions {

std::span<const Function> HashRows() { return {}; }

}  // namespace firesteel::functions
