#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "gateway/config/config.h"
#include "gateway/servers/server_endpoint.h"

namespace firesteel::gateway {

/// What a source found. Called on the source's thread.
using OnEndpoints = std::function<void(std::vector<ServerEndpoint>)>;

/// The thread of a source of addresses. The system's resolver can hold it for half a minute and cannot be interrupted:
/// the destructor waits a second, then leaves the thread to end by itself; what it finds from then on is dropped.
class SourceThread {
 public:
  /// The body's side. Thread-safe.
  class Control {
   public:
    explicit Control(OnEndpoints on_endpoints) : on_endpoints_(std::move(on_endpoints)) {}

    bool stopped() const;
    /// Sleeps. False: the source is to end.
    bool Wait(Milliseconds time);
    /// Tells the directory, unless the source has ended.
    void Report(std::vector<ServerEndpoint> endpoints);
    /// How to end what the body blocks in. Called from another thread, again and again until the body returns.
    void SetInterrupt(std::function<void()> interrupt);

   private:
    friend class SourceThread;

    mutable std::mutex mutex_;
    std::condition_variable changed_;
    bool stopped_ = false, done_ = false;
    std::function<void()> interrupt_;
    std::mutex report_mutex_;  ///< held while the directory is told
    OnEndpoints on_endpoints_;
  };

  /// The body owns all that it touches, for it may outlive this object; it returns soon after `stopped()`.
  SourceThread(OnEndpoints on_endpoints, std::function<void(Control&)> body);
  /// Not to be called with a lock held that the receiver of the endpoints takes.
  ~SourceThread();
  SourceThread(const SourceThread&) = delete;
  SourceThread& operator=(const SourceThread&) = delete;

 private:
  std::shared_ptr<Control> control_;
  std::thread thread_;
};

}  // namespace firesteel::gateway
