#pragma once

#include <string>

#include "bound/expression.h"
#include "bound/session_settings.h"

namespace firesteel::analyzer {

/// `a ASC NULLS FIRST`
std::string OrderText(const bound::SortOrder& order, const bound::SessionSettings& settings);
/// DATATYPE_MISMATCH.INVALID_ORDERING_TYPE unless the key can be sorted.
void CheckOrderable(const bound::SortOrder& order, const bound::SessionSettings& settings);

}  // namespace firesteel::analyzer
