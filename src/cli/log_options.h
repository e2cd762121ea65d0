#pragma once

#include <string>

namespace CLI {
class App;
}

namespace firesteel::cli {

struct LogOptions {
  std::string level = "info";   ///< trace, debug, info, warn, error, off
  std::string format = "text";  ///< text, json
};

/// Whether FIRESTEEL_LOG_LEVEL and FIRESTEEL_LOG_FORMAT count where the options are not given.
enum class LogVariables : bool { kIgnored, kRead };

/// Declares --log-level and --log-format, to be filled when the app parses the command line. `options` must outlive it.
void DeclareLogOptions(CLI::App& app, LogOptions& options, LogVariables variables);

/// Makes the process log so. The parser took known names only.
void Apply(const LogOptions& options);

}  // namespace firesteel::cli
