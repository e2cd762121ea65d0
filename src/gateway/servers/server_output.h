#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <deque>
#include <string>
#include <string_view>

namespace firesteel::gateway {

/// What a server of a pool prints: written to the gateway's log line by line, the last lines kept. A server that
/// prints without end costs neither memory nor the whole log: long lines are cut, and beyond so many lines a second
/// they are only counted. Not thread-safe.
class ServerOutput {
 public:
  static constexpr size_t kLongestLine = 4096;
  static constexpr int kLinesPerSecond = 200;

  ServerOutput(std::string pool, pid_t pid) : pool_(std::move(pool)), pid_(pid) {}

  void Add(std::string_view bytes, std::chrono::steady_clock::time_point now);
  /// There will be no more: a line without its end is one.
  void Finish(std::chrono::steady_clock::time_point now);
  /// The last few, for a message; empty where there were none.
  std::string LastLines() const;

 private:
  void EndLine(std::chrono::steady_clock::time_point now);

  const std::string pool_;
  const pid_t pid_;
  std::string line_;
  std::deque<std::string> last_;
  std::chrono::steady_clock::time_point second_{};  ///< when counting began
  int logged_ = 0;                                  ///< in this second
  int left_out_ = 0;                                ///< since the last line that was logged
};

}  // namespace firesteel::gateway
