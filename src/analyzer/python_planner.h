#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "plan/relation.h"
#include "types/data_type.h"
#include "types/value.h"

namespace firesteel::analyzer {

/// What analyze() of a Python table function is told of one argument.
struct AnalyzedArgument {
  std::string name;  ///< empty: given by its place
  DataType type;     ///< of a table: the struct of its columns
  bool is_table = false;
  std::optional<Value> value;  ///< of a constant
};

/// What it answered (pyspark.sql.udtf.AnalyzeResult). Expressions and orders are SQL texts over the table's columns.
struct TableFunctionAnalysis {
  struct Order {
    std::string expression;
    bool ascending = true;
    std::optional<bool> nulls_first;
  };
  struct Selected {
    std::string expression;
    std::string alias;  ///< empty: none
  };
  Schema schema;
  std::string pickled;  ///< the object, for the workers
  bool with_single_partition = false;
  std::vector<std::string> partition_by;
  std::vector<Order> order_by;
  std::vector<Selected> select;
};

/// How a Python data source is read: by a function of Arrow batches that is given one pickled partition.
struct DataSourceRead {
  Schema schema;
  std::string function;  ///< pickled, for mapInArrow
  std::vector<std::string> partitions;
  std::shared_ptr<const std::string> source;  ///< pickled, where filters may be shown to it; else null
};

/// Asks clients' Python code at analysis. Used by one thread; every function may run the code, and throws QueryError
/// for what it raised.
class PythonPlanner {
 public:
  virtual ~PythonPlanner() = default;
  /// Throws TABLE_VALUED_FUNCTION_FAILED_TO_ANALYZE_IN_PYTHON.
  virtual TableFunctionAnalysis AnalyzeTableFunction(const plan::PythonCode& function,
                                                     const std::vector<AnalyzedArgument>& arguments) = 0;
  /// `schema`: what the user said; nothing: the source tells it. Throws PYTHON_DATA_SOURCE_ERROR.
  virtual DataSourceRead PlanRead(const plan::PythonCode& source, const plan::Options& options,
                                  const std::optional<Schema>& schema) = 0;
};

}  // namespace firesteel::analyzer
