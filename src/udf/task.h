#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "types/data_type.h"

namespace firesteel::udf {

/// Spark's numbers of the kinds of Python functions (PythonEvalType) that this module treats apart.
inline constexpr int32_t kNonUdf = 0;
inline constexpr int32_t kBatchedUdf = 100;       ///< a row at a time; Spark pickles its rows
inline constexpr int32_t kArrowBatchedUdf = 101;  ///< a row at a time, over Arrow
inline constexpr int32_t kTableUdf = 300;         ///< a UDTF; Spark pickles its rows
inline constexpr int32_t kArrowTableUdf = 301;    ///< a UDTF of rows, over Arrow
inline constexpr int32_t kArrowUdtf = 302;        ///< a UDTF of Arrow batches

/// Bytes as the client pickled them, or null for none.
using SharedCommand = std::shared_ptr<const std::string>;

/// One function of a task.
struct Call {
  std::vector<SharedCommand> commands;      ///< chained, innermost first; usually one
  std::vector<int32_t> arguments;           ///< offsets of columns of the input
  std::vector<std::string> argument_names;  ///< an argument each, empty: positional; may be shorter than `arguments`
  int64_t result_id = 0;                    ///< under it profilers report
};

/// What kinds 300, 301 and 302 call (UDTFInfo of PySpark's worker_message.py).
struct TableCall {
  std::vector<int32_t> arguments;
  std::vector<std::string> argument_names;       ///< as Call's
  std::vector<int32_t> partition_child_indexes;  ///< of PARTITION BY, in the table argument's row
  SharedCommand analyze_result;                  ///< pickled, of a UDTF that has `analyze`; null: it has none
  SharedCommand handler;                         ///< the pickled class
  std::string return_type;                       ///< JSON of the struct, as the worker parses it
  std::string name;
};

/// Whose code runs: what the isolation of its workers needs.
struct Principal {
  /// Workers are used again for the same key and never for another one; Runtime::EndSession ends them.
  std::string session;
  /// An absolute path: the workers' working folder and root of SparkFiles, on their module path. It exists; as root it
  /// becomes the property of the session's own user id, with what is in it: the session's code may change all of that,
  /// so nothing that the server itself relies on (files that it maps) may be there. What is added later is given to the
  /// user after ForgetWorkers; files that all may read need no giving. Empty: a folder of the runtime's own.
  std::string files_folder;
};

/// What all workers of one run are told.
struct Task {
  int32_t eval_type = kNonUdf;
  std::string python_version;  ///< the client's, such as "3.11": checked by the worker against its own
  std::vector<Call> calls;
  std::optional<TableCall> table_call;
  std::map<std::string, std::string> runner_conf;  ///< as PythonRunner of Spark 4.3 sends them
  std::map<std::string, std::string> eval_conf;
  Schema input;   ///< of the Arrow batches written. Used for kinds 100 and 300, as is `output`
  Schema output;  ///< the results: a column a call, or the columns of the table function; no user-defined types
  /// What Spark would put into the workers' environment for this task: SPARK_SIMPLIFIED_TRACEBACK=1 and so on.
  std::map<std::string, std::string> environment;
  std::vector<std::string> includes;  ///< names of zip and egg files in the files' folder
  Principal principal;
  std::string display_name;     ///< for messages
  int64_t query_seconds = 0;    ///< how long the run may take; 0: as RuntimeOptions say
  int64_t first_partition = 0;  ///< the number that TaskContext gives as that of the first worker's partition
};

/// What one of PySpark's own programs for planning is asked: pyspark.sql.worker.analyze_udtf, create_data_source, ….
struct Question {
  std::string module;  ///< its main(infile, outfile) is called
  std::string python_version;
  std::map<std::string, std::string> conf;
  /// What follows the part that all of them read (version, files, includes, broadcasts, conf), up to the mark of the
  /// end.
  std::string body;
  std::map<std::string, std::string> environment;  ///< as Task's
  std::vector<std::string> includes;
  Principal principal;
  std::string display_name;
  int64_t query_seconds = 0;
};

}  // namespace firesteel::udf
