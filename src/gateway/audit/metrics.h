#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/audit/histogram.h"
#include "gateway/refusal.h"
#include "gateway/wire/request_fields.h"

namespace firesteel::gateway {

/// A gauge as it is now, such as the sessions of each server: read when somebody asks for the metrics.
struct Gauge {
  std::string name;  ///< letters, digits and '_'
  std::string help;
  struct Sample {
    std::vector<std::pair<std::string, std::string>> labels;  ///< names are ours, values may be any text
    double value = 0;
  };
  std::vector<Sample> samples;
};

/// What `/metrics` tells. Counting is atomic additions without locks (errors: a short one); thread-safe.
class Metrics {
 public:
  /// `gauges`: asked by Text, on its thread; may take locks of its own. Empty: none.
  explicit Metrics(std::function<std::vector<Gauge>()> gauges = {});

  /// A session got its server.
  void SessionCreated();
  /// Once for each that was created. `expired`: by its idle time or lifetime.
  void SessionEnded(std::chrono::nanoseconds lived, bool expired);
  /// A call ended or was refused.
  void RequestFinished(Method method, Code code);
  /// Something of the gateway or its servers failed. `reason`: a constant of ours, as "server_lost"; of more than 64
  /// the rest counts as "other".
  void ProxyError(std::string_view reason);
  /// How long a message was on its way through the gateway.
  void MessagePassed(std::chrono::nanoseconds latency) { message_latency_.Observe(latency); }

  /// Prometheus' text format, version 0.0.4.
  std::string Text() const;

 private:
  static constexpr size_t kMethods = static_cast<size_t>(Method::kOther) + 1;
  static constexpr size_t kCodes = static_cast<size_t>(Code::kUnauthenticated) + 1;

  const std::function<std::vector<Gauge>()> gauges_;
  std::atomic<uint64_t> sessions_created_{0}, sessions_ended_{0}, sessions_expired_{0};
  std::array<std::array<std::atomic<uint64_t>, kCodes>, kMethods> requests_{};
  Histogram<10> session_duration_;
  Histogram<17> message_latency_;

  mutable std::mutex errors_mutex_;
  std::map<std::string, uint64_t, std::less<>> errors_;
};

}  // namespace firesteel::gateway
