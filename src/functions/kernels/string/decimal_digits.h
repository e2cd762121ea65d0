#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace firesteel::functions {

/// Adds one in the last place of decimal digits. True when all were nines: then there is one digit more in front.
bool IncrementDigits(std::string& digits);

/// magnitude × 10^places as the nearest integer, where no doubt is which that is: for the double and for the decimal
/// text that Java gives it, whatever becomes of ties. Nothing near ties, for large products and for places beyond 0
/// to 15. The magnitude is finite and not negative.
std::optional<uint64_t> NearestScaled(double magnitude, int32_t places);

}  // namespace firesteel::functions
