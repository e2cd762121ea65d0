#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <list>
#include <mutex>
#include <thread>

#include "base/cancel_token.h"
#include "duckdb/main/client_context.hpp"

namespace firesteel::engine {

/// `tell` is called with the part that is done (0 to 1) every `interval`, on the watcher's thread; it must not wait.
struct ProgressCall {
  std::function<void(double)> tell;
  std::chrono::milliseconds interval{0};
};

/// Interrupts the engine's queries whose cancel token is set, and tells how far queries are. The engine has no way to
/// wait for a token, so one thread looks at them every few milliseconds while queries run, and sleeps otherwise.
/// Thread-safe.
class CancelWatcher {
 public:
  ~CancelWatcher();

  /// Watches for one query, from its construction to its destruction.
  class Watch {
   public:
    Watch(CancelWatcher& watcher, CancelTokenPtr token, duckdb::shared_ptr<duckdb::ClientContext> context,
          ProgressCall progress = {});
    ~Watch();
    Watch(const Watch&) = delete;
    Watch& operator=(const Watch&) = delete;

   private:
    friend class CancelWatcher;
    CancelWatcher& watcher_;
    CancelTokenPtr token_;
    duckdb::shared_ptr<duckdb::ClientContext> context_;
    const ProgressCall progress_;
    double done_ = 0;  // as last told
    std::chrono::steady_clock::time_point told_ = std::chrono::steady_clock::now();
    std::list<Watch*>::iterator place_;
  };

 private:
  void Loop();

  std::mutex mutex_;
  std::condition_variable wake_;
  std::list<Watch*> watches_;
  bool stopping_ = false;
  std::thread thread_;  // started by the first watch
};

}  // namespace firesteel::engine
