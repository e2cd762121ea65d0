#pragma once

#include <cstdint>

namespace firesteel::session {

/// Spark's StorageLevel: what cached data was asked to be kept in. It is reported; the data itself always lives in the
/// engine, which keeps it in memory and spills it when memory is short.
struct StorageLevel {
  bool use_disk = true;
  bool use_memory = true;
  bool use_off_heap = false;
  bool deserialized = true;
  int32_t replication = 1;
  bool operator==(const StorageLevel&) const = default;
};

}  // namespace firesteel::session
