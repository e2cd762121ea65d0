#pragma once

#include <string_view>

#include "types/variant/variant_builder.h"

namespace firesteel::functions {

/// Appends what new BigDecimal(text) reads, its commas left out, with the scale as written (never below 0). False, and
/// nothing appended, for other texts and for more than 38 digits, in all or behind the point.
bool AppendDecimalText(std::string_view text, VariantBuilder& builder);

}  // namespace firesteel::functions
