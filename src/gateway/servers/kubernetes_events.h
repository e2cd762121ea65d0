#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "gateway/servers/server_endpoint.h"

/// What the Kubernetes API says of EndpointSlices (discovery.k8s.io/v1), read. Pure functions.
namespace firesteel::gateway {

/// One EndpointSlice: some of a service's endpoints, all of one address family.
struct EndpointSlice {
  std::string name;  ///< unique in its namespace
  bool ipv6 = false;
  std::vector<ServerEndpoint> ready;  ///< ready and not terminating: may get new sessions
};

/// One page of a list.
struct SliceList {
  std::vector<EndpointSlice> slices;
  std::string resource_version;
  std::string continue_token;  ///< not empty: there is another page
};

/// One line of a watch.
struct SliceEvent {
  enum class Kind : uint8_t {
    kSet,       ///< added or changed: `slice`
    kDeleted,   ///< `slice.name`
    kBookmark,  ///< only resource_version
    kExpired,   ///< 410 Gone: what came since is lost, list anew
    kError,     ///< `message`
  };
  Kind kind = Kind::kError;
  EndpointSlice slice;
  std::string resource_version;  ///< kSet, kDeleted, kBookmark: where a later watch goes on
  std::string message;
};

/// `port_name`: of the slices' ports the one that counts; empty: the first of TCP. A slice without it has no endpoints.
Result<SliceList> ParseSliceList(std::string_view body, const std::string& port_name);
Result<SliceEvent> ParseSliceEvent(std::string_view line, const std::string& port_name);
/// `message` of a Status object, as the API answers errors; empty where the body is none.
std::string ApiErrorMessage(std::string_view body);

/// The endpoints of all slices by their names. A pod with addresses of both families is one server: its IPv4 counts.
std::vector<ServerEndpoint> ReadyEndpoints(const std::map<std::string, EndpointSlice>& slices);

/// Cuts a stream into lines.
class LineCutter {
 public:
  explicit LineCutter(size_t longest) : longest_(longest) {}

  /// `on_line` is given every line that ends in `bytes`, without its end; false from it ends the feeding. False also
  /// where a line is longer than `longest`.
  bool Feed(std::string_view bytes, const std::function<bool(std::string_view)>& on_line);

 private:
  size_t longest_;
  std::string begun_;  ///< of a line whose end has not come
};

}  // namespace firesteel::gateway
