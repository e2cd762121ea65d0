#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "firesteel/dataframe.h"

namespace firesteel::client {

/// DataFrame's calls for missing values under Spark's names: `df.na().fill(0)`.
class DataFrameNaFunctions {
 public:
  template <LiteralLike T>
  DataFrame fill(const T& value, const std::vector<std::string>& columns = {}) const {
    return frame_.fillna(value, columns);
  }
  DataFrame fill(const std::vector<std::pair<std::string, Value>>& values) const { return frame_.fillna(values); }
  DataFrame drop(std::string_view how = "any", std::optional<int32_t> threshold = {},
                 const std::vector<std::string>& columns = {}) const {
    return frame_.dropna(how, threshold, columns);
  }
  DataFrame replace(const std::vector<std::pair<Value, Value>>& replacements,
                    const std::vector<std::string>& columns = {}) const {
    return frame_.replace(replacements, columns);
  }
  template <LiteralLike Old, LiteralLike New>
  DataFrame replace(const Old& old_value, const New& new_value, const std::vector<std::string>& columns = {}) const {
    return frame_.replace(old_value, new_value, columns);
  }

 private:
  friend class DataFrame;
  explicit DataFrameNaFunctions(DataFrame frame) : frame_(std::move(frame)) {}
  DataFrame frame_;
};

/// DataFrame's statistics under Spark's names: `df.stat().corr("a", "b")`.
class DataFrameStatFunctions {
 public:
  Result<double> cov(std::string column1, std::string column2) const {
    return frame_.cov(std::move(column1), std::move(column2));
  }
  Result<double> corr(std::string column1, std::string column2, std::string method = "pearson") const {
    return frame_.corr(std::move(column1), std::move(column2), std::move(method));
  }
  Result<std::vector<double>> approx_quantile(std::string column, const std::vector<double>& probabilities,
                                              double relative_error) const {
    return frame_.approx_quantile(std::move(column), probabilities, relative_error);
  }
  Result<std::vector<std::vector<double>>> approx_quantile(const std::vector<std::string>& columns,
                                                           const std::vector<double>& probabilities,
                                                           double relative_error) const {
    return frame_.approx_quantile(columns, probabilities, relative_error);
  }
  DataFrame crosstab(std::string column1, std::string column2) const {
    return frame_.crosstab(std::move(column1), std::move(column2));
  }
  DataFrame freq_items(const std::vector<std::string>& columns, double support = 0.01) const {
    return frame_.freq_items(columns, support);
  }
  DataFrame sample_by(const ColumnOrName& column, const std::vector<std::pair<Value, double>>& fractions,
                      std::optional<int64_t> seed = {}) const {
    return frame_.sample_by(column, fractions, seed);
  }

 private:
  friend class DataFrame;
  explicit DataFrameStatFunctions(DataFrame frame) : frame_(std::move(frame)) {}
  DataFrame frame_;
};

}  // namespace firesteel::client
