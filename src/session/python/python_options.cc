#include "session/python/python_options.h"

namespace firesteel::session {

udf::RuntimeOptions RuntimeOptionsOf(const PythonOptions& options) {
  udf::RuntimeOptions result;
  result.python = options.interpreter;
  result.temp_folder = options.temp_folder;
  result.hidden_folders = options.hidden_folders;
  result.limits = options.limits;
  result.isolate_network = options.isolate_network;
  return result;
}

}  // namespace firesteel::session
