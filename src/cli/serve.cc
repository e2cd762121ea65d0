#include "cli/serve.h"

#include <signal.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <memory>
#include <thread>
#include <utility>

#include "base/large_values.h"
#include "base/log.h"
#include "base/memory_limit.h"
#include "base/server_process.h"
#include "base/threads.h"
#include "cli/folders.h"
#include "server/connect_server.h"
#include "server/engine_runner.h"
#include "server/server_conf.h"

namespace firesteel::cli {

namespace fs = std::filesystem;

namespace {

// The whole stop takes at most two seconds, destructors and folders included.
constexpr std::chrono::milliseconds kStopPatience{1'500};
constexpr size_t kPythonResultsShare = 32;  ///< one part in so many of the memory is one query's results of Python

int Fail(const std::string& message) {
  std::cerr << "firesteel: " << message << std::endl;
  return 1;
}

/// What programs can read from spark.conf about the server they talk to.
std::shared_ptr<const session::ConfigMap> ServerSettings(const ServeOptions& options, const std::string& warehouse,
                                                         session::ConfigMap conf) {
  const auto now =
      std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch())
          .count();
  session::ConfigMap settings{
      {"spark.app.id", "local-" + std::to_string(now)},
      {"spark.app.name", "Firesteel"},
      {"spark.app.startTime", std::to_string(now)},
      {"spark.driver.host", options.host},
      {"spark.executor.id", "driver"},
      {"spark.master", "local[" + std::to_string(ThreadsOrCores(options.threads)) + "]"},
      {"spark.sql.warehouse.dir", "file:" + warehouse},
      {"spark.submit.deployMode", "client"},
  };
  conf.merge(settings);  // what the user says counts
  return std::make_shared<const session::ConfigMap>(std::move(conf));
}

/// The option, else the variable that Spark's servers and clients read.
std::string TokenOf(const ServeOptions& options) {
  if (!options.token.empty()) return options.token;
  const char* token = std::getenv("SPARK_CONNECT_AUTHENTICATE_TOKEN");
  return token != nullptr ? token : "";
}

/// Waits for one of the signals and gives it. Meanwhile a server gives unused memory back: when it rests after work,
/// and when it comes near its limit.
int WaitForStop(const sigset_t& signals, const server::ConnectServer& server) {
  constexpr timespec kLook{.tv_sec = 1, .tv_nsec = 0};
  constexpr int kRestSeconds = 5;
  uint64_t begun = 0;
  int rested = 0;
  while (true) {
    const int received = sigtimedwait(&signals, nullptr, &kLook);
    if (received > 0) return received;
    const auto activity = server.activity();
    if (activity.begun != begun || activity.unended > 0) {
      begun = activity.begun;
      rested = 0;
      memory::ReleaseWhenTight();
    } else if (rested < kRestSeconds && ++rested == kRestSeconds) {
      memory::ReleaseUnused();
    }
  }
}

}  // namespace

int Serve(const ServeOptions& options, const std::string& version) {
  Apply(options.log);
  Result<session::ConfigMap> conf = server::ParseConf(options.conf);
  if (!conf.ok()) return Fail(conf.error());
  const std::string temp_dir =
      fs::absolute(options.temp_dir.empty() ? fs::temp_directory_path() : fs::path(options.temp_dir));
  if (Status status = MakeWritableFolder("--temp-dir", temp_dir); !status.ok()) return Fail(status.message);
  const std::string warehouse = fs::absolute(options.warehouse.empty() ? "spark-warehouse" : options.warehouse);
  // The default warehouse is made when something is written there.
  if (!options.warehouse.empty()) {
    if (Status status = MakeWritableFolder("--warehouse", warehouse); !status.ok()) return Fail(status.message);
  }

  // Users' Python code may run under the server's own user id.
  const sigset_t signals = PrepareServerProcess({SIGTERM, SIGINT});
  signal(SIGXFSZ, SIG_IGN);  // a file that would grow beyond the limit is an error of its write

  ScratchFolder scratch(temp_dir, "");
  // Beside the engine's: an engine that closes takes its folder away with all that is in it.
  ScratchFolder artifacts(temp_dir, "-artifacts");
  std::function<void()> warm;
  server::EngineSettings engine;
  const int64_t memory = options.memory_limit_bytes > 0 ? options.memory_limit_bytes : ProcessMemoryLimit();
  firesteel::memory::SetLimit(memory);
  engine.memory_limit_bytes = memory / 10 * 7;  // the rest is for plans, buffers and the transport
  engine.temp_directory = scratch.path();
  engine.threads = options.threads;
  ScratchFolder python(temp_dir, "-python");
  server::ConnectServer::Options server_options;
  server::ApplyLimits(*conf, server_options);
  engine.python.interpreter = options.python;
  engine.python.temp_folder = python.path();
  engine.python.result_memory_bytes =
      std::max(engine.python.result_memory_bytes, static_cast<size_t>(memory) / kPythonResultsShare);
  engine.python.hidden_folders = {scratch.path(), artifacts.path()};
  engine.python.limits = server_options.sessions.limits.python;
  auto runner = server::MakeEngineRunner(engine, &warm);

  server_options.host = options.host;
  server_options.port = options.port;
  server_options.token = TokenOf(options);
  server_options.tls_certificate = options.tls_certificate;
  server_options.tls_key = options.tls_key;
  if (options.status_port >= 0) {
    server_options.status = {.host = options.status_host,
                             .port = options.status_port,
                             .token = {},
                             .version = version,
                             .memory_limit_bytes = memory};
  }
  server_options.max_running_operations = static_cast<size_t>(2 * ThreadsOrCores(options.threads));
  server_options.result_buffer_bytes = memory / 10;
  server_options.sessions.artifact_folder = artifacts.path();
  server_options.sessions.server_settings = ServerSettings(options, warehouse, *conf);
  auto server = std::make_unique<server::ConnectServer>(server_options, std::move(runner));
  Result<int> port = server->Start();
  if (!port.ok()) return Fail(port.error());

  std::cout << "firesteel " << version << " listens on sc://" << options.host << ":" << *port << std::endl;

  if (server->status_port() > 0) {
    std::cout << "status page: http://" << options.status_host << ":" << server->status_port() << "/" << std::endl;
  }

  // The engine opens behind the first client's back.
  std::thread warming([&warm] {
    try {
      warm();
      memory::ReleaseUnused();
    } catch (const std::exception& error) {
      log::Error("the engine cannot be opened: {}", error.what());
    }
  });

  const int received = WaitForStop(signals, *server);
  log::Info("stopping ({})", received == SIGTERM ? "SIGTERM" : "SIGINT");
  const bool stopped = server->Stop(kStopPatience);
  if (!stopped) {
    // Some run does not listen to its cancellation: leave without waiting for it.
    scratch.Remove();
    python.Remove();
    artifacts.Remove();
    std::fflush(nullptr);
    std::_Exit(0);
  }
  warming.join();
  server.reset();
  return 0;
}

}  // namespace firesteel::cli
