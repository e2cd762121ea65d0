#include "server/engine_runner.h"

#include "session/engine_query_runner.h"

namespace firesteel::server {

std::shared_ptr<session::QueryRunner> MakeEngineRunner(const EngineSettings& settings, std::function<void()>* warm) {
  engine::EngineOptions options;
  options.memory_limit_bytes = settings.memory_limit_bytes;
  options.temp_directory = settings.temp_directory;
  options.threads = settings.threads;
  auto runner = std::make_shared<session::EngineQueryRunner>(std::move(options), settings.python);
  if (warm != nullptr) *warm = [runner] { runner->Warm(); };
  return runner;
}

}  // namespace firesteel::server
