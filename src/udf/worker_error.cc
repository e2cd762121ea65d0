#include "udf/worker_error.h"

#include <sys/wait.h>

#include <csignal>
#include <cstring>

#include "base/utf8.h"

namespace firesteel::udf {
namespace {

constexpr size_t kMaxOutput = 4096;

QueryError Failure(std::string message, std::string traceback) {
  return QueryError("PYTHON_EXCEPTION", {{"msg", std::move(message)}, {"traceback", std::move(traceback)}}, nullptr,
                    ErrorClass::kSpark);
}

std::string SignalText(int signal) {
  const char* name = sigabbrev_np(signal);
  return "signal " + std::to_string(signal) + (name ? " (SIG" + std::string(name) + ")" : "");
}

std::string EndText(int status) {
  if (status < 0) return "its end is not known";
  if (WIFSIGNALED(status)) {
    const int signal = WTERMSIG(status);
    std::string text = "it was ended by " + SignalText(signal);
    if (signal == SIGKILL) text += ", perhaps for memory";
    return text;
  }
  return "it ended with exit status " + std::to_string(WEXITSTATUS(status));
}

}  // namespace

QueryError PythonException(std::string_view traceback) {
  return Failure("An exception was thrown from the Python worker", MakeValidUtf8(traceback));
}

QueryError WorkerCrashed(int wait_status, std::string_view output) {
  std::string text = EndText(wait_status);
  if (output.size() > kMaxOutput) output.remove_prefix(output.size() - kMaxOutput);
  if (!output.empty()) text += "; what it printed last:\n" + MakeValidUtf8(output);
  return Failure("Python worker exited unexpectedly (crashed)", std::move(text));
}

QueryError ProtocolBroken(const std::string& reason) {
  return Failure("The Python worker did not follow the protocol", reason);
}

QueryError NoInterpreter(const std::string& reason) {
  return QueryError("UNSUPPORTED_FEATURE.FIRESTEEL", {{"feature", "Python without an interpreter (" + reason + ")"}},
                    nullptr, ErrorClass::kUnsupported);
}

QueryError Canceled() { return QueryError("OPERATION_CANCELED", {}, nullptr, ErrorClass::kSql); }

}  // namespace firesteel::udf
