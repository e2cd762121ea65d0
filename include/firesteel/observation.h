#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "firesteel/error.h"
#include "firesteel/value.h"

namespace firesteel::client {

namespace internal {
struct ObservationAccess;
}

/// Collects the metrics that DataFrame::observe() defines, with the first action on that DataFrame. A handle: copies
/// see the same metrics. Thread-safe. Use one for one DataFrame.
///
///     Observation seen("seen");
///     df.observe(seen, count(lit(1)).alias("rows")).write().parquet("/data");
///     int64_t rows = *seen.get()->at("rows").integer();
class Observation {
 public:
  /// Without a name it takes a random one.
  explicit Observation(std::string name = {});

  const std::string& name() const;
  /// The metrics by name. kInvalidArgument before an action ended; the server's error when the metrics failed.
  Result<std::map<std::string, Value>> get() const;

 private:
  friend struct internal::ObservationAccess;
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace firesteel::client
