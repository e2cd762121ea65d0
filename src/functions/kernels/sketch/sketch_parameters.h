#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "functions/kernel.h"

/// Parameters of sketches, as accumulators find them: constants of the call, or of its rows where a constant expression
/// was not computed before.
namespace firesteel::functions {

/// The int argument `index`: of the call, else of the row. NULL is 0, as Spark unboxes it.
int32_t IntParameter(const KernelCall& call, size_t index, std::span<const VectorView> arguments, size_t row);
/// Of a group without rows: nothing when it is not known.
std::optional<int32_t> IntParameter(const KernelCall& call, size_t index);

/// log2 of the nominal number of entries, between 4 and 26. Throws SKETCH_INVALID_LG_NOM_ENTRIES.
int CheckedLgNominal(int32_t value, std::string_view function);
int LgNominal(const KernelCall& call, size_t index, std::span<const VectorView> arguments, size_t row);
int LgNominal(const KernelCall& call, size_t index);

}  // namespace firesteel::functions
