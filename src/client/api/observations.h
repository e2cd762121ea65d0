#pragma once

#include <map>
#include <string>
#include <string_view>

#include "firesteel/dataframe.h"
#include "firesteel/observation.h"

namespace firesteel::client::internal {

/// The one value of a result of one row.
Result<Value> OnlyValue(const DataFrame& frame);
Result<double> OnlyDouble(const DataFrame& frame);
Error UnexpectedResult(std::string_view call);

struct ObservationAccess {
  /// False when it was used before.
  static bool Begin(const Observation& observation);
  static void Set(const Observation& observation, std::map<std::string, Value> values);
  static void Fail(const Observation& observation, Error error);
};

}  // namespace firesteel::client::internal
