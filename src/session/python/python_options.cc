#include "session/python/python_options.h"

#include "udf/runtime.h"

namespace firesteel::session {

udf::RuntimeOptions RuntimeOptionsOf(const PythonOptions& options) {
  udf::RuntimeOptions result;
  result.python = options.interpreter;
  result.temp_folder = options.temp_folder;
  result.hidden_folders = options.hidden_folders;
  result.limits.memory_bytes = options.limits.worker_memory_bytes;
  result.limits.processes = options.limits.session_processes;
  result.limits.query_seconds = options.limits.query_seconds;
  result.limits.file_bytes = options.limits.file_bytes;
  result.limits.max_workers = options.limits.max_workers;
  result.isolate_network = !options.limits.has_network;
  return result;
}

}  // namespace firesteel::session
