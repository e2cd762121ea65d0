#pragma once

#include <string>

#include "base/error.h"

namespace firesteel::udf {

/// The user's code raised: PYTHON_EXCEPTION as Spark words it. `traceback` is the worker's text, of nobody to trust.
QueryError PythonException(std::string_view traceback);

/// The worker is gone without an answer; `wait_status` as of waitpid, or -1 when nobody knows it. `output` is what it
/// printed last, where Python's fault handler tells the place.
QueryError WorkerCrashed(int wait_status, std::string_view output);

/// The worker answered what no worker of ours does: the user's code wrote to its socket.
QueryError ProtocolBroken(const std::string& reason);

/// Nothing can run Python here; `reason` is a sentence.
QueryError NoInterpreter(const std::string& reason);

QueryError Canceled();

}  // namespace firesteel::udf
