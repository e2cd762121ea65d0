#include "cli/log_options.h"

#include <CLI/CLI.hpp>

#include "base/log.h"

namespace firesteel::cli {

void DeclareLogOptions(CLI::App& app, LogOptions& options, LogVariables variables) {
  CLI::Option* level = app.add_option("--log-level", options.level, "how much is logged");
  level->check(CLI::IsMember({"trace", "debug", "info", "warn", "error", "off"}))->capture_default_str();
  CLI::Option* format = app.add_option("--log-format", options.format, "how log lines look");
  format->check(CLI::IsMember({"text", "json"}))->capture_default_str();
  if (variables == LogVariables::kIgnored) return;
  level->envname("FIRESTEEL_LOG_LEVEL");
  format->envname("FIRESTEEL_LOG_FORMAT");
}

void Apply(const LogOptions& options) {
  (void)log::SetLevel(options.level);
  (void)log::SetFormat(options.format);
}

}  // namespace firesteel::cli
