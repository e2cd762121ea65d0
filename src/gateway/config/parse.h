#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/config/config.h"
#include "gateway/config/problems.h"
#include "gateway/config/text_values.h"

/// Reads gateway.toml. docs/GATEWAY_CONFIGURATION.md has every key; this is what it looks like:
///
///     drain = "30s"                             # how long a stop waits for running calls
///     [listen]
///     address = "0.0.0.0:15002"
///     tls = { certificate = "tls.crt", key = "tls.key" }
///     [auth]
///     [[auth.jwt]]
///     issuer = "https://id.example.com"
///     audience = "spark"
///     jwks_url = "https://id.example.com/keys"
///     [routing]
///     header_prefix = "x-acme-"                 # x-acme-team, x-acme-environment, x-acme-user
///     default_environment = "test"
///     [[routing.rule]]
///     team = "fraud*"
///     environment = "prod"
///     servers = ["spark"]
///     [environments.test]
///     servers = ["local"]
///     catalog = "acme-test"
///     lifetime = "1h"
///     [environments.prod]
///     servers = ["spark", { servers = "local", weight = 2 }]
///     [environments.prod.config]
///     "spark.sql.shuffle.partitions" = 200
///     [servers.spark]
///     addresses = ["spark-1:15002", "spark-2:15002"]
///     [servers.local.pool]
///     command = "firesteel serve --host {host} --port {port}"
///     warm = 2
///     [quotas.user]
///     sessions = 20
///
/// In every text ${NAME} is the environment's variable NAME. Names of files are relative to the configuration's folder.
namespace firesteel::gateway {

struct ParsedConfig {
  std::shared_ptr<const GatewayConfig> config;  ///< null where there are errors
  std::vector<Problem> errors, warnings;        ///< all of them, in the order of the file
};

/// Reads and checks a file. Blocks on the disk; does not touch the network. Thread-safe, as far as nobody changes the
/// environment's variables.
ParsedConfig ParseConfigFile(const std::string& path);

/// The same for a text. `file`: what messages name, and whose folder file names are relative to.
ParsedConfig ParseConfigText(std::string_view text, const std::string& file, const VariableLookup& variables);

}  // namespace firesteel::gateway
