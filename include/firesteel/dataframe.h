#pragma once

#include <concepts>
#include <cstdint>
#include <functional>
#include <iosfwd>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "firesteel/column.h"
#include "firesteel/error.h"
#include "firesteel/options.h"
#include "firesteel/result.h"
#include "firesteel/row.h"
#include "firesteel/storage_level.h"
#include "firesteel/types.h"

namespace firesteel::client {

class DataFrameNaFunctions;
class DataFrameStatFunctions;
class DataFrameWriter;
class DataFrameWriterV2;
class Executor;
class GroupedData;
class MergeIntoWriter;
class Observation;
class Session;
class TableArgument;

namespace internal {
struct RelationNode;
}

/// By what two DataFrames are joined: names of columns that both have (each then comes once), or conditions, which must
/// all hold. `{"a", "b"}`, "a", `left["x"] == right["y"]`.
class JoinKeys {
 public:
  JoinKeys(const char* name) : names_{name} {}                            // NOLINT: implicit by purpose
  JoinKeys(std::string name) : names_{std::move(name)} {}                 // NOLINT
  JoinKeys(std::vector<std::string> names) : names_(std::move(names)) {}  // NOLINT
  JoinKeys(std::initializer_list<const char*> names) : names_(names.begin(), names.end()) {}  // NOLINT
  JoinKeys(Column condition) : conditions_{std::move(condition)} {}                           // NOLINT
  JoinKeys(std::vector<Column> conditions) : conditions_(std::move(conditions)) {}            // NOLINT

  const std::vector<std::string>& names() const { return names_; }
  const std::vector<Column>& conditions() const { return conditions_; }

 private:
  std::vector<std::string> names_;
  std::vector<Column> conditions_;
};

enum class ExplainMode : uint8_t { kSimple, kExtended, kCodegen, kCost, kFormatted };

/// What a query would give: a plan on the server's tables, files and functions. Transformations make new DataFrames;
/// they do no I/O and never fail: what makes no plan (a negative number of partitions, a join type that does not exist)
/// is told by the action. Actions (collect, count, show, write …) send the plan and give a Result.
///
/// A handle to shared immutable nodes: cheap to copy, thread-safe. The cost of an action's plan is linear in its size.
///
///     Result<DataFrame> orders = session.sql("SELECT * FROM orders");
///     DataFrame top = orders->filter(col("amount") > 100).group_by("customer").agg(sum("amount").alias("total"))
///                         .order_by(col("total").desc()).limit(10);
///     for (const Row& row : *top.collect()) …
///
/// Errors of actions: kAnalysis (names, types), kExecution, kInvalidArgument, and those of every call (see Session).
class DataFrame {
 public:
  // Columns.

  template <ColumnLike... T>
  DataFrame select(const T&... columns) const {
    return select(std::vector<ColumnOrName>{ColumnOrName(columns)...});
  }
  DataFrame select(const std::vector<ColumnOrName>& columns) const;
  template <NameLike... T>
  DataFrame select_expr(const T&... expressions) const {
    return select_expr(std::vector<std::string>{std::string(expressions)...});
  }
  DataFrame select_expr(const std::vector<std::string>& expressions) const;
  DataFrame with_column(std::string name, const Column& column) const;
  DataFrame with_columns(const std::vector<std::pair<std::string, Column>>& columns) const;
  DataFrame with_column_renamed(std::string existing, std::string name) const;
  DataFrame with_columns_renamed(const std::vector<std::pair<std::string, std::string>>& names) const;
  DataFrame with_metadata(std::string column, std::string metadata_json) const;
  template <ColumnLike... T>
  DataFrame drop(const T&... columns) const {
    return drop(std::vector<ColumnOrName>{ColumnOrName(columns)...});
  }
  DataFrame drop(const std::vector<ColumnOrName>& columns) const;
  /// All columns renamed.
  template <NameLike... T>
  DataFrame to_df(const T&... names) const {
    return to_df(std::vector<std::string>{std::string(names)...});
  }
  DataFrame to_df(const std::vector<std::string>& names) const;
  /// Columns reordered and cast to match the schema by name.
  DataFrame to(const Schema& schema) const;
  /// Each row as JSON text, in the column "value".
  DataFrame to_json() const;
  DataFrame zip_with_index(std::string index_column = "index") const;
  /// This DataFrame's column, also where another one has the same name. "*" means all.
  Column operator[](std::string_view name) const { return column(name); }
  Column column(std::string_view name) const;
  /// The column at a place, counted from 0: by the name that the server says it has when an action first needs it.
  template <std::integral T>
  Column operator[](T index) const {
    return column_at(static_cast<int64_t>(index));
  }
  Column column_at(int64_t index) const;
  Column metadata_column(std::string_view name) const;
  Column col_regex(std::string_view pattern) const;

  // Rows.

  DataFrame filter(const Column& condition) const;
  DataFrame filter(std::string_view condition) const;
  DataFrame filter(const char* condition) const { return filter(std::string_view(condition)); }
  template <class T>
  DataFrame where(const T& condition) const {
    return filter(condition);
  }
  DataFrame limit(int32_t rows) const;
  DataFrame offset(int32_t rows) const;
  /// Columns that are no sort orders are sorted ascending, NULLs first. A number is a place, counted from 1; a negative
  /// one sorts by that place descending.
  template <ColumnOrOrdinalLike... T>
  DataFrame sort(const T&... columns) const {
    return sort(std::vector<ColumnOrOrdinal>{ColumnOrOrdinal(columns)...});
  }
  DataFrame sort(const std::vector<ColumnOrOrdinal>& columns) const;
  template <ColumnOrOrdinalLike... T>
  DataFrame order_by(const T&... columns) const {
    return sort(columns...);
  }
  DataFrame order_by(const std::vector<ColumnOrOrdinal>& columns) const { return sort(columns); }
  template <ColumnOrOrdinalLike... T>
  DataFrame sort_within_partitions(const T&... columns) const {
    return sort_within_partitions(std::vector<ColumnOrOrdinal>{ColumnOrOrdinal(columns)...});
  }
  DataFrame sort_within_partitions(const std::vector<ColumnOrOrdinal>& columns) const;
  DataFrame distinct() const { return drop_duplicates(); }
  /// By these columns; by all without any.
  DataFrame drop_duplicates() const;
  DataFrame drop_duplicates(const std::vector<std::string>& columns) const;
  DataFrame drop_duplicates_within_watermark() const;
  DataFrame drop_duplicates_within_watermark(const std::vector<std::string>& columns) const;
  DataFrame with_watermark(std::string event_time, std::string delay) const;
  /// Without a seed a random one. `fraction` is of the rows; with replacement, how often a row comes on average.
  DataFrame sample(double fraction, std::optional<int64_t> seed = {}) const { return sampled(false, fraction, seed); }
  template <std::same_as<bool> Bool>
  DataFrame sample(Bool with_replacement, double fraction, std::optional<int64_t> seed = {}) const {
    return sampled(with_replacement, fraction, seed);
  }
  DataFrame sample_by(const ColumnOrName& column, const std::vector<std::pair<Value, double>>& fractions,
                      std::optional<int64_t> seed = {}) const;
  /// Weights are scaled to the sum 1.
  std::vector<DataFrame> random_split(const std::vector<double>& weights, std::optional<int64_t> seed = {}) const;

  // Groups. A number is a place among the columns, counted from 1.

  template <ColumnOrOrdinalLike... T>
  GroupedData group_by(const T&... columns) const;
  GroupedData group_by(const std::vector<ColumnOrOrdinal>& columns) const;
  template <ColumnOrOrdinalLike... T>
  GroupedData rollup(const T&... columns) const;
  GroupedData rollup(const std::vector<ColumnOrOrdinal>& columns) const;
  template <ColumnOrOrdinalLike... T>
  GroupedData cube(const T&... columns) const;
  GroupedData cube(const std::vector<ColumnOrOrdinal>& columns) const;
  GroupedData grouping_sets(const std::vector<std::vector<ColumnOrOrdinal>>& sets,
                            const std::vector<ColumnOrOrdinal>& columns) const;
  /// group_by() without columns. `agg({{"a", "max"}})` takes functions by name.
  template <class... T>
  requires(sizeof...(T) > 0 && (std::same_as<T, Column> && ...)) DataFrame agg(const T&... aggregates)
  const { return agg(std::vector<Column>{aggregates...}); }
  DataFrame agg(const std::vector<Column>& aggregates) const;
  DataFrame agg(const std::vector<std::pair<std::string, std::string>>& functions) const;
  DataFrame unpivot(const std::vector<ColumnOrName>& ids, const std::optional<std::vector<ColumnOrName>>& values,
                    std::string variable_column, std::string value_column) const;
  DataFrame melt(const std::vector<ColumnOrName>& ids, const std::optional<std::vector<ColumnOrName>>& values,
                 std::string variable_column, std::string value_column) const {
    return unpivot(ids, values, std::move(variable_column), std::move(value_column));
  }
  DataFrame transpose(const std::optional<ColumnOrName>& index_column = {}) const;

  // With other DataFrames.

  /// Types: inner, cross, outer (full, full_outer), left (left_outer), right (right_outer), semi (left_semi), anti
  /// (left_anti).
  DataFrame join(const DataFrame& other) const;
  DataFrame join(const DataFrame& other, const JoinKeys& on, std::string_view type = "inner") const;
  DataFrame cross_join(const DataFrame& other) const;
  /// The other side may use columns of this one by outer(). Types: inner, left, cross.
  DataFrame lateral_join(const DataFrame& other) const;
  DataFrame lateral_join(const DataFrame& other, const Column& on, std::string_view type = "inner") const;
  /// The best `results` (1 to 100000) rows of the other side for each row. Mode: approx or exact; direction: distance
  /// or similarity; type: inner or left.
  DataFrame nearest_by_join(const DataFrame& other, const Column& ranking, int32_t results, std::string_view mode,
                            std::string_view direction, std::string_view type = "inner") const;
  /// Rows side by side, by their place.
  DataFrame zip(const DataFrame& other) const;
  DataFrame union_(const DataFrame& other) const { return union_all(other); }
  DataFrame union_all(const DataFrame& other) const;
  DataFrame union_by_name(const DataFrame& other, bool allow_missing_columns = false) const;
  DataFrame intersect(const DataFrame& other) const;
  DataFrame intersect_all(const DataFrame& other) const;
  DataFrame subtract(const DataFrame& other) const;
  DataFrame except_all(const DataFrame& other) const;
  DataFrame alias(std::string name) const;
  /// f(*this, arguments…), for chains.
  template <class F, class... A>
  DataFrame transform(F&& f, A&&... arguments) const {
    return std::forward<F>(f)(*this, std::forward<A>(arguments)...);
  }

  // As an expression.

  /// The only value of the only row.
  Column scalar() const;
  /// Whether there are rows.
  Column exists() const;
  /// As the argument of a table-valued function.
  TableArgument as_table() const;

  // Partitions, hints, metrics.

  DataFrame coalesce(int32_t partitions) const;
  DataFrame repartition(int32_t partitions) const;
  template <ColumnLike... T>
  DataFrame repartition(int32_t partitions, const T&... columns) const {
    return repartition(partitions, std::vector<ColumnOrName>{ColumnOrName(columns)...});
  }
  DataFrame repartition(std::optional<int32_t> partitions, const std::vector<ColumnOrName>& columns) const;
  template <ColumnLike... T>
  DataFrame repartition(const ColumnOrName& first, const T&... columns) const {
    return repartition(std::nullopt, std::vector<ColumnOrName>{first, ColumnOrName(columns)...});
  }
  template <ColumnLike... T>
  DataFrame repartition_by_range(int32_t partitions, const T&... columns) const {
    return repartition_by_range(partitions, std::vector<ColumnOrName>{ColumnOrName(columns)...});
  }
  DataFrame repartition_by_range(std::optional<int32_t> partitions, const std::vector<ColumnOrName>& columns) const;
  template <ColumnLike... T>
  DataFrame repartition_by_range(const ColumnOrName& first, const T&... columns) const {
    return repartition_by_range(std::nullopt, std::vector<ColumnOrName>{first, ColumnOrName(columns)...});
  }
  DataFrame repartition_by_id(int32_t partitions, const ColumnOrName& partition) const;
  template <ValueLike... T>
  DataFrame hint(std::string name, const T&... parameters) const {
    return hint(std::move(name), std::vector<ColumnOrValue>{ColumnOrValue(parameters)...});
  }
  DataFrame hint(std::string name, const std::vector<ColumnOrValue>& parameters) const;
  /// Metrics that come with the result of an action: ResultStream::observed_metrics().
  template <class... T>
  requires(sizeof...(T) > 0 && (std::same_as<T, Column> && ...)) DataFrame
      observe(std::string name, const T&... metrics)
  const { return observe(std::move(name), std::vector<Column>{metrics...}); }
  DataFrame observe(std::string name, const std::vector<Column>& metrics) const;
  template <class... T>
  requires(sizeof...(T) > 0 && (std::same_as<T, Column> && ...)) DataFrame
      observe(const Observation& observation, const T&... metrics)
  const { return observe(observation, std::vector<Column>{metrics...}); }
  DataFrame observe(const Observation& observation, const std::vector<Column>& metrics) const;

  // Missing values and statistics.

  DataFrameNaFunctions na() const;
  DataFrameStatFunctions stat() const;
  /// `value` is a truth value, a number or a text. Without columns: all of a fitting type.
  template <LiteralLike T>
  DataFrame fillna(const T& value, const std::vector<std::string>& columns = {}) const {
    return filled(Value(value), columns);
  }
  DataFrame fillna(const std::vector<std::pair<std::string, Value>>& values) const;
  /// Drops rows with a NULL in any of the columns (how "all": in all; threshold: with fewer values than that).
  DataFrame dropna(std::string_view how = "any", std::optional<int32_t> threshold = {},
                   const std::vector<std::string>& columns = {}) const;
  DataFrame replace(const std::vector<std::pair<Value, Value>>& replacements,
                    const std::vector<std::string>& columns = {}) const;
  template <LiteralLike Old, LiteralLike New>
  DataFrame replace(const Old& old_value, const New& new_value, const std::vector<std::string>& columns = {}) const {
    return replace(std::vector<std::pair<Value, Value>>{{Value(old_value), Value(new_value)}}, columns);
  }
  template <NameLike... T>
  DataFrame summary(const T&... statistics) const {
    return summary(std::vector<std::string>{std::string(statistics)...});
  }
  DataFrame summary(const std::vector<std::string>& statistics) const;
  template <NameLike... T>
  DataFrame describe(const T&... columns) const {
    return describe(std::vector<std::string>{std::string(columns)...});
  }
  DataFrame describe(const std::vector<std::string>& columns) const;
  DataFrame crosstab(std::string column1, std::string column2) const;
  DataFrame freq_items(const std::vector<std::string>& columns, double support = 0.01) const;
  Result<double> cov(std::string column1, std::string column2) const;
  Result<double> corr(std::string column1, std::string column2, std::string method = "pearson") const;
  Result<std::vector<double>> approx_quantile(std::string column, const std::vector<double>& probabilities,
                                              double relative_error) const;
  Result<std::vector<std::vector<double>>> approx_quantile(const std::vector<std::string>& columns,
                                                           const std::vector<double>& probabilities,
                                                           double relative_error) const;

  // Results. Each call runs the plan again.

  /// The result while it arrives, with bounded memory.
  Result<ResultStream> stream() const;
  Result<ResultStream> to_local_iterator() const { return stream(); }
  Result<std::vector<Row>> collect() const;
  /// Rows as T: see typed_rows.h.
  template <class T>
  Result<std::vector<T>> collect_as() const {
    Result<ResultStream> result = stream();
    if (!result) return result.error();
    return result->template rows_as<T>();
  }
  Result<ArrowTable> to_arrow() const;
  Result<std::vector<Row>> take(int32_t rows) const { return limit(rows).collect(); }
  Result<std::vector<Row>> tail(int32_t rows) const;
  Result<std::vector<Row>> head(int32_t rows) const { return take(rows); }
  Result<std::optional<Row>> head() const { return first(); }
  Result<std::optional<Row>> first() const;
  Result<int64_t> count() const;
  Result<bool> is_empty() const;
  /// Calls f for every row, here. (Spark's own runs Python on the server.)
  Result<void> foreach (const std::function<void(const Row&)>& f) const;
  /// Prints the first rows as a table to standard output. `truncate` is the most characters of a cell; 0: all.
  Result<void> show(int32_t rows = 20, int32_t truncate = 20, bool vertical = false) const;
  Result<std::string> show_string(int32_t rows = 20, int32_t truncate = 20, bool vertical = false) const;

  // What the server says about the plan; nothing runs.

  Result<Schema> schema() const;
  Result<std::vector<std::string>> columns() const;
  /// Names and types' texts.
  Result<std::vector<std::pair<std::string, std::string>>> dtypes() const;
  /// Prints the schema as a tree. Level 0: all of it.
  Result<void> print_schema(int32_t level = 0) const;
  Result<std::string> schema_string(int32_t level = 0) const;
  Result<void> explain(ExplainMode mode = ExplainMode::kSimple) const;
  Result<std::string> explain_string(ExplainMode mode = ExplainMode::kSimple) const;
  Result<bool> is_local() const;
  Result<bool> is_streaming() const;
  Result<std::vector<std::string>> input_files() const;
  Result<bool> same_semantics(const DataFrame& other) const;
  Result<int32_t> semantic_hash() const;

  // Effects on the server.

  Result<void> create_temp_view(std::string name) const;
  Result<void> create_or_replace_temp_view(std::string name) const;
  Result<void> create_global_temp_view(std::string name) const;
  Result<void> create_or_replace_global_temp_view(std::string name) const;
  Result<void> register_temp_table(std::string name) const { return create_or_replace_temp_view(std::move(name)); }
  Result<DataFrame> persist(StorageLevel level = StorageLevel::memory_and_disk_deserialized()) const;
  Result<DataFrame> cache() const { return persist(); }
  Result<DataFrame> unpersist(bool blocking = false) const;
  Result<StorageLevel> storage_level() const;
  Result<bool> is_cached() const;
  /// The result kept by the server; it is freed when the last DataFrame made of it here is gone.
  Result<DataFrame> checkpoint(bool eager = true) const;
  Result<DataFrame> local_checkpoint(bool eager = true, std::optional<StorageLevel> level = {}) const;
  DataFrameWriter write() const;
  DataFrameWriterV2 write_to(std::string table) const;
  MergeIntoWriter merge_into(std::string table, const Column& condition) const;

  Session spark_session() const;

 private:
  friend struct internal::Access;
  DataFrame(std::shared_ptr<Executor> executor, std::shared_ptr<const internal::RelationNode> plan)
      : executor_(std::move(executor)), plan_(std::move(plan)) {}
  DataFrame sampled(bool with_replacement, double fraction, std::optional<int64_t> seed) const;
  DataFrame filled(const Value& value, const std::vector<std::string>& columns) const;

  std::shared_ptr<Executor> executor_;
  std::shared_ptr<const internal::RelationNode> plan_;
};

}  // namespace firesteel::client

// What group_by() gives, and its templates.
#include "firesteel/grouped_data.h"
