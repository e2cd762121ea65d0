#pragma once

#include <string>

namespace firesteel::functions {

/// Adds one in the last place of decimal digits. True when all were nines: then there is one digit more in front.
bool IncrementDigits(std::string& digits);

}  // namespace firesteel::functions
