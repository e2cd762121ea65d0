// df.write.format(…) of a data source that the session's client registered.
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "analyzer/name.h"
#include "base/error.h"
#include "bound/python_eval_type.h"
#include "session/engine_query_runner.h"
#include "session/error/java_exception.h"
#include "session/python/session_planner.h"
#include "session/python/stage_plan.h"

namespace firesteel::session {
namespace {

using Mode = plan::WriteOperation::Mode;

void CheckSourceWrite(const plan::WriteOperation& write, const std::string& source) {
  if (!write.partitioning_columns.empty()) {
    std::string columns;
    for (const std::string& column : write.partitioning_columns) {
      columns += (columns.empty() ? "identity(" : ", identity(") + column + ")";
    }
    throw JavaError("java.lang.IllegalArgumentException",
                    "requirement failed: The provided partitioning or clustering columns do not match the existing "
                    "table's.\n - provided: " +
                        columns + "\n - table: ");
  }
  if (write.mode == Mode::kAppend || write.mode == Mode::kOverwrite) return;
  const char* mode = write.mode == Mode::kIgnore ? "\"Ignore\"" : "\"ErrorIfExists\"";
  throw QueryError("UNSUPPORTED_DATA_SOURCE_SAVE_MODE", {{"source", source}, {"createMode", mode}});
}

/// A plan whose rows are the writer's pickled messages, one a partition.
bound::RelationPtr Writing(const bound::RelationPtr& input, const plan::PythonCode& source, std::string pickled) {
  bound::PythonFunction function;
  function.name = source.name;
  function.eval_type = bound::kArrowMap;
  function.command = std::move(pickled);
  function.python_version = source.python_version;
  function.includes = source.includes;
  bound::PythonCall call;
  call.function = std::make_shared<const bound::PythonFunction>(std::move(function));
  for (const bound::Attribute& column : input->output) call.arguments.push_back(ReferenceTo(column));
  const bound::Attribute message{NewStageId(), SessionPlanner::kMessageColumn, DataType::Binary(), true, {}, {}};
  const DataType type = DataType::Struct({{message.name, message.type, true, {}}});
  bound::PythonStage stage;
  stage.kind = bound::PythonStage::Kind::kMap;
  stage.inputs = {input};
  stage.keys.emplace_back();
  stage.calls.push_back({{NewStageId(), source.name, type, true, {}, {}}, bound::Make(std::move(call), type, true)});
  return bound::MakeRelation(std::move(stage), {message});
}

}  // namespace

void EngineQueryRunner::WriteSource(const plan::PythonCode& source, const plan::WriteOperation& write,
                                    const bound::RelationPtr& input, SessionState& state,
                                    const CancelTokenPtr& cancel) {
  CheckSourceWrite(write, write.source.value_or(source.name));
  plan::Options options = write.options;
  if (write.path) {
    std::erase_if(options, [](const auto& option) { return analyzer::FoldCase(option.first) == "path"; });
    options.emplace_back("path", *write.path);
  }
  SessionPlanner planner(state, [&](udf::Question question) { return AskPython(std::move(question), state, cancel); });
  SessionPlanner::DataSourceWrite planned =
      planner.PlanWrite(source, options, bound::OutputSchema(*input), write.mode == Mode::kOverwrite);

  const bound::SessionSettings settings = state.Settings();
  // The end is told although the write was canceled.
  const auto unhurried = std::make_shared<CancelToken>();
  SessionPlanner ending(state,
                        [&](udf::Question question) { return AskPython(std::move(question), state, unhurried); });
  std::vector<std::optional<std::string>> messages;
  std::vector<SharedBytes> unfinished;
  const bound::RelationPtr writing = Writing(input, source, std::move(planned.function));
  const auto take = [&](const bound::RelationPtr& rows, const CancelTokenPtr& token) {
    for (const std::vector<Value>& row : RowsOf(rows, settings, token)) {
      const auto* message = std::get_if<BinaryValue>(&row.at(0).data);
      if (message) messages.emplace_back(message->bytes);
    }
  };
  try {
    take(WithoutPython(writing, state, settings, cancel, &unfinished), cancel);
  } catch (const QueryError&) {
    // What the writer says of its end is not shown beside the reason for it.
    try {
      for (const SharedBytes& stream : unfinished) {
        const size_t before = messages.size();
        if (stream) take(RowsOfStructs({stream}, writing->output), unhurried);
        if (messages.size() == before) messages.emplace_back();
      }
      ending.EndWrite(source, planned.writer, messages, true);
    } catch (const QueryError&) {
    }
    throw;
  }
  try {
    ending.EndWrite(source, planned.writer, messages, false);
  } catch (const QueryError&) {
    try {
      ending.EndWrite(source, planned.writer, messages, true);
    } catch (const QueryError&) {
      throw QueryError("_LEGACY_ERROR_TEMP_2070", {}, nullptr, ErrorClass::kSpark);
    }
    throw;
  }
}

}  // namespace firesteel::session
