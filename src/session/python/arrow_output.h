#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "engine/engine.h"
#include "session/python/growing_block.h"

namespace firesteel::session {

/// The parts of a batch that the engine gave as a stream of its own.
struct BatchParts {
  std::shared_ptr<const std::string> schema;                     ///< the schema message
  std::vector<std::shared_ptr<const std::string>> record_batch;  ///< the record batch's message, without an end mark
};
BatchParts PartsOf(const std::vector<std::shared_ptr<const std::string>>& slices);

/// The mark at the end of an Arrow stream.
std::shared_ptr<const std::string> EndOfStream();

/// Where the results of one query's stages are kept.
struct OutputPlace {
  std::string folder;  ///< of files; empty: the system's folder for temporary files
  /// Bytes that may still be kept in memory, of all outputs together.
  std::shared_ptr<size_t> memory_left;
};

/// An Arrow stream that grows by messages: in memory while there may be more, then in a file without a name. Not
/// thread-safe. Throws std::system_error when the disk refuses.
class ArrowOutput {
 public:
  explicit ArrowOutput(OutputPlace place) : place_(std::move(place)) {}
  ~ArrowOutput();
  ArrowOutput(const ArrowOutput&) = delete;
  ArrowOutput& operator=(const ArrowOutput&) = delete;

  /// A batch of the engine's: its schema only if nothing has been added.
  void AddBatch(const std::vector<std::shared_ptr<const std::string>>& slices);
  /// A message of a worker's, schemas as well.
  void AddMessage(std::string_view message);
  bool empty() const { return size_ == 0; }
  /// The whole stream. Nothing is added any more.
  SharedBytes Take();

 private:
  void Append(std::string_view bytes);
  void Spill();
  void Write(std::string_view bytes);

  const OutputPlace place_;
  GrowingBlock kept_;  // what is not in the file
  int file_ = -1;
  uint64_t size_ = 0;
};

}  // namespace firesteel::session
