#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

#include "cli/log_options.h"

namespace CLI {
class App;
}

namespace firesteel::cli {

/// A wrong option, variable or file: the text says which one and what to do.
class OptionError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Options of `firesteel serve`. Each may be given as an option, as a variable FIRESTEEL_<NAME>, or as a key of the
/// configuration file; the first of these that is there counts.
struct ServeOptions {
  std::string host = "127.0.0.1";
  uint16_t port = 15002;           ///< 0: any free port
  std::string warehouse;           ///< empty: ./spark-warehouse, made when something is written there
  int64_t memory_limit_bytes = 0;  ///< 0: by the machine or its cgroup
  std::string temp_dir;            ///< empty: a folder of our own under the system's temporary folder
  int32_t threads = 0;             ///< 0: cores
  std::string python;              ///< empty: found, see udf::RuntimeOptions
  LogOptions log{.level = "warn", .format = "text"};
  std::string token;            ///< clients must send it; empty: anyone is let in
  std::string tls_certificate;  ///< PEM files; empty: no TLS
  std::string tls_key;
  int32_t status_port = -1;  ///< of the status page; 0: any free one; negative: no status page
  std::string status_host = "127.0.0.1";
  std::vector<std::string> conf;  ///< "KEY=VALUE", Spark's keys: see server::ParseConf
  std::string config_file;
};

/// Declares the options on `app`, to be filled when it parses the command line and the environment. `options` must
/// outlive the app.
void DeclareServeOptions(CLI::App& app, ServeOptions& options);

/// After parsing: reads the configuration file, if one is named, for what neither the command line nor the environment
/// gave. Throws OptionError.
void ApplyConfigFile(CLI::App& app, const ServeOptions& options);

}  // namespace firesteel::cli
