#pragma once

#include <string>

#include "cli/serve_options.h"

namespace firesteel::cli {

/// `firesteel serve`: listens, serves until SIGTERM or SIGINT, stops within two seconds. Gives the exit code. Must be
/// called before any thread was started: it blocks the signals for all of them.
int Serve(const ServeOptions& options, const std::string& version);

}  // namespace firesteel::cli
