#pragma once

#include "gateway/config/config.h"
#include "gateway/config/table_reader.h"

/// Readers of the sections of gateway.toml; parse.h documents the keys. Each is given the file's root, fills its part
/// of the configuration and notes what is wrong.
namespace firesteel::gateway {

/// [listen], [http], [audit], [state] and drain.
void ReadListeners(TableReader& root, GatewayConfig& config);
/// [auth] and [policy]. After ReadListeners: which tokens are safe depends on the listener.
void ReadAuth(TableReader& root, GatewayConfig& config);
/// [environments.NAME].
void ReadEnvironments(TableReader& root, GatewayConfig& config);
/// [routing].
void ReadRouting(TableReader& root, GatewayConfig& config);
/// [servers.NAME]. After all sections that name servers: those that none named are worth a warning.
void ReadServers(TableReader& root, GatewayConfig& config);
/// [quotas].
void ReadQuotas(TableReader& root, GatewayConfig& config);

/// `servers = ["a", {servers = "b", weight = 2}]` of an environment or a rule.
void ReadWeightedServers(TableReader& table, std::vector<WeightedServers>& servers);
/// `[…tls]` towards servers.
void ReadClientTls(TableReader& table, ClientTls& tls);
/// A certificate and its key are given together, or neither.
void RequirePair(TableReader& table, std::string_view certificate, std::string_view key);
/// A name that clients and operators may write: [A-Za-z0-9._-], at most 63, beginning with a letter or digit.
void CheckName(const std::string& name, TableReader& table);
/// A team's name, as clients give it, in the value of a key.
void CheckRouteName(TableReader& table, std::string_view key, const std::string& value);

}  // namespace firesteel::gateway
