#include <fmt/format.h>
#include <httplib.h>
#include <netinet/tcp.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <memory>
#include <random>
#include <utility>

#include "gateway/servers/fault_log.h"
#include "gateway/servers/kubernetes_events.h"
#include "gateway/servers/sources.h"

namespace firesteel::gateway {
namespace {

using std::chrono::steady_clock;

constexpr char kAccount[] = "/var/run/secrets/kubernetes.io/serviceaccount/";
constexpr Milliseconds kFirstBackoff{200}, kLongestBackoff{30'000};
constexpr int kConnectSeconds = 5, kListSeconds = 30;
constexpr int kWatchSeconds = 240;        // then the API ends it and it is begun anew, with the token of that time
constexpr int kWatchLateSeconds = 15;     // the end is awaited for so long before the connection is given up
constexpr int kKeepaliveSeconds = 15;     // a silent watch on a connection that died is noticed by the kernel
constexpr size_t kLongestLine = 8 << 20;  // an object of the API is at most 1.5 MiB
constexpr size_t kLongestList = 256 << 20;
constexpr size_t kLongestError = 4096;

std::string ContentOf(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(file), {}};
  text.erase(text.find_last_not_of(" \t\r\n") + 1);
  return text;
}

std::string Variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

std::string QueryText(std::string_view text) {
  std::string encoded;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                       c == '.' || c == '_' || c == '~';
    encoded += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return encoded;
}

// Where the API is: https://host:port/path.
struct ApiAddress {
  bool tls = true;
  ServerEndpoint endpoint;
  std::string path;  // in front of /apis, without '/' at its end
};

Result<ApiAddress> ParseApiUrl(std::string url) {
  ApiAddress address;
  if (url.starts_with("http://")) {
    address.tls = false;
  } else if (!url.starts_with("https://")) {
    return Status::Error(fmt::format("the Kubernetes api_url \"{}\" does not begin with https://", url));
  }
  url.erase(0, address.tls ? 8 : 7);
  const size_t slash = std::min(url.find('/'), url.size());
  address.path = url.substr(slash);
  while (address.path.ends_with('/')) address.path.pop_back();
  std::string host = url.substr(0, slash);
  if (host.find(':', host.starts_with('[') ? host.find(']') : 0) == std::string::npos) {
    host += address.tls ? ":443" : ":80";
  }
  Result<ServerEndpoint> endpoint = ParseEndpoint(host);
  if (!endpoint.ok()) return Status::Error(fmt::format("the host \"{}\" of api_url {}", host, endpoint.error()));
  address.endpoint = std::move(*endpoint);
  return address;
}

bool IsLoopback(const std::string& host) { return host == "localhost" || host == "::1" || host.starts_with("127."); }

/// Lists, then watches from where the list was; begins again at what was lost. Runs on the source's thread.
class KubernetesWatcher {
 public:
  KubernetesWatcher(std::string servers, KubernetesConfig config) : config_(std::move(config)), faults_(servers) {
    if (config_.token_file.empty()) config_.token_file = std::string(kAccount) + "token";
    if (config_.api_url.empty()) {
      const std::string host = Variable("KUBERNETES_SERVICE_HOST"), port = Variable("KUBERNETES_SERVICE_PORT");
      const std::string bracketed = host.find(':') == std::string::npos ? host : "[" + host + "]";
      if (!host.empty()) config_.api_url = fmt::format("https://{}:{}", bracketed, port.empty() ? "443" : port);
      if (config_.ca_file.empty()) config_.ca_file = std::string(kAccount) + "ca.crt";
    }
    if (config_.namespace_name.empty()) config_.namespace_name = ContentOf(std::string(kAccount) + "namespace");
  }

  void Run(SourceThread::Control& control) {
    Milliseconds backoff = kFirstBackoff;
    while (!control.stopped()) {
      const auto begun = steady_clock::now();
      const Status status = resource_version_.empty() ? List(control) : Watch(control);
      if (control.stopped()) return;
      if (status.ok()) {
        faults_.Works();
        backoff = kFirstBackoff;
        // Watches that end at once, without an error, are not to be begun a thousand times a second.
        if (listed_now_ || steady_clock::now() - begun > kFirstBackoff) continue;
        if (!control.Wait(kFirstBackoff)) return;
        continue;
      }
      faults_.Failed(status.message);
      // Between half and all of it: the gateways of a cluster shall not come back to its API all at once.
      std::uniform_int_distribution<int64_t> part(backoff.count() / 2, backoff.count());
      if (!control.Wait(Milliseconds(part(random_)))) return;
      backoff = std::min(backoff * 2, kLongestBackoff);
    }
  }

 private:
  struct Answer {
    int status = 0;
    std::string error_body;  // where the status is not 200
  };

  Status List(SourceThread::Control& control) {
    listed_now_ = false;
    std::map<std::string, EndpointSlice> slices;
    SliceList page;
    do {
      std::string body, query = "&limit=500";
      if (!page.continue_token.empty()) query += "&continue=" + QueryText(page.continue_token);
      const auto receive = [&](std::string_view bytes) {
        body += bytes;
        return body.size() <= kLongestList;
      };
      Answer answer;
      if (Status status = Get(control, query, kListSeconds, receive, &answer); !status.ok()) return status;
      Result<SliceList> parsed = ParseSliceList(body, config_.port_name);
      if (!parsed.ok()) return parsed.status();
      page = std::move(*parsed);
      for (EndpointSlice& slice : page.slices) slices[slice.name] = std::move(slice);
    } while (!page.continue_token.empty() && !control.stopped());
    slices_ = std::move(slices);
    resource_version_ = page.resource_version;
    listed_now_ = true;
    control.Report(ReadyEndpoints(slices_));
    return Status::Ok();
  }

  Status Watch(SourceThread::Control& control) {
    listed_now_ = false;
    Status fault;
    LineCutter lines(kLongestLine);
    const auto on_line = [&](std::string_view line) {
      fault = Apply(line, control);
      return fault.ok() && !resource_version_.empty();
    };
    const std::string query = fmt::format("&watch=true&allowWatchBookmarks=true&resourceVersion={}&timeoutSeconds={}",
                                          QueryText(resource_version_), kWatchSeconds);
    const auto receive = [&](std::string_view bytes) { return lines.Feed(bytes, on_line); };
    Answer answer;
    const Status status = Get(control, query, kWatchSeconds + kWatchLateSeconds, receive, &answer);
    if (answer.status == 410) resource_version_.clear();
    if (!fault.ok()) {
      resource_version_.clear();  // what the line would have said must come from a list
      return fault;
    }
    // Expired: listed anew at once. An end in the middle of a line, too, is only an end: the line comes again.
    if (resource_version_.empty()) return Status::Ok();
    return status;
  }

  Status Apply(std::string_view line, SourceThread::Control& control) {
    if (line.empty()) return Status::Ok();
    Result<SliceEvent> event = ParseSliceEvent(line, config_.port_name);
    if (!event.ok()) return event.status();
    faults_.Works();
    switch (event->kind) {
      case SliceEvent::Kind::kExpired:
        resource_version_.clear();
        return Status::Ok();
      case SliceEvent::Kind::kError:
        return Status::Error(fmt::format("the Kubernetes API ended the watch: {}", event->message));
      case SliceEvent::Kind::kBookmark:
        break;
      case SliceEvent::Kind::kDeleted:
        slices_.erase(event->slice.name);
        break;
      case SliceEvent::Kind::kSet:
        slices_[event->slice.name] = std::move(event->slice);
        break;
    }
    resource_version_ = event->resource_version;
    if (event->kind != SliceEvent::Kind::kBookmark) control.Report(ReadyEndpoints(slices_));
    return Status::Ok();
  }

  // A new connection each time, so that authorities and tokens that were exchanged meanwhile are read.
  Result<std::shared_ptr<httplib::ClientImpl>> Connect(const ApiAddress& api, int read_seconds) const {
    std::shared_ptr<httplib::ClientImpl> client;
    if (api.tls) {
      client = std::make_shared<httplib::SSLClient>(api.endpoint.host, api.endpoint.port);
      if (!config_.ca_file.empty()) client->set_ca_cert_path(config_.ca_file);
    } else {
      client = std::make_shared<httplib::ClientImpl>(api.endpoint.host, api.endpoint.port);
    }
    if (!client->is_valid()) return Status::Error("cannot make a TLS client for the Kubernetes API");
    client->set_url_encode(false);
    client->set_connection_timeout(kConnectSeconds);
    client->set_read_timeout(read_seconds);
    client->set_write_timeout(kConnectSeconds);
    client->set_socket_options([](socket_t socket) {
      const int on = 1, idle = kKeepaliveSeconds, probes = 3;
      setsockopt(socket, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
      setsockopt(socket, IPPROTO_TCP, TCP_KEEPIDLE, &idle, sizeof idle);
      setsockopt(socket, IPPROTO_TCP, TCP_KEEPINTVL, &idle, sizeof idle);
      setsockopt(socket, IPPROTO_TCP, TCP_KEEPCNT, &probes, sizeof probes);
    });
    return client;
  }

  // Ok: status 200 and the whole body was given to `receive`.
  Status Get(SourceThread::Control& control, const std::string& query, int read_seconds,
             const std::function<bool(std::string_view)>& receive, Answer* answer) {
    if (config_.api_url.empty()) {
      return Status::Error(
          "the Kubernetes API is not known: set api_url, or run in a pod, which has KUBERNETES_SERVICE_HOST");
    }
    Result<ApiAddress> api = ParseApiUrl(config_.api_url);
    if (!api.ok()) return api.status();
    httplib::Headers headers{{"Accept", "application/json"}, {"Accept-Encoding", "identity"}};
    if (const std::string token = ContentOf(config_.token_file); !token.empty()) {
      if (!api->tls && !IsLoopback(api->endpoint.host)) {
        return Status::Error("the Kubernetes token is not sent over http:// to another machine: use https://");
      }
      headers.emplace("Authorization", "Bearer " + token);
    }
    Result<std::shared_ptr<httplib::ClientImpl>> client = Connect(*api, read_seconds);
    if (!client.ok()) return client.status();
    control.SetInterrupt([client = *client] { client->stop(); });
    const std::string path = fmt::format("{}/apis/discovery.k8s.io/v1/namespaces/{}/endpointslices?labelSelector={}{}",
                                         api->path, QueryText(config_.namespace_name),
                                         QueryText("kubernetes.io/service-name=" + config_.service), query);
    const httplib::Result result = (*client)->Get(
        path, headers,
        [&](const httplib::Response& response) {
          answer->status = response.status;
          return true;
        },
        [&](const char* data, size_t size) {
          if (answer->status == 200) return receive({data, size}) && !control.stopped();
          answer->error_body.append(data, std::min(size, kLongestError - answer->error_body.size()));
          return true;
        });
    control.SetInterrupt(nullptr);
    const std::string where = EndpointText(api->endpoint.host, api->endpoint.port);
    if (answer->status == 0) {
      return Status::Error(
          fmt::format("cannot ask the Kubernetes API at {}: {}", where, httplib::to_string(result.error())));
    }
    if (answer->status != 200) {
      return Status::Error(fmt::format("the Kubernetes API at {} answered {} {}{}", where, answer->status,
                                       ApiErrorMessage(answer->error_body), HintFor(answer->status)));
    }
    if (!result) {
      return Status::Error(fmt::format("the answer of the Kubernetes API at {} broke off: {}", where,
                                       httplib::to_string(result.error())));
    }
    return Status::Ok();
  }

  static std::string_view HintFor(int status) {
    if (status == 401) return " (is token_file the one of a service account?)";
    if (status == 403) return " (the service account needs get, list and watch on endpointslices)";
    return "";
  }

  KubernetesConfig config_;
  FaultLog faults_;
  std::map<std::string, EndpointSlice> slices_;
  std::string resource_version_;  // empty: list
  bool listed_now_ = false;
  std::mt19937_64 random_{std::random_device{}()};
};

}  // namespace

std::unique_ptr<SourceThread> WatchKubernetes(std::string servers, KubernetesConfig config, OnEndpoints on_endpoints) {
  auto watcher = std::make_shared<KubernetesWatcher>(std::move(servers), std::move(config));
  return std::make_unique<SourceThread>(std::move(on_endpoints),
                                        [watcher](SourceThread::Control& control) { watcher->Run(control); });
}

}  // namespace firesteel::gateway
