#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "gateway/config/config.h"
#include "gateway/servers/source_thread.h"

/// What lists servers from outside. Each watches on a thread of its own from its making until it is destroyed, reports
/// the whole list whenever it changed, keeps silent while its source cannot be read (what was listed stays), and logs
/// a fault once, when it begins, and its end. `servers` is the [servers.NAME], for the log.
namespace firesteel::gateway {

/// The numeric addresses of a host name, or why there are none. May block for long.
using Resolver = std::function<Result<std::vector<std::string>>(const std::string& host)>;
/// getaddrinfo. IPv4 addresses where the name has any, else IPv6: a name with both is one server in two ways.
Result<std::vector<std::string>> ResolveBySystem(const std::string& host);

/// Every address of every name:port in `addresses`, asked again every `interval`.
std::unique_ptr<SourceThread> WatchNames(std::string servers, std::vector<std::string> addresses,
                                         OnEndpoints on_endpoints, Resolver resolver = ResolveBySystem,
                                         Milliseconds interval = std::chrono::seconds(5));

/// The lines of a list: host:port, blank lines and '#' comments. The error names the line.
Result<std::vector<ServerEndpoint>> ParseServerFile(std::string_view text);
/// The lines of the file `path`, looked at each second.
std::unique_ptr<SourceThread> WatchFile(std::string servers, std::string path, OnEndpoints on_endpoints);

/// The ready endpoints of a service, by the EndpointSlices of the Kubernetes API.
std::unique_ptr<SourceThread> WatchKubernetes(std::string servers, KubernetesConfig config, OnEndpoints on_endpoints);

}  // namespace firesteel::gateway
