// What a path in a format means: its files through sources, its schema through the readers.
#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "base/ascii_case.h"
#include "base/error.h"
#include "functions/formats/csv/csv_row_parser.h"
#include "session/query_environment.h"
#include "sources/file_index.h"
#include "sources/inference.h"
#include "storage/folder_write.h"
#include "types/as_nullable.h"
#include "types/type_text.h"

namespace firesteel::session {
namespace {

/// What a writer decided before it died is finished before anyone reads (see storage/folder_write.h).
void RecoverWrites(const std::vector<std::string>& paths) {
  for (const std::string& path : paths) {
    const bool is_local = path.find(':') == std::string::npos || path.rfind("file:", 0) == 0;
    if (is_local && !path.empty()) storage::FolderWrite::Recover(sources::LocalPath(path, "reading from"));
  }
}

struct Named {
  bool case_sensitive;
  bool operator()(const std::string& a, const std::string& b) const {
    return case_sensitive ? a == b : AsciiLower(a) == AsciiLower(b);
  }
};

/// Spark's own name of a source for its short name or class name.
std::string ShortFormat(const std::string& format, const OriginPtr& origin) {
  static constexpr std::array<std::string_view, 4> kFormats = {"parquet", "csv", "json", "text"};
  for (const std::string_view name : kFormats) {
    if (format == name) return format;
    const std::string package = "org.apache.spark.sql.execution.datasources." + std::string(name);
    if (format.starts_with(package + ".") || format == "org.apache.spark.sql." + std::string(name)) {
      return std::string(name);
    }
  }
  if (format == "com.databricks.spark.csv") return "csv";
  static constexpr std::array<std::string_view, 12> kOthers = {
      "orc", "avro", "xml", "binaryfile", "jdbc", "kafka", "rate", "socket", "hive", "libsvm", "image", "statestore"};
  if (std::find(kOthers.begin(), kOthers.end(), format) != kOthers.end()) {
    ThrowUnsupported("reading the format " + format, origin);
  }
  throw QueryError("DATA_SOURCE_NOT_FOUND", {{"provider", format}}, nullptr);
}

/// How messages name a format.
std::string ShownFormat(const std::string& format) {
  if (format == "csv") return "CSV";
  if (format == "json") return "JSON";
  return format == "text" ? "Text" : "Parquet";
}

void CheckTypes(const std::string& format, const Schema& schema) {
  for (const StructField& field : schema) {
    const bool good = format == "csv"    ? functions::IsCsvType(field.type) || field.type.Is(TypeKind::kVariant)
                      : format == "text" ? field.type.IsStringLike()
                                         : true;
    if (good) continue;
    throw QueryError("UNSUPPORTED_DATA_TYPE_FOR_DATASOURCE", {{"columnName", QuoteIdentifier(field.name)},
                                                              {"columnType", "\"" + SqlTypeName(field.type) + "\""},
                                                              {"format", ShownFormat(format)}});
  }
  if (format == "text" && schema.size() > 1) {
    throw QueryError("_LEGACY_ERROR_TEMP_1290", {{"schemaSize", std::to_string(schema.size())}});
  }
}

void CheckNames(const Schema& schema, bool case_sensitive) {
  std::set<std::string> seen;
  for (const StructField& field : schema) {
    std::string key = case_sensitive ? field.name : AsciiLower(field.name);
    if (!seen.insert(key).second) throw QueryError("COLUMN_ALREADY_EXISTS", {{"columnName", QuoteIdentifier(key)}});
  }
}

/// Columns of several Parquet files: those of the first, and what others have more. Structs grow field by field.
DataType MergeTypes(const DataType& a, const DataType& b, const Named& same);

Schema MergeSchemas(Schema a, const Schema& b, const Named& same) {
  for (const StructField& field : b) {
    auto known =
        std::find_if(a.begin(), a.end(), [&](const StructField& other) { return same(other.name, field.name); });
    if (known == a.end()) {
      a.push_back(field);
    } else {
      known->type = MergeTypes(known->type, field.type, same);
    }
  }
  return a;
}

DataType MergeTypes(const DataType& a, const DataType& b, const Named& same) {
  if (SameTypeIgnoringNullability(a, b)) return a;
  if (a.Is(TypeKind::kStruct) && b.Is(TypeKind::kStruct)) {
    return DataType::Struct(MergeSchemas(a.fields(), b.fields(), same));
  }
  if (a.Is(TypeKind::kArray) && b.Is(TypeKind::kArray)) {
    return DataType::Array(MergeTypes(a.element_type(), b.element_type(), same));
  }
  if (a.Is(TypeKind::kDecimal) && b.Is(TypeKind::kDecimal) && a.scale() == b.scale()) {
    return DataType::Decimal(std::max(a.precision(), b.precision()), a.scale());
  }
  throw QueryError("CANNOT_MERGE_INCOMPATIBLE_DATA_TYPE",
                   {{"left", "\"" + SqlTypeName(a) + "\""}, {"right", "\"" + SqlTypeName(b) + "\""}}, nullptr,
                   ErrorClass::kSpark);
}

}  // namespace

plan::Options QueryEnvironment::WithConfiguration(const plan::Options& options) const {
  const functions::FormatOptions given(options);
  plan::Options all = options;
  const auto add = [&](const char* key, const char* configuration) {
    if (!given.Has(key)) all.emplace_back(key, state_.configuration().GetText(configuration));
  };
  const auto add_flag = [&](const char* key, const char* configuration) {
    if (!given.Has(key)) all.emplace_back(key, state_.configuration().GetBoolean(configuration) ? "true" : "false");
  };
  add("columnNameOfCorruptRecord", "spark.sql.columnNameOfCorruptRecord");
  add_flag("ignoreCorruptFiles", "spark.sql.files.ignoreCorruptFiles");
  add_flag("ignoreMissingFiles", "spark.sql.files.ignoreMissingFiles");
  add_flag("mergeSchema", "spark.sql.parquet.mergeSchema");
  return all;
}

Schema QueryEnvironment::SchemaInFiles(const std::string& format, const analyzer::FileSourceInfo& info,
                                       const functions::FormatOptions& options) {
  if (format == "parquet") {
    if (info.files.empty()) return {};
    if (!options.Flag("mergeSchema", false)) return engine_.ParquetSchema(info.files);
    Schema merged;
    for (const std::string& file : info.files) {
      merged = MergeSchemas(std::move(merged), engine_.ParquetSchema({file}), Named{settings_.case_sensitive});
    }
    return merged;
  }
  sources::FileScan scan;
  scan.format = format;
  scan.options = options;
  for (size_t i = 0; i < info.files.size(); ++i) scan.files.push_back({info.files[i], info.file_sizes[i]});
  scan.time_zone = settings_.time_zone;
  scan.corrupt_record_column = options.Text("columnNameOfCorruptRecord", "");
  scan.now_micros = settings_.now_micros;
  sources::InferenceSettings inference;
  inference.timestamp_ntz = settings_.timestamp_ntz_default;
  inference.case_sensitive = settings_.case_sensitive;
  return sources::InferSchema(scan, inference);
}

analyzer::FileSourceInfo QueryEnvironment::ResolveFiles(const std::string& given_format,
                                                        const std::vector<std::string>& paths,
                                                        const plan::Options& given_options,
                                                        const std::optional<Schema>& schema, const OriginPtr& origin) {
  const std::string format = ShortFormat(given_format, origin);
  analyzer::FileSourceInfo info;
  info.format = format;
  info.options = WithConfiguration(given_options);
  const functions::FormatOptions options(info.options);
  RecoverWrites(paths);
  sources::ListOptions list;
  list.recursive = options.Flag("recursiveFileLookup", false);
  list.path_glob_filter = options.Text("pathGlobFilter", "");
  list.base_path = options.Text("basePath", "");
  list.infer_types = state_.configuration().GetBoolean("spark.sql.sources.partitionColumnTypeInference.enabled");
  list.case_sensitive = settings_.case_sensitive;
  list.time_zone = options.Text("timeZone", settings_.time_zone);
  list.modified_before = options.Text("modifiedBefore", "");
  list.modified_after = options.Text("modifiedAfter", "");
  sources::FileListing listing = sources::ListFiles(paths, list);
  if (format == "parquet") {
    // Nothing can be learned from an empty file, and it has no rows.
    std::erase_if(listing.files, [](const sources::FileEntry& file) { return file.size == 0; });
  } else {
    // Spark reads large files first, and learns names from the first.
    std::stable_sort(listing.files.begin(), listing.files.end(),
                     [](const sources::FileEntry& a, const sources::FileEntry& b) { return a.size > b.size; });
  }
  for (sources::FileEntry& file : listing.files) {
    info.files.push_back(std::move(file.path));
    info.partition_values.push_back(std::move(file.partition_values));
    info.file_sizes.push_back(file.size);
  }
  if (info.files.empty() && !schema && format != "text") {
    throw QueryError("UNABLE_TO_INFER_SCHEMA", {{"format", ShownFormat(format)}});
  }
  // Text formats need no look at the files when the user gave the schema.
  const bool reads_schema = format == "parquet" || !schema;
  Schema in_files = reads_schema ? SchemaInFiles(format, info, options) : Schema();

  Named same{settings_.case_sensitive};
  auto find = [&](const Schema& in, const std::string& name) {
    return std::find_if(in.begin(), in.end(), [&](const StructField& field) { return same(field.name, name); });
  };
  for (const StructField& column : listing.partition_columns) info.partition_columns.push_back(column.name);
  auto add = [&](StructField field, std::string name_in_files) {
    field.nullable = true;  // file sources promise nothing
    field.type = AsNullable(field.type);
    info.schema.push_back(std::move(field));
    info.column_names.push_back(std::move(name_in_files));
  };
  const bool is_text = format != "parquet";
  for (const StructField& field : schema ? *schema : in_files) {
    auto partition = find(listing.partition_columns, field.name);
    if (partition != listing.partition_columns.end()) {
      StructField typed = *partition;  // the folder's value wins, in the column's place
      if (schema) typed.type = field.type;
      typed.name = field.name;
      add(std::move(typed), partition->name);
      continue;
    }
    auto found = find(in_files, field.name);
    // Columns of the type void may be missing in files whose schema has them.
    const bool has_column = found != in_files.end() && !found->type.Is(TypeKind::kNull);
    add(field, is_text ? field.name : has_column ? found->name : std::string());
  }
  for (const StructField& column : listing.partition_columns) {
    if (find(info.schema, column.name) == info.schema.end()) add(column, column.name);
  }
  if (!is_text) return info;
  CheckNames(info.schema, settings_.case_sensitive);
  // A schema of the user's does not count partition columns among those of the files; files that name them have them.
  for (StructField field : schema ? *schema : in_files) {
    if (schema && find(listing.partition_columns, field.name) != listing.partition_columns.end()) continue;
    field.type = AsNullable(field.type);
    info.file_schema.push_back(std::move(field));
  }
  CheckTypes(format, info.file_schema);
  return info;
}

}  // namespace firesteel::session
