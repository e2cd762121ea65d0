#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "client/session/executor.h"
#include "firesteel/dataframe.h"
#include "firesteel/error.h"
#include "firesteel/value.h"

namespace firesteel::client::internal {

/// A statement, its parameters by position or name, and DataFrames that it may name.
struct SqlText {
  std::string text;
  std::vector<Value> positional;
  std::map<std::string, Value> named;
  std::vector<std::pair<std::string, DataFrame>> views;
};

/// Runs the statement at once. The DataFrame of a query runs at its actions.
Result<DataFrame> RunSql(const ExecutorPtr& executor, const SqlText& sql);

DataFrame RangeOf(const ExecutorPtr& executor, int64_t start, int64_t end, int64_t step,
                  std::optional<int32_t> partitions);

}  // namespace firesteel::client::internal
