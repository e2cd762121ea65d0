#include "gateway/http/status_json.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <ctime>

namespace firesteel::gateway {

std::string IsoTime(int64_t micros) {
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}Z", fmt::gmtime(static_cast<std::time_t>(micros / 1'000'000)));
}

Json SessionJson(const SessionRow& s) {
  Json json = {{"session_id", s.id},
               {"user", s.route.user},
               {"team", s.route.team},
               {"environment", s.route.environment},
               {"namespace", s.route.namespace_name},
               {"state", s.state},
               {"server", nullptr},
               {"since", IsoTime(s.created_micros)},
               {"last_call", IsoTime(s.last_call_micros)},
               {"running", s.running}};
  if (!s.server_address.empty()) {
    json["server"] = {{"id", s.server}, {"set", s.server_set}, {"address", s.server_address}};
  }
  return json;
}

Json StatusJson(const GatewayView& view) {
  Json servers = Json::array();
  for (const ServerRow& s : view.servers) {
    servers.push_back({{"id", s.id},
                       {"set", s.set},
                       {"address", s.address},
                       {"state", s.state},
                       {"sessions", s.sessions},
                       {"running", s.running}});
  }
  Json pools = Json::array();
  for (const PoolRow& p : view.pools) {
    pools.push_back({{"name", p.name},
                     {"free", p.free},
                     {"warm", p.warm},
                     {"launching", p.launching},
                     {"servers", p.servers},
                     {"most", p.most}});
  }
  Json sessions = Json::array();
  for (const SessionRow& s : view.sessions) sessions.push_back(SessionJson(s));
  return {{"time", IsoTime(view.now_micros)},
          {"servers", std::move(servers)},
          {"pools", std::move(pools)},
          {"sessions", std::move(sessions)}};
}

std::string JsonLine(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n"; }

}  // namespace firesteel::gateway
