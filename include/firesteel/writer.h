#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "firesteel/dataframe.h"
#include "firesteel/options.h"

namespace firesteel::client {

/// Writes a DataFrame to files, tables and databases. A value: the calls that set something give a new one, those that
/// write send the plan and wait for its end. Thread-safe.
///
///     Result<void> done = df.write().mode("overwrite").partition_by("day").parquet("/data/sales");
///
/// Errors: those of the query, kAnalysis when the target exists, kInvalidArgument for a mode that does not exist.
class DataFrameWriter {
 public:
  /// "append", "overwrite", "ignore", "error" (the default).
  DataFrameWriter mode(std::string mode) const;
  DataFrameWriter format(std::string source) const;
  DataFrameWriter option(std::string name, const OptionValue& value) const;
  DataFrameWriter options(const Options& options) const;
  template <NameLike... T>
  DataFrameWriter partition_by(const T&... columns) const {
    return partition_by(std::vector<std::string>{std::string(columns)...});
  }
  DataFrameWriter partition_by(const std::vector<std::string>& columns) const;
  template <NameLike... T>
  DataFrameWriter bucket_by(int32_t buckets, const T&... columns) const {
    return bucket_by(buckets, std::vector<std::string>{std::string(columns)...});
  }
  DataFrameWriter bucket_by(int32_t buckets, const std::vector<std::string>& columns) const;
  template <NameLike... T>
  DataFrameWriter sort_by(const T&... columns) const {
    return sort_by(std::vector<std::string>{std::string(columns)...});
  }
  DataFrameWriter sort_by(const std::vector<std::string>& columns) const;
  template <NameLike... T>
  DataFrameWriter cluster_by(const T&... columns) const {
    return cluster_by(std::vector<std::string>{std::string(columns)...});
  }
  DataFrameWriter cluster_by(const std::vector<std::string>& columns) const;
  /// Lets the table take new columns.
  DataFrameWriter with_schema_evolution() const;

  Result<void> save() const;
  Result<void> save(std::string path) const;
  Result<void> save_as_table(std::string name) const;
  /// By position. `overwrite` says the mode in place of mode().
  Result<void> insert_into(std::string table, std::optional<bool> overwrite = {}) const;
  Result<void> json(std::string path) const { return format("json").save(std::move(path)); }
  Result<void> parquet(std::string path) const { return format("parquet").save(std::move(path)); }
  Result<void> text(std::string path) const { return format("text").save(std::move(path)); }
  Result<void> csv(std::string path) const { return format("csv").save(std::move(path)); }
  Result<void> xml(std::string path) const { return format("xml").save(std::move(path)); }
  Result<void> orc(std::string path) const { return format("orc").save(std::move(path)); }
  Result<void> jdbc(std::string url, std::string table,
                    const std::map<std::string, std::string>& properties = {}) const;

 private:
  friend class DataFrame;
  explicit DataFrameWriter(DataFrame frame) : frame_(std::move(frame)) {}
  enum class Target : uint8_t { kPath, kTable, kInsert };
  Result<void> run(Target target, const std::optional<std::string>& name) const;

  DataFrame frame_;
  std::string mode_;
  std::string format_;
  std::map<std::string, std::string> options_;
  std::vector<std::string> partition_columns_;
  std::vector<std::string> bucket_columns_;
  std::vector<std::string> sort_columns_;
  std::vector<std::string> cluster_columns_;
  int32_t buckets_ = 0;
  bool schema_evolution_ = false;
};

/// Creates, replaces and changes a table of a catalog by a DataFrame. A value as DataFrameWriter.
///
///     df.write_to("catalog.db.events").using_("iceberg").partitioned_by(days("at")).create();
class DataFrameWriterV2 {
 public:
  DataFrameWriterV2 using_(std::string provider) const;
  DataFrameWriterV2 option(std::string name, const OptionValue& value) const;
  DataFrameWriterV2 options(const Options& options) const;
  DataFrameWriterV2 table_property(std::string name, std::string value) const;
  /// Columns, or the functions years(), months(), days(), hours(), bucket() of them.
  template <ColumnLike... T>
  DataFrameWriterV2 partitioned_by(const T&... columns) const {
    return partitioned_by(std::vector<ColumnOrName>{ColumnOrName(columns)...});
  }
  DataFrameWriterV2 partitioned_by(const std::vector<ColumnOrName>& columns) const;
  template <NameLike... T>
  DataFrameWriterV2 cluster_by(const T&... columns) const {
    return cluster_by(std::vector<std::string>{std::string(columns)...});
  }
  DataFrameWriterV2 cluster_by(const std::vector<std::string>& columns) const;
  DataFrameWriterV2 with_schema_evolution() const;

  Result<void> create() const;
  Result<void> replace() const;
  Result<void> create_or_replace() const;
  Result<void> append() const;
  /// Replaces the rows for which the condition holds.
  Result<void> overwrite(const ColumnOrName& condition) const;
  /// Replaces the partitions that the DataFrame has rows for.
  Result<void> overwrite_partitions() const;

 private:
  friend class DataFrame;
  DataFrameWriterV2(DataFrame frame, std::string table) : frame_(std::move(frame)), table_(std::move(table)) {}
  Result<void> run(int mode, const std::optional<Column>& condition = {}) const;

  DataFrame frame_;
  std::string table_;
  std::optional<std::string> provider_;
  std::map<std::string, std::string> options_;
  std::map<std::string, std::string> properties_;
  std::vector<Column> partition_columns_;
  std::vector<std::string> cluster_columns_;
  bool schema_evolution_ = false;
};

/// Merges a DataFrame into a table: rows of both that belong together, of the source only, of the table only. A value;
/// merge() sends the plan.
///
///     df.merge_into("target", col("target.id") == df["id"])
///         .when_matched().update({{"target.count", df["count"]}})
///         .when_not_matched().insert_all()
///         .merge();
class MergeIntoWriter {
 public:
  using Assignments = std::vector<std::pair<std::string, Column>>;  ///< columns of the table and their new values

  class WhenMatched {
   public:
    MergeIntoWriter update_all() const;
    MergeIntoWriter update(const Assignments& assignments) const;
    MergeIntoWriter delete_() const;

   private:
    friend class MergeIntoWriter;
    WhenMatched(MergeIntoWriter writer, std::optional<Column> condition, bool by_source)
        : writer_(std::make_shared<const MergeIntoWriter>(std::move(writer))),
          condition_(std::move(condition)),
          by_source_(by_source) {}
    std::shared_ptr<const MergeIntoWriter> writer_;
    std::optional<Column> condition_;
    bool by_source_;
  };
  using WhenNotMatchedBySource = WhenMatched;

  class WhenNotMatched {
   public:
    MergeIntoWriter insert_all() const;
    MergeIntoWriter insert(const Assignments& assignments) const;

   private:
    friend class MergeIntoWriter;
    WhenNotMatched(MergeIntoWriter writer, std::optional<Column> condition)
        : writer_(std::make_shared<const MergeIntoWriter>(std::move(writer))), condition_(std::move(condition)) {}
    std::shared_ptr<const MergeIntoWriter> writer_;
    std::optional<Column> condition_;
  };

  WhenMatched when_matched(const std::optional<Column>& condition = {}) const;
  WhenNotMatched when_not_matched(const std::optional<Column>& condition = {}) const;
  /// Rows of the table for which the source has none.
  WhenNotMatchedBySource when_not_matched_by_source(const std::optional<Column>& condition = {}) const;
  MergeIntoWriter with_schema_evolution() const;
  Result<void> merge() const;

 private:
  friend class DataFrame;
  struct Action {
    int type;
    std::optional<Column> condition;
    Assignments assignments;
  };
  MergeIntoWriter(DataFrame frame, std::string table, Column condition)
      : frame_(std::move(frame)), table_(std::move(table)), condition_(std::move(condition)) {}

  DataFrame frame_;
  std::string table_;
  Column condition_;
  std::vector<Action> matched_;
  std::vector<Action> not_matched_;
  std::vector<Action> not_matched_by_source_;
  bool schema_evolution_ = false;
};

}  // namespace firesteel::client
