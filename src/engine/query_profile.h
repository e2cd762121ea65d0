#pragma once

#include <vector>

#include "duckdb/main/client_context.hpp"
#include "engine/engine.h"

namespace firesteel::engine {

/// Has the engine count rows and time of each operator of a connection's next query. Off again at its end: connections
/// are used by others afterwards. Not thread-safe.
class QueryProfile {
 public:
  QueryProfile(duckdb::ClientContext& context, bool wanted);
  ~QueryProfile();
  QueryProfile(const QueryProfile&) = delete;
  QueryProfile& operator=(const QueryProfile&) = delete;

  /// The operators of the query that has ended, parents before their children.
  std::vector<OperatorProfile> Take();

 private:
  duckdb::ClientContext& context_;
  const bool wanted_;
};

}  // namespace firesteel::engine
