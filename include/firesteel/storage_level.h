#pragma once

#include <cstdint>

namespace firesteel::client {

/// Where the server keeps what is cached, and how many times.
struct StorageLevel {
  bool use_disk = false;
  bool use_memory = false;
  bool use_off_heap = false;
  bool deserialized = false;
  int32_t replication = 1;

  static constexpr StorageLevel none() { return {}; }
  static constexpr StorageLevel disk_only(int32_t replication = 1) { return {true, false, false, false, replication}; }
  static constexpr StorageLevel memory_only(int32_t replication = 1) {
    return {false, true, false, false, replication};
  }
  static constexpr StorageLevel memory_and_disk(int32_t replication = 1) {
    return {true, true, false, false, replication};
  }
  static constexpr StorageLevel memory_and_disk_deserialized() { return {true, true, false, true, 1}; }
  static constexpr StorageLevel off_heap() { return {true, true, true, false, 1}; }

  bool operator==(const StorageLevel&) const = default;
};

}  // namespace firesteel::client
