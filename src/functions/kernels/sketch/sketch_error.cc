#include "functions/kernels/sketch/sketch_error.h"

#include <utility>

#include "types/quoting.h"

namespace firesteel::functions {

QueryError SketchError(std::string condition, ErrorParameters parameters) {
  return QueryError(std::move(condition), std::move(parameters), nullptr, ErrorClass::kRuntime);
}

std::string QuotedFunction(std::string_view name) { return QuoteIdentifier(std::string(name)); }

QueryError SketchBytesError(std::string_view family, std::string_view function, const SketchFormatError& error) {
  const std::string condition = std::string(family) + "_INVALID_INPUT_SKETCH_BUFFER";
  if (error.fault == SketchFault::kOtherFamily) {
    return SketchError(condition + "_FAMILY", {{"function", QuotedFunction(function)},
                                               {"expectedFamily", error.expected_family},
                                               {"actualFamily", error.actual_family}});
  }
  return SketchError(condition, {{"function", QuotedFunction(function)}});
}

}  // namespace firesteel::functions
