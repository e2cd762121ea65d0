#include "gateway/audit/metrics.h"

#include <fmt/format.h>

#include <utility>

#include "base/utf8.h"
#include "gateway/audit/labels.h"

namespace firesteel::gateway {
namespace {

constexpr size_t kMostReasons = 64;
constexpr std::string_view kOtherReason = "other";
constexpr std::array<double, 10> kSessionSeconds = {1, 10, 60, 300, 900, 1800, 3600, 7200, 14400, 28800};
constexpr std::array<double, 17> kLatencySeconds = {0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05,
                                                    0.1,    0.2,    0.5,    1,     2,     5,     10,   30};

void AppendHead(std::string_view name, std::string_view type, std::string_view help, std::string& text) {
  text += fmt::format("# HELP {} ", name);
  for (const char c : help) {
    if (c == '\\') {
      text += "\\\\";
    } else if (c == '\n') {
      text += "\\n";
    } else {
      text += c;
    }
  }
  text += fmt::format("\n# TYPE {} {}\n", name, type);
}

void AppendLabel(std::string_view name, std::string_view value, std::string& text) {
  text.append(name).append("=\"");
  for (const char c : MakeValidUtf8(value)) {
    if (c == '\n') {
      text += "\\n";
    } else {
      if (c == '"' || c == '\\') text += '\\';
      text += c;
    }
  }
  text += '"';
}

void AppendNumber(std::string_view name, std::string_view type, std::string_view help, uint64_t value,
                  std::string& text) {
  AppendHead(name, type, help, text);
  text += fmt::format("{} {}\n", name, value);
}

template <size_t N>
void AppendHistogram(std::string_view name, std::string_view help, const Histogram<N>& histogram, std::string& text) {
  AppendHead(name, "histogram", help, text);
  const auto snapshot = histogram.Read();
  for (size_t i = 0; i < N; ++i) {
    text += fmt::format("{}_bucket{{le=\"{}\"}} {}\n", name, histogram.bounds()[i], snapshot.at_most[i]);
  }
  text += fmt::format("{0}_bucket{{le=\"+Inf\"}} {1}\n{0}_sum {2}\n{0}_count {1}\n", name, snapshot.at_most[N],
                      snapshot.sum_seconds);
}

void AppendGauge(const Gauge& gauge, std::string& text) {
  AppendHead(gauge.name, "gauge", gauge.help, text);
  for (const Gauge::Sample& sample : gauge.samples) {
    text += gauge.name;
    for (size_t i = 0; i < sample.labels.size(); ++i) {
      text += i == 0 ? '{' : ',';
      AppendLabel(sample.labels[i].first, sample.labels[i].second, text);
    }
    text += fmt::format("{} {}\n", sample.labels.empty() ? "" : "}", sample.value);
  }
}

}  // namespace

Metrics::Metrics(std::function<std::vector<Gauge>()> gauges)
    : gauges_(std::move(gauges)), session_duration_(kSessionSeconds), message_latency_(kLatencySeconds) {}

void Metrics::SessionCreated() { sessions_created_.fetch_add(1, std::memory_order_relaxed); }

void Metrics::SessionEnded(std::chrono::nanoseconds lived, bool expired) {
  if (expired) sessions_expired_.fetch_add(1, std::memory_order_relaxed);
  session_duration_.Observe(lived);
  sessions_ended_.fetch_add(1, std::memory_order_relaxed);
}

void Metrics::RequestFinished(Method method, Code code) {
  auto row = static_cast<size_t>(method);
  auto column = static_cast<size_t>(code);
  if (row >= kMethods) row = static_cast<size_t>(Method::kOther);
  if (column >= kCodes) column = static_cast<size_t>(Code::kUnknown);
  requests_[row][column].fetch_add(1, std::memory_order_relaxed);
}

void Metrics::ProxyError(std::string_view reason) {
  const std::lock_guard lock(errors_mutex_);
  auto found = errors_.find(reason);
  if (found == errors_.end()) {
    found = errors_.try_emplace(std::string(errors_.size() < kMostReasons ? reason : kOtherReason)).first;
  }
  ++found->second;
}

std::string Metrics::Text() const {
  std::string text;
  // The ended first: one that ends between the two readings must not make the difference negative.
  const uint64_t ended = sessions_ended_.load();
  const uint64_t created = sessions_created_.load();
  AppendNumber("spark_connect_sessions_active", "gauge", "Sessions that have a server now.",
               created > ended ? created - ended : 0, text);
  AppendNumber("spark_connect_sessions_created_total", "counter", "Sessions that got a server.", created, text);
  AppendNumber("spark_connect_sessions_expired_total", "counter",
               "Sessions that were ended because they were idle or old.", sessions_expired_.load(), text);
  AppendHead("proxy_requests_total", "counter", "Calls that ended, by RPC and gRPC status code.", text);
  for (size_t row = 0; row < kMethods; ++row) {
    for (size_t column = 0; column < kCodes; ++column) {
      const uint64_t count = requests_[row][column].load(std::memory_order_relaxed);
      if (count == 0) continue;
      text += fmt::format("proxy_requests_total{{rpc=\"{}\",code=\"{}\"}} {}\n", RpcLabel(static_cast<Method>(row)),
                          CodeLabel(static_cast<Code>(column)), count);
    }
  }
  AppendHead("proxy_errors_total", "counter", "Failures of the gateway or its servers, by reason.", text);
  {
    const std::lock_guard lock(errors_mutex_);
    for (const auto& [reason, count] : errors_) {
      text += "proxy_errors_total{";
      AppendLabel("reason", reason, text);
      text += fmt::format("}} {}\n", count);
    }
  }
  AppendHistogram("session_duration_seconds", "How long sessions lived.", session_duration_, text);
  AppendHistogram("message_latency_seconds", "How long messages were on their way through the gateway.",
                  message_latency_, text);
  if (!gauges_) return text;
  for (const Gauge& gauge : gauges_()) AppendGauge(gauge, text);
  return text;
}

}  // namespace firesteel::gateway
