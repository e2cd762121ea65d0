#pragma once

#include <functional>
#include <memory>
#include <unordered_map>

#include "gateway/proxy/control.h"
#include "gateway/proxy/upstream.h"

namespace firesteel::gateway {

/// A loop's connections to servers: one to each that has calls. For the loop's thread.
class Upstreams {
 public:
  Upstreams(EventLoop& loop, Control& control) : loop_(loop), control_(control) {}

  /// A connection to the server, ready or not. Null where the server is lost.
  std::shared_ptr<Upstream> To(ServerId server);
  void ServerLost(ServerId server);
  void CheckTimes(std::chrono::steady_clock::time_point now);
  void CloseAll();

 private:
  EventLoop& loop_;
  Control& control_;
  std::unordered_map<ServerId, std::shared_ptr<Upstream>> upstreams_;
};

}  // namespace firesteel::gateway
