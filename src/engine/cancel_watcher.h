#pragma once

#include <condition_variable>
#include <list>
#include <mutex>
#include <thread>

#include "base/cancel_token.h"
#include "duckdb/main/client_context.hpp"

namespace firesteel::engine {

/// Interrupts the engine's queries whose cancel token is set. The engine has no way to wait for a token, so one thread
/// looks at them every few milliseconds while queries run, and sleeps otherwise. Thread-safe.
class CancelWatcher {
 public:
  ~CancelWatcher();

  /// Watches for one query, from its construction to its destruction.
  class Watch {
   public:
    Watch(CancelWatcher& watcher, CancelTokenPtr token, duckdb::shared_ptr<duckdb::ClientContext> context);
    ~Watch();
    Watch(const Watch&) = delete;
    Watch& operator=(const Watch&) = delete;

   private:
    friend class CancelWatcher;
    CancelWatcher& watcher_;
    CancelTokenPtr token_;
    duckdb::shared_ptr<duckdb::ClientContext> context_;
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
