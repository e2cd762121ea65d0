#include "gateway/run_gateway.h"

#include <fmt/format.h>
#include <signal.h>

#include <iostream>
#include <memory>

#include "base/log.h"
#include "base/server_process.h"
#include "gateway/config/parse.h"
#include "gateway/gateway.h"

namespace firesteel::gateway {
namespace {

int Fail(const std::string& message) {
  std::cerr << "firesteel: " << message << std::endl;
  return 1;
}

/// Null where there are errors; they are told on standard error.
std::shared_ptr<const GatewayConfig> Read(const std::string& file) {
  ParsedConfig parsed = ParseConfigFile(file);
  for (const Problem& error : parsed.errors) std::cerr << error.Text() << '\n';
  for (const Problem& warning : parsed.warnings) log::Warn("{}", warning.Text());
  std::cerr.flush();
  return parsed.config;
}

void Reload(Gateway& gateway, const std::string& file) {
  const std::shared_ptr<const GatewayConfig> config = Read(file);
  const Status status = config ? gateway.Reload(config) : Status::Error("the file has errors");
  if (status) {
    log::Event("configuration read again", {{"file", file}});
  } else {
    log::Error("the configuration stays as it was: {}", status.message);
  }
}

}  // namespace

int RunGateway(const std::string& config_file) {
  const std::shared_ptr<const GatewayConfig> config = Read(config_file);
  if (!config) return Fail(fmt::format("{} cannot be used", config_file));
  const sigset_t signals = PrepareServerProcess({SIGTERM, SIGINT, SIGHUP});

  Gateway gateway(config);
  if (const Status status = gateway.Start(); !status) return Fail(status.message);
  std::cout << fmt::format("firesteel gateway listens on sc://{}:{}", config->listen.host, gateway.port()) << std::endl;
  if (!gateway.StatusUrl().empty()) std::cout << "status page: " << gateway.StatusUrl() << std::endl;
  constexpr timespec kRefresh{.tv_sec = 1, .tv_nsec = 0};
  while (true) {
    const int received = sigtimedwait(&signals, nullptr, &kRefresh);
    if (received == SIGTERM || received == SIGINT) break;
    if (received == SIGHUP) Reload(gateway, config_file);
    gateway.Refresh();
  }
  log::Info("the gateway stops");
  gateway.Stop();
  return 0;
}

}  // namespace firesteel::gateway
