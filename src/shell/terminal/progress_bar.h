#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

#include "firesteel/result.h"

namespace firesteel::shell {

/// The line of the bar: "[=====>    ]  50 %  3 of 6 tasks, 1.2 GB read, 2.1 s", at most `columns` wide.
std::string ProgressText(const client::Progress& progress, double seconds, int columns);

/// A bar on standard error while an operation runs that takes longer than half a second. Thread-safe.
class ProgressBar {
 public:
  /// Draws nothing when not `visible`.
  explicit ProgressBar(bool visible);
  ~ProgressBar() { Stop(); }

  void Update(const client::Progress& progress);
  /// Takes the bar away for good: something else is about to be written.
  void Stop();

 private:
  void Draw();

  const std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
  std::mutex mutex_;
  std::condition_variable changed_;
  client::Progress progress_;
  bool stopped_ = false;
  std::thread drawer_;
};

}  // namespace firesteel::shell
