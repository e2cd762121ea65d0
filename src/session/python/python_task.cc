#include "session/python/python_task.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "base/error.h"
#include "session/python/stage_plan.h"

namespace firesteel::session {
namespace {

// What PySpark's workers look up (RunnerConf of its worker.py) and what the user's code may ask for.
constexpr const char* kWorkerKeys[] = {
    "spark.sql.execution.arrow.maxRecordsPerBatch",
    "spark.sql.execution.arrow.useLargeVarTypes",
    "spark.sql.execution.pandas.convertToArrowArraySafely",
    "spark.sql.execution.pyspark.binaryAsBytes",
    "spark.sql.execution.pythonUDF.arrow.concurrency.level",
    "spark.sql.execution.pythonUDF.mapInBatch.legacy.acceptAnyIterable.enabled",
    "spark.sql.execution.pythonUDF.pandas.intToDecimalCoercionEnabled",
    "spark.sql.execution.pythonUDF.pandas.preferIntExtensionDtype",
    "spark.sql.legacy.execution.pandas.groupedMap.assignColumnsByName",
    "spark.sql.legacy.execution.pythonUDF.pandas.conversion.enabled",
    "spark.sql.legacy.execution.pythonUDTF.pandas.conversion.enabled",
    "spark.sql.pyspark.dataSource.profiler",
    "spark.sql.pyspark.udf.profiler",
};

}  // namespace

std::string SessionKey(const SessionState& state) { return state.user_id() + "/" + state.session_id(); }

udf::Principal PrincipalOf(const SessionState& state, const PythonFiles::State& files) {
  return {.session = SessionKey(state), .files_folder = files.folder};
}

std::map<std::string, std::string> WorkerEnvironment(const SessionState& state) {
  std::map<std::string, std::string> environment;
  if (state.configuration().GetBoolean("spark.sql.execution.pyspark.udf.simplifiedTraceback.enabled")) {
    environment["SPARK_SIMPLIFIED_TRACEBACK"] = "1";
  }
  if (state.configuration().GetBoolean("spark.sql.execution.pyspark.udf.hideTraceback.enabled")) {
    environment["SPARK_HIDE_TRACEBACK"] = "1";
  }
  return environment;
}

std::vector<std::string> IncludesOf(const PythonFiles::State& files, const std::vector<std::string>& asked) {
  std::vector<std::string> includes = files.includes;
  // What a function asks for besides is among the session's files, too.
  for (const std::string& include : asked) {
    if (std::find(includes.begin(), includes.end(), include) == includes.end()) includes.push_back(include);
  }
  return includes;
}

udf::Task TaskOf(const bound::PythonFunction& function, int32_t eval_type, const SessionState& state,
                 const bound::SessionSettings& settings, const PythonFiles::State& files) {
  udf::Task task;
  task.eval_type = eval_type;
  task.python_version = function.python_version;
  task.includes = IncludesOf(files, function.includes);
  task.display_name = function.name;
  task.environment = WorkerEnvironment(state);
  task.principal = PrincipalOf(state, files);
  for (const char* key : kWorkerKeys) {
    if (std::optional<std::string> value = state.configuration().GetOption(key)) task.runner_conf[key] = *value;
  }
  constexpr const char* kBatchBytes = "spark.sql.execution.arrow.maxBytesPerBatch";
  task.runner_conf[kBatchBytes] = std::to_string(state.configuration().GetNumber(kBatchBytes));
  task.runner_conf["spark.sql.session.timeZone"] = settings.time_zone;
  return task;
}

udf::Call CallOf(const bound::ExpressionPtr& expression, std::vector<bound::Attribute>& columns) {
  const auto* call = expression->As<bound::PythonCall>();
  if (!call) throw InternalError("a stage computes something else than calls of Python functions");
  const auto command = [&] { return std::shared_ptr<const std::string>(call->function, &call->function->command); };
  if (call->arguments.size() == 1 && call->arguments[0]->As<bound::PythonCall>()) {
    udf::Call chain = CallOf(call->arguments[0], columns);
    chain.commands.push_back(command());
    chain.result_id = call->result_id;
    return chain;
  }
  udf::Call result;
  result.commands.push_back(command());
  result.result_id = call->result_id;
  result.argument_names = call->argument_names;
  for (const bound::ExpressionPtr& argument : call->arguments) {
    const auto* reference = argument->As<bound::AttributeRef>();
    if (!reference) throw InternalError("an argument of a Python function is not a column of its stage's input");
    result.arguments.push_back(
        PlaceOf({reference->id, reference->name, argument->type, argument->nullable, {}, {}}, columns));
  }
  return result;
}

}  // namespace firesteel::session
