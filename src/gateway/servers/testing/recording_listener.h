#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "gateway/servers/directory.h"
#include "gateway/servers/source_thread.h"

namespace firesteel::gateway {

/// Keeps what a directory told, as texts: "appeared 1 host:port", "unlisted 1", "died 1 signal 9", "failed pool".
class RecordingListener final : public DirectoryListener {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  void ServerAppeared(const ServerAddress& server) override {
    std::lock_guard lock(mutex_);
    appeared_.push_back(server);
    Add(fmt::format("appeared {} {}:{}", server.id, server.host, server.port));
  }
  void ServerUnlisted(ServerId server) override {
    std::lock_guard lock(mutex_);
    Add(fmt::format("unlisted {}", server));
  }
  void ServerDied(ServerId server, const std::string& why) override {
    std::lock_guard lock(mutex_);
    Add(fmt::format("died {} {}", server, why));
  }
  void LaunchFailed(const std::string& servers, const std::string& message, const std::string&) override {
    std::lock_guard lock(mutex_);
    message_ = message;
    Add("failed " + servers);
  }

  /// Whether `count` events come before the time is over.
  bool WaitFor(size_t count, std::chrono::milliseconds time = std::chrono::seconds(20)) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, time, [&] { return events_.size() >= count; });
  }
  std::vector<std::string> events() const {
    std::lock_guard lock(mutex_);
    return events_;
  }
  std::vector<ServerAddress> appeared() const {
    std::lock_guard lock(mutex_);
    return appeared_;
  }
  std::string message() const {
    std::lock_guard lock(mutex_);
    return message_;
  }
  TimePoint last() const {
    std::lock_guard lock(mutex_);
    return last_;
  }

 private:
  void Add(std::string event) {
    last_ = std::chrono::steady_clock::now();
    events_.push_back(std::move(event));
    changed_.notify_all();
  }

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> events_;
  std::vector<ServerAddress> appeared_;
  std::string message_;
  TimePoint last_;
};

/// The lists that a source reported.
class RecordedEndpoints {
 public:
  OnEndpoints Receiver() {
    return [this](std::vector<ServerEndpoint> endpoints) {
      std::lock_guard lock(mutex_);
      std::vector<std::string> texts;
      for (const ServerEndpoint& e : endpoints) texts.push_back(EndpointText(e.host, e.port));
      std::sort(texts.begin(), texts.end());
      lists_.push_back(std::move(texts));
      changed_.notify_all();
    };
  }
  /// Whether the newest list comes to be this one, given in order.
  bool WaitFor(const std::vector<std::string>& wanted, std::chrono::milliseconds time = std::chrono::seconds(20)) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, time, [&] { return !lists_.empty() && lists_.back() == wanted; });
  }
  size_t count() const {
    std::lock_guard lock(mutex_);
    return lists_.size();
  }

 private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::vector<std::string>> lists_;
};

}  // namespace firesteel::gateway
