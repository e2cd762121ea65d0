#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "gateway/sessions/sessions.h"

namespace firesteel::gateway {

/// A start of a server that sessions may live on: how the gateway's next life finds it, and knows it again.
struct SavedServer {
  ServerId id = 0;
  std::string servers;  ///< its [servers.NAME]
  std::string host;
  uint16_t port = 0;
  std::string probe_session, instance;  ///< as in ServerEntry
  bool drained = false;                 ///< by an operator
};

/// What outlives the gateway's process: which session lives on which server. A file of JSON lines, of which the last
/// about something counts (adr/0016). A line is written before a call that rests on it goes on, without waiting for the
/// disk: it outlives the process, not the machine. Thread-safe. What cannot be written is logged, and things go on.
class StateFile {
 public:
  struct Contents {
    std::vector<SavedServer> servers;
    std::vector<SavedSession> sessions;  ///< the oldest first; none that is forgotten
  };

  /// Reads the file, or begins it (mode 0600). Errors: it is no such file, cannot be read or written, or another
  /// gateway has it.
  static Result<std::unique_ptr<StateFile>> Open(const std::string& path, const Clock& clock);
  ~StateFile();
  StateFile(const StateFile&) = delete;
  StateFile& operator=(const StateFile&) = delete;

  /// What was read; the second call gives nothing.
  Contents TakeContents() { return std::exchange(contents_, {}); }

  void Save(const SavedServer& server);
  void ForgetServer(ServerId server);
  /// kForgotten ends what is kept of it.
  void Save(const SavedSession& session);

 private:
  StateFile(std::string path, const Clock& clock, int lock) : path_(std::move(path)), clock_(clock), lock_(lock) {}

  Status Read();
  /// Writes what counts into a new file, which takes the place of the old one.
  Status Rewrite();
  /// `line` empty: `key` is forgotten, and `farewell` says so.
  void Put(const std::string& key, std::string line, std::string_view farewell);

  const std::string path_;
  const Clock& clock_;
  const int lock_;  ///< held while this lives
  Contents contents_;
  std::mutex mutex_;
  int file_ = -1;                                       ///< guarded by mutex_, as what follows
  std::unordered_map<std::string, std::string> lines_;  ///< what counts, by what it is about
  size_t written_ = 0;                                  ///< lines in the file
  bool failing_ = false;                                ///< the last write failed, which was logged
};

}  // namespace firesteel::gateway
