#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "analyzer/python_planner.h"
#include "bound/expression.h"
#include "session/session_state.h"
#include "udf/task.h"

namespace firesteel::session {

/// Asks the Python code of a session's client in its workers.
class SessionPlanner final : public analyzer::PythonPlanner {
 public:
  /// Fills in whose code it is and gives the answer's bytes; see udf::Runtime::Ask.
  using Ask = std::function<std::string(udf::Question)>;
  SessionPlanner(SessionState& state, Ask ask) : state_(state), ask_(std::move(ask)) {}

  analyzer::TableFunctionAnalysis AnalyzeTableFunction(
      const plan::PythonCode& function, const std::vector<analyzer::AnalyzedArgument>& arguments) override;
  analyzer::DataSourceRead PlanRead(const plan::PythonCode& source, const plan::Options& options,
                                    const std::optional<Schema>& schema) override;

  /// Shows filters (JSON, as data_source_pushdown_filters reads them) to a pickled source: how it is read then, and
  /// which of the filters it handles itself. Throws PYTHON_DATA_SOURCE_ERROR.
  struct FilteredRead {
    std::string function;
    std::vector<std::string> partitions;
    std::vector<int32_t> handled;  ///< places among the filters
  };
  FilteredRead PlanFilteredRead(const bound::PythonFunction& source, const std::string& pickled, const Schema& schema,
                                const std::string& filters);

  /// How rows are written: a function of Arrow batches (mapInArrow), which gives a pickled message a partition in the
  /// column kMessageColumn, and the writer, which is given them.
  struct DataSourceWrite {
    std::string function;
    std::string writer;
  };
  static constexpr const char* kMessageColumn = "message";
  DataSourceWrite PlanWrite(const plan::PythonCode& source, const plan::Options& options, const Schema& schema,
                            bool overwrite);
  /// Calls the writer's commit, or its abort. `messages`: one a task, nothing of one that failed. Throws
  /// PYTHON_DATA_SOURCE_ERROR.
  void EndWrite(const plan::PythonCode& source, const std::string& writer,
                const std::vector<std::optional<std::string>>& messages, bool is_abort);

 private:
  /// `code`: a plan::PythonCode or bound::PythonFunction, for its name, version and includes.
  template <class Code>
  udf::Question QuestionTo(const char* program, const Code& code, std::string body) const;
  int32_t MaxBatchRows() const;

  SessionState& state_;
  const Ask ask_;
};

}  // namespace firesteel::session
