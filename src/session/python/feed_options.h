#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace firesteel::session {

/// How a stage's rows go to workers and in which order their results stand.
struct FeedOptions {
  enum class Order : uint8_t {
    kByUnit,    ///< a unit (a batch, or a group) gives exactly one batch: results stand in the order of the input
    kByWorker,  ///< what the first worker gave, then the second's, …
  };
  Order order = Order::kByUnit;
  /// Arrow streams for each group: 1, or 2 for the left and the right of a cogroup, whose batches have the numbers
  /// 2 × group and 2 × group + 1 and their rows in `slices` or `beside`. 0: no groups, one stream for all.
  size_t streams = 0;
  /// Each batch goes to the worker with the number of its group; there are so many workers, rows or not. 0: batches
  /// and groups go to the workers in turn.
  size_t partitions = 0;
  /// Of a cogroup: the message of a batch without rows for each stream, which a side without rows gets.
  std::array<std::vector<std::shared_ptr<const std::string>>, 2> empty_batches = {};
  bool runs_without_rows = false;
  /// The message that workers get as the schema of the input in place of the engine's; null: the engine's own.
  std::shared_ptr<const std::string> schema = nullptr;
  size_t workers = 1;
};

}  // namespace firesteel::session
