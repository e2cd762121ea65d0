// What a path in a format means: its files through sources, its schema through the engine.
#include <algorithm>
#include <utility>

#include "base/error.h"
#include "session/query_environment.h"
#include "sources/file_index.h"
#include "storage/folder_write.h"

namespace firesteel::session {
namespace {

std::string Lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

std::string OptionOf(const plan::Options& options, const std::string& lower_key) {
  for (const auto& [key, value] : options) {
    if (Lower(key) == lower_key) return value;
  }
  return "";
}

bool IsTrue(const std::string& text) { return Lower(text) == "true"; }

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
    return case_sensitive ? a == b : Lower(a) == Lower(b);
  }
};

}  // namespace

analyzer::FileSourceInfo QueryEnvironment::ResolveFiles(const std::string& format,
                                                        const std::vector<std::string>& paths,
                                                        const plan::Options& options,
                                                        const std::optional<Schema>& schema, const OriginPtr& origin) {
  if (format != "parquet") ThrowUnsupported("reading the format " + format + " (only parquet yet)", origin);
  if (IsTrue(OptionOf(options, "mergeschema"))) ThrowUnsupported("the option mergeSchema of parquet", origin);
  RecoverWrites(paths);
  sources::ListOptions list;
  list.recursive = IsTrue(OptionOf(options, "recursivefilelookup"));
  list.path_glob_filter = OptionOf(options, "pathglobfilter");
  list.base_path = OptionOf(options, "basepath");
  list.case_sensitive = settings_.case_sensitive;
  list.time_zone = settings_.time_zone;
  sources::FileListing listing = sources::ListFiles(paths, list);
  // Nothing can be learned from an empty file, and it has no rows.
  std::erase_if(listing.files, [](const sources::FileEntry& file) { return file.size == 0; });

  analyzer::FileSourceInfo info;
  for (sources::FileEntry& file : listing.files) {
    info.files.push_back(std::move(file.path));
    info.partition_values.push_back(std::move(file.partition_values));
  }
  if (info.files.empty() && !schema) throw QueryError("UNABLE_TO_INFER_SCHEMA", {{"format", "Parquet"}});
  Schema in_files = info.files.empty() ? Schema() : engine_.ParquetSchema(info.files);

  Named same{settings_.case_sensitive};
  auto find = [&](const Schema& in, const std::string& name) {
    return std::find_if(in.begin(), in.end(), [&](const StructField& field) { return same(field.name, name); });
  };
  for (const StructField& column : listing.partition_columns) info.partition_columns.push_back(column.name);
  auto add = [&](StructField field, std::string name_in_files) {
    field.nullable = true;  // file sources promise nothing
    info.schema.push_back(std::move(field));
    info.column_names.push_back(std::move(name_in_files));
  };
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
    add(field, found == in_files.end() ? std::string() : found->name);
  }
  for (const StructField& column : listing.partition_columns) {
    if (find(info.schema, column.name) == info.schema.end()) add(column, column.name);
  }
  return info;
}

}  // namespace firesteel::session
