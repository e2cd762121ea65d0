#pragma once

#include <string>

namespace firesteel::cli {

/// The program `firesteel`: reads the command line and runs the command. Gives the exit code: 0 for success, help and
/// version, 1 for anything wrong, with a message on standard error.
int Run(int argc, char** argv, const std::string& version);

}  // namespace firesteel::cli
