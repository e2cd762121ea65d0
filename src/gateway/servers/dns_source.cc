#include <fmt/format.h>
#include <netdb.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <map>
#include <memory>
#include <optional>
#include <utility>

#include "gateway/servers/fault_log.h"
#include "gateway/servers/sources.h"

namespace firesteel::gateway {
namespace {

struct Names {
  std::vector<std::string> addresses;
  Resolver resolver;
  Milliseconds interval;
  FaultLog faults;
  std::map<std::string, std::vector<ServerEndpoint>> known;  ///< by name:port; only names that were found once
};

// What was not found: the first fault, or nothing. One a round, so that two broken names are not logged in turns.
std::string LookUp(Names& names, SourceThread::Control& control) {
  std::string fault;
  for (const std::string& address : names.addresses) {
    Result<ServerEndpoint> endpoint = ParseEndpoint(address);
    if (!endpoint.ok()) {
      if (fault.empty()) fault = fmt::format("\"{}\" {}", address, endpoint.error());
      continue;
    }
    const Result<std::vector<std::string>> found = names.resolver(endpoint->host);
    // The process may be on its way out by now, and its log with it.
    if (control.stopped()) return fault;
    if (!found.ok()) {
      if (fault.empty()) fault = fmt::format("cannot look up {}: {}", endpoint->host, found.error());
      continue;
    }
    std::vector<ServerEndpoint>& known = names.known[address];
    known.clear();
    for (const std::string& host : *found) known.push_back({host, endpoint->port, ""});
  }
  return fault;
}

void Watch(Names& names, SourceThread::Control& control) {
  std::optional<std::vector<ServerEndpoint>> told;
  do {
    const std::string fault = LookUp(names, control);
    if (control.stopped()) return;
    if (fault.empty()) {
      names.faults.Works();
    } else {
      names.faults.Failed(fault);
    }
    std::vector<ServerEndpoint> endpoints;
    for (const auto& [address, known] : names.known) endpoints.insert(endpoints.end(), known.begin(), known.end());
    // Before the first success there is nothing to say: an empty list would unlist what an earlier source found.
    if (!names.known.empty() && told != endpoints) {
      told = endpoints;
      control.Report(std::move(endpoints));
    }
  } while (control.Wait(names.interval));
}

}  // namespace

Result<std::vector<std::string>> ResolveBySystem(const std::string& host) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* list = nullptr;
  const int code = getaddrinfo(host.c_str(), nullptr, &hints, &list);
  if (code != 0) return Status::Error(code == EAI_SYSTEM ? std::strerror(errno) : gai_strerror(code));
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owner(list, freeaddrinfo);
  std::vector<std::string> four, six;
  for (const addrinfo* a = list; a != nullptr; a = a->ai_next) {
    std::array<char, NI_MAXHOST> text{};
    if (getnameinfo(a->ai_addr, a->ai_addrlen, text.data(), text.size(), nullptr, 0, NI_NUMERICHOST) != 0) continue;
    if (a->ai_family == AF_INET) four.emplace_back(text.data());
    if (a->ai_family == AF_INET6) six.emplace_back(text.data());
  }
  if (four.empty()) four = std::move(six);
  if (four.empty()) return Status::Error("the name has no addresses");
  // Name servers turn the order from answer to answer; that is no change.
  std::sort(four.begin(), four.end());
  return four;
}

std::unique_ptr<SourceThread> WatchNames(std::string servers, std::vector<std::string> addresses,
                                         OnEndpoints on_endpoints, Resolver resolver, Milliseconds interval) {
  auto names = std::make_shared<Names>(
      Names{std::move(addresses), std::move(resolver), interval, FaultLog(std::move(servers)), {}});
  return std::make_unique<SourceThread>(std::move(on_endpoints),
                                        [names](SourceThread::Control& control) { Watch(*names, control); });
}

}  // namespace firesteel::gateway
