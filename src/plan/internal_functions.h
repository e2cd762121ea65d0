#pragma once

#include <algorithm>
#include <iterator>
#include <string_view>

/// Names of functions that SQL does not know, but calls of DataFrames may (Spark's FunctionRegistry.internal).
namespace firesteel::plan {

/// What clients call by name: DataFrame methods and the pandas API on Spark.
inline constexpr std::string_view kInternalFunctions[] = {"array_binary_search",
                                                          "collect_top_k",
                                                          "distributed_id",
                                                          "distributed_sequence_id",
                                                          "ewm",
                                                          "null_index",
                                                          "pandas_covar",
                                                          "pandas_kurt",
                                                          "pandas_mode",
                                                          "pandas_product",
                                                          "pandas_skew",
                                                          "pandas_stddev",
                                                          "pandas_var",
                                                          "product",
                                                          "timestamp_ntz_to_long",
                                                          "unwrap_udt"};

inline bool IsInternalFunction(std::string_view name) {
  return std::find(std::begin(kInternalFunctions), std::end(kInternalFunctions), name) != std::end(kInternalFunctions);
}

}  // namespace firesteel::plan
