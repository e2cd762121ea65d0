// What a path in a format means: its files through sources, its schema through the readers.
#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>

#include "base/ascii_case.h"
#include "base/error.h"
#include "base/log.h"
#include "functions/formats/csv/csv_row_parser.h"
#include "session/query_environment.h"
#include "sources/file_index.h"
#include "sources/inference.h"
#include "sources/parquet/schema.h"
#include "sources/partition_discovery.h"
#include "sources/partition_folder.h"
#include "storage/folder_write.h"
#include "types/as_nullable.h"
#include "types/holds_kind.h"
#include "types/type_text.h"
#include "types/value_text.h"

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
  static constexpr std::array<std::string_view, 5> kFormats = {"parquet", "csv", "json", "text", "binaryfile"};
  for (const std::string_view name : kFormats) {
    if (format == name) return format;
    const std::string package = "org.apache.spark.sql.execution.datasources." + std::string(name);
    if (format.starts_with(package + ".") || format == "org.apache.spark.sql." + std::string(name)) {
      return std::string(name);
    }
  }
  if (format == "com.databricks.spark.csv") return "csv";
  static constexpr std::array<std::string_view, 11> kOthers = {"orc",    "avro", "xml",    "jdbc",  "kafka",     "rate",
                                                               "socket", "hive", "libsvm", "image", "statestore"};
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

void CheckCorruptColumn(const Schema& schema, const std::string& name, const Named& same) {
  for (const StructField& field : schema) {
    if (name.empty() || !same(field.name, name) || field.type.Is(TypeKind::kString)) continue;
    throw QueryError("INVALID_CORRUPT_RECORD_TYPE", {{"columnName", QuoteIdentifier(field.name)},
                                                     {"actualType", "\"" + SqlTypeName(field.type) + "\""}});
  }
}

void CheckNames(const Schema& schema, bool case_sensitive);

/// The names of a type's fields at any depth.
void CheckNames(const DataType& type, bool case_sensitive) {
  if (type.Is(TypeKind::kStruct)) CheckNames(type.fields(), case_sensitive);
  if (type.Is(TypeKind::kArray)) CheckNames(type.element_type(), case_sensitive);
  if (!type.Is(TypeKind::kMap)) return;
  CheckNames(type.key_type(), case_sensitive);
  CheckNames(type.value_type(), case_sensitive);
}

void CheckNames(const Schema& schema, bool case_sensitive) {
  std::set<std::string> seen;
  for (const StructField& field : schema) {
    std::string key = case_sensitive ? field.name : AsciiLower(field.name);
    if (!seen.insert(key).second) throw QueryError("COLUMN_ALREADY_EXISTS", {{"columnName", QuoteIdentifier(key)}});
  }
  for (const StructField& field : schema) CheckNames(field.type, case_sensitive);
}

/// A value of a folder's name must be one of the type that the user gave its column.
void CheckPartitionValues(const std::vector<std::vector<std::optional<std::string>>>& files, size_t index,
                          const StructField& column, const bound::SessionSettings& settings) {
  if (column.type.IsStringLike()) return;
  std::set<std::string> seen;
  for (const auto& values : files) {
    const std::optional<std::string>& value = values.at(index);
    if (!value || !seen.insert(*value).second) continue;
    if (sources::IsPartitionValue(*value, column.type, settings.time_zone)) continue;
    throw QueryError("INVALID_PARTITION_VALUE",
                     {{"value", "'" + sources::EscapePathName(*value) + "'"},
                      {"dataType", "\"" + SqlTypeName(column.type) + "\""},
                      {"columnName", QuoteIdentifier(column.name)}},
                     nullptr, ErrorClass::kRuntime);
  }
}

/// Whether Spark's reader takes what a Parquet file has as another type (ParquetVectorUpdaterFactory).
bool ReadsAs(const DataType& from, const DataType& to) {
  if (from.IsNested() || to.IsNested() || SameTypeIgnoringNullability(from, to)) return true;
  const auto holds = [&](int digits) { return to.Is(TypeKind::kDecimal) && to.precision() - to.scale() >= digits; };
  switch (from.kind()) {
    case TypeKind::kByte:
    case TypeKind::kShort:
    case TypeKind::kInt:
      return to.IsIntegral() || to.Is(TypeKind::kDouble) || holds(10);
    case TypeKind::kLong:
      return holds(20);
    case TypeKind::kFloat:
      return to.Is(TypeKind::kDouble);
    case TypeKind::kDouble:
    case TypeKind::kBoolean:
      return false;
    case TypeKind::kDate:
      return to.Is(TypeKind::kTimestampNtz);
    case TypeKind::kString:
      return to.IsStringLike() || to.Is(TypeKind::kBinary);
    case TypeKind::kDecimal:
      return holds(from.precision() - from.scale()) && to.scale() >= from.scale();
    default:
      return true;
  }
}

/// binaryFile: what is known of each file stands beside its content as if folders said it.
void DescribeBinaryFiles(analyzer::FileSourceInfo& info, const Schema& folders) {
  const auto add = [&](const std::string& name, const DataType& type) {
    info.schema.push_back({name, type, true, ""});
    info.column_names.push_back(name);
  };
  for (const StructField& column : folders) info.partition_columns.push_back(column.name);
  for (const char* name : {"path", "modificationTime", "length"}) info.partition_columns.emplace_back(name);
  for (size_t i = 0; i < info.files.size(); ++i) {
    auto& values = info.partition_values[i];
    values.emplace_back(sources::DisplayPath(info.files[i]));
    // Spark knows milliseconds.
    values.emplace_back(CastText(DataType::Timestamp(), Value{info.file_times[i] / 1000 * 1000}, "UTC") + "Z");
    values.emplace_back(std::to_string(info.file_sizes[i]));
  }
  add("path", DataType::String());
  add("modificationTime", DataType::Timestamp());
  add("length", DataType::Long());
  add("content", DataType::Binary());
  info.file_schema = {{"content", DataType::Binary(), true, ""}};
  for (const StructField& column : folders) add(column.name, column.type);
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

Schema QueryEnvironment::ParquetSchema(const std::string& file, bool ignores_corrupt, bool has_schema) {
  try {
    return engine_.ParquetSchema({file});
  } catch (const QueryError& error) {
    if (error.condition() != "FAILED_READ_FILE.CANNOT_READ_FILE_FOOTER") throw;
    if (ignores_corrupt) return {};
    if (!has_schema) throw;
    // Spark, which has a schema, looks into the file only when it reads it.
    throw QueryError("FAILED_READ_FILE.NO_HINT", {{"path", "file://" + file}}, nullptr, ErrorClass::kSpark)
        .CausedByIo(error.cause() ? error.cause()->message : error.message());
  }
}

/// Spark keeps the rows before the damage; here a damaged file has none.
void QueryEnvironment::DropUnreadable(analyzer::FileSourceInfo& info) {
  size_t kept = 0;
  for (size_t i = 0; i < info.files.size(); ++i) {
    if (!engine_.CanRead(info.files[i])) {
      log::Warn("skipped the rows of the damaged file {}", info.files[i]);
      continue;
    }
    if (kept != i) {
      info.files[kept] = std::move(info.files[i]);
      info.partition_values[kept] = std::move(info.partition_values[i]);
      info.file_sizes[kept] = info.file_sizes[i];
      info.file_times[kept] = info.file_times[i];
    }
    ++kept;
  }
  info.files.resize(kept);
  info.partition_values.resize(kept);
  info.file_sizes.resize(kept);
  info.file_times.resize(kept);
}

Schema QueryEnvironment::SchemaInFiles(const std::string& format, const analyzer::FileSourceInfo& info,
                                       const functions::FormatOptions& options, bool has_schema) {
  if (format == "parquet") {
    if (info.files.empty()) return {};
    const bool ignores_corrupt = options.Flag("ignoreCorruptFiles", false);
    if (!options.Flag("mergeSchema", false)) return ParquetSchema(info.files.front(), ignores_corrupt, has_schema);
    Schema merged;
    for (const std::string& file : info.files) {
      const Schema more = ParquetSchema(file, ignores_corrupt, has_schema);
      try {
        merged = MergeSchemas(merged, more, Named{settings_.case_sensitive});
      } catch (const QueryError&) {
        throw QueryError("CANNOT_MERGE_SCHEMAS",
                         {{"left", QuoteType(DataType::Struct(merged))}, {"right", QuoteType(DataType::Struct(more))}},
                         nullptr, ErrorClass::kSpark);
      }
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
  if (schema && HoldsKind(DataType::Struct(*schema), {TypeKind::kChar, TypeKind::kVarchar})) {
    throw QueryError("UNSUPPORTED_CHAR_OR_VARCHAR_AS_STRING", {});
  }
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
  if (format == "parquet" || format == "binaryfile") {
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
    info.file_times.push_back(file.modified_micros);
  }
  if (format == "binaryfile") {
    DescribeBinaryFiles(info, listing.partition_columns);
    return info;
  }
  if (info.files.empty() && !schema && format != "text") {
    throw QueryError("UNABLE_TO_INFER_SCHEMA", {{"format", ShownFormat(format)}});
  }
  // Text formats need no look at the files when the user gave the schema.
  const bool reads_schema = format == "parquet" || !schema;
  const bool ignores_corrupt = format == "parquet" && options.Flag("ignoreCorruptFiles", false);
  if (ignores_corrupt && schema) DropUnreadable(info);
  Schema in_files = reads_schema ? SchemaInFiles(format, info, options, schema.has_value()) : Schema();
  if (ignores_corrupt && !schema) {
    if (in_files.empty()) throw QueryError("UNABLE_TO_INFER_SCHEMA", {{"format", ShownFormat(format)}});
    DropUnreadable(info);
  }

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
  // A hostile file names columns by the hundred thousand.
  const auto key = [&](const std::string& name) { return settings_.case_sensitive ? name : AsciiLower(name); };
  std::unordered_map<std::string, size_t> places;
  for (size_t i = 0; i < in_files.size(); ++i) places.emplace(key(in_files[i].name), i);
  for (const StructField& field : schema ? *schema : in_files) {
    auto partition = find(listing.partition_columns, field.name);
    if (partition != listing.partition_columns.end()) {
      if (schema) continue;            // a schema of the user's types the column, whose place is behind the others
      StructField typed = *partition;  // the folder's value wins, in the column's place
      typed.name = field.name;
      add(std::move(typed), partition->name);
      continue;
    }
    const auto place = places.find(key(field.name));
    const StructField* found = place == places.end() ? nullptr : &in_files[place->second];
    // Columns of the type void may be missing in files whose schema has them.
    const bool has_column = found && !found->type.Is(TypeKind::kNull);
    if (has_column && schema && !is_text && !ReadsAs(found->type, field.type)) {
      throw QueryError("FAILED_READ_FILE.PARQUET_COLUMN_DATA_TYPE_MISMATCH",
                       {{"path", "file://" + info.files[0]},
                        {"column", "[" + found->name + "]"},
                        {"expectedType", CatalogString(field.type)},
                        {"actualType", sources::parquet::PhysicalName(found->type)}},
                       nullptr, ErrorClass::kSpark);
    }
    add(field, is_text ? field.name : has_column ? found->name : std::string());
  }
  for (size_t i = 0; i < listing.partition_columns.size(); ++i) {
    StructField column = listing.partition_columns[i];
    if (find(info.schema, column.name) != info.schema.end()) continue;
    const std::string folder = column.name;
    if (schema) {
      if (const auto given = find(*schema, column.name); given != schema->end()) {
        column = *given;
        CheckPartitionValues(info.partition_values, i, column, settings_);
      }
    }
    add(std::move(column), folder);
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
  if (schema && format != "text") {
    CheckCorruptColumn(info.file_schema, options.Text("columnNameOfCorruptRecord", ""), same);
  }
  return info;
}

}  // namespace firesteel::session
