#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "gateway/audit/append_file.h"
#include "gateway/audit/audit_entry.h"

namespace firesteel::gateway {

/// The audit log: one line of JSON a call, written by a thread of its own. Thread-safe.
///
/// Writers never wait for the disk. When it is slower than the calls, or full, lines are dropped; how many says a line
/// in their place as soon as one can be written again.
class AuditLog {
 public:
  /// An error where the file cannot be opened for appending. `most_waiting`: entries that wait to be written.
  static Result<std::unique_ptr<AuditLog>> Open(const std::string& path, const Clock& clock,
                                                size_t most_waiting = size_t{1} << 16);
  /// Writes what waits, to the disk itself.
  ~AuditLog();
  AuditLog(const AuditLog&) = delete;
  AuditLog& operator=(const AuditLog&) = delete;

  /// Takes less than a microsecond or so; never blocks on I/O.
  void Write(AuditEntry entry);
  /// Lines lost since the start.
  uint64_t dropped() const;

 private:
  AuditLog(const std::string& path, const Clock& clock, size_t most_waiting);

  void Run();
  void WriteBatch(const std::vector<AuditEntry>& batch);

  const Clock& clock_;
  const size_t most_waiting_;
  AppendFile file_;    // of the thread
  std::string fault_;  // of the thread: what the log was told last

  mutable std::mutex mutex_;  // guards what follows, for moments only
  std::condition_variable wake_;
  std::vector<AuditEntry> waiting_;
  uint64_t dropped_ = 0;   // since the start
  uint64_t reported_ = 0;  // of these, by lines of the file
  bool stop_ = false;

  std::thread thread_;
};

}  // namespace firesteel::gateway
