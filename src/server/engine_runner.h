#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "session/python/python_options.h"
#include "session/query_runner.h"

namespace firesteel::server {

/// What the embedded engine may use.
struct EngineSettings {
  int64_t memory_limit_bytes = 0;  ///< for all queries together; 0: the engine's own default
  std::string temp_directory;      ///< for spilling; empty: none
  int32_t threads = 0;             ///< 0: one a core
  session::PythonOptions python;
};

/// The runner over the embedded engine, which is opened at the first need. `warm`, when given, is set to a function
/// that opens it; call it after listening, on any thread.
std::shared_ptr<session::QueryRunner> MakeEngineRunner(const EngineSettings& settings,
                                                       std::function<void()>* warm = nullptr);

}  // namespace firesteel::server
