#pragma once

#include "functions/kernel.h"

namespace firesteel::functions {

/// reverse() of a binary, byte by byte; that of a text is kReverseText.
extern const Kernel kReverseBytes;

}  // namespace firesteel::functions
