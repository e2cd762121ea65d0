#pragma once

#include <concepts>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "firesteel/dataframe.h"
#include "firesteel/options.h"
#include "firesteel/types.h"

namespace firesteel::client {

/// Makes DataFrames of files, tables and databases. A value: every call gives a new one; thread-safe. Nothing is read
/// before an action.
///
///     DataFrame people = session.read().option("header", true).schema("name STRING, age INT").csv("/data/people.csv");
class DataFrameReader {
 public:
  /// "parquet", "csv", "jdbc", the name of a data source of the server.
  DataFrameReader format(std::string source) const;
  DataFrameReader schema(const Schema& schema) const;
  DataFrameReader schema(std::string ddl) const;
  DataFrameReader schema(const char* ddl) const { return schema(std::string(ddl)); }
  /// A later value of the same name replaces an earlier one.
  DataFrameReader option(std::string name, const OptionValue& value) const;
  DataFrameReader options(const Options& options) const;

  DataFrame load() const;
  template <NameLike... T>
  DataFrame load(const T&... paths) const {
    return load(std::vector<std::string>{std::string(paths)...});
  }
  DataFrame load(const std::vector<std::string>& paths) const;
  DataFrame table(std::string name) const;
  /// What changed in a table between the versions that the options name.
  DataFrame changes(std::string table) const;

  template <NameLike... T>
  DataFrame json(const T&... paths) const {
    return format("json").load(paths...);
  }
  template <NameLike... T>
  DataFrame csv(const T&... paths) const {
    return format("csv").load(paths...);
  }
  template <NameLike... T>
  DataFrame xml(const T&... paths) const {
    return format("xml").load(paths...);
  }
  template <NameLike... T>
  DataFrame parquet(const T&... paths) const {
    return format("parquet").load(paths...);
  }
  template <NameLike... T>
  DataFrame orc(const T&... paths) const {
    return format("orc").load(paths...);
  }
  /// Lines; with the option "wholetext" whole files.
  template <NameLike... T>
  DataFrame text(const T&... paths) const {
    return text(std::vector<std::string>{std::string(paths)...});
  }
  DataFrame text(const std::vector<std::string>& paths) const;
  /// Of a DataFrame with one column of texts. The schema must be given as a Schema or left to the server.
  DataFrame json(const DataFrame& texts) const;
  DataFrame csv(const DataFrame& texts) const;
  DataFrame xml(const DataFrame& texts) const;

  DataFrame jdbc(std::string url, std::string table, const std::map<std::string, std::string>& properties = {}) const;
  /// In parts of a numeric, date or timestamp column.
  DataFrame jdbc(std::string url, std::string table, std::string column, const OptionValue& lower_bound,
                 const OptionValue& upper_bound, int32_t partitions,
                 const std::map<std::string, std::string>& properties = {}) const;
  /// One part for each condition.
  DataFrame jdbc(std::string url, std::string table, const std::vector<std::string>& predicates,
                 const std::map<std::string, std::string>& properties = {}) const;

 private:
  friend class Session;
  friend struct internal::Access;
  explicit DataFrameReader(std::shared_ptr<Executor> executor) : executor_(std::move(executor)) {}
  DataFrame load_from(const std::vector<std::string>& paths, const std::vector<std::string>& predicates) const;
  DataFrame parse(const DataFrame& texts, int format) const;

  std::shared_ptr<Executor> executor_;
  std::string format_;
  std::string schema_text_;
  std::vector<Schema> schema_;  // one or none
  std::map<std::string, std::string> options_;
};

}  // namespace firesteel::client
