#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "gateway/config/sections.h"
#include "gateway/config/urls.h"
#include "gateway/routing/templates.h"

namespace firesteel::gateway {
namespace {

constexpr int kMostProcesses = 10'000;
constexpr int kMostSessions = 1'000'000;

struct DiscoveryKey {
  std::string_view key;
  Discovery discovery;
};
constexpr std::array<DiscoveryKey, 5> kDiscoveryKeys = {{
    {"addresses", Discovery::kStatic},
    {"dns", Discovery::kDns},
    {"file", Discovery::kFile},
    {"kubernetes", Discovery::kKubernetes},
    {"pool", Discovery::kPool},
}};

void CheckAddress(TableReader& table, std::string_view key, const std::string& text, Place place) {
  const std::optional<HostPort> address = ParseHostPort(text);
  if (address && address->port != 0) return;
  table.reading().problems.Error(
      place, fmt::format("{} has '{}', which is no address; write host:port, such as \"10.0.0.5:15002\"",
                         table.PathOf(key), text));
}

void ReadKubernetes(TableReader& table, KubernetesConfig& kubernetes) {
  if (table.Text("api_url", kubernetes.api_url)) CheckUrl(table, "api_url", kubernetes.api_url);
  table.File("token_file", kubernetes.token_file);
  table.File("ca_file", kubernetes.ca_file);
  table.Text("namespace", kubernetes.namespace_name);
  table.Text("service", kubernetes.service);
  table.Text("port_name", kubernetes.port_name);
  if (table.Has("api_url")) table.Require("namespace", "where the service is");
  table.Require("service", "whose EndpointSlices are watched");
  table.Finish();
}

/// A pool starts servers ahead of their users, unless it has one per user and none warm.
void CheckCommand(TableReader& table, const PoolConfig& pool) {
  if (auto fault = TemplateFault(pool.command, TemplateUse::kCommand)) {
    table.Error("command", *fault);
    return;
  }
  if (!TemplateNames(pool.command, "port")) {
    table.Error("command", "does not name {port}: a started server must listen on the port that the gateway chose");
  }
  for (const std::string_view name : {"team", "environment", "user", "user_hash", "namespace"}) {
    if (!TemplateNames(pool.command, name)) continue;
    if (!pool.per_user) {
      table.Error("command", fmt::format("names {{{}}}, but this pool's servers are shared; set per_user = true and "
                                         "warm = 0",
                                         name));
    } else if (pool.warm > 0) {
      table.Error("command", fmt::format("names {{{}}}, but warm servers are started before their user is known; set "
                                         "warm = 0",
                                         name));
    }
  }
}

void ReadPool(TableReader& table, PoolConfig& pool) {
  table.Whole("warm", pool.warm, 0, kMostProcesses);
  table.Whole("most", pool.most, 1, kMostProcesses);
  table.Flag("per_user", pool.per_user);
  table.Duration("start_timeout", pool.start_timeout, std::chrono::seconds(1));
  table.Duration("time_to_live", pool.time_to_live, std::chrono::seconds(1));
  table.Duration("stop_grace", pool.stop_grace, Milliseconds(0));
  table.Require("command", "what starts a server, such as \"firesteel serve --host {host} --port {port}\"");
  if (table.Text("command", pool.command)) CheckCommand(table, pool);
  if (pool.warm > pool.most) {
    table.Error(table.Has("warm") ? "warm" : "most",
                fmt::format("makes the pool keep {} warm servers, but have at most {}", pool.warm, pool.most));
  }
  table.Finish();
}

/// The one of the keys that says where the servers come from.
void ReadDiscovery(TableReader& table, ServersConfig& servers) {
  std::string given;
  for (const auto& [key, discovery] : kDiscoveryKeys) {
    if (!table.Has(key)) continue;
    if (given.empty()) {
      given = key;
      servers.discovery = discovery;
    } else {
      table.Error(key, fmt::format("is given beside {}: servers come from one place; make two [servers.NAME]", given));
    }
  }
  if (given.empty()) {
    table.Error("", "does not say where its servers are; give one of addresses, dns, file, kubernetes and pool");
  }
  table.Texts("addresses", [&](const std::string& text, Place place) {
    CheckAddress(table, "addresses", text, place);
    if (std::find(servers.addresses.begin(), servers.addresses.end(), text) != servers.addresses.end()) {
      table.reading().problems.Error(place, fmt::format("{} has '{}' twice", table.PathOf("addresses"), text));
    }
    servers.addresses.push_back(text);
  });
  if (given == "addresses" && servers.addresses.empty()) table.Error("addresses", "lists no server");
  std::string name;
  if (table.Text("dns", name)) {
    CheckAddress(table, "dns", name, table.PlaceOf("dns"));
    servers.addresses.push_back(name);
  }
  table.File("file", servers.file);
  if (auto kubernetes = table.Table("kubernetes")) ReadKubernetes(*kubernetes, servers.kubernetes);
  if (auto pool = table.Table("pool")) ReadPool(*pool, servers.pool);
}

/// Servers that are started here, or addresses of this machine only.
bool StaysHere(const ServersConfig& servers) {
  if (servers.discovery == Discovery::kPool) return true;
  return servers.discovery == Discovery::kStatic &&
         std::all_of(servers.addresses.begin(), servers.addresses.end(), [](const std::string& text) {
           const std::optional<HostPort> address = ParseHostPort(text);
           return address && IsLoopback(address->host);
         });
}

void ReadServersOf(const std::string& name, TableReader& table, GatewayConfig& config) {
  ServersConfig servers;
  servers.name = name;
  CheckName(name, table);
  ReadDiscovery(table, servers);
  if (auto tls = table.Table("tls")) ReadClientTls(*tls, servers.tls);
  if (table.File("token_file", servers.token_file) && !servers.tls.enabled && !StaysHere(servers)) {
    table.Warn("token_file", "is sent to these servers without TLS; give tls = {} where they speak it");
  }
  table.Duration("probe_interval", servers.probe_interval, Milliseconds(100));
  table.Duration("probe_timeout", servers.probe_timeout, Milliseconds(100));
  table.Whole("max_sessions", servers.max_sessions, 0, kMostSessions);
  if (!table.reading().used_servers.contains(name)) {
    table.Warn("", "is not used: no environment and no rule names it");
  }
  table.Finish();
  config.servers.push_back(std::move(servers));
}

}  // namespace

void ReadClientTls(TableReader& table, ClientTls& tls) {
  tls.enabled = true;
  table.File("ca", tls.ca_file);
  table.File("certificate", tls.certificate_file);
  table.File("key", tls.key_file);
  table.Text("server_name", tls.server_name);
  RequirePair(table, "certificate", "key");
  table.Finish();
}

void ReadServers(TableReader& root, GatewayConfig& config) {
  root.NamedTables("servers", [&](const std::string& name, TableReader& table) { ReadServersOf(name, table, config); });
  if (root.reading().servers.empty()) {
    root.reading().problems.Error(Place{}, "there is no [servers.NAME]: where the Spark Connect servers are");
  }
}

}  // namespace firesteel::gateway
