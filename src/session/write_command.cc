// DataFrames written to files: DataFrameWriter.save and INSERT OVERWRITE DIRECTORY.
#include <sys/stat.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>

#include "analyzer/name.h"
#include "analyzer/write/file_write.h"
#include "base/error.h"
#include "base/log.h"
#include "base/uuid.h"
#include "functions/formats/csv/csv_writer.h"
#include "lowering/write/file_query.h"
#include "optimizer/optimizer.h"
#include "session/engine_query_runner.h"
#include "session/error/java_exception.h"
#include "session/write_options.h"
#include "sources/local_path.h"
#include "sources/partition_folder.h"
#include "storage/folder_write.h"
#include "types/type_text.h"

namespace firesteel::session {
namespace {

namespace fs = std::filesystem;
using Mode = plan::WriteOperation::Mode;

/// The formats that are written as files, by their names and those of their classes.
std::optional<std::string> FileFormatOf(const std::string& name) {
  static constexpr const char* kFormats[] = {"parquet", "csv", "json", "text"};
  for (const char* format : kFormats) {
    const std::string package = std::string("org.apache.spark.sql.execution.datasources.") + format;
    if (name == format || name == std::string("org.apache.spark.sql.") + format || name.rfind(package + ".", 0) == 0 ||
        name == package) {
      return format;
    }
  }
  if (name == "com.databricks.spark.csv") return "csv";
  return std::nullopt;
}

[[noreturn]] void RefuseFormat(const std::string& format, const OriginPtr& origin) {
  if (format == "avro") throw QueryError("AVRO_DATA_SOURCE_NOT_ENABLED", {{"provider", format}}, origin);
  if (format == "binaryfile") {
    throw QueryError("UNSUPPORTED_FEATURE.WRITE_FOR_BINARY_SOURCE", {}, origin, ErrorClass::kUnsupported);
  }
  static constexpr const char* kKnown[] = {"orc",    "xml",    "jdbc",   "console",         "kafka",
                                           "socket", "rate",   "python", "statestore",      "state-metadata",
                                           "image",  "libsvm", "hive",   "rate-micro-batch"};
  if (std::find(std::begin(kKnown), std::end(kKnown), format) != std::end(kKnown)) {
    ThrowUnsupported("writing the format " + format, origin);
  }
  throw QueryError("DATA_SOURCE_NOT_FOUND", {{"provider", format}}, origin);
}

/// What Spark says about combinations before it looks for the source.
void CheckWriter(const plan::WriteOperation& write) {
  if (!write.clustering_columns.empty() && !write.partitioning_columns.empty()) {
    throw QueryError("SPECIFY_CLUSTER_BY_WITH_PARTITIONED_BY_IS_NOT_ALLOWED", {});
  }
  if (!write.clustering_columns.empty() && write.bucket_by) {
    throw QueryError("SPECIFY_CLUSTER_BY_WITH_BUCKETING_IS_NOT_ALLOWED", {});
  }
  if (!write.sort_columns.empty() && !write.bucket_by) throw QueryError("SORT_BY_WITHOUT_BUCKETING", {});
  if (write.bucket_by) {
    throw QueryError(write.sort_columns.empty() ? "_LEGACY_ERROR_TEMP_1312" : "_LEGACY_ERROR_TEMP_1313",
                     {{"operation", "save"}});
  }
}

std::string TargetOf(const plan::WriteOperation& write, const Configuration& configuration) {
  std::optional<std::string> path = write.path;
  for (const auto& [key, value] : write.options) {
    if (analyzer::FoldCase(key) != "path") continue;
    if (path && !configuration.GetBoolean("spark.sql.legacy.pathOptionBehavior.enabled")) {
      throw QueryError("_LEGACY_ERROR_TEMP_1307", {{"config", "spark.sql.legacy.pathOptionBehavior.enabled"}});
    }
    if (!path) path = value;
  }
  if (!path) throw QueryError("_LEGACY_ERROR_TEMP_2047", {}, nullptr, ErrorClass::kIllegalArgument);
  if (path->empty()) {
    throw JavaError("java.lang.IllegalArgumentException", "Can not create a Path from an empty string");
  }
  return sources::LocalPath(*path, "writing to");
}

[[noreturn]] void ThrowExists(const std::string& target) {
  throw QueryError("PATH_ALREADY_EXISTS", {{"outputPath", sources::DisplayPath(target)}});
}

bool Exists(const std::string& path) {
  struct stat info {};
  return ::stat(path.c_str(), &info) == 0;
}

/// The rows would be gone before they are read, if they were read later.
void CheckNotRead(const std::string& target, const std::vector<std::string>& files) {
  std::error_code ignored;
  const std::string folder = fs::weakly_canonical(target, ignored).string() + "/";
  for (const std::string& file : files) {
    if ((fs::weakly_canonical(file, ignored).string() + "/").rfind(folder, 0) == 0) {
      throw QueryError("UNSUPPORTED_OVERWRITE.PATH", {{"path", sources::DisplayPath(target)}});
    }
  }
}

/// How many files Spark would make: what repartition(n) on the way up says, else one.
int32_t FileCount(const bound::Relation& relation) {
  constexpr int32_t kMost = 256;
  if (const auto* repartition = relation.As<bound::Repartition>()) {
    const bool deals_out = repartition->shuffle && repartition->expressions.empty() && repartition->num_partitions;
    return deals_out ? std::clamp(*repartition->num_partitions, 1, kMost) : 1;
  }
  if (const auto* project = relation.As<bound::Project>()) return FileCount(*project->child);
  if (const auto* filter = relation.As<bound::Filter>()) return FileCount(*filter->child);
  return 1;
}

std::string FileName(const std::string& job, int32_t part, int32_t counter, bool in_folder,
                     const std::string& extension) {
  char number[16];
  char count[16];
  std::snprintf(number, sizeof number, "%05d", part);
  std::snprintf(count, sizeof count, "c%03d", counter);
  return std::string("part-") + number + "-" + job + (in_folder ? "." : "-") + count + extension;
}

storage::FolderWrite::Mode CommitMode(Mode mode, bool overwrite_folders) {
  using Commit = storage::FolderWrite::Mode;
  switch (mode) {
    case Mode::kAppend:
      return Commit::kAppend;
    case Mode::kOverwrite:
      return overwrite_folders ? Commit::kOverwriteFolders : Commit::kOverwrite;
    default:
      return Commit::kCreate;
  }
}

/// Options of the lines: what the session sets where the user says nothing.
plan::Options LineOptions(const std::string& format, plan::Options options, const Configuration& configuration) {
  if (format == "json" && FindOption(options, "ignorenullfields").empty()) {
    options.emplace_back("ignoreNullFields",
                         configuration.GetBoolean("spark.sql.jsonGenerator.ignoreNullFields") ? "true" : "false");
  }
  return options;
}

/// The first line of every file, if there is one.
std::optional<std::string> HeaderOf(const std::string& format, const plan::Options& options, const Schema& columns,
                                    const bound::SessionSettings& settings) {
  const functions::FormatOptions csv(options);
  if (format != "csv" || !csv.Flag("header", false)) return std::nullopt;
  std::vector<std::optional<std::string>> names;
  for (const StructField& column : columns) names.emplace_back(column.name);
  std::string line;
  functions::CsvWriter(csv, settings.time_zone).AppendTexts(names, line);
  return line;
}

}  // namespace

CommandResult EngineQueryRunner::Write(const plan::WriteOperation& write, SessionState& state,
                                       const CancelTokenPtr& cancel, const OriginPtr& origin) {
  if (IsStreaming(write.input, state, cancel)) {
    throw QueryError("CALL_ON_STREAMING_DATASET_UNSUPPORTED", {{"methodName", "`write`"}}, origin);
  }
  if (write.table) return WriteTable(write, state, cancel, origin);
  const bound::SessionSettings settings = state.Settings();
  const bound::RelationPtr input = Analyze(write.input, state, settings);
  if (const auto source = write.source ? state.python_data_sources().Find(*write.source) : nullptr) {
    CheckWriter(write);
    WriteSource(*source, write, input, state, cancel);
    return Rows({}, {}, settings);
  }
  const std::string name = analyzer::FoldCase(write.source.value_or(settings.default_source));
  const std::optional<std::string> format = FileFormatOf(name);
  if (!format && name != "noop") {
    CheckWriter(write);
    RefuseFormat(name, origin);
  }
  if (format) {
    // What is overwritten must not be read, not even where a cache holds it: an overwriting plan is taken as it is.
    const bool overwrites = write.mode == Mode::kOverwrite;
    const CachedPlan cached = overwrites ? CachedPlan{WithoutPython(input, state, settings, cancel), {}}
                                         : WithCache(input, state, settings, cancel);
    WriteFiles(cached.plan, *format, write, state, cancel);
  } else {
    WriteNothing(WithoutPython(input, state, settings, cancel), write, settings, cancel);
  }
  return Rows({}, {}, settings);
}

void EngineQueryRunner::WriteNothing(const bound::RelationPtr& input, const plan::WriteOperation& write,
                                     const bound::SessionSettings& settings, const CancelTokenPtr& cancel) {
  CheckWriter(write);
  if (write.mode != Mode::kAppend && write.mode != Mode::kOverwrite) {
    const char* mode = write.mode == Mode::kIgnore ? "\"Ignore\"" : "\"ErrorIfExists\"";
    throw QueryError("UNSUPPORTED_DATA_SOURCE_SAVE_MODE", {{"source", "noop"}, {"createMode", mode}});
  }
  engine::FileWrite nothing;
  nothing.query = Spec(input, settings);
  nothing.format = engine::FileWrite::Format::kNothing;
  engine().WriteFiles(nothing, cancel);
}

void EngineQueryRunner::WriteFiles(const bound::RelationPtr& input, const std::string& format,
                                   const plan::WriteOperation& write, SessionState& state, const CancelTokenPtr& cancel,
                                   const std::vector<std::string>& replaced) {
  const bound::SessionSettings settings = state.Settings();
  const Configuration& configuration = state.configuration();
  const std::string target = TargetOf(write, configuration);
  CheckWriter(write);
  analyzer::FileWriteRequest request{format, write.partitioning_columns,
                                     LineOptions(format, write.options, configuration)};
  analyzer::CheckFileWrite(*input, request, settings);
  storage::FolderWrite::Recover(target);
  const bool exists = Exists(target);
  const bool must_be_new = write.mode != Mode::kAppend && write.mode != Mode::kOverwrite;
  if (exists && write.mode == Mode::kIgnore) return;
  if (exists && must_be_new) ThrowExists(target);

  const analyzer::FileWritePlan plan = analyzer::PlanFileWrite(input, request, settings);
  const FileWriteOptions options = ReadWriteOptions(format, write.options, configuration);
  const bound::RelationPtr optimized = optimizer::Optimize(plan.relation, settings);
  const bool is_parquet = format == "parquet";
  engine::FileWrite files;
  files.query = Spec(is_parquet ? lowering::LowerParquetQuery(optimized, plan.folder_columns, settings)
                                : lowering::LowerLineQuery(optimized, plan.folder_columns, settings),
                     settings);
  const bool overwrite_folders = options.overwrite_partitions && plan.folder_columns > 0;
  if (write.mode == Mode::kOverwrite && !overwrite_folders) CheckNotRead(target, files.query.files);

  files.format = is_parquet ? engine::FileWrite::Format::kParquet : engine::FileWrite::Format::kLines;
  files.folder_columns = plan.folder_columns;
  files.max_rows_per_file = options.max_records_per_file;
  files.file_count = plan.folder_columns == 0 ? FileCount(*input) : 1;
  files.parquet_codec = options.parquet_codec;
  files.key_values = {{"org.apache.spark.version", "4.3.0"},
                      {"org.apache.spark.sql.parquet.row.metadata", TypeToJson(DataType::Struct(plan.file_columns))}};
  files.line_codec = options.line_codec;
  files.line_end = options.line_end;
  files.skip_null_lines = format == "csv";
  files.header = HeaderOf(format, request.options, plan.file_columns, settings);

  try {
    storage::FolderWrite folder(target);
    const std::string job = NewUuid();
    files.new_file = [&](const engine::FolderValues& values, int32_t part, int32_t counter) {
      const std::string file = FileName(job, part, counter, plan.folder_columns > 0, options.extension);
      if (plan.folder_columns == 0) return folder.NewFile(file);
      return folder.NewFile(sources::PartitionFolder(request.partition_columns, values) + "/" + file);
    };
    const engine::FileWriteResult result = engine().WriteFiles(files, cancel);
    for (const std::string& path : replaced) folder.Replace(path);
    if (cancel && cancel->cancelled()) throw QueryError("OPERATION_CANCELED", {}, nullptr, ErrorClass::kSql);
    if (!folder.Commit(CommitMode(write.mode, overwrite_folders)) && write.mode != Mode::kIgnore) ThrowExists(target);
    state.cache().InvalidateFiles(target);
    log::Debug("wrote {} rows in {} files to {}", result.rows, result.files, target);
  } catch (const std::system_error& failure) {
    log::Warn("writing to {} failed: {}", target, failure.what());
    throw QueryError("TASK_WRITE_FAILED", {{"path", sources::DisplayPath(target)}}, nullptr, ErrorClass::kSpark)
        .CausedByIo(failure.what());
  }
}

}  // namespace firesteel::session
