#pragma once

#include "functions/kernel.h"

namespace firesteel::functions {

extern const Kernel kFrequentItems;

}  // namespace firesteel::functions
