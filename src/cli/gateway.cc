#include "cli/gateway.h"

#include <CLI/CLI.hpp>
#include <iostream>

#include "gateway/config/explain.h"
#include "gateway/config/parse.h"
#include "gateway/run_gateway.h"

namespace firesteel::cli {
namespace {

/// What the configuration says on standard output; what is wrong with it, as a compiler would, on standard error.
int Check(const std::string& config_file) {
  const gateway::ParsedConfig parsed = gateway::ParseConfigFile(config_file);
  for (const gateway::Problem& error : parsed.errors) std::cerr << error.Text() << '\n';
  for (const gateway::Problem& warning : parsed.warnings) {
    std::cerr << gateway::Problem{warning.file, warning.place, "warning: " + warning.message}.Text() << '\n';
  }
  if (!parsed.config) {
    const size_t count = parsed.errors.size();
    std::cerr << "firesteel: " << count << (count == 1 ? " error" : " errors") << " in " << config_file << std::endl;
    return 1;
  }
  std::cout << gateway::ExplainConfig(*parsed.config) << std::flush;
  return 0;
}

}  // namespace

void DeclareGateway(CLI::App& app, GatewayOptions& options) {
  constexpr const char* kDescription = "configuration of the gateway (docs/GATEWAY_CONFIGURATION.md)";
  options.command = app.add_subcommand("gateway", "Stand before Spark Connect servers: one address for all of them");
  options.command->add_option("--config", options.config_file, kDescription)->type_name("FILE");
  DeclareLogOptions(*options.command, options.log, LogVariables::kRead);
  options.check = options.command->add_subcommand("check", "Explain a configuration, or what is wrong with it");
  // The same variable: --config is understood on either side of "check".
  options.check->add_option("--config", options.config_file, kDescription)->type_name("FILE");
  options.command->callback([&options] {
    if (options.config_file.empty()) throw CLI::RequiredError("gateway: --config FILE");
  });
}

bool IsGateway(const GatewayOptions& options) { return options.command->parsed(); }

int Gateway(const GatewayOptions& options) {
  if (options.check->parsed()) return Check(options.config_file);
  Apply(options.log);
  return gateway::RunGateway(options.config_file);
}

}  // namespace firesteel::cli
