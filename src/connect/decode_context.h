#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "plan/relation.h"
#include "types/data_type.h"

namespace firesteel::connect {

/// What decoding needs from the session around it; given by the caller so that this module knows neither the SQL parser
/// nor sessions. The functions throw QueryError and may be called from any thread.
struct DecodeContext {
  /// `a.b.c` with backquotes → parts.
  std::function<std::vector<std::string>(const std::string&)> parse_identifier;
  /// DDL text of a type ("array<int>") → type.
  std::function<DataType(const std::string&)> parse_data_type;
  /// Bytes that the client sent before under this hash; null when there are none.
  std::function<SharedBytes(const std::string&)> find_cached;
  /// The plan that the client was told to name so; null when there is none.
  std::function<std::shared_ptr<const plan::Relation>(const std::string&)> find_remote_relation;
  /// For messages about what is missing.
  std::string session_id;
  /// Decompressed plans may not be larger (spark.connect's maxPlanSize).
  int64_t max_plan_bytes = 512LL << 20;
  /// Of a local relation that was sent in chunks (spark.sql.session's localRelationSizeLimit), and of one chunk.
  int64_t max_local_relation_bytes = 3LL << 30;
  int64_t max_local_relation_chunk_bytes = 2000LL << 20;
};

}  // namespace firesteel::connect
