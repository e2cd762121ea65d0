#pragma once

#include <string>

#include "client/config/connection_settings.h"
#include "firesteel/profile.h"

namespace CLI {
class App;
}

namespace firesteel::cli {

struct ProfilesOptions {
  client::Profile added;
  std::string removed;  ///< name
  std::string tls;      ///< "on", "off" or empty
  client::RequestedSettings tested;
  CLI::App* command = nullptr;  ///< `firesteel profiles`
  CLI::App* list = nullptr;     ///< `firesteel profiles list`, what `firesteel profiles` alone does
  CLI::App* add = nullptr;      ///< `firesteel profiles add NAME`
  CLI::App* remove = nullptr;   ///< `firesteel profiles remove NAME`
  CLI::App* test = nullptr;     ///< `firesteel profiles test [NAME]`
};

/// Declares `firesteel profiles` and its parts, to be filled when the app parses the command line. `options` must
/// outlive the app.
void DeclareProfiles(CLI::App& app, ProfilesOptions& options);

/// Whether the parsed command line is one of these.
bool IsProfiles(const ProfilesOptions& options);

/// Runs what the parsed command line says. Gives the exit code: 0, or 1 where something is wrong. Shows no secret.
int Profiles(const ProfilesOptions& options);

}  // namespace firesteel::cli
