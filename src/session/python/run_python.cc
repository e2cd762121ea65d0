// How the runner takes Python out of a plan before the plan runs.
#include <algorithm>
#include <filesystem>
#include <memory>
#include <utility>

#include "base/threads.h"
#include "lowering/lowering.h"
#include "optimizer/extract_python_calls.h"
#include "optimizer/optimizer.h"
#include "session/engine_query_runner.h"
#include "session/python/python_files.h"
#include "session/python/python_stages.h"
#include "session/python/python_task.h"

namespace firesteel::session {

PythonFiles::State EngineQueryRunner::PythonFilesOf(SessionState& state) {
  // Made at the first need, as the engine's.
  const std::string& temp_folder = python_options_.temp_folder;
  if (!temp_folder.empty()) std::filesystem::create_directories(temp_folder);
  PythonFiles::State files = state.RunnerState<PythonFiles>([] { return std::make_shared<PythonFiles>(); })
                                 .Update(state.artifacts(), temp_folder);
  // Modules that a worker has loaded stay as they were: new ones need new workers.
  if (files.has_changed) python_->ForgetWorkers(SessionKey(state));
  return files;
}

std::string EngineQueryRunner::AskPython(udf::Question question, SessionState& state, const CancelTokenPtr& cancel) {
  const PythonFiles::State files = PythonFilesOf(state);
  question.includes = IncludesOf(files, question.includes);
  question.principal = PrincipalOf(state, files);
  question.environment = WorkerEnvironment(state);
  return python_->Ask(question, cancel);
}

bound::RelationPtr EngineQueryRunner::WithoutPython(const bound::RelationPtr& bound, SessionState& state,
                                                    const bound::SessionSettings& settings,
                                                    const CancelTokenPtr& cancel,
                                                    std::vector<SharedBytes>* unfinished) {
  if (!optimizer::HasPython(bound)) return bound;
  const bound::RelationPtr filtered = WithSourceFilters(bound, state, settings, cancel);
  const bound::RelationPtr staged = optimizer::ExtractPythonCalls(filtered, settings);
  const auto run = [&](const bound::RelationPtr& plan, const PythonStages::Shape& shape,
                       const PythonStages::BatchSink& sink) {
    engine::QuerySpec spec = Spec(plan, settings);
    spec.beside_from = shape.beside_from;
    spec.beside = shape.beside;
    spec.has_groups = shape.has_groups;
    spec.as_struct = shape.as_struct;
    const int64_t rows = state.configuration().GetNumber("spark.sql.execution.arrow.maxRecordsPerBatch");
    spec.max_batch_rows = std::max<int64_t>(0, rows);
    spec.max_batch_bytes = state.configuration().GetNumber("spark.sql.execution.arrow.maxBytesPerBatch");
    engine().Run(spec, cancel, sink);
  };
  const PythonFiles::State files = PythonFilesOf(state);
  const OutputPlace place{python_options_.temp_folder, std::make_shared<size_t>(python_options_.result_memory_bytes)};
  size_t workers = static_cast<size_t>(ThreadsOrCores(options_.threads));
  const int64_t limit = python_options_.limits.max_workers;
  if (limit > 0) workers = std::min(workers, static_cast<size_t>(limit));
  return PythonStages({*python_, state, settings, cancel, run, place, files, workers, unfinished}).Run(staged);
}

}  // namespace firesteel::session
