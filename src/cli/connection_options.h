#pragma once

#include "client/config/connection_settings.h"

namespace CLI {
class App;
}

namespace firesteel::cli {

/// Declares the options that say which server a client talks to and how, to be filled when the app parses the command
/// line. `settings` must outlive the app.
void DeclareConnectionOptions(CLI::App& app, client::RequestedSettings& settings);

/// What the help of such a command ends with: where settings come from.
extern const char* const kConnectionFooter;

}  // namespace firesteel::cli
