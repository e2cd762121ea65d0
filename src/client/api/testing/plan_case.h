#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "client/plan/access.h"
#include "client/session/executor.h"
#include "firesteel/catalog.h"
#include "firesteel/column.h"
#include "firesteel/dataframe.h"
#include "firesteel/dataframe_functions.h"
#include "firesteel/functions.h"
#include "firesteel/grouped_data.h"
#include "firesteel/observation.h"
#include "firesteel/reader.h"
#include "firesteel/table_argument.h"
#include "firesteel/table_valued_functions.h"
#include "firesteel/udf.h"
#include "firesteel/window.h"
#include "firesteel/writer.h"

/// What the generated lists of calls (tools/generate/client_plan_cases.py) are written against.
namespace firesteel::client::testing {

// Texts that Python and C++ read alike.
inline constexpr std::nullopt_t none = std::nullopt;

/// What a call gave: an expression, a plan, or nothing but what the executor was asked.
struct Outcome {
  Outcome(Column column) : column(std::move(column)) {}           // NOLINT: implicit by purpose
  Outcome(DataFrame frame) : frame(std::move(frame)) {}           // NOLINT
  Outcome(const TableArgument& table) : column(Column(table)) {}  // NOLINT
  template <class T>
  Outcome(const Result<T>&) {}  // NOLINT
  std::optional<Column> column;
  std::optional<DataFrame> frame;
};

/// The session of the calls, on an executor that keeps what it is asked.
class SparkCalls {
 public:
  explicit SparkCalls(ExecutorPtr executor) : executor_(std::move(executor)) {}
  DataFrame range(int64_t end) const;
  DataFrame range(int64_t start, int64_t end, int64_t step = 1, std::optional<int32_t> partitions = {}) const;
  DataFrame table(const std::string& name) const { return read().table(name); }
  DataFrameReader read() const { return internal::Access::MakeHandle<DataFrameReader>(executor_); }
  Catalog catalog() const { return internal::Access::MakeHandle<Catalog>(executor_); }
  UdfRegistration udf() const { return internal::Access::MakeHandle<UdfRegistration>(executor_); }
  TableValuedFunctions tvf() const { return internal::Access::MakeHandle<TableValuedFunctions>(executor_); }
  Result<DataFrame> sql(const std::string& text) const;
  Result<DataFrame> sql(const std::string& text, const std::vector<Value>& parameters) const;
  Result<DataFrame> sql(const std::string& text, const std::map<std::string, Value>& parameters) const;

 private:
  ExecutorPtr executor_;
};

class Calls {
 public:
  explicit Calls(ExecutorPtr executor) : executor_(std::move(executor)) {}
  SparkCalls spark() const { return SparkCalls(executor_); }
  DataFrame df() const { return spark().table("t"); }
  DataFrame other() const { return spark().table("u"); }

 private:
  ExecutorPtr executor_;
};

struct PlanCase {
  const char* name;
  Outcome (*call)(Calls& calls);
};

}  // namespace firesteel::client::testing
