#pragma once

#include "functions/kernel.h"

/// Kernels of JSON and CSV texts. The last argument of those with options is a map<string,string> constant (or is
/// missing): KernelCall::constants.
namespace firesteel::functions {

extern const Kernel kToJson;  ///< (struct, array, map or variant [, options]) → text
extern const Kernel kToCsv;   ///< (struct [, options]) → a line without separator; null where univocity writes none

}  // namespace firesteel::functions
