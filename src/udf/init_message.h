#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "udf/task.h"

namespace firesteel::udf {

/// What a worker is told before its data: our own frame (firesteel_worker.py), then Spark's init message
/// (WorkerInitInfo of PySpark's worker_message.py). `run` is a number of the run, `worker` counts within it;
/// `files_folder` is the root of SparkFiles. Throws InternalError for a task that no message can hold.
std::string EncodeInit(const Task& task, int64_t run, size_t worker, const std::string& files_folder);

/// The same for a question: our frame and the program's whole input.
std::string EncodeQuestion(const Question& question, const std::string& files_folder);

/// Four bytes, the highest first, as all numbers of Spark's protocol.
void AppendInt(int32_t value, std::string& out);

}  // namespace firesteel::udf
