#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "session/limits.h"

namespace firesteel::udf {
struct RuntimeOptions;
}

namespace firesteel::session {

/// How the server runs its users' Python code.
struct PythonOptions {
  std::string interpreter;                        ///< empty: found, see udf::RuntimeOptions
  std::string temp_folder;                        ///< of workers, and for results that do not stay in memory
  size_t result_memory_bytes = size_t{64} << 20;  ///< of a query's results of Python; more goes to files
  std::vector<std::string> hidden_folders;        ///< of the server's, which workers shall not see
  PythonLimits limits;
};

udf::RuntimeOptions RuntimeOptionsOf(const PythonOptions& options);

}  // namespace firesteel::session
