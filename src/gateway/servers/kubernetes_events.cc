#include "gateway/servers/kubernetes_events.h"

#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <utility>

namespace firesteel::gateway {
namespace {

using nlohmann::json;

// The members of JSON that are not there, or null, which the API writes for "unknown".
const json& Member(const json& object, const char* name) {
  static const json kNull;
  const auto found = object.is_object() ? object.find(name) : object.end();
  return found == object.end() ? kNull : *found;
}

std::string Text(const json& object, const char* name) {
  const json& value = Member(object, name);
  return value.is_string() ? value.get<std::string>() : std::string();
}

bool Flag(const json& object, const char* name, bool otherwise) {
  const json& value = Member(object, name);
  return value.is_boolean() ? value.get<bool>() : otherwise;
}

const json::array_t& Items(const json& object, const char* name) {
  static const json::array_t kNone;
  const json& value = Member(object, name);
  return value.is_array() ? value.get_ref<const json::array_t&>() : kNone;
}

std::optional<uint16_t> PortOf(const json& slice, const std::string& port_name) {
  for (const json& port : Items(slice, "ports")) {
    const std::string protocol = Text(port, "protocol");
    if (!protocol.empty() && protocol != "TCP") continue;
    if (!port_name.empty() && Text(port, "name") != port_name) continue;
    const json& number = Member(port, "port");
    if (!number.is_number_unsigned()) continue;
    const uint64_t value = number.get<uint64_t>();
    if (value >= 1 && value <= UINT16_MAX) return static_cast<uint16_t>(value);
  }
  return std::nullopt;
}

// Ready where the API does not know, as it asks its readers to take it. A terminating pod may serve still, but gets no
// new sessions; services that publish pods that are not ready call even those ready.
bool MayServe(const json& endpoint) {
  const json& conditions = Member(endpoint, "conditions");
  return Flag(conditions, "ready", true) && !Flag(conditions, "terminating", false);
}

EndpointSlice SliceOf(const json& object, const std::string& port_name) {
  EndpointSlice slice;
  slice.name = Text(Member(object, "metadata"), "name");
  slice.ipv6 = Text(object, "addressType") == "IPv6";
  const std::optional<uint16_t> port = PortOf(object, port_name);
  if (!port) return slice;
  for (const json& endpoint : Items(object, "endpoints")) {
    const json::array_t& addresses = Items(endpoint, "addresses");
    // More than one address are the same endpoint again: the first stands for it.
    if (addresses.empty() || !addresses.front().is_string() || !MayServe(endpoint)) continue;
    slice.ready.push_back({addresses.front().get<std::string>(), *port, Text(Member(endpoint, "targetRef"), "uid")});
  }
  return slice;
}

std::optional<json> Parsed(std::string_view text) {
  json value = json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!value.is_object()) return std::nullopt;
  return value;
}

}  // namespace

Result<SliceList> ParseSliceList(std::string_view body, const std::string& port_name) {
  const std::optional<json> list = Parsed(body);
  if (!list || !Member(*list, "items").is_array()) {
    return Status::Error("the answer to the list of EndpointSlices is no list of JSON");
  }
  const json& metadata = Member(*list, "metadata");
  SliceList result{{}, Text(metadata, "resourceVersion"), Text(metadata, "continue")};
  if (result.resource_version.empty()) return Status::Error("the list of EndpointSlices has no resourceVersion");
  for (const json& item : Items(*list, "items")) result.slices.push_back(SliceOf(item, port_name));
  return result;
}

Result<SliceEvent> ParseSliceEvent(std::string_view line, const std::string& port_name) {
  const std::optional<json> event = Parsed(line);
  if (!event) return Status::Error("a line of the watch is no JSON object");
  const std::string type = Text(*event, "type");
  const json& object = Member(*event, "object");
  SliceEvent result;
  if (type == "ERROR") {
    const json& code = Member(object, "code");
    const bool expired = (code.is_number() && code.get<int64_t>() == 410) || Text(object, "reason") == "Expired";
    result.kind = expired ? SliceEvent::Kind::kExpired : SliceEvent::Kind::kError;
    result.message = Text(object, "message");
    return result;
  }
  if (type == "BOOKMARK") {
    result.kind = SliceEvent::Kind::kBookmark;
  } else if (type == "ADDED" || type == "MODIFIED") {
    result.kind = SliceEvent::Kind::kSet;
  } else if (type == "DELETED") {
    result.kind = SliceEvent::Kind::kDeleted;
  } else {
    return Status::Error("the watch sent an event of the unknown type \"" + type.substr(0, 40) + "\"");
  }
  result.resource_version = Text(Member(object, "metadata"), "resourceVersion");
  if (result.resource_version.empty()) return Status::Error("an event of the watch has no resourceVersion");
  if (result.kind == SliceEvent::Kind::kBookmark) return result;
  result.slice = SliceOf(object, port_name);
  if (result.slice.name.empty()) return Status::Error("an event of the watch has no EndpointSlice");
  return result;
}

std::string ApiErrorMessage(std::string_view body) {
  const std::optional<json> status = Parsed(body);
  return status ? Text(*status, "message") : std::string();
}

std::vector<ServerEndpoint> ReadyEndpoints(const std::map<std::string, EndpointSlice>& slices) {
  std::set<std::string> with_ipv4;
  for (const auto& [name, slice] : slices) {
    for (const ServerEndpoint& endpoint : slice.ready) {
      if (!slice.ipv6 && !endpoint.instance.empty()) with_ipv4.insert(endpoint.instance);
    }
  }
  std::vector<ServerEndpoint> endpoints;
  for (const auto& [name, slice] : slices) {
    for (const ServerEndpoint& endpoint : slice.ready) {
      if (!slice.ipv6 || !with_ipv4.contains(endpoint.instance)) endpoints.push_back(endpoint);
    }
  }
  return endpoints;
}

bool LineCutter::Feed(std::string_view bytes, const std::function<bool(std::string_view)>& on_line) {
  while (true) {
    const size_t end = bytes.find('\n');
    if (end == std::string_view::npos) {
      begun_ += bytes;
      return begun_.size() <= longest_;
    }
    const std::string_view rest = bytes.substr(0, end);
    bytes.remove_prefix(end + 1);
    if (begun_.size() + rest.size() > longest_) return false;
    if (begun_.empty()) {
      if (!on_line(rest)) return false;
      continue;
    }
    begun_ += rest;
    const std::string line = std::exchange(begun_, {});
    if (!on_line(line)) return false;
  }
}

}  // namespace firesteel::gateway
