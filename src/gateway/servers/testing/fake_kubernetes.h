#pragma once

#include <fmt/format.h>
#include <httplib.h>

#include <algorithm>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace firesteel::gateway {

/// The part of the Kubernetes API that lists and watches EndpointSlices, as it speaks on the wire: lists in pages,
/// watches as chunked lines of JSON from a resourceVersion on, bookmarks, 410 where the history is gone, 401 without
/// the token. Thread-safe.
class FakeKubernetes {
 public:
  explicit FakeKubernetes(std::unique_ptr<httplib::Server> server = std::make_unique<httplib::Server>())
      : server_(std::move(server)) {
    server_->Get("/apis/discovery.k8s.io/v1/namespaces/sjns/endpointslices",
                 [this](const httplib::Request& request, httplib::Response& response) { Answer(request, response); });
    port_ = server_->bind_to_any_port("127.0.0.1");
    thread_ = std::thread([this] { server_->listen_after_bind(); });
    while (!server_->is_running()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  ~FakeKubernetes() {
    EndWatches(false);
    {
      std::lock_guard lock(mutex_);
      stopping_ = true;
      changed_.notify_all();
    }
    server_->stop();
    thread_.join();
  }

  int port() const { return port_; }

  void SetToken(const std::string& token) {
    std::lock_guard lock(mutex_);
    token_ = token;
  }
  /// An answer to every request until it is 0 again.
  void SetStatus(int status) {
    std::lock_guard lock(mutex_);
    status_ = status;
  }
  /// `endpoints`: address, ready.
  void SetSlice(const std::string& name, const std::vector<std::pair<std::string, bool>>& endpoints) {
    nlohmann::json list = nlohmann::json::array();
    for (const auto& [address, ready] : endpoints) {
      list.push_back({{"addresses", {address}},
                      {"conditions", {{"ready", ready}, {"serving", true}, {"terminating", !ready}}},
                      {"targetRef", {{"kind", "Pod"}, {"uid", "uid-" + address}}}});
    }
    std::lock_guard lock(mutex_);
    const bool known = slices_.contains(name);
    slices_[name] = {{"kind", "EndpointSlice"},
                     {"metadata", {{"name", name}, {"resourceVersion", std::to_string(++version_)}}},
                     {"addressType", "IPv4"},
                     {"endpoints", std::move(list)},
                     {"ports", {{{"name", "connect"}, {"port", 15002}, {"protocol", "TCP"}}}}};
    Happen(known ? "MODIFIED" : "ADDED", slices_[name]);
  }
  void DeleteSlice(const std::string& name) {
    std::lock_guard lock(mutex_);
    nlohmann::json slice = slices_[name];
    slices_.erase(name);
    slice["metadata"]["resourceVersion"] = std::to_string(++version_);
    Happen("DELETED", slice);
  }
  /// Every watch is told that nothing came until a new version.
  void Bookmark() {
    std::lock_guard lock(mutex_);
    Happen("BOOKMARK", {{"kind", "EndpointSlice"}, {"metadata", {{"resourceVersion", std::to_string(++version_)}}}});
  }
  /// Watches from versions before this one are refused from now on; by an ERROR line, or by the status of the answer.
  void Compact(bool by_status) {
    std::lock_guard lock(mutex_);
    compacted_ = version_;
    gone_by_status_ = by_status;
  }
  /// Ends the watches that are open: as their time-out does, or by breaking the connection within a line.
  void EndWatches(bool within_line) {
    std::lock_guard lock(mutex_);
    ++epoch_;
    break_within_line_ = within_line;
    changed_.notify_all();
  }

  /// Whether so many of them were begun before the time is over.
  bool WaitForWatches(int count) { return WaitFor(watches_, count); }
  /// Requests that were answered with an error.
  bool WaitForRefused(int count) { return WaitFor(refused_, count); }
  int lists() const {
    std::lock_guard lock(mutex_);
    return lists_;
  }
  /// The resourceVersion that the newest watch began from.
  std::string watched_from() const {
    std::lock_guard lock(mutex_);
    return watched_from_;
  }
  std::string version() const {
    std::lock_guard lock(mutex_);
    return std::to_string(version_);
  }

 private:
  struct Happened {
    int version;
    std::string line;
  };

  void Happen(const char* type, const nlohmann::json& object) {
    events_.push_back({version_, nlohmann::json{{"type", type}, {"object", object}}.dump() + "\n"});
    changed_.notify_all();
  }

  bool WaitFor(const int& counter, int count) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(20), [&] { return counter >= count; });
  }

  static std::string StatusObject(int code, const std::string& reason, const std::string& message) {
    return nlohmann::json{
        {"kind", "Status"}, {"status", "Failure"}, {"code", code}, {"reason", reason}, {"message", message}}
        .dump();
  }

  void Answer(const httplib::Request& request, httplib::Response& response) {
    std::unique_lock lock(mutex_);
    const auto refuse = [&](int code, const std::string& reason, const std::string& message) {
      ++refused_;
      changed_.notify_all();
      response.status = code;
      response.set_content(StatusObject(code, reason, message), "application/json");
    };
    if (!token_.empty() && request.get_header_value("Authorization") != "Bearer " + token_) {
      return refuse(401, "Unauthorized", "Unauthorized");
    }
    if (status_ != 0) return refuse(status_, "Failure", "the API is told to fail");
    if (request.get_param_value("labelSelector") != "kubernetes.io/service-name=spark") {
      return refuse(400, "BadRequest", "wrong selector");
    }
    if (request.get_param_value("watch") == "true") return Watch(request, response);
    List(request, response);
  }

  // One slice a page, so that every list of more is in pages.
  void List(const httplib::Request& request, httplib::Response& response) {
    const std::string after = request.get_param_value("continue");
    auto slice = after.empty() ? slices_.begin() : slices_.upper_bound(after);
    nlohmann::json metadata{{"resourceVersion", std::to_string(version_)}};
    nlohmann::json items = nlohmann::json::array();
    if (slice != slices_.end()) {
      items.push_back(slice->second);
      if (std::next(slice) != slices_.end()) metadata["continue"] = slice->first;
    }
    if (!metadata.contains("continue")) ++lists_;
    changed_.notify_all();
    response.set_content(nlohmann::json{{"kind", "EndpointSliceList"}, {"metadata", metadata}, {"items", items}}.dump(),
                         "application/json");
  }

  void Watch(const httplib::Request& request, httplib::Response& response) {
    watched_from_ = request.get_param_value("resourceVersion");
    const int from = std::stoi(watched_from_);
    ++watches_;
    changed_.notify_all();
    if (from < compacted_) {
      const std::string status = StatusObject(410, "Expired", "too old resource version");
      if (gone_by_status_) response.status = 410;
      response.set_content(gone_by_status_ ? status : R"({"type":"ERROR","object":)" + status + "}\n",
                           "application/json");
      return;
    }
    auto sent = std::make_shared<int>(from);
    response.set_chunked_content_provider("application/json", [this, sent, epoch = epoch_](size_t,
                                                                                           httplib::DataSink& sink) {
      std::unique_lock lock(mutex_);
      const auto next = [&] {
        return std::find_if(events_.begin(), events_.end(), [&](const Happened& e) { return e.version > *sent; });
      };
      changed_.wait_for(lock, std::chrono::milliseconds(100),
                        [&] { return epoch != epoch_ || stopping_ || next() != events_.end(); });
      if (const auto event = next(); event != events_.end()) {
        if (epoch != epoch_ && break_within_line_) {
          sink.write(event->line.data(), event->line.size() / 2);
          return false;
        }
        *sent = event->version;
        // In two pieces: the boundaries of chunks mean nothing.
        const size_t half = event->line.size() / 2;
        return sink.write(event->line.data(), half) && sink.write(event->line.data() + half, event->line.size() - half);
      }
      if (epoch != epoch_ && break_within_line_) return false;
      if (epoch != epoch_ || stopping_) sink.done();
      return true;
    });
  }

  const std::unique_ptr<httplib::Server> server_;
  int port_ = 0;
  std::thread thread_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::string, nlohmann::json> slices_;
  std::vector<Happened> events_;
  std::string token_, watched_from_;
  int version_ = 100, compacted_ = 0, epoch_ = 0, status_ = 0;
  int lists_ = 0, watches_ = 0, refused_ = 0;
  bool gone_by_status_ = false, break_within_line_ = false, stopping_ = false;
};

}  // namespace firesteel::gateway
