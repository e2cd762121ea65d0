#pragma once

#include <string>

#include "functions/accumulator.h"
#include "functions/kernels/row_kernel.h"

/// Spark's errors of sketches. They name the function and no place.
namespace firesteel::functions {

/// What is wrong with a sketch's bytes.
enum class SketchFault {
  kCorrupt,
  kOtherFamily,  ///< a sketch of another family: `actual`
};

/// Thrown by readers of sketch bytes; turned into the function's error by whoever called them.
struct SketchFormatError {
  SketchFault fault = SketchFault::kCorrupt;
  std::string expected_family = {};
  std::string actual_family = {};
};

/// The function's error for bytes that are no sketch of `family` ("HLL", "THETA", "TUPLE", "KLL").
QueryError SketchBytesError(std::string_view family, std::string_view function, const SketchFormatError& error);
QueryError SketchError(std::string condition, ErrorParameters parameters);
/// `name`, as messages quote it.
std::string QuotedFunction(std::string_view name);

}  // namespace firesteel::functions
